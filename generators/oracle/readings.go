package oracle

import (
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/cbspec/cbspec/targets"
)

// reading is one way to understand what a call says of one parameter.
type reading struct {
	absent bool
	text   string
	// refused: understood as something that the server may turn down, whatever else the call says.
	refused bool
}

var (
	absent  = reading{absent: true}
	refused = reading{refused: true}
)

// readings gives every way to understand the parameter of that name. A plain call has one. More come of what the document
// does not speak of: a name in other letter case, a parameter given twice, a form body under GET, an empty value, a documented value
// in other letter case or with white space around it.
func readings(call targets.Call, name string, documented []string) []reading {
	var exact, odd []string
	for _, p := range call.Params {
		switch {
		case p.Name == name && !(p.In == targets.Body && call.Method == http.MethodGet):
			exact = append(exact, p.Value)
		case strings.EqualFold(clean(p.Name), name):
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
	if len(odd)+len(exact) > 1 || len(odd) > 0 {
		rs = append(rs, refused)
	}
	if len(odd) > 0 && len(exact) == 0 {
		rs = append(rs, absent)
	}
	return dedupe(rs)
}

// meanings gives the ways to understand one value of a parameter whose documented values are given; none documented
// means that every text stands for itself.
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

// clean drops what a tolerant server may overlook: white space, control characters, marks without width, bytes that are no UTF-8.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f { // as nearly all are
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

// Unlike tells whether v is none of the documented values by any reading.
func Unlike(v string, documented []string) bool {
	for _, r := range meanings(v, documented) {
		if r.absent || r.refused || slices.Contains(documented, r.text) {
			return false
		}
	}
	return true
}
