package redact

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// view is a text of which some layers of escapes are resolved.
type view struct {
	text []byte
	// at is where each byte begins in the original text, and then where that ends. It is nil for
	// the original text itself.
	at []int
}

// original returns the part of the original text that a part of the view stands for.
func (v view) original(from, to int) span {
	if v.at == nil {
		return span{from, to}
	}
	for to < len(v.text) && v.at[to] == v.at[to-1] {
		to++ // within a character that one escape stands for
	}
	return span{v.at[from], v.at[to]}
}

// resolve resolves one more layer of escapes, and reports whether there was any.
func (v view) resolve() (next view, more bool) {
	if !bytes.ContainsAny(v.text, `%\&`) {
		return v, false
	}
	next.text = make([]byte, 0, len(v.text))
	next.at = make([]int, 0, len(v.text)+1)
	for i := 0; i < len(v.text); {
		r, isByte, size := escape(v.text[i:])
		begin, before := v.original(i, i+1).from, len(next.text)
		switch {
		case size == 0:
			next.text, size = append(next.text, v.text[i]), 1
		case isByte:
			next.text, more = append(next.text, byte(r)), true
		default:
			next.text, more = utf8.AppendRune(next.text, r), true
		}
		for range len(next.text) - before {
			next.at = append(next.at, begin)
		}
		i += size
	}
	end := len(v.text)
	if v.at != nil {
		end = v.at[end]
	}
	next.at = append(next.at, end)
	return next, more
}

// escape reads the escape that a text begins with: of a URL, of JSON and programming languages, or
// of XML and HTML. It stands for a character, or for a byte of one. The size is 0 if there is none.
func escape(text []byte) (r rune, isByte bool, size int) {
	switch text[0] {
	case '%':
		r, size = digits(text, 1, 2, 16)
		return r, true, size
	case '\\':
		return backslash(text)
	case '&':
		r, size = reference(text)
	}
	return r, false, size
}

// digits reads a number of that many digits, or no number.
func digits(text []byte, from, count, base int) (r rune, size int) {
	if len(text) < from+count {
		return 0, 0
	}
	n, err := strconv.ParseUint(string(text[from:from+count]), base, 31)
	if err != nil {
		return 0, 0
	}
	return rune(n), from + count
}

// backslash reads an escape that begins with a backslash.
func backslash(text []byte) (r rune, isByte bool, size int) {
	if len(text) < 2 {
		return 0, false, 0
	}
	switch text[1] {
	case 'u':
		r, size = digits(text, 2, 4, 16)
		if size > 0 && utf16.IsSurrogate(r) && bytes.HasPrefix(text[size:], []byte(`\u`)) {
			if low, n := digits(text[size:], 2, 4, 16); n > 0 {
				return utf16.DecodeRune(r, low), false, size + n
			}
		}
		return r, false, size
	case 'U':
		r, size = digits(text, 2, 8, 16)
		return r, false, size
	case 'x':
		r, size = digits(text, 2, 2, 16)
		return r, true, size
	case '"', '\'', '\\', '/', '`', '&', '<', '>':
		return rune(text[1]), true, 2
	}
	return 0, false, 0
}

// longestReference is the length of the longest reference that is read, in bytes.
const longestReference = 12

// reference reads a character reference of XML or HTML.
func reference(text []byte) (r rune, size int) {
	end := bytes.IndexByte(text[:min(len(text), longestReference)], ';')
	if end < 3 {
		return 0, 0
	}
	name := bytes.ToLower(text[1:end])
	switch {
	case bytes.HasPrefix(name, []byte("#x")):
		r, size = digits(name, 2, len(name)-2, 16)
	case name[0] == '#':
		r, size = digits(name, 1, len(name)-1, 10)
	default:
		r = named(string(name))
		size = int(r)
	}
	if size == 0 {
		return 0, 0
	}
	return r, end + 1
}

// named returns the character with that name in XML, or 0.
func named(name string) rune {
	switch name {
	case "amp":
		return '&'
	case "lt":
		return '<'
	case "gt":
		return '>'
	case "quot":
		return '"'
	case "apos":
		return '\''
	}
	return 0
}
