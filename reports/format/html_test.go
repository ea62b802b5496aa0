package format

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

func write(t testing.TB, r *reports.Report) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, writeHTML(&b, r))
	return b.Bytes()
}

// A page of 10,000 cases can still be sent by mail.
func TestPageOfManyCasesIsSmall(t *testing.T) {
	require.Less(t, len(write(t, samples.Many())), 2_000_000)
}

func TestPageOfAnEmptyReport(t *testing.T) {
	text := textOf(t, write(t, &reports.Report{}))
	require.Contains(t, text, "No must rule was tested")
	require.Contains(t, text, "Nothing was measured")
}

func TestEveryRuleHasAPermalink(t *testing.T) {
	r := samples.Mixed()
	doc := parse(t, write(t, r))
	ids := map[string]bool{}
	for n := range doc.Descendants() {
		if id := attribute(n, "id"); id != "" {
			require.False(t, ids[id], "the id %s is there twice", id)
			ids[id] = true
		}
	}
	for _, rule := range r.Rules {
		require.True(t, ids[rule.ID], rule.ID)
	}
	for n := range doc.Descendants() {
		if to, local := strings.CutPrefix(attribute(n, "href"), "#"); local {
			require.True(t, ids[to], "nothing is at #%s", to)
		}
	}
}

func TestPageSaysWhatTheVerdictIsBasedOn(t *testing.T) {
	for name, c := range map[string]struct {
		report *reports.Report
		want   []string
	}{
		"conformant": {samples.Clean(), []string{
			"conformant", "All 40 must rules passed.", "acme-rds", "ACME acme-rds 1.4.2", "https://acme.example",
			"12,402 (873 per second)", "provision, observe, complete, next day", "100 checks, 3-way combinations", "1 March 2026, 10:20 UTC",
			"3-way", "29,711 of 30,020, 99 %", "119 ms", "refused with InvalidParameter", "BackupMethod: Logical", "idle → running",
		}},
		"not conformant": {samples.Broken(), []string{
			"39 of 40 must rules failed; 21 of 24 should rules failed.", "48 more", "The target accepts a made-up Action", "http://127.0.0.1:8080/",
		}},
		"mixed": {samples.Mixed(), []string{
			"5 of 40 must rules failed, and 5 could not be tested; 1 of 14 should rules failed.", "the target checks no signatures", "deselected by --skip",
			"Waived: known failures", "cause: fixture",
		}},
		"untested":             {samples.Untested(), []string{"None of 40 must rules could be tested.", "nothing but answer calls", "wire: all cases"}},
		"a should rule failed": {failedOnly(samples.Clean(), "CB-AUTH-1"), []string{"All 40 must rules passed; 1 of 24 should rules failed."}},
		"a must rule is open":  {inconclusive(samples.Clean(), "CB-QUOTA-2"), []string{"No must rule failed, but 1 of 40 could not be tested."}},
	} {
		t.Run(name, func(t *testing.T) {
			text := textOf(t, write(t, c.report))
			for _, want := range c.want {
				require.True(t, strings.Contains(text, want), want)
			}
		})
	}
}

func failedOnly(r *reports.Report, id string) *reports.Report {
	samples.Rule(r, id).Verdict = reports.Failed
	return samples.Finish(r)
}

func inconclusive(r *reports.Report, id string) *reports.Report {
	samples.Rule(r, id).Verdict = reports.Inconclusive
	return samples.Finish(r)
}

func TestPageShowsFailures(t *testing.T) {
	text := textOf(t, write(t, samples.Mixed()))
	for _, want := range []string{
		"Wrongly accepted when BackupMethod is empty and BackupStrategy is db.",
		"Given a MySQL instance that is Running, with database app, never backed up",
		"refused: BackupMethod has a value that is not documented",
		"accepted (200) with the RequestId and nothing else",
		"curl -sS -i 'http://127.0.0.1:8080/?Action=CreateBackup",
		"cbspec replay replays/CB-METHOD-3-1.json",
		"Drawing of the history",
		"fixed in the next release (backup team, until 2026-12-31)",
		"reproduced 3 of 3 times",
	} {
		require.True(t, strings.Contains(text, want), want)
	}
}

func TestPageSaysWhatWasNotTestedAndWhatToDo(t *testing.T) {
	text := textOf(t, write(t, samples.Untested()))
	for _, want := range []string{
		"None of 40 must rules could be tested.", "The run was cut short: --max-time is over", "Nothing was measured",
		"needs to provision instances: give --control, or fixtures in the target file", "races: 40 of 60 cases",
	} {
		require.True(t, strings.Contains(text, want), want)
	}
	require.True(t, strings.Contains(textOf(t, write(t, samples.Clean())), "Every rule was tested."))
}

// Screen readers need landmarks, and headings without gaps between their levels.
func TestPageHasLandmarksAndAnOutline(t *testing.T) {
	for _, s := range samples.All() {
		doc := parse(t, write(t, s.Make()))
		count, level := map[string]int{}, 0
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			count[n.Data]++
			if len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6' {
				next := int(n.Data[1] - '0')
				require.LessOrEqual(t, next, level+1, "a heading after one of level %d", level)
				level = next
			}
		}
		for _, one := range []string{"h1", "main", "nav", "header"} {
			require.Equal(t, 1, count[one], one)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, s := range append(samples.All(), samples.Sample{Name: "many", Make: samples.Many}) {
		b.Run(s.Name, func(b *testing.B) {
			r := s.Make()
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, writeHTML(io.Discard, r))
			}
		})
	}
}

func parse(t testing.TB, page []byte) *html.Node {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	require.NoError(t, err)
	return doc
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// textOf is the text of a page, without its style sheet and its script.
func textOf(t testing.TB, page []byte) string {
	t.Helper()
	var b strings.Builder
	for n := range parse(t, page).Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "script" {
			b.WriteString(n.Data)
		}
	}
	return b.String()
}
