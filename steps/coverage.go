package steps

import (
	"cmp"
	"slices"
	"sync"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/covering"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// coverage counts what a run exercised.
type coverage struct {
	mu          sync.Mutex
	classes     map[string]int
	refusals    map[string]int
	transitions map[string]int
	codes       map[string]map[string]int // by rule, of calls that only that rule refuses
	model       *generators.Model
	tuples      []*covering.Coverage // by strength, from 1
	growth      [][]int              // of tuples, by case
}

func newCoverage() *coverage {
	return &coverage{
		classes: map[string]int{}, refusals: map[string]int{}, transitions: map[string]int{}, codes: map[string]map[string]int{},
	}
}

// Want begins to count the combinations of the valid classes of a model, up to a strength.
func (c *coverage) Want(m *generators.Model, strength int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.model != nil {
		return
	}
	c.model = m
	for t := 1; t <= strength; t++ {
		c.tuples = append(c.tuples, covering.NewCoverage(m.Covering(), t))
		c.growth = append(c.growth, nil)
	}
}

// note counts a case that was run.
func (c *coverage) note(r testcase.Result) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.Vector != nil {
		c.noteVector(r.Model, *r.Vector)
	}
	for _, e := range r.History.Events {
		if e.Decision != targets.Refused {
			continue
		}
		for _, reason := range e.Expect.Refuse {
			c.refusals[reason.Rule]++
		}
		if len(e.Expect.Refuse) == 1 {
			c.noteCode(e.Expect.Refuse[0].Rule, e.Answer.Code)
		}
	}
	steps := r.Case.Case.Steps
	for i := 1; i < len(steps); i++ {
		c.transitions[steps[i-1].Do+", then "+steps[i].Do]++
	}
}

func (c *coverage) noteVector(m *generators.Model, v generators.Vector) {
	for f, factor := range m.Factors {
		c.classes[factor.Name+": "+factor.Classes[v.Classes[f]].Name]++
	}
	if m != c.model {
		return
	}
	row := m.CoveringRow(v)
	for i, t := range c.tuples {
		t.Add(row)
		c.growth[i] = append(c.growth[i], t.Reached())
	}
}

func (c *coverage) noteCode(rule, code string) {
	if c.codes[rule] == nil {
		c.codes[rule] = map[string]int{}
	}
	c.codes[rule][code]++
}

// CodeOf returns the most common Code of a call that only that rule refuses.
func (c *coverage) CodeOf(rule string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	best := ""
	for code, n := range c.codes[rule] {
		if m := c.codes[rule][best]; n > m || n == m && code < best {
			best = code
		}
	}
	return best
}

// report returns the counts.
func (c *coverage) report() reports.Coverage {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := reports.Coverage{Classes: counts(c.classes), Refusals: counts(c.refusals), Transitions: counts(c.transitions)}
	for i, t := range c.tuples {
		row := reports.Tuples{Strength: i + 1, Reached: t.Reached(), Possible: t.Possible()}
		for tenth := 1; tenth <= 10 && len(c.growth[i]) >= 10; tenth++ {
			row.Growth = append(row.Growth, c.growth[i][len(c.growth[i])*tenth/10-1])
		}
		out.Tuples = append(out.Tuples, row)
	}
	return out
}

func counts(m map[string]int) []reports.Count {
	out := make([]reports.Count, 0, len(m))
	for name, n := range m {
		out = append(out, reports.Count{Name: name, Count: n})
	}
	slices.SortFunc(out, func(a, b reports.Count) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
