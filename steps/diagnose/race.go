package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// Bounds of the search for the least race that goes wrong.
const (
	raceBudget  = 400 // rounds in all
	raceTries   = 10  // rounds of one candidate
	raceEnough  = 2   // of these, how many must go wrong
	raceMeasure = 12  // rounds of the least race
)

// raceWrong lays what went wrong with a round to a rule: to the one on races where it needs that calls come together, else to those that speak of the calls.
// It returns why nothing can be said where that is so.
func (s *suite) raceWrong(sc *scenario, c targets.Case, completing bool, wrong []raced) (doubt string, err error) {
	if n := sc.illegal; n != nil {
		s.records[n.rule].failures[n.index].Count++
		return "", nil
	}
	w := wrong[0]
	own := onInstances(c, w.instance)
	for _, completing := range slices.Compact([]bool{completing, false}) {
		serial := oneByOne(own, completing)
		h, err := s.session.Run(s.ctx, serial)
		if fatal(err) {
			return "", err
		}
		if err != nil {
			continue
		}
		if vs := s.session.Judge(h); slices.ContainsFunc(vs, func(v trial.Violation) bool { return v.Kind == w.kind || w.kind == inNoOrder }) {
			sc.outcomes = append(sc.outcomes, outcome{attempt: attempt{model: sc.model, kase: serial}, history: h, violations: vs})
			return "", nil
		}
	}
	return s.raceFailure(sc, c, completing, w)
}

// raceFailure reduces a race and writes it down.
func (s *suite) raceFailure(sc *scenario, c targets.Case, completing bool, w raced) (doubt string, err error) {
	ctx, cancel := context.WithTimeout(s.ctx, lawTime)
	defer cancel()
	r := racer{s: s, ctx: ctx, kind: w.kind, left: raceBudget}
	rule, level := sc.rule.ID, sc.rule.Level
	if len(c.Conditions) > 1 {
		// What an instance shows by itself is no disturbance by another.
		if own := onInstances(c, w.instance); len(own.Steps) > 1 && r.goesWrong(own, completing) {
			c, rule = own, "CB-RACE-1"
		}
	}
	if w.rule != "" {
		rule = s.known(w.rule, sc)
	}
	c, completing = r.reduce(c, completing)
	race := reports.Race{Completing: completing}
	for range raceMeasure {
		if seen, ok := r.round(c, completing); seen != nil {
			race.Rounds++
			race.Illegal++
			w = *seen
		} else if ok {
			race.Rounds++
		}
	}
	switch {
	case s.ctx.Err() != nil:
		return "", context.Cause(s.ctx)
	case w.kind == trial.NoAnswer && race.Illegal == 0:
		return "a call was not answered, and that did not come about again", nil
	}
	index := s.lay(sc, rule, "race", level, reports.Failure{
		Law: w.kind + " " + raceWords(c, completing), Expected: w.expected, Answered: w.answered, Case: &c, Curl: s.raceCurl(c, completing),
		Check: reports.CheckRace, Race: &race, Reproduced: race.Illegal, Tries: race.Rounds,
	})
	sc.illegal = &failureAt{rule, index}
	if w.picture != nil {
		s.pictures = append(s.pictures, picture{rule, index, w.picture})
	}
	return "", nil
}

// failureAt is a failure in the record of its rule.
type failureAt struct {
	rule  string
	index int
}

// racer looks for the least race that goes wrong in one way.
type racer struct {
	s    *suite
	ctx  context.Context
	kind string
	left int // rounds
}

// round runs one round: what is wrong with it, and whether it could be judged at all.
func (r *racer) round(c targets.Case, completing bool) (*raced, bool) {
	h, err := r.s.session.Race(r.ctx, c, completing)
	if err != nil {
		return nil, false
	}
	wrong, undecided := judgeRace(r.s.session, h)
	if i := slices.IndexFunc(wrong, func(w raced) bool { return w.kind == r.kind }); i >= 0 {
		return &wrong[i], true
	}
	return nil, undecided == ""
}

