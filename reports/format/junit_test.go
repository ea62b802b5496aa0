package format

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

func junit(t *testing.T, r *reports.Report) []byte {
	return render(t, func(b *bytes.Buffer) error { return writeJUnit(b, r) })
}

// element is any XML element.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// has returns 1 if the element has a child of that name, and 0 otherwise.
func (e element) has(name string) int {
	if slices.ContainsFunc(e.Children, func(c element) bool { return c.XMLName.Local == name }) {
		return 1
	}
	return 0
}

// junitShape is what the XSD of Jenkins allows in each element: attributes, with a ! where they are
// required, and children.
var junitShape = map[string]struct{ attrs, children []string }{
	"testsuites": {[]string{"name", "time", "tests", "failures", "errors"}, []string{"testsuite"}},
	"testsuite": {[]string{"name!", "tests!", "failures!", "errors!", "skipped", "time", "timestamp", "hostname", "id", "package", "group"},
		[]string{"properties", "testcase", "system-out", "system-err"}},
	"properties": {nil, []string{"property"}},
	"property":   {[]string{"name!", "value!"}, nil},
	"testcase":   {[]string{"name!", "classname", "time"}, []string{"skipped", "error", "failure", "system-out", "system-err"}},
	"failure":    {[]string{"type", "message"}, nil},
	"error":      {[]string{"type", "message"}, nil},
	"skipped":    {[]string{"type", "message"}, nil},
	"system-out": {nil, nil},
}

