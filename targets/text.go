package targets

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// declaration matches the XML declaration. Its group is the encoding, if there is one.
var declaration = regexp.MustCompile(`^<\?xml(?:\s+version\s*=\s*["'][0-9.]+["'])?(?:\s+encoding\s*=\s*["']([A-Za-z0-9._-]+)["'])?[^>]*\?>`)

// Text returns a document as UTF-8, without its byte order mark and its XML declaration. Either of
// them may name the encoding of the document. JSON is always UTF-8 (RFC 8259, 8.1). A document that
// cannot be decoded is returned as it is.
func Text(body []byte) []byte {
	body = bytes.TrimSpace(body)
	switch {
	case bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		body = body[3:]
	case bytes.HasPrefix(body, []byte("\xff\xfe<")):
		body = decoded(body[2:], "utf-16le")
	case bytes.HasPrefix(body, []byte("\xfe\xff\x00<")):
		body = decoded(body[2:], "utf-16be")
	}
	body = bytes.TrimSpace(body)
	if !bytes.HasPrefix(body, []byte("<?xml")) {
		return body
	}
	parts := declaration.FindSubmatch(body)
	if parts == nil {
		return body
	}
	rest := body[len(parts[0]):]
	switch label := strings.ToLower(string(parts[1])); {
	case strings.HasPrefix(label, "utf-16") && utf8.Valid(rest):
		// The byte order mark has decoded it already.
	case label != "" && label != "utf-8" && label != "utf8":
		rest = decoded(rest, label)
	}
	return bytes.TrimSpace(rest)
}

// decoded returns text as UTF-8, or text itself if it does not have that encoding.
func decoded(text []byte, label string) []byte {
	r, err := charset.NewReaderLabel(label, bytes.NewReader(text))
	if err != nil {
		return text
	}
	out, err := io.ReadAll(r)
	if err != nil {
		return text
	}
	return out
}
