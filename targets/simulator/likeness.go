package simulator

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// likeness reports whether a server takes a text that is asked for for a name that it has, although
// they differ.
type likeness func(name, asked string) bool

// likeTo is the likeness of a server that changes what is asked for before it looks for it.
func likeTo(change func(asked string) string) likeness {
	return func(name, asked string) bool { return change(asked) == name }
}

// cutAt cuts a text at a width, as a column does outside of strict mode.
func cutAt(width int) func(string) string {
	return func(text string) string { return text[:min(len(text), width)] }
}

// paddedTo compares what fits into a column, without the blanks at its end (SQL's PAD SPACE).
func paddedTo(width int) likeness {
	return likeTo(func(asked string) string { return strings.TrimRight(cutAt(width)(asked), " ") })
}

// cutAtRune cuts a text before the first rune that a column cannot store.
func cutAtRune(is func(rune) bool) likeness {
	return likeTo(func(asked string) string {
		if i := strings.IndexFunc(asked, is); i >= 0 {
			return asked[:i]
		}
		return asked
	})
}

// cutBefore cuts a text before any of these characters.
func cutBefore(chars string) likeness {
	return cutAtRune(func(r rune) bool { return strings.ContainsRune(chars, r) })
}

// lastAfter keeps what follows the last of these characters.
func lastAfter(chars string) likeness {
	return likeTo(func(asked string) string { return asked[strings.LastIndexAny(asked, chars)+1:] })
}

// unquoted takes quotes and brackets off.
func unquoted(chars string) likeness {
	return likeTo(func(asked string) string { return strings.Trim(asked, chars) })
}

var (
	// narrow stores three bytes of a character (MySQL's utf8).
	narrow = cutAtRune(func(r rune) bool { return r > 0xffff })
	// firstInvalid stores what comes before the first byte that is not UTF-8.
	firstInvalid = cutAtRune(func(r rune) bool { return r == utf8.RuneError })
	// accentsIgnored compares like utf8mb4_0900_ai_ci.
	accentsIgnored = likeTo(func(asked string) string {
		return strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, asked)
	})
	// compatible compares after NFKC, as far as full-width letters go.
	compatible = likeTo(func(asked string) string {
		return strings.Map(func(r rune) rune {
			if '\uff01' <= r && r <= '\uff5e' {
				return r - '\uff01' + '!'
			}
			return r
		}, asked)
	})
	// decodedAgain decodes what the front has decoded before.
	decodedAgain = likeTo(func(asked string) string {
		text, err := url.PathUnescape(asked)
		if err != nil {
			return asked
		}
		return text
	})
	// unescapedJSON reads a text as if it stood in JSON.
	unescapedJSON = likeTo(func(asked string) string {
		text, err := strconv.Unquote(`"` + asked + `"`)
		if err != nil {
			return asked
		}
		return text
	})
	unescaped = likeTo(func(asked string) string { return strings.ReplaceAll(asked, `\`, "") })
	cleanPath = likeTo(path.Base)
	firstWord = likeTo(func(asked string) string {
		first, _, _ := strings.Cut(strings.TrimLeft(asked, " \t"), " ")
		return first
	})
	injected = likeTo(func(asked string) string {
		name, _, _ := strings.Cut(asked, "' --")
		return name
	})
)

// endsWith is LIKE '%asked'.
func endsWith(name, asked string) bool {
	asked = strings.TrimPrefix(asked, "%")
	return asked != "" && len(name)-len(asked) < 3 && strings.HasSuffix(name, asked)
}

// like is LIKE asked, with its wildcards.
func like(name, asked string) bool {
	pattern := strings.NewReplacer("%", ".*", "_", ".").Replace(regexp.QuoteMeta(asked))
	is, err := regexp.MatchString("^"+pattern+"$", name)
	return err == nil && is
}
