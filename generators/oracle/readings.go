package oracle

import (
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/cbspec/cbspec/targets"
)

// reading is one way to understand what a call says about one parameter.
type reading struct {
	absent bool
	text   string
	// refused marks a reading in which the server turns the call down, whatever else the call says.
	refused bool
}

var (
	absent  = reading{absent: true}
	refused = reading{refused: true}
)

// readings lists every way to understand the parameter of that name. An ordinary call has one. What
// the document does not mention adds more: a name in another letter case, a parameter given twice,
// a form body under GET, an empty value, a documented value in another letter case or with white
// space around it.
func readings(call targets.Call, name string, documented []string) []reading {
	var exact, odd []string
	for _, p := range call.Params {
		switch {
		case p.Name == name && !(p.In == targets.Body && call.Method == http.MethodGet):
			exact = append(exact, p.Value)
		case oddName(p.Name, name):
			odd = append(odd, p.Value)
		}
	}
	if len(odd) == 0 && len(exact) == 0 {
		return []reading{absent}
	}
	var rs []reading
	for _, v := range append(slices.Clone(exact), odd...) {
		rs = append(rs, meanings(v, documented)...)
	}
	if len(exact) > 1 && documented == nil {
		rs = append(rs, reading{text: strings.Join(exact, ",")}) // as some frameworks read a repeated parameter
	}
	if len(odd)+len(exact) > 1 || len(odd) > 0 {
		rs = append(rs, refused)
	}
	if len(odd) > 0 && len(exact) == 0 {
		rs = append(rs, absent)
	}
	return dedupe(rs)
}

// oddName reports whether a tolerant server could take a name for that of the parameter: one in
// another letter case, or that of an item of a list.
func oddName(given, name string) bool {
	given = clean(given)
	for _, item := range []string{"[]", "[0]", "[1]", ".0", ".1"} {
		given = strings.TrimSuffix(given, item)
	}
	return strings.EqualFold(given, name)
}

// meanings lists the ways to understand one value of a parameter that has the documented values.
// Where documented is nil every text is a value.
func meanings(v string, documented []string) []reading {
	if slices.Contains(documented, v) {
		return []reading{{text: v}}
	}
	c := clean(v)
	if c == "" {
		return []reading{absent, refused}
	}
	for _, d := range documented {
		if strings.EqualFold(c, d) {
			return []reading{{text: d}, refused}
		}
	}
	if documented == nil && c != v {
		return []reading{{text: v}, {text: c}, refused}
	}
	return []reading{{text: v}}
}

// clean drops what a tolerant server may overlook: white space, control characters, zero-width
// characters, and bytes that are not UTF-8.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f { // the common case
			return r
		}
		if r == unicode.ReplacementChar || unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, s)
}

func dedupe(rs []reading) []reading {
	var out []reading
	for _, r := range rs {
		if !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	return out
}

// Unlike reports whether no reading of v is one of the documented values or an absent one.
func Unlike(v string, documented []string) bool {
	for _, r := range meanings(v, documented) {
		if r.absent || r.refused || slices.Contains(documented, r.text) {
			return false
		}
	}
	return true
}
