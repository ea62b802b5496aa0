package format

import (
	"fmt"
	"math"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// levelCounts is a row of the table of levels by verdicts.
type levelCounts struct {
	level  string
	by     map[string]int
	waived int
}

// countsByLevel counts the rules of each level that there is, in the order must, should, may.
func countsByLevel(rules []reports.Rule) []levelCounts {
	var rows []levelCounts
	for _, level := range []string{reports.Must, reports.Should, reports.May} {
		row, any := levelCounts{level: level, by: map[string]int{}}, false
		for _, rule := range rules {
			if rule.Level != level {
				continue
			}
			any = true
			row.by[rule.Verdict]++
			if rule.Verdict == reports.Failed && rule.Waiver != nil {
				row.waived++
			}
		}
		if any {
			rows = append(rows, row)
		}
	}
	return rows
}

func targetWords(t reports.Target) string {
	s := reports.Visible(t.Name)
	if t.Endpoint != "" && t.Endpoint != t.Name {
		s += " at " + reports.Visible(t.Endpoint)
	}
	if i := t.Implementation; i != nil {
		if who := strings.Join(strings.Fields(reports.Visible(i.Organization)+" "+reports.Visible(i.Project)+" "+reports.Visible(i.Version)), " "); who != "" {
			s += " (" + who + ")"
		}
	}
	return s
}

func runWords(r *reports.Report) string {
	s := fmt.Sprintf("%s edition, seed %d", reports.Visible(r.Edition), r.Seed)
	if r.Shard != "" {
		s += ", shard " + reports.Visible(r.Shard)
	}
	s += fmt.Sprintf(": %s, %s, %s in %s", plural(reports.Sum(r).Cases, "case"), plural(r.Requests, "request"), plural(r.Backups, "backup"), seconds(r.DurationSeconds))
	if r.Throttled > 0 {
		s += fmt.Sprintf(", throttled %d times", r.Throttled)
	}
	return s
}

func coverageWords(c reports.Coverage) string {
	var parts []string
	for _, t := range c.Tuples {
		parts = append(parts, fmt.Sprintf("%d-way %d of %d (%s)", t.Strength, t.Reached, t.Possible, percent(t.Reached, t.Possible)))
	}
	return strings.Join(parts, " · ")
}

// percent says a share; it never rounds up to 100 %, so that what is missing can be seen.
func percent(part, whole int) string {
	if whole <= 0 {
		return "–"
	}
	p := 100 * float64(part) / float64(whole)
	if part < whole {
		p = math.Min(p, 99.9)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", p), ".0") + " %"
}

func latencyWords(l reports.Latency) string {
	return fmt.Sprintf("p50 %s · p90 %s · p99 %s · max %s", millis(l.P50), millis(l.P90), millis(l.P99), millis(l.Max))
}

func reasonWords(g reasonGroup) string {
	s := reports.Visible(g.Reason)
	if s == "" {
		s = "no reason is given"
	}
	if g.Party != "" {
		s = reports.Visible(g.Party) + ": " + s
	}
	return s
}

// waiverWords says why a failure is waived, by whom, and for how long.
func waiverWords(w reports.Waiver) string {
	return fmt.Sprintf("%s (%s, until %s)", reports.Visible(w.Reason), reports.Visible(w.Owner), reports.Visible(w.Expires))
}