// goesWrong tells whether a race goes wrong often enough to go on with it.
func (r *racer) goesWrong(c targets.Case, completing bool) bool {
	seen := 0
	for i := 0; i < raceTries && r.left > 0 && r.ctx.Err() == nil && seen < raceEnough; i++ {
		r.left--
		if w, _ := r.round(c, completing); w != nil {
			seen++
		}
	}
	return seen >= raceEnough
}

// reduce sets everything back that the race does not need: first completions, then what the instances and the calls are, then how many there are.
func (r *racer) reduce(c targets.Case, completing bool) (targets.Case, bool) {
	if completing && r.goesWrong(c, false) {
		completing = false
	}
	try := func(d targets.Case) bool {
		if r.goesWrong(d, completing) {
			c = d
			return true
		}
		return false
	}
	edge := func(d targets.Condition) targets.Condition {
		d = plainCondition(d)
		d.BackupsToday, d.LastBackup = r.s.session.Edition.Quota-1, targets.LastCompleted // where two calls are enough to go over it
		return d
	}
	if !try(withCalls(withConditions(c, plainCondition), plainCall)) && !try(withCalls(withConditions(c, edge), plainCall)) {
		if !try(withConditions(c, plainCondition)) {
			for n := range simplifyCondition {
				try(withConditions(c, func(d targets.Condition) targets.Condition { return simplifyCondition[n](d) }))
			}
		}
		try(withCalls(c, plainCall))
	}
	if !slices.ContainsFunc(fewer(c), try) {
		for slices.ContainsFunc(smaller(c), try) {
		}
	}
	for slices.ContainsFunc(withSimplerCall(c), try) {
	}
	return c, completing
}

// smaller lists the races with an instance less, and with a call less of an instance that has several.
func smaller(c targets.Case) []targets.Case {
	var out []targets.Case
	for k := range c.Conditions {
		if len(c.Conditions) > 2 {
			out = append(out, onInstances(c, allBut(len(c.Conditions), k)...))
		}
	}
	for i, step := range c.Steps {
		of := func(s targets.Step) bool { return s.Instance == step.Instance }
		rest := slices.Delete(slices.Clone(c.Steps), i, i+1)
		if len(rest) > 1 && slices.ContainsFunc(rest, of) {
			out = append(out, targets.Case{Conditions: c.Conditions, Steps: rest})
		}
	}
	return out
}

// withSimplerCall lists the races with one of the calls a little simpler.
func withSimplerCall(c targets.Case) []targets.Case {
	var out []targets.Case
	for i, step := range c.Steps {
		for _, call := range simplerCalls(*step.Call) {
			d := targets.Case{Conditions: c.Conditions, Steps: slices.Clone(c.Steps)}
			d.Steps[i].Call = &call
			out = append(out, d)
		}
	}
	return out
}

// fewer lists the races of two of the calls, and of two of the instances where each has one; of one instance then those of more.
func fewer(c targets.Case) []targets.Case {
	var out []targets.Case
	n := len(c.Steps)
	if len(c.Conditions) == n && n > 2 {
		for k := 1; k < n; k++ {
			out = append(out, onInstances(c, 0, k), onInstances(c, k-1, k))
		}
		return out
	}
	if len(c.Conditions) > 1 {
		return nil
	}
	for i := range n {
		for j := i + 1; j < n; j++ {
			d := targets.Case{Conditions: c.Conditions, Steps: []targets.Step{c.Steps[i], c.Steps[j]}}
			if !slices.ContainsFunc(out, func(e targets.Case) bool { return canonical(e) == canonical(d) }) {
				out = append(out, d)
			}
		}
	}
	for size := 3; size < n; size++ {
		out = append(out, targets.Case{Conditions: c.Conditions, Steps: c.Steps[:size]})
	}
	return out
}

func plainCondition(c targets.Condition) targets.Condition {
	return targets.Condition{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone, Storage: c.Storage}
}

// simplifyCondition sets one thing of a condition back.
var simplifyCondition = []func(targets.Condition) targets.Condition{
	func(c targets.Condition) targets.Condition {
		c.BackupsToday, c.LastBackup = 0, targets.LastNone
		return c
	},
	func(c targets.Condition) targets.Condition { c.Databases = []string{"app"}; return c },
	func(c targets.Condition) targets.Condition { c.Engine = targets.MySQL; return c },
}