var (
	xsDecimal  = regexp.MustCompile(`^[0-9]+(\.[0-9]+)?$`)
	xsDateTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$`)
)

// requireJUnit checks the elements, the attributes and the counts of a JUnit file, and returns its
// root.
func requireJUnit(t require.TestingT, data []byte) element {
	for _, r := range string(data) {
		ok := r == '\n' || r >= ' ' && r != unicode.ReplacementChar && unicode.IsPrint(r)
		require.True(t, ok, "character %U", r)
	}
	var root element
	require.NoError(t, xml.Unmarshal(data, &root))
	require.Equal(t, "testsuites", root.XMLName.Local)
	var check func(e element)
	check = func(e element) {
		shape, ok := junitShape[e.XMLName.Local]
		require.True(t, ok, e.XMLName.Local)
		for _, a := range e.Attrs {
			name := a.Name.Local
			require.True(t, slices.Contains(shape.attrs, name) || slices.Contains(shape.attrs, name+"!"), e.XMLName.Local+"/@"+name)
			switch name {
			case "tests", "failures", "errors", "skipped":
				_, err := strconv.ParseUint(a.Value, 10, 31)
				require.NoError(t, err)
			case "time":
				require.Regexp(t, xsDecimal, a.Value)
			case "timestamp":
				require.Regexp(t, xsDateTime, a.Value)
			}
		}
		for _, name := range shape.attrs {
			if required, is := strings.CutSuffix(name, "!"); is {
				require.True(t, slices.ContainsFunc(e.Attrs, func(a xml.Attr) bool { return a.Name.Local == required }), e.XMLName.Local+" lacks "+required)
			}
		}
		for _, c := range e.Children {
			require.Contains(t, shape.children, c.XMLName.Local)
			check(c)
		}
	}
	check(root)
	allTests, allFailures, allErrors := 0, 0, 0
	for _, suite := range root.Children {
		tests, failures, errors, skipped := 0, 0, 0, 0
		identities := map[string]bool{}
		for _, c := range suite.Children {
			if c.XMLName.Local != "testcase" {
				continue
			}
			tests++
			failed, skip, wrong := c.has("failure"), c.has("skipped"), c.has("error")
			require.LessOrEqual(t, failed+skip+wrong, 1)
			failures, skipped, errors = failures+failed, skipped+skip, errors+wrong
			id := c.attr("classname") + " " + c.attr("name")
			require.False(t, identities[id], "twice: "+id)
			identities[id] = true
		}
		require.Equal(t, strconv.Itoa(tests), suite.attr("tests"))
		require.Equal(t, strconv.Itoa(failures), suite.attr("failures"))
		require.Equal(t, strconv.Itoa(skipped), suite.attr("skipped"))
		require.Equal(t, strconv.Itoa(errors), suite.attr("errors"))
		allTests, allFailures, allErrors = allTests+tests, allFailures+failures, allErrors+errors
	}
	require.Equal(t, strconv.Itoa(allTests), root.attr("tests"))
	require.Equal(t, strconv.Itoa(allFailures), root.attr("failures"))
	require.Equal(t, strconv.Itoa(allErrors), root.attr("errors"))
	return root
}

func TestJUnitHasOnlyWhatItsSchemaAllows(t *testing.T) {
	for _, s := range samples.All() {
		requireJUnit(t, junit(t, s.Make()))
	}
	requireJUnit(t, junit(t, &reports.Report{}))
	requireJUnit(t, junit(t, hostile()))
}

func TestJUnitFitsItsSchema(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("needs xmllint")
	}
	all := []*reports.Report{{}, hostile()}
	for _, s := range samples.All() {
		all = append(all, s.Make())
	}
	for _, r := range all {
		command := exec.CommandContext(t.Context(), xmllint, "--nonet", "--noout", "--schema", "testdata/junit.xsd", "-")
		command.Stdin = bytes.NewReader(junit(t, r))
		out, err := command.CombinedOutput()
		require.NoError(t, err, reports.Clip(string(out), 2000))
	}
}

func TestJUnitCountsAndReasons(t *testing.T) {
	for name, c := range map[string]struct {
		report                   *reports.Report
		tests, failures, skipped int
		says                     []string
	}{
		"clean": {samples.Clean(), 107, 0, 0, []string{
			`<testsuites name="cbspec acme-rds" tests="107" failures="0" errors="0" time="14.200">`,
			`<property name="endpoint" value="https://rds.acme.example/">`,
			`<property name="edition" value="original">`, `<property name="seed" value="7">`,
			`<property name="verdict" value="conformant">`, `<property name="complete" value="true">`, `<property name="tool" value="cbspec 1.0.0">`,
			`<testcase classname="CB-PRE-1" name="its last backup is completed" time="0.050">`,
		}},
		"broken": {samples.Broken(), 108, 61, 0, []string{
			`name="No input breaks the implementation (found by: any call at all)"`,
			`<failure type="must" message="Wrongly accepted when BackupMethod is empty and BackupStrategy is db.">`,
		}},
		"untested": {samples.Untested(), 108, 0, 107, []string{
			`<error type="incomplete" message="the run was cut short: --max-time is over">`,
			`<property name="verdict" value="nothing tested">`, `<property name="complete" value="false">`,
			`<property name="cutShort" value="--max-time is over">`,
			`<skipped message="inconclusive: needs to provision instances: give --control, or fixtures in the target file">`,
			`<skipped message="inconclusive: the target kept throttling: lower limits.requestsPerSecond">`,
		}},
		"mixed": {samples.Mixed(), 108, 6, 31, []string{
			`<skipped message="not applicable: the target checks no signatures">`, `<skipped message="skipped: deselected by --skip">`,
			`<skipped message="inconclusive: not judged: every case already fails because of CB-METHOD-3">`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			data := junit(t, c.report)
			root := requireJUnit(t, data)
			skipped := 0
			for _, suite := range root.Children {
				n, err := strconv.Atoi(suite.attr("skipped"))
				require.NoError(t, err)
				skipped += n
			}
			require.Equal(t, []string{strconv.Itoa(c.tests), strconv.Itoa(c.failures)}, []string{root.attr("tests"), root.attr("failures")})
			require.Equal(t, c.skipped, skipped)
			for _, want := range c.says {
				require.Contains(t, string(data), want)
			}
		})
	}
}

func TestJUnitSkipsWhatIsWaived(t *testing.T) {
	root := requireJUnit(t, junit(t, samples.Mixed()))
	failed, skipped, _ := verdictOf(root, "CB-PRE-1")
	require.Zero(t, failed)
	require.Positive(t, skipped)
	require.Contains(t, string(junit(t, samples.Mixed())), `<skipped message="waived: fixed in the next release (backup team, until 2026-12-31)">`)
}

// verdictOf counts the testcases of a rule as a reader of JUnit sees them.
func verdictOf(root element, id string) (failed, skipped, passed int) {
	for _, suite := range root.Children {
		for _, c := range suite.Children {
			if c.attr("classname") != id {
				continue
			}
			switch {
			case slices.ContainsFunc(c.Children, func(e element) bool { return e.XMLName.Local == "failure" }):
				failed++
			case slices.ContainsFunc(c.Children, func(e element) bool { return e.XMLName.Local == "skipped" }):
				skipped++
			default:
				passed++
			}
		}
	}
	return failed, skipped, passed
}

func TestJUnitNeverShowsARuleBetterThanItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		anyVerdict := rapid.SampledFrom(verdicts)
		rule := reports.Rule{ID: "CB-X-1", Level: rapid.SampledFrom([]string{reports.Must, reports.Should, reports.May}).Draw(t, "level"), Verdict: anyVerdict.Draw(t, "verdict")}
		for range rapid.IntRange(0, 3).Draw(t, "scenarios") {
			rule.Scenarios = append(rule.Scenarios, reports.Scenario{Name: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "name"), Verdict: anyVerdict.Draw(t, "scenario")})
		}
		unknown := 0
		if rule.Verdict == reports.Failed {
			for range rapid.IntRange(0, 3).Draw(t, "failures") {
				f := reports.Failure{Law: "l", Scenario: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "of")}
				if rapid.Bool().Draw(t, "known") {
					f.Known = &reports.Waiver{}
				} else {
					unknown++
				}
				rule.Failures = append(rule.Failures, f)
			}
		}
		var b bytes.Buffer
		require.NoError(t, writeJUnit(&b, &reports.Report{Rules: []reports.Rule{rule}}))
		failed, skipped, passed := verdictOf(requireJUnit(t, b.Bytes()), rule.ID)
		switch {
		case rule.Verdict == reports.Passed:
			require.Positive(t, passed+failed)
		case rule.Verdict != reports.Failed:
			require.Positive(t, skipped)
		case unknown > 0 || len(rule.Failures) == 0:
			require.Positive(t, failed)
		default:
			require.Positive(t, skipped)
		}
	})
}

func TestJUnitTypesAFailureByTheLevelOfItsRule(t *testing.T) {
	for _, level := range []string{reports.Must, reports.Should} {
		r := &reports.Report{Rules: []reports.Rule{{ID: "CB-X-1", Level: level, Verdict: reports.Failed, Failures: []reports.Failure{{Law: "always"}}}}}
		require.Contains(t, string(junit(t, r)), fmt.Sprintf(`<failure type=%q message="always">`, level))
	}
}
