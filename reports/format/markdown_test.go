package format

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	xhtml "golang.org/x/net/html"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

func markdown(t *testing.T, r *reports.Report) string {
	return string(render(t, func(b *bytes.Buffer) error { return writeMarkdown(b, r) }))
}

// elements counts the elements that Markdown comes to, as GitHub reads it: with its extensions, and with HTML let through.
func elements(t *testing.T, text string) map[string]int {
	t.Helper()
	var page bytes.Buffer
	require.NoError(t, goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe())).Convert([]byte(text), &page))
	counts := map[string]int{}
	for z := xhtml.NewTokenizer(&page); z.Next() != xhtml.ErrorToken; {
		if token := z.Token(); token.Type == xhtml.StartTagToken || token.Type == xhtml.SelfClosingTagToken {
			counts[token.Data]++
			if token.Data != "th" && token.Data != "td" { // which the alignment of a table may mark
				require.LessOrEqual(t, len(token.Attr), 1, token.String())
			}
		}
	}
	return counts
}

func TestMarkdownShowsWhatATargetSaidAsText(t *testing.T) {
	attacked := elements(t, markdown(t, samples.Hostile()))
	for _, never := range []string{"a", "img", "script", "style", "title", "svg", "em", "del", "input", "h1"} {
		require.Zero(t, attacked[never], never)
	}
	require.Equal(t, elements(t, markdown(t, samples.Filled("harmless"))), attacked)
}

func TestMarkdownIsWholeMarkup(t *testing.T) {
	for _, s := range samples.All() {
		counts := elements(t, markdown(t, s.Make()))
		require.Equal(t, counts["details"], counts["summary"], s.Name)
		require.Zero(t, counts["a"], s.Name)
		require.Positive(t, counts["table"], s.Name)
	}
	require.Equal(t, 60+1, elements(t, markdown(t, samples.Broken()))["details"], "each failing rule, and the behaviours")
}

func TestMarkdownStaysBelowWhatGitHubShows(t *testing.T) {
	long := strings.Repeat(`"`, 1<<16)
	r := samples.Broken()
	r.Warnings, r.LeftOut = nil, nil
	for i := range 2000 {
		r.Warnings = append(r.Warnings, fmt.Sprint(i)+long)
		r.LeftOut = append(r.LeftOut, fmt.Sprint(i)+long)
		r.Behaviours = append(r.Behaviours, reports.Behaviour{ID: "CB-X-1", Observed: long})
		r.Rules = append(r.Rules, reports.Rule{ID: fmt.Sprintf("CB-Y-%d", i), Verdict: reports.Inconclusive, Reason: fmt.Sprint(i) + long})
	}
	for i := range r.Rules {
		for j := range r.Rules[i].Failures {
			f := &r.Rules[i].Failures[j]
			f.Law, f.Expected, f.Answered, f.Curl, r.Rules[i].Statement, r.Rules[i].Document = long, long, long, long, long, long
		}
		r.Rules[i].Failures = append(r.Rules[i].Failures, r.Rules[0].Failures...)
	}
	text := markdown(t, r)
	require.Less(t, len(text), 1<<20)
	require.Contains(t, text, "report.json has")
	require.Contains(t, text, "### Not tested", "long failures do not crowd out the rest")
}

func TestMarkdownPrintsWhatIsWaived(t *testing.T) {
	text := markdown(t, samples.Mixed())
	require.Contains(t, text, "5 (1 waived)")
	require.Contains(t, text, "<b>CB-QUOTA-2</b> (must, waived)")
	require.Contains(t, text, "- waived: fixed in the next release (backup team, until 2026-12-31)")
}
