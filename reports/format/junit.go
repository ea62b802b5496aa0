package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
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

// WriteJUnit writes the report as JUnit XML: a testsuite for each area, a testcase for each scenario of a rule with the
// rule's id as its class. A failure is typed by the level of its rule. What is inconclusive, not applicable, skipped or
// a known failure is skipped, with the reason as message: it never reads as passed.
func WriteJUnit(w io.Writer, r *Report) error {
	properties := []junitProperty{
		{"target", visible(r.Target.Name)},
		{"endpoint", visible(r.Target.Endpoint)},
		{"edition", visible(r.Edition)},
		{"seed", strconv.FormatUint(r.Seed, 10)},
		{"verdict", visible(r.Verdict)},
		{"complete", strconv.FormatBool(r.Complete)},
		{"tool", visible(strings.TrimSpace(r.Tool.Name + " " + r.Tool.Version))},
	}
	if r.Shard != "" {
		properties = append(properties, junitProperty{"shard", visible(r.Shard)})
	}
	if r.CutShort != "" {
		properties = append(properties, junitProperty{"cutShort", visible(r.CutShort)})
	}
	root := junitSuites{Name: "cbspec " + visible(r.Target.Name), Time: junitTime(r.DurationSeconds)}
	for _, area := range areas(r.Rules) {
		suite := junitSuite{Name: orNone(visible(area.name)), Timestamp: junitTimestamp(r.Started), Properties: properties}
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
func junitCases(rule Rule) []junitCase {
	var cases []junitCase
	names := map[string]int{}
	add := func(name string, seconds float64) *junitCase {
		name = orNone(visible(name))
		names[name]++
		if n := names[name]; n > 1 {
			name = fmt.Sprintf("%s (%d)", name, n) // readers of JUnit take class and name for an identity
		}
		cases = append(cases, junitCase{Class: visible(rule.ID), Name: name, Time: junitTime(seconds)})
		return &cases[len(cases)-1]
	}
	placed := make([]bool, len(rule.Failures))
	told := map[string]bool{} // verdicts that the testcases tell
	for _, s := range rule.Scenarios {
		c := add(s.Name, s.Seconds)
		var own []Failure
		for i, f := range rule.Failures {
			if !placed[i] && f.Scenario == s.Name {
				placed[i] = true
				own = append(own, f)
			}
		}
		verdict := s.Verdict
		if len(own) > 0 {
			verdict = Failed
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
		add(name, 0).tell(rule, Failed, "", []Failure{f})
		told[Failed] = true
	}
	if !told[rule.Verdict] {
		add(rule.Statement, 0).tell(rule, rule.Verdict, rule.Reason, nil)
	}
	return cases
}

// tell writes the verdict into the testcase.
func (c *junitCase) tell(rule Rule, verdict, reason string, failures []Failure) {
	if reason == "" {
		reason = rule.Reason
	}
	var out strings.Builder
	var known []string
	for _, f := range failures {
		if f.Known != nil {
			known = append(known, "waived: "+waiverWords(*f.Known))
		} else {
			c.Failures = append(c.Failures, junitFailure{Type: visible(rule.Level), Message: visible(f.Law), Text: failureText(rule, f)})
		}
		out.WriteString(reproductionText(f))
	}
	switch {
	case verdict == Passed:
	case verdict == Failed && len(failures) == 0 && rule.Waiver != nil:
		c.Skipped = &junitSkipped{"waived: " + waiverWords(*rule.Waiver)}
	case verdict == Failed && len(failures) == 0:
		c.Failures = []junitFailure{{Type: visible(rule.Level), Message: visible(reason), Text: visible(rule.Statement)}}
	case verdict == Failed && len(c.Failures) == 0:
		c.Skipped = &junitSkipped{strings.Join(known, "; ")}
	case verdict == Failed:
	default:
		message := visible(verdict)
		if reason != "" {
			message += ": " + visible(reason)
		}
		c.Skipped = &junitSkipped{message}
	}
	if out.Len() > 0 {
		c.Out = &junitText{out.String()}
	}
}

func failureText(rule Rule, f Failure) string {
	return fmt.Sprintf("\n%s (%s): %s\nthe document (%s): %s\nexpected: %s\nanswered: %s\n%s\n",
		visible(rule.ID), visible(rule.Level), visible(rule.Statement), visible(rule.Section), visible(rule.Document),
		visible(clip(f.Expected, shownText)), visible(clip(f.Answered, shownText)), reproducedWords(f))
}

func reproductionText(f Failure) string {
	var b strings.Builder
	b.WriteString("\n" + visible(f.Law) + "\n")
	for _, line := range caseWords(f.Case) {
		b.WriteString("  " + line + "\n")
	}
	if f.Curl != "" {
		b.WriteString(visibleLines(f.Curl) + "\n")
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
