package format

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

func newHead(r *reports.Report, b *budget) headView {
	v := headView{
		Tool: b.name(r.Tool.Name + " " + r.Tool.Version), Edition: b.name(r.Edition),
		Verdict: b.name(r.Verdict), Class: verdictClass(r.Verdict), Mark: marks[r.Verdict],
		Lead:   lead(r) + " " + reports.JudgedOf(r).String() + ".",
		Target: b.name(r.Target.Name), Implementation: b.name(implementationWords(r.Target)), Facts: facts(r, b),
	}
	v.Title = v.Target + ": " + v.Verdict
	// A target without a name of its own is named by its endpoint.
	if !strings.HasSuffix(strings.TrimRight(r.Target.Endpoint, "/"), r.Target.Name) {
		v.Endpoint = b.name(r.Target.Endpoint)
	}
	if i := r.Target.Implementation; i != nil && webURL.MatchString(i.URL) {
		v.URL = b.name(i.URL)
	}
	for _, note := range slices.Concat(reports.Gaps(r), r.Warnings) {
		v.Notes = append(v.Notes, b.text(note))
	}
	v.Notes, _ = firstOf(v.Notes, mostNotes)
	return v
}

// lead says in one sentence what the verdict is based on.
func lead(r *reports.Report) string {
	must, should := count(r.Rules, reports.Must), count(r.Rules, reports.Should)
	untested := must.all - must.passed - must.failed
	var s string
	switch {
	case must.failed > 0:
		s = fmt.Sprintf("%s of %s failed", thousands(must.failed), plural(must.all, "must rule"))
		if untested > 0 {
			s += fmt.Sprintf(", and %s could not be tested", thousands(untested))
		}
	case must.all == 0:
		s = "No must rule was tested"
	case untested == must.all:
		s = fmt.Sprintf("None of %s could be tested", plural(must.all, "must rule"))
	case untested > 0:
		s = fmt.Sprintf("No must rule failed, but %s of %s could not be tested",
			thousands(untested), thousands(must.all))
	default:
		s = fmt.Sprintf("All %s passed", plural(must.all, "must rule"))
	}
	if should.failed > 0 {
		s += fmt.Sprintf("; %s of %s failed", thousands(should.failed), plural(should.all, "should rule"))
	}
	return s + "."
}

// tally counts the rules of a level that were to be tested.
type tally struct{ all, passed, failed int }

func count(rules []reports.Rule, level string) tally {
	var t tally
	for _, rule := range rules {
		if rule.Level != level || rule.Verdict == reports.NotApplicable || rule.Verdict == reports.Skipped {
			continue
		}
		t.all++
		switch rule.Verdict {
		case reports.Passed:
			t.passed++
		case reports.Failed:
			t.failed++
		}
	}
	return t
}

// facts are what to know about a run besides its verdict. What is not known is left out.
func facts(r *reports.Report, b *budget) []fact {
	requests := thousands(r.Requests)
	if r.Throughput > 0 {
		requests += fmt.Sprintf(" (%s per second)", thousands(int(r.Throughput+0.5)))
	}
	throttled := ""
	if r.Throttled > 0 {
		throttled = plural(r.Throttled, "time")
	}
	all := []fact{
		{"Edition", r.Edition},
		{"Seed", fmt.Sprint(r.Seed)},
		{"Shard", r.Shard},
		{"Started", clock(r.Started)},
		{"Duration", seconds(r.DurationSeconds)},
		{"Cases", thousands(reports.Sum(r).Cases)},
		{"Requests", requests},
		{"Backups made", thousands(r.Backups)},
		{"Throttled", throttled},
		{"The target can", cmp.Or(strings.Join(r.Target.Capabilities, ", "), "nothing but answer calls")},
		{"Effort", fmt.Sprintf("%s, %d-way combinations", plural(r.Options.Checks, "check"), r.Options.Strength)},
		{"Gate", r.Options.Gate},
	}
	var list []fact
	for _, f := range all {
		if f.Value != "" {
			list = append(list, fact{f.Name, b.name(f.Value)})
		}
	}
	return list
}
