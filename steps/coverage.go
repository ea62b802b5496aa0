package steps

import (
	"cmp"
	"slices"
	"sync"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/covering"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// ledger accounts for what a run really exercised.
type ledger struct {
	mu          sync.Mutex
	classes     map[string]int
	refusals    map[string]int
	transitions map[string]int
	codes       map[string]map[string]int // by rule, of calls that are refused by that rule alone
	model       *generators.Model
	tuples      []*covering.Coverage
	growth      [][]int
}

func (l *ledger) init() {
	l.classes, l.refusals, l.transitions, l.codes = map[string]int{}, map[string]int{}, map[string]int{}, map[string]map[string]int{}
}

// wants counts the combinations of the model's valid classes up to a strength, from now on.
func (l *ledger) wants(m *generators.Model, strength int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.model != nil {
		return
	}
	l.model = m
	for t := 1; t <= strength; t++ {
		l.tuples = append(l.tuples, covering.NewCoverage(m.Covering(), t))
		l.growth = append(l.growth, nil)
	}
}

// note adds a case that was tried.
func (l *ledger) note(a attempt, h trial.History) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if a.point != nil {
		for f, factor := range a.model.Factors {
			l.classes[factor.Name+": "+factor.Classes[a.point.Classes[f]].Name]++
		}
		if a.model == l.model {
			row := a.model.CoveringRow(*a.point)
			for i, t := range l.tuples {
				t.Add(row)
				l.growth[i] = append(l.growth[i], t.Reached())
			}
		}
	}
	for _, e := range h.Events {
		if e.Decision != targets.Refused {
			continue
		}
		for _, r := range e.Expect.Refuse {
			l.refusals[r.Rule]++
		}
		if len(e.Expect.Refuse) == 1 {
			rule := e.Expect.Refuse[0].Rule
			if l.codes[rule] == nil {
				l.codes[rule] = map[string]int{}
			}
			l.codes[rule][e.Answer.Code]++
		}
	}
	if len(h.Case.Steps) > 1 {
		for i := 1; i < len(h.Case.Steps); i++ {
			l.transitions[h.Case.Steps[i-1].Do+", then "+h.Case.Steps[i].Do]++
		}
	}
}

// codeOf is the commonest Code of a call that is wrong by that rule alone.
func (l *ledger) codeOf(rule string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	best := ""
	for code, n := range l.codes[rule] {
		if m := l.codes[rule][best]; n > m || n == m && code < best {
			best = code
		}
	}
	return best
}

func (l *ledger) coverage() reports.Coverage {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := reports.Coverage{Classes: counts(l.classes), Refusals: counts(l.refusals), Transitions: counts(l.transitions)}
	for i, t := range l.tuples {
		row := reports.Tuples{Strength: i + 1, Reached: t.Reached(), Possible: t.Possible()}
		for tenth := 1; tenth <= 10 && len(l.growth[i]) >= 10; tenth++ {
			row.Growth = append(row.Growth, l.growth[i][len(l.growth[i])*tenth/10-1])
		}
		c.Tuples = append(c.Tuples, row)
	}
	return c
}

func counts(m map[string]int) []reports.Count {
	out := make([]reports.Count, 0, len(m))
	for name, n := range m {
		out = append(out, reports.Count{Name: name, Count: n})
	}
	slices.SortFunc(out, func(a, b reports.Count) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
