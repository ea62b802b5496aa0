package format

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/cbspec/cbspec/reports"
)

// writeJUnit writes a report as JUnit XML: a testsuite for each area, and a testcase for each
// scenario of a rule, with the id of the rule as its class. The type of a failure is the level of
// its rule. Each finding is one failure: a testcase that fails because of a finding of another rule
// is skipped and names that finding. A rule that is inconclusive, not applicable, skipped or waived
// is skipped, with the reason as message: it never reads as passed. A run that was cut short has an
// error.
func writeJUnit(w io.Writer, r *reports.Report) error {
	r = reports.Printable(r)
	root := junitSuites{Name: "cbspec " + r.Target.Name, Time: junitTime(r.DurationSeconds)}
	for _, rules := range byArea(r.Rules) {
		suite := junitSuite{
			Name: junitName(rules[0].Area), Timestamp: junitTimestamp(r.Started), Properties: junitProperties(r),
		}
		for _, rule := range rules {
			for _, c := range junitCases(rule, causesOf(r)) {
				suite.add(c)
			}
		}
		suite.Time = junitTime(suite.seconds)
		root.Tests += suite.Tests
		root.Failures += suite.Failures
		root.Suites = append(root.Suites, suite)
	}
	if !r.Complete {
		root.Tests, root.Errors = root.Tests+1, 1
		root.Suites = append(root.Suites, junitIncomplete(r))
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(root); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// junitIncomplete is a suite with one error: otherwise a run that was cut short would look green.
func junitIncomplete(r *reports.Report) junitSuite {
	suite := junitSuite{Name: "run", Time: junitTime(0), Timestamp: junitTimestamp(r.Started), Properties: junitProperties(r)}
	why := "the run was cut short: " + cmp.Or(r.CutShort, "no reason is given")
	suite.add(junitCase{
		Class: "cbspec", Name: "The run is complete", Time: junitTime(0), Errors: []junitFailure{{Type: "incomplete", Message: why, Text: why}},
	})
	return suite
}

func junitProperties(r *reports.Report) []junitProperty {
	properties := []junitProperty{
		{"target", r.Target.Name},
		{"endpoint", r.Target.Endpoint},
		{"edition", r.Edition},
		{"seed", strconv.FormatUint(r.Seed, 10)},
		{"verdict", r.Verdict},
		{"judged", reports.JudgedOf(r).String()},
		{"complete", strconv.FormatBool(r.Complete)},
		{"tool", strings.TrimSpace(r.Tool.Name + " " + r.Tool.Version)},
	}
	if r.Shard != "" {
		properties = append(properties, junitProperty{"shard", r.Shard})
	}
	if r.CutShort != "" {
		properties = append(properties, junitProperty{"cutShort", r.CutShort})
	}
	return properties
}

// junitCases returns the testcases of a rule. A failure that no scenario of the rule found is a
// testcase of its own, and so is the verdict of the rule where no scenario has it.
func junitCases(rule reports.Rule, causes causes) []junitCase {
	l := junitList{rule: rule, causes: causes, used: map[string]int{}, verdicts: map[string]bool{}}
	placed := make([]bool, len(rule.Failures))
	for _, s := range rule.Scenarios {
		var own []reports.Failure
		for i, f := range rule.Failures {
			if !placed[i] && f.Scenario == s.Name {
				placed[i] = true
				own = append(own, f)
			}
		}
		result := junitResult{verdict: s.Verdict, reason: s.Reason, failures: own}
		if len(own) > 0 {
			result.verdict = reports.Failed
		}
		l.add(s.Name, s.Seconds, result)
	}
	for i, f := range rule.Failures {
		if placed[i] {
			continue
		}
		name := rule.Statement
		if f.Scenario != "" {
			name += " (found by: " + f.Scenario + ")"
		}
		l.add(name, 0, junitResult{verdict: reports.Failed, failures: []reports.Failure{f}})
	}
	if !l.verdicts[rule.Verdict] {
		l.add(rule.Statement, 0, junitResult{verdict: rule.Verdict, reason: rule.Reason})
	}
	return l.cases
}

// junitList collects the testcases of a rule.
type junitList struct {
	rule     reports.Rule
	causes   causes
	cases    []junitCase
	used     map[string]int  // how often a name was used
	verdicts map[string]bool // those that a testcase has
}

// junitResult is what a testcase says.
type junitResult struct {
	verdict  string
	reason   string
	failures []reports.Failure
}

// add adds a testcase. Readers of JUnit take class and name for an identity: a name that was used
// gets a number.
func (l *junitList) add(name string, seconds float64, result junitResult) {
	name = junitName(name)
	l.used[name]++
	if n := l.used[name]; n > 1 {
		name = fmt.Sprintf("%s (%d)", name, n)
	}
	l.verdicts[result.verdict] = true
	c := junitCase{Class: l.rule.ID, Name: name, Time: junitTime(seconds)}
	c.set(l.rule, result, l.causes)
	l.cases = append(l.cases, c)
}

// set writes a result into the testcase.
func (c *junitCase) set(rule reports.Rule, result junitResult, causes causes) {
	reason := cmp.Or(result.reason, rule.Reason)
	var out strings.Builder
	var known []string
	for _, f := range result.failures {
		if f.Known != nil {
			known = append(known, "waived: "+waiverWords(*f.Known))
		} else if pointer := causes.pointer(rule.ID, f); pointer != "" {
			known = append(known, pointer)
			continue
		} else {
			c.Failures = append(c.Failures, junitFailure{rule.Level, f.Law, junitFailureText(rule, f)})
		}
		out.WriteString(junitReproduction(f))
	}
	switch {
	case result.verdict == reports.Passed:
	case result.verdict == reports.Failed && len(result.failures) == 0 && rule.Waiver != nil:
		c.Skipped = &junitSkipped{"waived: " + waiverWords(*rule.Waiver)}
	case result.verdict == reports.Failed && len(result.failures) == 0 && refersTo(rule) != "":
		c.Skipped = &junitSkipped{"fails because of finding " + refersTo(rule)}
	case result.verdict == reports.Failed && len(result.failures) == 0:
		c.Failures = []junitFailure{{rule.Level, reason, rule.Statement}}
	case result.verdict == reports.Failed && len(c.Failures) == 0:
		c.Skipped = &junitSkipped{strings.Join(known, "; ")}
	case result.verdict == reports.Failed:
	default:
		message := result.verdict
		if reason != "" {
			message += ": " + reason
		}
		c.Skipped = &junitSkipped{message}
	}
	if out.Len() > 0 {
		c.Out = &junitText{out.String()}
	}
}

// junitFailureText says what a failure is about.
func junitFailureText(rule reports.Rule, f reports.Failure) string {
	return fmt.Sprintf("\n%s (%s): %s\nthe document (%s): %s\nexpected: %s\nanswered: %s\n%s\n",
		rule.ID, rule.Level, rule.Statement,
		rule.Section, rule.Document,
		reports.Clip(f.Expected, shownText), reports.Clip(f.Answered, shownText), reproducedWords(f))
}

// junitReproduction says how to reproduce a failure.
func junitReproduction(f reports.Failure) string {
	var b strings.Builder
	b.WriteString("\n" + f.Law + "\n")
	for _, line := range caseWords(f.Case) {
		b.WriteString("  " + line + "\n")
	}
	if f.Curl != "" {
		b.WriteString(f.Curl + "\n")
	}
	if f.Replay != "" {
		b.WriteString(replayCommand(f, "") + "\n")
	}
	return b.String()
}

// junitName is the name of a testsuite or testcase: it must not be empty.
func junitName(s string) string { return cmp.Or(s, "(no name)") }

// junitTime writes a number of seconds as the decimal of the XSD, which has no exponent.
func junitTime(seconds float64) string { return strconv.FormatFloat(seconds, 'f', 3, 64) }

// junitTimestamp writes a time as the dateTime of the XSD, in UTC and without a zone. Any other
// text is left out.
func junitTimestamp(started string) string {
	t, err := time.Parse(time.RFC3339, started)
	if err != nil {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05")
}
