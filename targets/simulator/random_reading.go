package simulator

import (
	"encoding/base64"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// randomReading returns a server that takes more texts for a documented value of a parameter than
// the document allows.
func randomReading(r *rand.Rand) Fault {
	parameter := pickOf(r, "BackupMethod", "BackupStrategy", "BackupType")
	values := map[string][]string{
		"BackupMethod": {"Physical", "Logical"}, "BackupStrategy": {"db", "instance"}, "BackupType": {"Auto", "FullBackup"},
	}[parameter]
	if r.IntN(2) == 0 { // often only one value is read leniently
		values = []string{pickOf(r, values...)}
	}
	family := pickOf(r, partOfValue, valueInText, numbersAndWords(values), changedLetters, slips)
	what, like := family(r)
	f := coerced("", parameter, "", alike(like, values...))
	f.Description = fmt.Sprintf("%s reads %s %s.", parameter, strings.Join(values, " and "), what)
	return f
}

// reading draws a likeness and says in words what it is.
type reading func(r *rand.Rand) (what string, like likeness)

// partOfValue takes a part of a value for it.
func partOfValue(r *rand.Rand) (string, likeness) {
	switch n := 1 + r.IntN(4); r.IntN(4) {
	case 0:
		return fmt.Sprintf("by its first letters, %d or more", n), func(name, asked string) bool {
			return len(asked) >= min(n, len(name)-1) && strings.HasPrefix(name, asked)
		}
	case 1:
		return fmt.Sprintf("by its first %d letters in lower case", n), func(name, asked string) bool {
			return strings.ToLower(name[:min(n, len(name)-1)]) == asked
		}
	case 2:
		return "by its second half", func(name, asked string) bool {
			return len(asked) >= len(name)/2 && strings.HasSuffix(name, asked)
		}
	default:
		return "without its last letter", func(name, asked string) bool { return name[:len(name)-1] == asked }
	}
}

// valueInText takes a text that has a value in it for the value.
func valueInText(r *rand.Rand) (string, likeness) {
	separator := pickOf(r, ",", ";", "|", "\n", "\x00", "/", ".", ":", "=", "-", "_", "(", "&")
	wrap := pickOf(r, `"`, "'", "<>")
	switch r.IntN(7) {
	case 0:
		return "in any text that has it", func(name, asked string) bool { return strings.Contains(asked, name) }
	case 1:
		return "at the beginning of a text", func(name, asked string) bool { return strings.HasPrefix(asked, name) }
	case 2:
		return "at the end of a text", func(name, asked string) bool { return strings.HasSuffix(asked, name) }
	case 3:
		return fmt.Sprintf("before %q", separator), func(name, asked string) bool {
			first, _, _ := strings.Cut(asked, separator)
			return first == name
		}
	case 4:
		return "after a dot", lastAfter(".")
	case 5:
		return "in a list", func(name, asked string) bool { return slices.Contains(strings.Split(asked, ","), name) }
	default:
		return "within " + wrap, unquoted(wrap)
	}
}

// numbersAndWords takes numbers, truth values and words for values.
func numbersAndWords(values []string) reading {
	return func(r *rand.Rand) (string, likeness) {
		first, truth := r.IntN(2), r.IntN(2) == 0
		word := pickOf(r, "NULL", "null", "nil", "None", "undefined", "default", "any", "all", "unknown", "-", "*", "%")
		switch r.IntN(5) {
		case 0:
			return fmt.Sprintf("by its number from %d", first), func(name, asked string) bool {
				n, err := strconv.Atoi(asked)
				return err == nil && n == first+slices.Index(values, name)
			}
		case 1:
			return "for any number", likeTo(func(asked string) string {
				if _, err := strconv.Atoi(asked); err == nil {
					return values[0]
				}
				return asked
			})
		case 2:
			return fmt.Sprintf("for what is %v", truth), func(name, asked string) bool {
				is, err := strconv.ParseBool(asked)
				return err == nil && is == truth && name == values[0]
			}
		case 3:
			answer := pickOf(r, "yes", "no", "on", "off", "y", "n", "Y", "N")
			return "for " + answer, func(name, asked string) bool { return asked == answer && name == values[0] }
		default:
			return "for " + word, func(name, asked string) bool { return asked == word && name == values[0] }
		}
	}
}

// changedLetters takes a text for a value after changing its letters.
func changedLetters(r *rand.Rand) (string, likeness) {
	letters := func(keep func(rune) bool) likeness {
		return likeTo(func(asked string) string {
			return strings.Map(func(r rune) rune {
				if keep(r) {
					return r
				}
				return -1
			}, asked)
		})
	}
	masked := func(bits rune) likeness {
		return likeTo(func(asked string) string { return strings.Map(func(r rune) rune { return r & bits }, asked) })
	}
	choices := []struct {
		what string
		like likeness
	}{
		{"in full-width letters", compatible},
		{"with accents", accentsIgnored},
		{"with characters that are not letters", letters(unicode.IsLetter)},
		{"with characters that are not ASCII", letters(func(r rune) bool { return r <= unicode.MaxASCII })},
		{"in seven bits of each character", masked(0x7f)},
		{"in eight bits of each character", masked(0xff)},
		{"with escapes of JSON", unescapedJSON},
		{"with entities", likeTo(html.UnescapeString)},
		{"percent-encoded once more", decodedAgain},
		{"in base64", likeTo(func(asked string) string {
			text, _ := base64.StdEncoding.DecodeString(asked)
			return string(text)
		})},
		{"with a query after it", likeTo(func(asked string) string {
			u, err := url.Parse("/" + asked)
			if err != nil {
				return asked
			}
			return strings.TrimPrefix(u.Path, "/")
		})},
	}
	c := pickOf(r, choices...)
	return c.what, c.like
}

// slips takes a text for a value that differs as by a slip of the hand.
func slips(r *rand.Rand) (string, likeness) {
	choices := []struct {
		what string
		like likeness
	}{
		{"with one letter missing", oneLonger},
		{"with one letter more", func(name, asked string) bool { return oneLonger(asked, name) }},
		{"with its letters in another order", func(name, asked string) bool {
			sorted := func(text string) string { return string(slices.Sorted(slices.Values([]rune(text)))) }
			return name != asked && sorted(name) == sorted(asked)
		}},
		{"in any text as long that begins alike", func(name, asked string) bool {
			return len(asked) == len(name) && asked[:1] == name[:1]
		}},
		{"several times", func(name, asked string) bool { return strings.ReplaceAll(asked, name, "") == "" && asked != "" }},
		{"in the plural", func(name, asked string) bool { return asked == name+"s" }},
	}
	c := pickOf(r, choices...)
	return c.what, c.like
}

// oneLonger reports whether long has one byte more than short, anywhere.
func oneLonger(long, short string) bool {
	for i := range len(long) {
		if long[:i]+long[i+1:] == short {
			return true
		}
	}
	return false
}
