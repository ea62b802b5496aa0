package shrink

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/targets"
)

// Respects in which two forms of the same call may differ.
const (
	Encoding  = "encoding"
	Format    = generators.Format
	Transport = "transport"
	Order     = "order"
)

// Difference is one respect in which two forms of the same call differ.
type Difference struct {
	Respect string
	Form    string // what the form has
	Plain   string // what the plain form has
}

// Differences lists the respects in which a form of a call differs from the plain one.
func Differences(plain, form targets.Call) []Difference {
	var list []Difference
	for _, r := range respects {
		if r.differs(plain, form) {
			list = append(list, Difference{Respect: r.name, Form: r.value(form), Plain: r.value(plain)})
		}
	}
	return list
}

// respect is one way in which the same call can take another form.
type respect struct {
	name string
	// value says what a call has in this respect.
	value func(targets.Call) string
	// liken returns the form, changed to have what the plain call has in this respect.
	liken func(plain, form targets.Call) targets.Call
	// weight orders the respects in the measure of a pair. To make two forms alike in one respect may
	// add a difference in a respect of less weight.
	weight int
}

func (r respect) differs(plain, form targets.Call) bool { return r.value(plain) != r.value(form) }

// respects are the ways in which the same call can take another form.
var respects = []respect{
	{
		name: Encoding, weight: 1,
		value: func(c targets.Call) string { return cmp.Or(string(c.Encoding), "canonical") },
		liken: func(plain, form targets.Call) targets.Call { form.Encoding = plain.Encoding; return form },
	},
	{
		name: Format, weight: 8,
		value: func(c targets.Call) string {
			if values := c.Values(generators.Format); len(values) > 0 {
				return strings.Join(values, ", ")
			}
			return generators.Absent
		},
		liken: func(plain, form targets.Call) targets.Call {
			if f, named := plain.Get(generators.Format); named {
				return form.With(generators.Format, f)
			}
			return form.Without(generators.Format)
		},
	},
	{name: Transport, weight: 4, value: transport, liken: sameTransport},
	{
		name: Order, weight: 2,
		value: func(c targets.Call) string { return strings.Join(paramNames(c), ", ") },
		liken: func(plain, form targets.Call) targets.Call {
			order := paramNames(plain)
			form.Params = slices.Clone(form.Params)
			slices.SortStableFunc(form.Params, func(p, q targets.Param) int {
				return slices.Index(order, p.Name) - slices.Index(order, q.Name)
			})
			return form
		},
	},
}

// transport says how a call is sent.
func transport(c targets.Call) string {
	var places []string
	for _, p := range c.Params {
		place := "a query"
		if p.In == targets.Body {
			place = "a form"
		}
		if !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	slices.Sort(places)
	return strings.TrimSpace(c.Method + " with " + strings.Join(places, " and "))
}

// sameTransport sends the form as the plain call is sent.
func sameTransport(plain, form targets.Call) targets.Call {
	form.Method, form.Params = plain.Method, slices.Clone(form.Params)
	for i, p := range form.Params {
		if j := slices.IndexFunc(plain.Params, func(q targets.Param) bool { return q.Name == p.Name }); j >= 0 {
			form.Params[i].In = plain.Params[j].In
		}
	}
	return form
}
