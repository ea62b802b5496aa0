package steps

import (
	"cmp"
	"flag"
	"strconv"
	"testing"
	"time"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

// Test judges a target within go test. Every rule is a subtest that is named by its id, and every
// example of a rule is a subtest of that. A must rule that fails fails its subtest. An inconclusive
// rule, and a should rule that fails, skip it and say why. The flags -rapid.checks and -rapid.seed
// set the number of checks and the seed; change may change the options further.
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
			t.Run(r.ID, func(t *testing.T) { testRule(t, s, r) })
		}
	}
}

// testRule runs one rule as a test.
func testRule(t *testing.T, s *suite, r features.Rule) {
	before := map[string]int{}
	for _, rule := range s.rules {
		before[rule.ID] = len(s.failures(rule.ID))
	}
	if err := s.runRule(r); err != nil {
		t.Fatal(err)
	}
	rec := s.records[r.ID]
	for _, row := range rec.scenarios {
		t.Run(row.Name, func(t *testing.T) {
			took := time.Duration(row.Seconds * float64(time.Second)).Round(time.Millisecond)
			t.Logf("%s: %d cases in %s", r.Statement, row.Cases, took)
			testExample(t, r, rec.verdict, row)
		})
	}
	// A case of this rule may show that another rule fails, whose own subtest may be over. The
	// failure is reported where it was seen.
	for _, rule := range s.rules {
		for _, f := range s.failures(rule.ID)[before[rule.ID]:] {
			say := t.Logf
			if rule.Level == oracle.Must {
				say = t.Errorf
			}
			say("%s (%s): %s\n  fails     %s\n  expected  %s\n  answered  %s\n"+
				"  again     go test -run '%s' -rapid.seed=%d, or while the server of the test runs:\n%s",
				rule.ID, rule.Level, rule.Statement, f.Law, f.Expected, f.Answered, t.Name(), s.o.Seed, f.Curl)
		}
	}
	if rec.verdict != reports.Passed && !t.Failed() {
		t.Skip(rec.verdict + ": " + rec.reason)
	}
}

// testExample fails or skips the subtest of an example as that of its rule.
func testExample(t *testing.T, r features.Rule, verdict string, row reports.Scenario) {
	why := row.Verdict + ": " + cmp.Or(row.Reason, "see the output of "+r.ID)
	switch {
	case row.Verdict == reports.Passed:
	case row.Verdict == reports.Failed && verdict == reports.Failed && r.Level == oracle.Must:
		t.Error(why)
	default:
		t.Skip(why)
	}
}

// rapidFlag reads one of rapid's own flags, or returns absent where it is not set.
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
