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

// elements counts the elements of Markdown as GitHub renders it: with its extensions, and with
// HTML.
func elements(t *testing.T, text string) map[string]int {
	t.Helper()
	var page bytes.Buffer
	require.NoError(t, goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe())).Convert([]byte(text), &page))
	counts := map[string]int{}
	for z := xhtml.NewTokenizer(&page); z.Next() != xhtml.ErrorToken; {
		if token := z.Token(); token.Type == xhtml.StartTagToken || token.Type == xhtml.SelfClosingTagToken {
			counts[token.Data]++
			if token.Data != "th" && token.Data != "td" { // which may have an alignment
				require.LessOrEqual(t, len(token.Attr), 1, token.String())
			}
		}
	}
	return counts
}

func TestMarkdownShowsTheTextsOfATargetAsText(t *testing.T) {
	attacked := elements(t, markdown(t, hostile()))
	for _, never := range []string{"a", "img", "script", "style", "title", "svg", "em", "del", "input", "h1"} {
		require.Zero(t, attacked[never], never)
	}
	require.Equal(t, elements(t, markdown(t, filled("harmless"))), attacked)
}

func TestMarkdownIsWellFormed(t *testing.T) {
	for _, s := range samples.All() {
		counts := elements(t, markdown(t, s.Make()))
		require.Equal(t, counts["details"], counts["summary"], s.Name)
		require.Zero(t, counts["a"], s.Name)
		require.Positive(t, counts["table"], s.Name)
	}
	require.Equal(t, 60+1, elements(t, markdown(t, samples.Broken()))["details"], "one for each failing rule, and one for the behaviours")
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
	require.Contains(t, text, "### Not tested", "long failures do not displace the rest")
}

func TestMarkdownBeginsWithVerdictAndCounts(t *testing.T) {
	for name, c := range map[string]struct {
		report *reports.Report
		head   string
	}{
		"conformant": {samples.Clean(), `## ✅ cbspec: conformant (40 of 40 must rules judged)

acme-rds at https&#58;//rds.acme.example/ (ACME acme-rds 1.4.2)  
original edition, seed 7: 6,350 cases, 12,402 requests, 4,211 backups in 14.2 s

| level | passed | failed | inconclusive | not applicable | skipped |
|---|---|---|---|---|---|
| must | 40 | 0 | 0 | 0 | 0 |
| should | 24 | 0 | 0 | 0 | 0 |
| may | 13 | 0 | 0 | 0 | 0 |

<details><summary>Where the document is silent</summary>

| rule | what this target does |
|---|---|
| CB-PRE-5 | <code>refused with InvalidParameter</code> |
`},
		"not conformant": {samples.Broken(), `## ❌ cbspec: not conformant (40 of 40 must rules judged)

always-200 at http&#58;//127.0.0.1:8080/  
original edition, seed 7: 6,350 cases, 12,402 requests, 4,211 backups in 14.2 s

> **Note:** The target accepts a made-up Action: an accepted call proves little.

| level | passed | failed | inconclusive | not applicable | skipped |
|---|---|---|---|---|---|
| must | 1 | 39 | 0 | 0 | 0 |
| should | 3 | 21 | 0 | 0 | 0 |
| may | 13 | 0 | 0 | 0 | 0 |

### 60 rules failed

<details><summary><b>CB-PRE-1</b> (must) An active instance`},
		"nothing tested": {samples.Untested(), `## ⚪ cbspec: nothing tested (0 of 40 must rules judged)

acme-rds at https&#58;//rds.acme.example/ (ACME acme-rds 1.4.2)  
original edition, seed 7: 0 cases, 12 requests, 0 backups in 14.2 s

> **Note:** The run was cut short: --max-time is over

> **Note:** Nothing was measured: no case could be sent, observed and judged

| level | passed | failed | inconclusive | not applicable | skipped |
|---|---|---|---|---|---|
| must | 0 | 0 | 40 | 0 | 0 |
| should | 0 | 0 | 24 | 0 | 0 |
| may | 0 | 0 | 13 | 0 | 0 |

### Not tested

|  | rules | why |
|---|---|---|
| inconclusive | CB-PRE-1 CB-PRE-4 CB-QUOTA-1 CB-QUOTA-4`},
	} {
		t.Run(name, func(t *testing.T) {
			text := markdown(t, c.report)
			require.Equal(t, c.head, text[:min(len(text), len(c.head))])
		})
	}
}

func TestMarkdownSaysWhatWasNotTested(t *testing.T) {
	text := markdown(t, samples.Untested())
	require.Contains(t, text, " | fixture: needs to provision instances: give --control, or fixtures in the target file |\n")
	require.Contains(t, text, " | network: the target kept throttling: lower limits.requestsPerSecond |\n")
	require.Contains(t, text, "| not run | races: 40 of 60 cases | out of time |\n| not run | wire: all cases | out of time |\n")
	require.NotContains(t, text, "silent", "nothing was observed")
	require.NotContains(t, markdown(t, samples.Clean()), "### Not tested")
}

func TestMarkdownShowsWhatIsWaived(t *testing.T) {
	text := markdown(t, samples.Mixed())
	require.Contains(t, text, "5 (1 waived)")
	require.Contains(t, text, "<b>CB-QUOTA-2</b> (must, waived)")
	require.Contains(t, text, "- waived: fixed in the next release (backup team, until 2026-12-31)")
}
