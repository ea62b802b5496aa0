package format

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
)

// The texts of a target add no element, no attribute and no link to the page.
func TestPageAdmitsNoInjection(t *testing.T) {
	page := write(t, hostile())
	tame := write(t, filled("tame words"))
	require.Equal(t, shape(t, tame), shape(t, page), "the page has the same elements and attributes as with harmless texts")

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

// shape lists the elements of a page with the names of their attributes. It leaves out the marks of
// differing words.
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

func TestPageShowsOnlyWhatPrints(t *testing.T) {
	for _, r := range string(write(t, hostile())) {
		require.True(t, r == '\n' || strconv.IsPrint(r), "%U", r)
	}
	text := textOf(t, write(t, hostile()))
	for _, want := range []string{`\u202eevil`, `\x9b31m`, `\u001b]0;owned`, "<script>document.title='owned'</script>"} {
		require.True(t, strings.Contains(text, want), want)
	}
}

// The policy allows only the script and the style sheet of the page itself.
func TestPolicyOfThePage(t *testing.T) {
	page, policies := write(t, hostile()), 0
	for n := range parse(t, page).Descendants() {
		switch {
		case n.Data == "meta" && attribute(n, "http-equiv") == "Content-Security-Policy":
			policies++
			require.True(t, strings.HasPrefix(attribute(n, "content"), "default-src 'none'; "))
			require.NotContains(t, attribute(n, "content"), "unsafe")
		case n.Data == "style" || n.Data == "script":
			require.Contains(t, policy(htmlStyle, htmlScript), hash(n.FirstChild.Data), "the hash is that of the %s as a browser reads it", n.Data)
		}
	}
	require.Equal(t, 1, policies)
}

// A target with long answers cannot make the page large.
func TestPageBoundsTexts(t *testing.T) {
	for _, said := range []string{"<&\"'>", "x", "\x1b", "漢 "} {
		r := filled(strings.Repeat(said, 10_000))
		for len(r.Rules) < 100 {
			r.Rules = append(r.Rules, r.Rules...)
		}
		r.Rules = r.Rules[:100] // more rules than the catalogue has
		require.Less(t, len(write(t, r)), 2_000_000, said)
		if testing.Short() {
			return // the text that is longest when escaped is enough
		}
	}
}

func TestPageLinksOnlyToFilesBesideTheReport(t *testing.T) {
	for path, want := range map[string]bool{
		"histories/CB-RACE-1-1.html": true, "../../etc/passwd": false, "/etc/passwd": false, "//evil.example/x": false,
		"https://evil.example": false, "javascript:alert(1)": false, "a b": false, "": false,
	} {
		require.Equal(t, want, isBeside(path), path)
	}
}
