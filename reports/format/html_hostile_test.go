package format

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/cbspec/cbspec/reports/internal/samples"
)

// What a target says adds no element and no attribute to the page, and leads nowhere.
func TestNothingIsInjected(t *testing.T) {
	page := write(t, samples.Hostile())
	tame := write(t, samples.Filled("tame words"))
	require.Equal(t, shape(t, tame), shape(t, page), "the page has the same elements and attributes as that of a tame report")

	for n := range parse(t, page).Descendants() {
		require.NotEqual(t, html.CommentNode, n.Type)
		for _, a := range n.Attr {
			require.False(t, strings.HasPrefix(a.Key, "on"), a.Key)
			if a.Key == "href" || a.Key == "src" {
				require.True(t, strings.HasPrefix(a.Val, "#"), a.Val)
			}
		}
	}
}

// shape is the elements of a page with the names of their attributes, in order. Marked words may be more or fewer.
func shape(t *testing.T, page []byte) []string {
	var list []string
	for n := range parse(t, page).Descendants() {
		if n.Type != html.ElementNode || n.Data == "mark" {
			continue
		}
		s := n.Data
		for _, a := range n.Attr {
			s += " " + a.Key
		}
		list = append(list, s)
	}
	return list
}

func TestPageHasOnlyWhatPrints(t *testing.T) {
	for _, r := range string(write(t, samples.Hostile())) {
		require.True(t, r == '\n' || strconv.IsPrint(r), "%U", r)
	}
	text := textOf(t, write(t, samples.Hostile()))
	for _, want := range []string{`\u202eevil`, `\x9b31m`, `\u001b]0;owned`, "<script>document.title='owned'</script>"} {
		require.True(t, strings.Contains(text, want), want)
	}
}

// The policy lets nothing run or load but the page's own script and style sheet.
func TestPolicyNamesWhatIsThere(t *testing.T) {
	page, policies := write(t, samples.Hostile()), 0
	for n := range parse(t, page).Descendants() {
		switch {
		case n.Data == "meta" && attribute(n, "http-equiv") == "Content-Security-Policy":
			policies++
			require.True(t, strings.HasPrefix(attribute(n, "content"), "default-src 'none'; "))
			require.NotContains(t, attribute(n, "content"), "unsafe")
		case n.Data == "style" || n.Data == "script":
			require.Contains(t, policy(htmlStyle, htmlScript), hash(n.FirstChild.Data), "the hash is that of the %s as browsers read it", n.Data)
		}
	}
	require.Equal(t, 1, policies)
}

// A target that talks without end fills neither the page nor a reader's screen.
func TestTextsAreBounded(t *testing.T) {
	for _, said := range []string{"<&\"'>", "x", "\x1b", "漢 "} {
		r := samples.Filled(strings.Repeat(said, 10_000))
		for len(r.Rules) < 100 {
			r.Rules = append(r.Rules, r.Rules...)
		}
		r.Rules = r.Rules[:100] // more than the catalogue has
		require.Less(t, len(write(t, r)), 2_000_000, said)
		if testing.Short() {
			return // what is longest when escaped stands for all
		}
	}
}

func TestOnlyFilesBesideTheReportAreLinkedTo(t *testing.T) {
	for path, want := range map[string]bool{
		"histories/CB-RACE-1-1.html": true, "../../etc/passwd": false, "/etc/passwd": false, "//evil.example/x": false,
		"https://evil.example": false, "javascript:alert(1)": false, "a b": false, "": false,
	} {
		require.Equal(t, want, isBeside(path), path)
	}
}
