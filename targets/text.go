package targets

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// declaration is the XML declaration, with the encoding that it may name.
var declaration = regexp.MustCompile(`^<\?xml(?:\s+version\s*=\s*["'][0-9.]+["'])?(?:\s+encoding\s*=\s*["']([A-Za-z0-9._-]+)["'])?[^>]*\?>`)

// Text is a document as UTF-8, whatever encoding it came in: that of its byte order mark or of its XML declaration, both of which are left out. JSON is UTF-8
// and nothing else (RFC 8259, 8.1). What cannot be turned into UTF-8 stays as it is.
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
		// It was in that encoding, and no longer is.
	case label != "" && label != "utf-8" && label != "utf8":
		rest = decoded(rest, label)
	}
	return bytes.TrimSpace(rest)
}

// decoded turns text of an encoding into UTF-8.
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
