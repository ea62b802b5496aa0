package format

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/cbspec/cbspec/reports"
)

// TerminalOptions say how the summary on a terminal looks.
type TerminalOptions struct {
	Color bool
	// Width is the width of the terminal in columns; 0 is 100. Shell commands are never broken, so
	// that they can be pasted.
	Width int
	// Verbose adds the rules that passed and how long each phase took.
	Verbose bool
	// Dir is the folder of the report.
	Dir string
}

// WriteTerminal writes a summary of a report for a terminal: the verdict, the counts, each finding
// with the commands that reproduce it, the rules that failed, what is inconclusive and why, and
// what was observed. The texts of a target reach the terminal only as printable characters.
func WriteTerminal(w io.Writer, r *reports.Report, o TerminalOptions) error {
	t := &terminalSummary{terminalWriter: newTerminalWriter(o), report: reports.Printable(r), options: o}
	t.head()
	t.counts()
	t.failures()
	t.inconclusive()
	t.leftOut()
	t.passed()
	t.behaviours()
	t.figures()
	_, err := w.Write(t.Bytes())
	return err
}

// terminalSummary writes the sections of the summary.
type terminalSummary struct {
	*terminalWriter
	report  *reports.Report
	options TerminalOptions
}

// verdictStyles are the colours of the verdicts of a report.
var verdictStyles = map[string]string{
	reports.Conformant: green, reports.AsFarAsTested: yellow, reports.NothingTested: red, reports.NotConformant: red,
}

func (t *terminalSummary) head() {
	r := t.report
	style, ok := verdictStyles[r.Verdict]
	if !ok {
		style = yellow
	}
	t.line(t.paint(strings.TrimSpace(marks[r.Verdict]+" "+strings.ToUpper(r.Verdict)), bold, style))
	t.text(2, "", reports.JudgedOf(r).String())
	t.text(2, "", targetWords(r.Target))
	t.text(2, "", runWords(r), dim)
	for _, gap := range reports.Gaps(r) {
		t.text(2, "", gap, bold, red)
	}
	for _, warning := range r.Warnings {
		t.text(2, "! ", warning, yellow)
	}
}

// counts writes a table of the rules by level and verdict.
func (t *terminalSummary) counts() {
	t.line("")
	header := fmt.Sprintf("  %-8s", "")
	for _, v := range verdicts {
		header += "  " + v
	}
	t.line(t.paint(header, dim))
	for _, row := range countsByLevel(t.report.Rules) {
		line := fmt.Sprintf("  %-8s", row.level)
		for _, v := range verdicts {
			line += "  " + t.count(row.byVerdict[v], v)
		}
		if row.waived > 0 {
			line += t.paint(fmt.Sprintf("  (%d of the failed waived)", row.waived), dim)
		}
		t.line(line)
	}
}

// count writes a number under the heading of its verdict.
func (t *terminalSummary) count(n int, verdict string) string {
	if n == 0 {
		return t.paint(fmt.Sprintf("%*s", len(verdict), "·"), dim)
	}
	cell := fmt.Sprintf("%*d", len(verdict), n)
	switch verdict {
	case reports.Passed:
		return t.paint(cell, green)
	case reports.Failed:
		return t.paint(cell, bold, red)
	case reports.Inconclusive:
		return t.paint(cell, yellow)
	}
	return cell
}

// failures writes the findings, and then the failed rules, each with the findings that it fails
// because of. A failed rule without a finding is written in full.
func (t *terminalSummary) failures() {
	failed := withVerdict(t.report.Rules, reports.Failed)
	if len(failed) == 0 {
		return
	}
	findings := findingsOf(t.report)
	if len(findings) > 0 {
		t.heading(explainedWords(t.report), red)
		for _, f := range findings {
			t.line("")
			t.finding(f)
		}
	}
	t.heading(plural(len(failed), "rule")+" failed", red)
	for _, rule := range failed {
		if ids := refersTo(rule); ids != "" {
			t.text(2, "", fmt.Sprintf("%s (%s)  %s  [%s]", rule.ID, rule.Level, rule.Statement, ids))
			continue
		}
		t.line("")
		t.failedRule(rule)
	}
}

// finding writes one finding.
func (t *terminalSummary) finding(f finding) {
	mark := "✗ "
	if f.failure.Known != nil {
		mark = "w "
	}
	t.text(0, mark, fmt.Sprintf("%s  %s (%s)  %s", f.ID, f.Rule, f.Level, f.rule.Statement), bold)
	t.failure(f.failure)
	t.field("explains", f.reachWords())
	if words := answerWords(f.Finding); words != "" {
		t.field("in its logs", words, dim)
	}
}

func (t *terminalSummary) failedRule(rule reports.Rule) {
	mark := "✗ "
	if rule.Waiver != nil {
		mark = "w "
	}
	t.text(0, mark, rule.ID+" ("+rule.Level+")  "+rule.Statement, bold)
	source := rule.Document
	if rule.Section != "" {
		source += " [" + rule.Section + "]"
	}
	if source = strings.TrimSpace(source); source != "" {
		t.field("the document", source)
	}
	if len(rule.Failures) == 0 {
		t.field("reason", rule.Reason)
	}
	for i, f := range rule.Failures {
		if i > 0 {
			t.line("")
		}
		t.failure(f)
	}
}