// plainCall is the call of nothing but what is required.
func plainCall(c targets.Call) targets.Call {
	id, _ := c.Get(generators.InstanceID)
	return targets.Call{Method: "POST", Algorithm: c.Algorithm, Params: []targets.Param{
		{Name: generators.Action, Value: "CreateBackup", In: targets.Query}, {Name: generators.InstanceID, Value: id, In: targets.Query},
	}}
}

func withConditions(c targets.Case, change func(targets.Condition) targets.Condition) targets.Case {
	d := targets.Case{Conditions: slices.Clone(c.Conditions), Steps: c.Steps}
	for i := range d.Conditions {
		d.Conditions[i] = change(d.Conditions[i])
	}
	return d
}

func withCalls(c targets.Case, change func(targets.Call) targets.Call) targets.Case {
	d := targets.Case{Conditions: c.Conditions, Steps: slices.Clone(c.Steps)}
	for i, step := range d.Steps {
		if step.Call != nil {
			call := change(*step.Call)
			d.Steps[i].Call = &call
		}
	}
	return d
}

// onInstances is what a case does with some of its instances.
func onInstances(c targets.Case, keep ...int) targets.Case {
	var d targets.Case
	for _, k := range keep {
		d.Conditions = append(d.Conditions, c.Conditions[k])
	}
	for _, step := range c.Steps {
		n := slices.Index(keep, step.Instance)
		if n < 0 {
			continue
		}
		if step.Call != nil {
			call := *step.Call
			call.Params = slices.Clone(call.Params)
			for i := range call.Params {
				call.Params[i].Value = strings.ReplaceAll(call.Params[i].Value, targets.InstanceRef(step.Instance), targets.InstanceRef(n))
			}
			step.Call = &call
		}
		step.Instance = n
		d.Steps = append(d.Steps, step)
	}
	return d
}

func allBut(n, k int) []int {
	var is []int
	for i := range n {
		if i != k {
			is = append(is, i)
		}
	}
	return is
}

// oneByOne is a race whose calls are made one after another.
func oneByOne(c targets.Case, completing bool) targets.Case {
	d := targets.Case{Conditions: c.Conditions}
	for i, step := range c.Steps {
		if completing && i > 0 {
			d.Steps = append(d.Steps, targets.Step{Do: targets.StepComplete, Instance: step.Instance, Result: targets.LastCompleted})
		}
		d.Steps = append(d.Steps, step)
	}
	return d
}

// raceWords says how a race is made.
func raceWords(c targets.Case, completing bool) string {
	words := fmt.Sprintf("when %d calls are made at once", len(c.Steps))
	if n := len(c.Conditions); n > 1 {
		words += fmt.Sprintf(" on %d instances, and not alone", n)
	}
	if completing {
		words += " while backups complete"
	}
	var each []string
	for _, condition := range c.Conditions {
		if words := conditionWords(condition); len(simplerConditions(condition)) > 0 && !slices.Contains(each, words) {
			each = append(each, words)
		}
	}
	if len(each) > 0 {
		words += " (" + strings.Join(each, "; ") + ")"
	}
	var parts []string
	for _, step := range c.Steps {
		if said := callWords(*step.Call); said != "a call" && !slices.Contains(parts, said) {
			parts = append(parts, said)
		}
	}
	if len(parts) > 0 {
		words += ": " + strings.Join(parts, ", ")
	}
	return words
}

// raceCurl renders a race as shell commands: the calls are begun together, and waited for.
func (s *suite) raceCurl(c targets.Case, completing bool) string {
	before := s.curl(targets.Case{Conditions: c.Conditions})
	var lines []string
	if before != "" {
		lines = append(lines, before)
	}
	for _, step := range c.Steps {
		if line := s.curl(targets.Case{Steps: []targets.Step{step}}); line != "" {
			lines = append(lines, "( "+line+" ) &")
		}
	}
	if completing {
		for k := range c.Conditions {
			if line := s.curl(targets.Case{Steps: []targets.Step{{Do: targets.StepComplete, Instance: k, Result: targets.LastCompleted}}}); line != "" {
				lines = append(lines, "( "+line+" ) &")
			}
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(append(lines, "wait"), "\n")
}
