package generators

import (
	"net/http"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
)

// Equivalent generates calls that say the same as c: in another order, encoding and format, and
// sent in another way that the target understands.
func (m *Model) Equivalent(c targets.Call) *rapid.Generator[targets.Call] {
	ways := m.Factors[m.Index(SentBy)].Classes
	formats := m.Factors[m.Index(Format)].Classes
	encodings := []targets.Encoding{
		targets.EncodingCanonical, targets.EncodingAll, targets.EncodingLower, targets.EncodingPlus,
	}
	return rapid.Custom(func(t *rapid.T) targets.Call {
		d := c
		d.Params = rapid.Permutation(c.Params).Draw(t, "order")
		d.Encoding = rapid.SampledFrom(encodings).Draw(t, "encoding")
		if f := rapid.SampledFrom(formats).Draw(t, "format").Name; f != Absent {
			d = d.With(Format, f)
		}
		in := targets.Query
		switch rapid.SampledFrom(ways).Draw(t, "way").Name {
		case GetQuery:
			d.Method = http.MethodGet
		case PostForm:
			d.Method, in = http.MethodPost, targets.Body
		default: // a split call would need to know which parameters are public
			d.Method = http.MethodPost
		}
		for i := range d.Params {
			d.Params[i].In = in
		}
		return d
	})
}
