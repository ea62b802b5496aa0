package scenario

import (
	"fmt"
	"slices"

	"github.com/cucumber/godog"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
)

// repeatedIn lists where the two values of a repeated parameter are.
var repeatedIn = [][2]targets.Place{
	{targets.Query, targets.Query}, {targets.Query, targets.Body}, {targets.Body, targets.Query}, {targets.Body, targets.Body},
}

// valueWords gives the value that a text of a table stands for, where it does not stand for itself.
var valueWords = map[string]string{"its id": targets.InstanceRef(0), "that of the second instance": targets.InstanceRef(1)}

// repeated gives a parameter twice. Each row of the table has its name and two values.
func (s tables) repeated(t *godog.Table) error {
	s.build.once = true
	for _, row := range t.Rows {
		if len(row.Cells) != 3 {
			return fmt.Errorf("%d cells, and not a parameter and two values", len(row.Cells))
		}
		name, one, two := row.Cells[0].Value, row.Cells[1].Value, row.Cells[2].Value
		for _, values := range [][2]string{{one, two}, {two, one}} {
			for _, in := range repeatedIn {
				title := fmt.Sprintf("%s is %s in the %s and %s in the %s", name, values[0], in[0], values[1], in[1])
				s.build.mutations = append(s.build.mutations, mutation{
					name: title, group: fmt.Sprintf("%s, first %s", name, values[0]),
					apply: func(_ *rapid.T, c *targets.Call) { repeat(c, name, values, in) },
				})
			}
		}
	}
	return nil
}

// repeat puts the parameter of that name into a call twice.
func repeat(c *targets.Call, name string, values [2]string, in [2]targets.Place) {
	*c = c.Without(name)
	if slices.Contains(in[:], targets.Body) {
		c.Method = "POST"
	}
	for i, v := range values {
		if word, is := valueWords[v]; is {
			v = word
		}
		c.Params = append(c.Params, targets.Param{Name: name, Value: v, In: in[i]})
	}
}

// further adds a parameter to the call. Each row of the table has its name and its value.
func (s tables) further(t *godog.Table) error {
	s.build.once = true
	for _, row := range t.Rows {
		name, value := row.Cells[0].Value, row.Cells[1].Value
		s.build.mutate(name+" is there", func(c *targets.Call) { *c = c.With(name, value) })
	}
	return nil
}
