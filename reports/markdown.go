package reports

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// markdownFailures bounds the failures told whole, so that a summary stays below what CI servers show (1 MiB).
const markdownFailures = 40

// markdownText bounds one text of a failure, in bytes.
const markdownText = 2000

// WriteMarkdown writes the report as a summary of a CI job.
func WriteMarkdown(w io.Writer, r *Report) error {
	r = printable(r)
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "## %s cbspec: %s\n\n%s  \n%s\n\n", verdictMark(r.Verdict), r.Verdict, inline(targetWords(r.Target)), inline(runWords(r)))
	for _, gap := range append(gapWords(r), r.Warnings...) {
		fmt.Fprintf(b, "> **Note:** %s\n\n", inline(gap))
	}
	fmt.Fprint(b, "| | passed | failed | inconclusive | not applicable | skipped |\n|---|--:|--:|--:|--:|--:|\n")
	for _, row := range countsByLevel(r.Rules) {
		fmt.Fprintf(b, "| %s |", row.level)
		for _, v := range verdicts {
			known := ""
			if v == Failed && row.waived > 0 {
				known = fmt.Sprintf(" (%d known)", row.waived)
			}
			fmt.Fprintf(b, " %d%s |", row.by[v], known)
		}
		fmt.Fprintln(b)
	}
	failed := withVerdict(r.Rules, Failed)
	if len(failed) > 0 {
		fmt.Fprintf(b, "\n### %s failed\n\n", plural(len(failed), "rule"))
	}
	told := 0
	for _, rule := range failed {
		fmt.Fprintf(b, "<details><summary><b>%s</b> (%s%s) %s</summary>\n\n", markup(rule.ID), markup(rule.Level), map[bool]string{true: ", known"}[rule.Waiver != nil], markup(rule.Statement))
		for _, f := range rule.Failures {
			if told++; told > markdownFailures {
				continue
			}
			markdownFailure(b, f)
		}
		fmt.Fprint(b, "</details>\n\n")
	}
	if told > markdownFailures {
		fmt.Fprintf(b, "%d more failures stand in report.json.\n", told-markdownFailures)
	}
	if groups := byReason(r.Rules, Inconclusive); len(groups) > 0 {
		fmt.Fprint(b, "\n### Not tested\n\n| rules | why |\n|---|---|\n")
		for _, g := range groups {
			var ids []string
			for _, rule := range g.Rules {
				ids = append(ids, inline(rule.ID))
			}
			fmt.Fprintf(b, "| %s | %s |\n", strings.Join(ids, " "), inline(clip(reasonWords(g), markdownText)))
		}
	}
	if len(r.Behaviours) > 0 {
		fmt.Fprint(b, "\n<details><summary>Where the document is silent, this target</summary>\n\n| rule | observed |\n|---|---|\n")
		for _, o := range r.Behaviours {
			fmt.Fprintf(b, "| %s | %s |\n", inline(o.ID), inline(clip(o.Observed, 300)))
		}
		fmt.Fprint(b, "\n</details>\n")
	}
	return b.Flush()
}

func markdownFailure(b io.Writer, f Failure) {
	fmt.Fprintf(b, "**%s**\n\n", inline(clip(f.Law, markdownText)))
	if f.Known != nil {
		fmt.Fprintf(b, "- known: %s\n", inline(waiverWords(*f.Known)))
	}
	for _, line := range []struct{ what, text string }{{"expected", f.Expected}, {"answered", f.Answered}} {
		fmt.Fprintf(b, "- %s: %s\n", line.what, inline(clip(line.text, markdownText)))
	}
	fmt.Fprintf(b, "- %s\n", inline(reproducedWords(f)))
	code := append([]string{}, caseWords(f.Case)...)
	if f.Curl != "" {
		code = append(code, "", clip(f.Curl, markdownText))
	}
	if f.Replay != "" {
		code = append(code, replayCommand(f))
	}
	if len(code) > 0 {
		fence := strings.Repeat("`", longestRun(strings.Join(code, "\n"), '`')+3)
		fmt.Fprintf(b, "\n%s\n%s\n%s\n", fence, strings.Join(code, "\n"), fence)
	}
	fmt.Fprintln(b)
}

// longestRun is how often c stands in a row at most.
func longestRun(s string, c rune) int {
	longest, run := 0, 0
	for _, r := range s {
		if r == c {
			run++
		} else {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

func verdictMark(verdict string) string {
	return map[string]string{Conformant: "✅", AsFarAsTested: "🟡", NotConformant: "❌"}[verdict]
}

var markupEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// markup is text within HTML.
func markup(s string) string { return markupEscapes.Replace(s) }

var inlineEscapes = strings.NewReplacer("\\", "\\\\", "|", "\\|", "*", "\\*", "_", "\\_", "`", "\\`", "[", "\\[", "]", "\\]", "#", "\\#", "~", "\\~", "!", "\\!", "@", "&#64;", "://", "&#58;//")

// inline is text within Markdown: nothing in it is a link, a mention, markup or a table's end.
func inline(s string) string { return inlineEscapes.Replace(markup(strings.ReplaceAll(s, "\n", " "))) }
