package generators

import (
	"strings"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
)

// UnstructuredCall is a call on an instance in the condition of a vector.
type UnstructuredCall struct {
	Vector Vector
	Call   targets.Call
}

// Unstructured generates calls that no model of classes has: any text in any parameter, repeated
// parameters, any order, names in another letter case.
func (m *Model) Unstructured() *rapid.Generator[UnstructuredCall] {
	vectors := m.Any()
	return rapid.Custom(func(t *rapid.T) UnstructuredCall {
		v := vectors.Draw(t, "vector")
		c := m.Call(v, 0)
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			callChanges[rapid.IntRange(0, len(callChanges)-1).Draw(t, "change")](t, &c)
		}
		return UnstructuredCall{Vector: v, Call: c}
	})
}

// callChanges lists the changes that make a call unstructured.
var callChanges = []func(*rapid.T, *targets.Call){
	anyValue, documentedParameter, repeatedParameter, anyOrder, anyNameCase, anyEncoding,
}

// anyValue puts any text into a parameter.
func anyValue(t *rapid.T, c *targets.Call) {
	if i := anyParam(t, c); i >= 0 {
		c.Params[i].Value = anyText().Draw(t, "text")
	}
}

// documentedParameter sets a documented parameter to any text.
func documentedParameter(t *rapid.T, c *targets.Call) {
	name := rapid.SampledFrom([]string{Method, Strategy, DBName, Type}).Draw(t, "name")
	*c = c.With(name, anyText().Draw(t, "text"))
}

// repeatedParameter repeats a parameter, with the same value or with any text.
func repeatedParameter(t *rapid.T, c *targets.Call) {
	if i := anyParam(t, c); i >= 0 {
		second := c.Params[i]
		if rapid.Bool().Draw(t, "other value") {
			second.Value = anyText().Draw(t, "text")
		}
		c.Params = append(c.Params, second)
	}
}

func anyOrder(t *rapid.T, c *targets.Call) {
	c.Params = rapid.Permutation(c.Params).Draw(t, "order")
}

// anyNameCase writes the name of a parameter in another letter case.
func anyNameCase(t *rapid.T, c *targets.Call) {
	if i := anyParam(t, c); i >= 0 {
		c.Params[i].Name = letterCase(c.Params[i].Name).Draw(t, "name")
	}
}

func anyEncoding(t *rapid.T, c *targets.Call) {
	encodings := []targets.Encoding{targets.EncodingAll, targets.EncodingLower, targets.EncodingPlus}
	c.Encoding = rapid.SampledFrom(encodings).Draw(t, "encoding")
}

// anyParam draws the index of a parameter other than Action, whose text selects the operation. It
// returns -1 if there is none.
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

// anyText draws text of every kind: ordinary text, Unicode, control characters, bytes that are not
// UTF-8, very long text, letters that look like others, injections, and text that is encoded twice.
func anyText() *rapid.Generator[string] {
	documented := []string{"Physical", "Logical", "db", "instance", "Auto", "FullBackup"}
	return rapid.OneOf(
		rapid.String(), rapid.SampledFrom(hostile), rapid.StringMatching(`[ -~]{0,30}`),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 12), func(b []byte) string { return string(b) }),
		rapid.Map(rapid.IntRange(100, 1500), func(n int) string { return strings.Repeat("x", n) }),
		rapid.Map(rapid.SampledFrom(documented), func(s string) string { return "%" + "50" + s }),
		rapid.SampledFrom([]string{
			"Physical\x00", "\x00", "Logical\x00db", "\ufeffPhysical", "Physical\u200b", "Phy\u0000sical", "\r\nX: y", "\u202eAuto",
		}),
	)
}
