package targets_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
)

func TestTextDecodesEveryEncoding(t *testing.T) {
	for name, c := range map[string]struct{ body, text string }{
		"nothing":                     {"", ""},
		"JSON":                        {" {\"a\":\"é\"}\n", `{"a":"é"}`},
		"JSON with a byte order mark": {"\xef\xbb\xbf{}", "{}"},
		"XML":                         {"<a>é</a>", "<a>é</a>"},
		"declared":                    {"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>é</a>", "<a>é</a>"},
		"declared with less":          {"<?xml version='1.0'?><a/>", "<a/>"},
		"declared with more":          {"<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\" ?><a/>", "<a/>"},
		"XML 1.1":                     {"<?xml version=\"1.1\" encoding=\"utf-8\"?><a/>", "<a/>"},
		"Latin 1":                     {"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xe9</a>", "<a>é</a>"},
		"ASCII":                       {"<?xml version=\"1.0\" encoding=\"US-ASCII\"?><a>b</a>", "<a>b</a>"},
		"GBK":                         {"<?xml version=\"1.0\" encoding=\"GBK\"?><a>\xd6\xd0</a>", "<a>中</a>"},
		"UTF-16, little end first":    {"\xff\xfe<\x00a\x00/\x00>\x00", "<a/>"},
		"UTF-16, big end first":       {"\xfe\xff\x00<\x00a\x00/\x00>", "<a/>"},
		"JSON in UTF-16":              {"\xff\xfe{\x00}\x00", "\xff\xfe{\x00}\x00"},
		"an unknown encoding":         {"<?xml version=\"1.0\" encoding=\"x-none\"?><a>\xe9</a>", "<a>\xe9</a>"},
		"not UTF-8":                   {"{\"a\":\"\xe9\"}", "{\"a\":\"\xe9\"}"},
		"no declaration":              {"<?xml nonsense", "<?xml nonsense"},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.text, string(targets.Text([]byte(c.body)))) })
	}
}

func TestTextKeepsUTF8Valid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.SliceOf(rapid.Byte()).Draw(t, "body")
		if out := targets.Text(body); utf8.Valid(body) {
			require.True(t, utf8.Valid(out))
		}
	})
}
