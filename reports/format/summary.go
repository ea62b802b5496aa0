package reports

import (
	"fmt"
	"math"
	"strings"
)

// levelCounts is a row of the table of levels by verdicts.
type levelCounts struct {
	level  string
	by     map[string]int
	waived int
}

// countsByLevel counts the rules of each level that there is, in the order must, should, may.
func countsByLevel(rules []Rule) []levelCounts {
	var rows []levelCounts
	for _, level := range []string{Must, Should, May} {
		row, any := levelCounts{level: level, by: map[string]int{}}, false
		for _, rule := range rules {
			if rule.Level != level {
				continue
			}
			any = true
			row.by[rule.Verdict]++
			if rule.Verdict == Failed && rule.Waiver != nil {
				row.waived++
			}
		}
		if any {
			rows = append(rows, row)
		}
	}
	return rows
}

func targetWords(t Target) string {
	s := visible(t.Name)
	if t.Endpoint != "" && t.Endpoint != t.Name {
		s += " at " + visible(t.Endpoint)
	}
	if i := t.Implementation; i != nil {
		if who := strings.Join(strings.Fields(visible(i.Organization)+" "+visible(i.Project)+" "+visible(i.Version)), " "); who != "" {
			s += " (" + who + ")"
		}
	}
	return s
}

func runWords(r *Report) string {
	s := fmt.Sprintf("%s edition, seed %d", visible(r.Edition), r.Seed)
	if r.Shard != "" {
		s += ", shard " + visible(r.Shard)
	}
	s += fmt.Sprintf(": %s, %s, %s in %s", plural(Sum(r).Cases, "case"), plural(r.Requests, "request"), plural(r.Backups, "backup"), seconds(r.DurationSeconds))
	if r.Throttled > 0 {
		s += fmt.Sprintf(", throttled %d times", r.Throttled)
	}
	return s
}

func seconds(s float64) string {
	switch {
	case s < 120:
		return fmt.Sprintf("%.1f s", s)
	case s < 7200:
		return fmt.Sprintf("%.0f min", s/60)
	}
	return fmt.Sprintf("%.1f h", s/3600)
}

func coverageWords(c Coverage) string {
	var parts []string
	for _, t := range c.Tuples {
		parts = append(parts, fmt.Sprintf("%d-way %d of %d (%s)", t.Strength, t.Reached, t.Possible, Percent(t.Reached, t.Possible)))
	}
	return strings.Join(parts, " · ")
}

// Percent says a share; it never rounds up to 100 %, so that what is missing can be seen.
func Percent(part, whole int) string {
	if whole <= 0 {
		return "–"
	}
	p := 100 * float64(part) / float64(whole)
	if part < whole {
		p = math.Min(p, 99.9)
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", p), ".0") + " %"
}

func latencyWords(l Latency) string {
	return fmt.Sprintf("p50 %s · p90 %s · p99 %s · max %s", millis(l.P50), millis(l.P90), millis(l.P99), millis(l.Max))
}

func millis(ms float64) string {
	switch {
	case ms < 10:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 10000:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.1f s", ms/1000)
}

func reasonWords(g reasonGroup) string {
	s := visible(g.Reason)
	if s == "" {
		s = "no reason is given"
	}
	if g.Party != "" {
		s = visible(g.Party) + ": " + s
	}
	return s
}

// waiverWords says why a failure is waived, by whom, and for how long.
func waiverWords(w Waiver) string {
	return fmt.Sprintf("%s (%s, until %s)", visible(w.Reason), visible(w.Owner), visible(w.Expires))
}

// gapWords says why the report as a whole proves less than it seems to; there are none for a whole run.
func gapWords(r *Report) []string {
	var gaps []string
	if !r.Complete {
		why := visible(r.CutShort)
		if why == "" {
			why = "no reason is given"
		}
		gaps = append(gaps, "The run was cut short: "+why)
	}
	if Sum(r).Cases == 0 {
		gaps = append(gaps, "Nothing was measured: no case could be sent, observed and judged")
	}
	return gaps
}
