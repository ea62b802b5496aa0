package format

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/cbspec/cbspec/reports"
)

// TerminalOptions are how the summary on a terminal looks.
type TerminalOptions struct {
	Color bool
	// Width of the terminal in columns; 0 is 100. Shell commands are never broken, so that they can be pasted.
	Width int
	// Verbose lists the rules that passed, too, and how long the phases took.
	Verbose bool
	// Dir is the folder that the report is in.
	Dir string
	// Files are where the report was written, to be named at the end.
	Files []string
}

// WriteTerminal writes a summary that reads well at a glance: the verdict, the counts, every failure with what
// reproduces it, what is inconclusive and why, and what was recorded. Nothing that a target said reaches the terminal
// as anything but printable text.
func WriteTerminal(w io.Writer, r *reports.Report, o TerminalOptions) error {
	if o.Width <= 0 {
		o.Width = 100
	}
	o.Width = max(o.Width, 40)
	t := &terminal{TerminalOptions: o, report: r}
	t.head()
	t.counts()
	t.failures()
	t.inconclusive()
	t.rest()
	t.behaviours()
	t.measured()
	t.foot()
	_, err := w.Write(t.Bytes())
	return err
}

type terminal struct {
	bytes.Buffer
	TerminalOptions
	report *reports.Report
}

// Colours, as the parameters of SGR.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

func (t *terminal) paint(s string, style ...string) string {
	if !t.Color || s == "" {
		return s
	}
	return "\x1b[" + strings.Join(style, ";") + "m" + s + "\x1b[0m"
}

func (t *terminal) line(s string) { t.WriteString(strings.TrimRight(s, " ") + "\n") }

// text writes s, broken at spaces to the width, after a label and under an indent of its width.
func (t *terminal) text(indent int, label, s string, style ...string) {
	pad := strings.Repeat(" ", indent)
	for i, l := range wrap(s, t.Width-indent-runewidth.StringWidth(label)) {
		if i == 1 {
			pad += strings.Repeat(" ", runewidth.StringWidth(label))
			label = ""
		}
		t.line(pad + t.paint(label, dim) + t.paint(l, style...))
	}
}

func (t *terminal) heading(s string, style ...string) {
	t.line("")
	t.text(0, "", s, append([]string{bold}, style...)...)
}

func (t *terminal) head() {
	r := t.report
	style := map[string]string{reports.Conformant: green, reports.AsFarAsTested: yellow, reports.NotConformant: red}[r.Verdict]
	if style == "" {
		style = yellow
	}
	mark := map[string]string{reports.Conformant: "✓", reports.AsFarAsTested: "~", reports.NotConformant: "✗"}[r.Verdict]
	t.line(t.paint(strings.TrimSpace(mark+" "+strings.ToUpper(reports.Visible(r.Verdict))), bold, style))
	t.text(2, "", targetWords(r.Target))
	t.text(2, "", runWords(r), dim)
	for _, gap := range reports.Gaps(r) {
		t.text(2, "", gap, bold, red)
	}
	for _, warning := range r.Warnings {
		t.text(2, "! ", reports.Visible(warning), yellow)
	}
}

func (t *terminal) counts() {
	t.line("")
	header := fmt.Sprintf("  %-8s", "")
	for _, v := range verdicts {
		header += fmt.Sprintf("  %s", v)
	}
	t.line(t.paint(header, dim))
	for _, row := range countsByLevel(t.report.Rules) {
		line := fmt.Sprintf("  %-8s", row.level)
		for _, v := range verdicts {
			n := row.by[v]
			cell := fmt.Sprintf("%*d", len(v), n)
			switch {
			case n == 0:
				cell = t.paint(fmt.Sprintf("%*s", len(v), "·"), dim)
			case v == reports.Passed:
				cell = t.paint(cell, green)
			case v == reports.Failed:
				cell = t.paint(cell, bold, red)
			case v == reports.Inconclusive:
				cell = t.paint(cell, yellow)
			}
			line += "  " + cell
		}
		if row.waived > 0 {
			line += t.paint(fmt.Sprintf("  (%d of the failed waived)", row.waived), dim)
		}
		t.line(line)
	}
}

func (t *terminal) failures() {
	failed := withVerdict(t.report.Rules, reports.Failed)
	if len(failed) == 0 {
		return
	}
	t.heading(plural(len(failed), "rule")+" failed", red)
	for _, rule := range failed {
		t.line("")
		mark := "✗ "
		if rule.Waiver != nil {
			mark = "w "
		}
		t.text(0, mark, reports.Visible(rule.ID)+" ("+reports.Visible(rule.Level)+")  "+reports.Visible(rule.Statement), bold)
		source := reports.Visible(rule.Document)
		if rule.Section != "" {
			source += " [" + reports.Visible(rule.Section) + "]"
		}
		if strings.TrimSpace(source) != "" {
			t.text(2, "the document  ", source)
		}
		if len(rule.Failures) == 0 {
			t.text(2, "reason        ", reports.Visible(rule.Reason))
		}
		for i, f := range rule.Failures {
			if i > 0 {
				t.line("")
			}
			t.failure(f)
		}
	}
}