const (
	// terminalText is how much of what was expected or answered a terminal shows, in bytes.
	terminalText = 1000
	// terminalCase is how many lines of a minimal case a terminal shows.
	terminalCase = 12
)

func (t *terminalSummary) failure(f reports.Failure) {
	t.field("failure", f.Law)
	label := "minimal case"
	for _, line := range withoutMiddle(caseWords(f.Case), terminalCase) {
		t.field(label, line)
		label = ""
	}
	t.field("expected", reports.Clip(f.Expected, terminalText), green)
	t.field("answered", reports.Clip(f.Answered, terminalText), red)
	t.field("", reproducedWords(f), dim)
	if f.Known != nil {
		t.field("waived", waiverWords(*f.Known), yellow)
	}
	if f.Curl != "" {
		lines := strings.Split(strings.TrimSpace(f.Curl), "\n")
		if len(lines) > reports.ScriptLines {
			lines = []string{scriptCommand(f, t.options.Dir, len(lines))}
		}
		t.command("curl", lines...)
	}
	if f.Replay != "" {
		t.command("replay", replayCommand(f, t.options.Dir))
	}
	if f.Picture != "" {
		t.field("history", f.Picture)
	}
}

// withoutMiddle returns at most so many lines: a few from the beginning, the others from the end.
func withoutMiddle(lines []string, most int) []string {
	const begin = 3
	if len(lines) <= most {
		return lines
	}
	end := most - begin - 1
	left := fmt.Sprintf("… %d more lines, in the report", len(lines)-begin-end)
	return slices.Concat(lines[:begin], []string{left}, lines[len(lines)-end:])
}

func (t *terminalSummary) inconclusive() {
	if list := withVerdict(t.report.Rules, reports.Inconclusive); len(list) > 0 {
		t.heading(plural(len(list), "rule")+" inconclusive", yellow)
		t.reasons(list, reports.Inconclusive)
	}
}

// leftOut writes what was not tested on purpose, in one line for each verdict, or for lack of time.
func (t *terminalSummary) leftOut() {
	for _, v := range []string{reports.NotApplicable, reports.Skipped} {
		list := withVerdict(t.report.Rules, v)
		if len(list) == 0 {
			continue
		}
		title := plural(len(list), "rule") + " " + v
		if t.options.Verbose {
			t.heading(title)
			t.reasons(list, v)
			continue
		}
		var counts []string
		for _, group := range byReason(list, v) {
			counts = append(counts, fmt.Sprintf("%s (%d)", group.why, len(group.ids)))
		}
		t.line("")
		t.text(0, "", title+": "+strings.Join(counts, ", "), dim)
	}
	if len(t.report.LeftOut) > 0 {
		t.heading("Not run: out of time")
		for _, s := range t.report.LeftOut {
			t.text(2, "- ", s)
		}
	}
}

// reasons writes the reasons for a verdict, each with its rules.
func (t *terminalSummary) reasons(rules []reports.Rule, verdict string) {
	for _, group := range byReason(rules, verdict) {
		t.text(2, "", group.why)
		t.text(4, "", strings.Join(group.ids, " "), dim)
	}
}

func (t *terminalSummary) passed() {
	list := withVerdict(t.report.Rules, reports.Passed)
	if !t.options.Verbose || len(list) == 0 {
		return
	}
	t.heading(plural(len(list), "rule")+" passed", green)
	for _, rule := range list {
		t.text(2, fmt.Sprintf("%-14s", rule.ID), rule.Statement+" ("+plural(rule.Cases, "case")+")")
	}
}

func (t *terminalSummary) behaviours() {
	if len(t.report.Behaviours) == 0 {
		return
	}
	t.heading("Where the document is silent")
	width := 0
	for _, b := range t.report.Behaviours {
		width = max(width, runewidth.StringWidth(b.ID))
	}
	for _, b := range t.report.Behaviours {
		t.text(2, runewidth.FillRight(b.ID, width)+"  ", reports.Clip(b.Sentence(), terminalText/2))
	}
}

func (t *terminalSummary) figures() {
	r := t.report
	t.line("")
	var phases []string
	for _, p := range r.Phases {
		s := p.Name + " " + thousands(p.Cases)
		if t.options.Verbose {
			s += fmt.Sprintf(" (%s, %s)", plural(p.Requests, "request"), seconds(p.Seconds))
		}
		phases = append(phases, s)
	}
	if len(phases) > 0 {
		t.text(2, "cases     ", strings.Join(phases, " · "))
	}
	if len(r.Coverage.Tuples) > 0 {
		t.text(2, "coverage  ", coverageWords(r.Coverage))
	}
	if r.Latency.Max > 0 {
		t.text(2, "latency   ", latencyWords(r.Latency))
	}
}
