package steps

import (
	"flag"
	"strconv"
	"testing"
	"time"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

// Test judges a target within go test: every rule of every phase is a subtest named by its id, every example of it one of its own. A must rule that fails fails its
// subtest; what is inconclusive, and a should rule that fails, skips it and says why. The flags -rapid.checks and -rapid.seed are heeded; change
// changes the options further.
func Test(t *testing.T, target targets.Target, change ...func(*Options)) {
	t.Helper()
	o := Options{Target: target, Checks: rapidFlag("rapid.checks", 100) / 5, Seed: uint64(rapidFlag("rapid.seed", 0))}
	for _, f := range change {
		f(&o)
	}
	s, err := open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, phase := range features.Phases() {
		for _, r := range s.rules {
			if r.Phase != phase || !s.selected[r.ID] || s.notApplicable(r) != "" {
				continue
			}
			t.Run(r.ID, func(t *testing.T) { s.test(t, r) })
		}
	}
}

// test runs one rule as a test.
func (s *suite) test(t *testing.T, r features.Rule) {
	before := s.failures()
	if err := s.rule(r, nil); err != nil {
		t.Fatal(err)
	}
	rec := s.records[r.ID]
	for _, row := range rec.scenarios {
		t.Run(row.Name, func(t *testing.T) {
			t.Logf("%s: %d cases in %s", r.Statement, row.Cases, time.Duration(row.Seconds*float64(time.Second)).Round(time.Millisecond))
			if row.Verdict == reports.Inconclusive || row.Verdict == reports.NotApplicable {
				t.Skip(row.Verdict + ": " + row.Reason)
			}
		})
	}
	// What a rule's cases show may be laid to another rule, whose own subtest may be over: it is told where it was seen.
	for _, rule := range s.rules {
		for i, f := range s.records[rule.ID].failures {
			if i < before[rule.ID] {
				continue
			}
			say := t.Logf
			if rule.Level == "must" {
				say = t.Errorf
			}
			say("%s (%s): %s\n  law       %s\n  expected  %s\n  answered  %s\n%s", rule.ID, rule.Level, rule.Statement, f.Law, f.Expected, f.Answered, f.Curl)
		}
	}
	if rec.verdict != reports.Passed && !t.Failed() {
		t.Skip(rec.verdict + ": " + rec.reason)
	}
}

// failures counts the failures by rule.
func (s *suite) failures() map[string]int {
	n := map[string]int{}
	for id, rec := range s.records {
		n[id] = len(rec.failures)
	}
	return n
}

// rapidFlag reads one of rapid's own flags.
func rapidFlag(name string, absent int) int {
	f := flag.Lookup(name)
	if f == nil {
		return absent
	}
	n, err := strconv.ParseUint(f.Value.String(), 10, 64)
	if err != nil {
		return absent
	}
	return int(n)
}
