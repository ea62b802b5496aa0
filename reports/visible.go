package reports

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// visible returns s on one line with everything that does not print written out: control characters, and with them
// every escape sequence of a terminal, bidirectional and other invisible marks as \u202e, bytes that are no UTF-8 as
// \xff. What it returns is safe in a terminal, is valid in XML, and shows a reader what is really there.
func visible(s string) string { return escape(s, false) }

// visibleLines is visible, but line ends stay: for texts of several lines, such as shell commands.
func visibleLines(s string) string { return escape(s, true) }

func escape(s string, lines bool) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\n' && lines:
			b.WriteByte('\n')
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case strconv.IsPrint(r):
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += n
	}
	return b.String()
}

// plain tells whether s is printable ASCII alone, as nearly everything is.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// clip returns at most limit bytes of s, cut between characters, and says how many bytes there were.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	cut := limit
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + fmt.Sprintf("… (%d bytes in all)", len(s))
}
