package format

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/cbspec/cbspec/reports"
)

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr,omitempty"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	seconds    float64
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class    string         `xml:"classname,attr"`
	Name     string         `xml:"name,attr"`
	Time     string         `xml:"time,attr"`
	Failures []junitFailure `xml:"failure"`
	Skipped  *junitSkipped  `xml:"skipped"`
	Out      *junitText     `xml:"system-out"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type junitSkipped struct {
	Message string `xml:"message,attr"`
}

type junitText struct {
	Text string `xml:",cdata"`
}

// writeJUnit writes the report as JUnit XML: a testsuite for each area, a testcase for each scenario of a rule with the
// rule's id as its class. A failure is typed by the level of its rule. What is inconclusive, not applicable, skipped or
// a known failure is skipped, with the reason as message: it never reads as passed.
func writeJUnit(w io.Writer, r *reports.Report) error {
	properties := []junitProperty{
		{"target", reports.Visible(r.Target.Name)},
		{"endpoint", reports.Visible(r.Target.Endpoint)},
		{"edition", reports.Visible(r.Edition)},
		{"seed", strconv.FormatUint(r.Seed, 10)},
		{"verdict", reports.Visible(r.Verdict)},
		{"complete", strconv.FormatBool(r.Complete)},
		{"tool", reports.Visible(strings.TrimSpace(r.Tool.Name + " " + r.Tool.Version))},
	}
	if r.Shard != "" {
		properties = append(properties, junitProperty{"shard", reports.Visible(r.Shard)})
	}
	if r.CutShort != "" {
		properties = append(properties, junitProperty{"cutShort", reports.Visible(r.CutShort)})
	}
	root := junitSuites{Name: "cbspec " + reports.Visible(r.Target.Name), Time: junitTime(r.DurationSeconds)}
	for _, area := range areas(r.Rules) {
		suite := junitSuite{Name: orNone(reports.Visible(area.name)), Timestamp: junitTimestamp(r.Started), Properties: properties}
		for _, rule := range area.rules {
			for _, c := range junitCases(rule) {
				suite.add(c)
			}
		}
		suite.Time = junitTime(suite.seconds)
		root.Tests += suite.Tests
		root.Failures += suite.Failures
		root.Suites = append(root.Suites, suite)
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

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if len(c.Failures) > 0 {
		s.Failures++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	seconds, _ := strconv.ParseFloat(c.Time, 64) // written by junitTime
	s.seconds += seconds
	s.Cases = append(s.Cases, c)
}

// junitCases are the testcases of a rule. A failure found outside the rule's own scenarios is a testcase of its own, and so
// is the rule's verdict where none of its scenarios has it.
func junitCases(rule reports.Rule) []junitCase {
	var cases []junitCase
	names := map[string]int{}
	add := func(name string, seconds float64) *junitCase {
		name = orNone(reports.Visible(name))
		names[name]++
		if n := names[name]; n > 1 {
			name = fmt.Sprintf("%s (%d)", name, n) // readers of JUnit take class and name for an identity
		}
		cases = append(cases, junitCase{Class: reports.Visible(rule.ID), Name: name, Time: junitTime(seconds)})
		return &cases[len(cases)-1]
	}
	placed := make([]bool, len(rule.Failures))
	told := map[string]bool{} // verdicts that the testcases tell
	for _, s := range rule.Scenarios {
		c := add(s.Name, s.Seconds)
		var own []reports.Failure
		for i, f := range rule.Failures {
			if !placed[i] && f.Scenario == s.Name {
				placed[i] = true
				own = append(own, f)
			}
		}
		verdict := s.Verdict
		if len(own) > 0 {
			verdict = reports.Failed
		}
		c.tell(rule, verdict, s.Reason, own)
		told[verdict] = true
	}
	for i, f := range rule.Failures {
		if placed[i] {
			continue
		}
		name := rule.Statement
		if f.Scenario != "" {
			name += " (found by: " + f.Scenario + ")"
		}
		add(name, 0).tell(rule, reports.Failed, "", []reports.Failure{f})
		told[reports.Failed] = true
	}
	if !told[rule.Verdict] {
		add(rule.Statement, 0).tell(rule, rule.Verdict, rule.Reason, nil)
	}
	return cases
}

// tell writes the verdict into the testcase.
func (c *junitCase) tell(rule reports.Rule, verdict, reason string, failures []reports.Failure) {
	if reason == "" {
		reason = rule.Reason
	}
	var out strings.Builder
	var known []string
	for _, f := range failures {
		if f.Known != nil {
			known = append(known, "waived: "+waiverWords(*f.Known))
		} else {
			c.Failures = append(c.Failures, junitFailure{Type: reports.Visible(rule.Level), Message: reports.Visible(f.Law), Text: failureText(rule, f)})
		}
		out.WriteString(reproductionText(f))
	}
	switch {
	case verdict == reports.Passed:
	case verdict == reports.Failed && len(failures) == 0 && rule.Waiver != nil:
		c.Skipped = &junitSkipped{"waived: " + waiverWords(*rule.Waiver)}
	case verdict == reports.Failed && len(failures) == 0:
		c.Failures = []junitFailure{{Type: reports.Visible(rule.Level), Message: reports.Visible(reason), Text: reports.Visible(rule.Statement)}}
	case verdict == reports.Failed && len(c.Failures) == 0:
		c.Skipped = &junitSkipped{strings.Join(known, "; ")}
	case verdict == reports.Failed:
	default:
		message := reports.Visible(verdict)
		if reason != "" {
			message += ": " + reports.Visible(reason)
		}
		c.Skipped = &junitSkipped{message}
	}
	if out.Len() > 0 {
		c.Out = &junitText{out.String()}
	}
}

func failureText(rule reports.Rule, f reports.Failure) string {
	return fmt.Sprintf("\n%s (%s): %s\nthe document (%s): %s\nexpected: %s\nanswered: %s\n%s\n",
		reports.Visible(rule.ID), reports.Visible(rule.Level), reports.Visible(rule.Statement), reports.Visible(rule.Section), reports.Visible(rule.Document),
		reports.Visible(reports.Clip(f.Expected, shownText)), reports.Visible(reports.Clip(f.Answered, shownText)), reproducedWords(f))
}

func reproductionText(f reports.Failure) string {
	var b strings.Builder
	b.WriteString("\n" + reports.Visible(f.Law) + "\n")
	for _, line := range caseWords(f.Case) {
		b.WriteString("  " + line + "\n")
	}
	if f.Curl != "" {
		b.WriteString(reports.VisibleLines(f.Curl) + "\n")
	}
	if f.Replay != "" {
		b.WriteString(replayCommand(f, "") + "\n")
	}
	return b.String()
}

// junitTime is a number of seconds as the XSD's decimal: no exponent.
func junitTime(seconds float64) string { return strconv.FormatFloat(seconds, 'f', 3, 64) }

// junitTimestamp is the XSD's dateTime without a zone, in UTC; what is no time is left out.
func junitTimestamp(started string) string {
	t, err := time.Parse(time.RFC3339, started)
	if err != nil {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05")
}

func orNone(s string) string {
	if s == "" {
		return "(no name)"
	}
	return s
}
