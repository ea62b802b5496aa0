package generators

import (
	"net/http"
	"strings"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
)

// anyRow draws a class of every factor, valid or not: mostly valid ones, so that what is wrong is not always masked by something else.
func (m *Model) anyRow() *rapid.Generator[[]int] {
	return rapid.Custom(func(t *rapid.T) []int {
		row := make([]int, len(m.Factors))
		for f, factor := range m.Factors {
			var valid []int
			for c, class := range factor.Classes {
				if class.Kind == Valid {
					valid = append(valid, c)
				}
			}
			row[f] = rapid.SampledFrom(valid).Draw(t, factor.Name)
			if factor.Name != Last && rapid.IntRange(0, 9).Draw(t, "stray") == 0 {
				row[f] = rapid.IntRange(0, len(factor.Classes)-1).Draw(t, factor.Name)
			}
		}
		if m.ClassName(Vector{Classes: row}, Last) == targets.LastNone { // a backup of today would be the last
			row[m.Index(Today)] = 0
		}
		return row
	})
}

// Any generates points of any classes, valid or not.
func (m *Model) Any() *rapid.Generator[Vector] {
	rows := m.anyRow()
	return rapid.Custom(func(t *rapid.T) Vector { return m.Draw(t, rows.Draw(t, "row")) })
}

// Unspecified generates points that are valid but for one thing that the document does not speak of.
func (m *Model) Unspecified() *rapid.Generator[Vector] {
	points, err := m.Vectors(nil)
	if err != nil {
		panic(err) // every model has valid points
	}
	var open [][2]int
	for f, factor := range m.Factors {
		for c, class := range factor.Classes {
			if class.Kind == Unspecified {
				open = append(open, [2]int{f, c})
			}
		}
	}
	return rapid.Custom(func(t *rapid.T) Vector {
		thing := rapid.SampledFrom(open).Draw(t, "thing")
		return m.With(t, points.Draw(t, "point"), thing[0], thing[1])
	})
}

// anyText draws text of every kind: plain, unicode, control characters, bytes that are no UTF-8, very long, look-alikes, injections, doubly encoded.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(), rapid.SampledFrom(hostile), rapid.StringMatching(`[ -~]{0,30}`),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 12), func(b []byte) string { return string(b) }),
		rapid.Map(rapid.IntRange(100, 1500), func(n int) string { return strings.Repeat("x", n) }),
		rapid.Map(rapid.SampledFrom([]string{"Physical", "Logical", "db", "instance", "Auto", "FullBackup"}), func(s string) string { return "%" + "50" + s }),
		rapid.SampledFrom([]string{"Physical\x00", "\x00", "Logical\x00db", "\ufeffPhysical", "Physical\u200b", "Phy\u0000sical", "\r\nX: y", "\u202eAuto"}),
	)
}

// Unstructured generates calls that no model of classes thinks of, on points of the model: any text in any parameter, parameters twice, in any order, under names of other
// letter case.
func (m *Model) Unstructured() *rapid.Generator[UnstructuredCall] {
	points := m.Any()
	return rapid.Custom(func(t *rapid.T) UnstructuredCall {
		p := points.Draw(t, "point")
		c := m.Call(p, 0)
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			callChanges[rapid.IntRange(0, len(callChanges)-1).Draw(t, "change")](t, &c)
		}
		return UnstructuredCall{Vector: p, Call: c}
	})
}

// UnstructuredCall is a call on the instance of a point.
type UnstructuredCall struct {
	Vector Vector
	Call   targets.Call
}

var callChanges = []func(*rapid.T, *targets.Call){
	func(t *rapid.T, c *targets.Call) { // any text in a parameter
		if i := anyParam(t, c); i >= 0 {
			c.Params[i].Value = anyText().Draw(t, "text")
		}
	},
	func(t *rapid.T, c *targets.Call) { // a documented parameter with any text
		name := rapid.SampledFrom([]string{Method, Strategy, DBName, Type}).Draw(t, "name")
		*c = c.With(name, anyText().Draw(t, "text"))
	},
	func(t *rapid.T, c *targets.Call) { // a parameter again
		if i := anyParam(t, c); i >= 0 {
			again := c.Params[i]
			if rapid.Bool().Draw(t, "other value") {
				again.Value = anyText().Draw(t, "text")
			}
			c.Params = append(c.Params, again)
		}
	},
	func(t *rapid.T, c *targets.Call) { // another order
		c.Params = rapid.Permutation(c.Params).Draw(t, "order")
	},
	func(t *rapid.T, c *targets.Call) { // a name in other letter case
		if i := anyParam(t, c); i >= 0 {
			c.Params[i].Name = letterCase(c.Params[i].Name).Draw(t, "name")
		}
	},
	func(t *rapid.T, c *targets.Call) { // another encoding
		c.Encoding = rapid.SampledFrom([]targets.Encoding{targets.EncodingAll, targets.EncodingLower, targets.EncodingPlus}).Draw(t, "encoding")
	},
}

// anyParam draws a parameter other than Action, whose text decides which operation it is; -1 where there is none.
func anyParam(t *rapid.T, c *targets.Call) int {
	var at []int
	for i, p := range c.Params {
		if p.Name != Action && len(p.Name) > 1 && strings.ToUpper(p.Name) != strings.ToLower(p.Name) {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return -1
	}
	return rapid.SampledFrom(at).Draw(t, "parameter")
}

// Equivalent generates ways to say the same call differently: in another order, encoding and format, and another way of sending among those given.
func (m *Model) Equivalent(c targets.Call) *rapid.Generator[targets.Call] {
	ways := m.Factors[m.Index(SentBy)].Classes
	return rapid.Custom(func(t *rapid.T) targets.Call {
		d := c
		d.Params = rapid.Permutation(c.Params).Draw(t, "order")
		d.Encoding = rapid.SampledFrom([]targets.Encoding{targets.EncodingCanonical, targets.EncodingAll, targets.EncodingLower, targets.EncodingPlus}).Draw(t, "encoding")
		formats := m.Factors[m.Index(Format)].Classes
		if f := rapid.SampledFrom(formats).Draw(t, "format").Name; f != Absent {
			d = d.With(Format, f)
		}
		in := targets.Query
		switch way := rapid.SampledFrom(ways).Draw(t, "way").Name; way {
		case GetQuery:
			d.Method = http.MethodGet
		case PostForm, PostSplit:
			d.Method, in = http.MethodPost, targets.Body
			if way == PostSplit {
				in = targets.Query
			}
		default:
			d.Method = http.MethodPost
		}
		for i := range d.Params {
			d.Params[i].In = in
		}
		return d
	})
}