func (t *terminal) failure(f reports.Failure) {
	t.text(2, "law           ", reports.Visible(f.Law))
	label := "minimal case  "
	for _, l := range caseWords(f.Case) {
		t.text(2, label, l)
		label = strings.Repeat(" ", len(label))
	}
	t.text(2, "expected      ", reports.Visible(reports.Clip(f.Expected, 1000)), green)
	t.text(2, "answered      ", reports.Visible(reports.Clip(f.Answered, 1000)), red)
	t.text(2, "              ", reproducedWords(f), dim)
	if f.Known != nil {
		t.text(2, "waived        ", waiverWords(*f.Known), yellow)
	}
	label = "curl          "
	if f.Curl != "" {
		lines := strings.Split(strings.TrimRight(reports.VisibleLines(f.Curl), "\n"), "\n")
		if len(lines) > shownCurl {
			lines = []string{fmt.Sprintf("%d lines, in the report", len(lines))}
		}
		for _, l := range lines {
			t.line("  " + t.paint(label, dim) + t.paint(l, cyan))
			label = strings.Repeat(" ", len(label))
		}
	}
	if f.Replay != "" {
		t.line("  " + t.paint("replay        ", dim) + t.paint(replayCommand(f, t.Dir), cyan))
	}
	if f.Picture != "" {
		t.line("  " + t.paint("history       ", dim) + reports.Visible(f.Picture))
	}
}

// shownCurl is how many lines of shell a terminal has room for: those of two signed calls.
const shownCurl = 10

func (t *terminal) inconclusive() {
	groups := byReason(t.report.Rules, reports.Inconclusive)
	if len(groups) == 0 {
		return
	}
	n := len(withVerdict(t.report.Rules, reports.Inconclusive))
	t.heading(plural(n, "rule")+" inconclusive", yellow)
	t.groups(groups)
}

// rest says what was left out on purpose.
func (t *terminal) rest() {
	for _, v := range []string{reports.NotApplicable, reports.Skipped} {
		if groups := byReason(t.report.Rules, v); len(groups) > 0 {
			t.heading(plural(len(withVerdict(t.report.Rules, v)), "rule") + " " + v)
			if v == reports.Skipped && !t.Verbose {
				for i := range groups {
					groups[i].Rules = nil // whoever left them out knows them
				}
			}
			t.groups(groups)
		}
	}
	if len(t.report.LeftOut) > 0 {
		t.heading("Left out for want of time")
		for _, s := range t.report.LeftOut {
			t.text(2, "- ", reports.Visible(s))
		}
	}
	if t.Verbose {
		if passed := withVerdict(t.report.Rules, reports.Passed); len(passed) > 0 {
			t.heading(plural(len(passed), "rule")+" passed", green)
			for _, rule := range passed {
				t.text(2, fmt.Sprintf("%-14s", reports.Visible(rule.ID)), reports.Visible(rule.Statement)+" ("+plural(rule.Cases, "case")+")")
			}
		}
	}
}

func (t *terminal) groups(groups []reasonGroup) {
	for _, g := range groups {
		t.text(2, "", reasonWords(g))
		ids := make([]string, len(g.Rules))
		for i, rule := range g.Rules {
			ids[i] = reports.Visible(rule.ID)
		}
		if len(ids) > 0 {
			t.text(4, "", strings.Join(ids, " "), dim)
		}
	}
}

func (t *terminal) behaviours() {
	if len(t.report.Behaviours) == 0 {
		return
	}
	t.heading("Where the document is silent, this target")
	wide := 0
	for _, b := range t.report.Behaviours {
		wide = max(wide, runewidth.StringWidth(reports.Visible(b.ID)))
	}
	for _, b := range t.report.Behaviours {
		t.text(2, runewidth.FillRight(reports.Visible(b.ID), wide)+"  ", reports.Visible(reports.Clip(b.Observed, 500)))
	}
}

func (t *terminal) measured() {
	r := t.report
	t.line("")
	var phases []string
	for _, p := range r.Phases {
		s := reports.Visible(p.Name) + " " + strconv.Itoa(p.Cases)
		if t.Verbose {
			s += fmt.Sprintf(" (%d requests, %.1f s)", p.Requests, p.Seconds)
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

func (t *terminal) foot() {
	if len(t.Files) == 0 {
		return
	}
	t.line("")
	for i, f := range t.Files {
		label := "report  "
		if i > 0 {
			label = "        "
		}
		t.line("  " + t.paint(label, dim) + reports.Visible(f))
	}
}

// wrap breaks s at spaces into lines of at most width columns; a word that is longer is broken where it must be.
func wrap(s string, width int) []string {
	width = max(width, 20)
	var lines []string
	line, used := "", 0
	flush := func() { lines, line, used = append(lines, line), "", 0 }
	for _, word := range strings.Fields(s) {
		w := runewidth.StringWidth(word)
		if used > 0 && used+1+w > width {
			flush()
		}
		for w > width {
			head := runewidth.Truncate(word, width, "")
			if head == "" {
				break
			}
			line = head
			flush()
			word = word[len(head):]
			w = runewidth.StringWidth(word)
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+w
	}
	flush()
	return lines
}
