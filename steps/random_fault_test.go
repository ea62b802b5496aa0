package steps_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
)

// A random fault makes a server answer wrongly when one to three factors have certain classes,
// whichever these are. The combinations find it with every seed, and report one failure whose
// failing condition is that of the fault: it holds for the same calls, and every factor in it
// matters.
func TestRandomFaultIsFoundWithItsFailingCondition(t *testing.T) {
	if testing.Short() {
		t.Skip("TestFailingConditionIsExact tries two faults with -short")
	}
	edition, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	model := generators.NewModel(edition, generators.FullModelScope())
	space := newSpace(model)
	for i := range max(4, 10*moreSeeds(t)) {
		seed := uint64(i + 1)
		f := space.randomFault(rand.New(rand.NewPCG(seed, 1)))
		t.Run(fmt.Sprintf("%d %s", seed, f), func(t *testing.T) {
			t.Parallel()
			r := run(t, steps.Options{Target: newOracleTarget(model, f), Phases: []string{"combinations"}, Seed: seed})
			failure := onlyFailure(t, r)
			require.Equal(t, failure.Tries, failure.Reproduced)
			require.True(t, failure.Exact, failure.Law)
			space.requireSameCalls(t, f, failure)
			space.requireNoNeedlessFactor(t, f, failure)
		})
	}
}

// onlyFailure returns the one failure that has a case. Failures without one only refer to others.
func onlyFailure(t *testing.T, r *reports.Report) reports.Failure {
	t.Helper()
	var failures []reports.Failure
	var sentences []string
	for _, rule := range r.Rules {
		for _, f := range rule.Failures {
			if f.Case != nil {
				failures = append(failures, f)
				sentences = append(sentences, rule.ID+": "+f.Law)
			}
		}
	}
	require.Len(t, failures, 1, "%v", sentences)
	return failures[0]
}

// fault says when a server answers wrongly, and how.
type fault struct {
	// overlooks is the rule by which a call should be refused that is accepted. Where it is empty,
	// valid calls are refused.
	overlooks string
	when      map[string]string // classes by factor
}

func (f fault) String() string {
	var parts []string
	for factor, class := range f.when {
		parts = append(parts, factor+"="+class)
	}
	slices.Sort(parts)
	when := " when " + strings.Join(parts, ", ")
	if f.overlooks != "" {
		return "overlooks " + f.overlooks + when
	}
	return "refuses" + when
}

// matches reports whether a call, whose class of a factor class returns, is one that the fault is
// about.
func (f fault) matches(class func(factor string) string) bool {
	for factor, c := range f.when {
		if class(factor) != c {
			return false
		}
	}
	return true
}

// space holds every call of a model that is valid, or invalid because of one thing.
type space struct {
	model *generators.Model
	calls []spaceCall
}

// spaceCall is a call as a class for each factor.
type spaceCall struct {
	classes []int
	refuse  string // the rule that refuses it; empty where it is valid
}

func newSpace(m *generators.Model) *space {
	s := &space{model: m}
	seen := map[string]bool{}
	add := func(row []int, rule string) {
		if key := fmt.Sprint(row, rule); !seen[key] {
			seen[key] = true
			s.calls = append(s.calls, spaceCall{slices.Clone(row), rule})
		}
	}
	row := make([]int, len(m.Factors))
	var walk func(factor int)
	walk = func(factor int) {
		if factor == len(row) {
			if !m.Allowed(row) {
				return
			}
			add(row, "")
			for _, mutation := range m.Mutations() {
				if mutation.Applies(row) {
					invalid := slices.Clone(row)
					invalid[mutation.Factor] = mutation.Class
					add(invalid, mutation.Rule)
				}
			}
			return
		}
		for c, class := range m.Factors[factor].Classes {
			if class.Kind == generators.Valid {
				row[factor] = c
				walk(factor + 1)
			}
		}
	}
	walk(0)
	return s
}

// classOf returns the class that a call has, by factor.
func (s *space) classOf(c spaceCall) func(factor string) string {
	return func(factor string) string {
		f := s.model.Index(factor)
		return s.model.Factors[f].Classes[c.classes[f]].Name
	}
}

// randomFault draws a fault that some call shows.
func (s *space) randomFault(r *rand.Rand) fault {
	for {
		f := fault{when: map[string]string{}}
		factors := 1 + r.IntN(3)
		if r.IntN(2) == 0 {
			s.overlookRandomRule(r, &f)
		}
		for len(f.when) < factors {
			s.addRandomFactor(r, &f)
		}
		if !unclear(f) && s.shows(f) {
			return f
		}
	}
}

// unclear reports whether a fault is about calls that a run does not tell apart:
//   - a call for no instance shows no condition that could matter,
//   - a call of another Action may be answered in any way,
//   - without an Action, a call by a form is the same request as one by both,
//   - a search combines an invalid BackupMethod with no parameter that is valid with Logical only.
func unclear(f fault) bool {
	names := func(factor string) bool {
		_, has := f.when[factor]
		return has
	}
	switch f.overlooks {
	case "CB-ACTION-1":
		return f.when[generators.Action] == generators.Absent && names(generators.SentBy)
	case "CB-METHOD-3":
		return names(generators.Strategy) || names(generators.DBName)
	default:
		return strings.HasPrefix(f.overlooks, "CB-INSTANCE") || f.overlooks == "CB-ACTION-2"
	}
}

// overlookRandomRule makes a fault overlook a rule, at one of the mutations that the rule refuses.
func (s *space) overlookRandomRule(r *rand.Rand, f *fault) {
	mutations := map[string][]generators.Mutation{}
	var rules []string
	for _, mutation := range s.model.Mutations() {
		if mutations[mutation.Rule] == nil {
			rules = append(rules, mutation.Rule)
		}
		mutations[mutation.Rule] = append(mutations[mutation.Rule], mutation)
	}
	f.overlooks = rules[r.IntN(len(rules))]
	mutation := mutations[f.overlooks][r.IntN(len(mutations[f.overlooks]))]
	factor := s.model.Factors[mutation.Factor]
	f.when[factor.Name] = factor.Classes[mutation.Class].Name
}

// addRandomFactor adds a random class of a random factor, where that is valid and not the only one.
func (s *space) addRandomFactor(r *rand.Rand, f *fault) {
	factor := s.model.Factors[r.IntN(len(s.model.Factors))]
	class := factor.Classes[r.IntN(len(factor.Classes))]
	valid := 0
	for _, c := range factor.Classes {
		if c.Kind == generators.Valid {
			valid++
		}
	}
	if _, has := f.when[factor.Name]; !has && class.Kind == generators.Valid && valid > 1 {
		f.when[factor.Name] = class.Name
	}
}

// shows reports whether some call shows the fault. A server that refuses a third or more of the
// valid calls that are sent in some way or in some format does not show it with every seed: a run
// may take that for a transport that is not supported.
func (s *space) shows(f fault) bool {
	faulty := s.count(f)
	if f.overlooks != "" {
		return faulty > 0
	}
	transport := fault{when: map[string]string{}}
	for _, factor := range []string{generators.SentBy, generators.Format} {
		if class, named := f.when[factor]; named {
			transport.when[factor] = class
		}
	}
	if len(transport.when) > 0 {
		return faulty > 0 && faulty*3 < s.count(transport)
	}
	return faulty > 0 && faulty < s.count(transport)
}

// count counts the calls that a fault is about.
func (s *space) count(f fault) int {
	n := 0
	for _, c := range s.calls {
		if c.refuse == f.overlooks && f.matches(s.classOf(c)) {
			n++
		}
	}
	return n
}

// requireSameCalls requires that a failing condition holds for the calls that the fault is about,
// and for no others.
func (s *space) requireSameCalls(t *testing.T, f fault, failure reports.Failure) {
	t.Helper()
	kind := reports.KindWronglyRefused
	if f.overlooks != "" {
		kind = reports.KindWronglyAccepted
	}
	require.Equal(t, kind, failure.Kind, failure.Law)
	for _, condition := range failure.When {
		require.Nil(t, condition.Value, failure.Law)
		for _, class := range condition.Classes {
			require.GreaterOrEqual(t, s.model.Class(condition.Factor, class), 0, "%s of %s", class, failure.Law)
		}
	}
	require.Zero(t, s.differences(f, failure.When), "the failing condition holds for other calls: %s", failure.Law)
}

// requireNoNeedlessFactor requires that a failing condition would hold for other calls without any
// of its factors. Two kinds of factor may be named all the same: what makes the call invalid, and
// what the document itself ties to another factor of the condition.
func (s *space) requireNoNeedlessFactor(t *testing.T, f fault, failure reports.Failure) {
	t.Helper()
	for i, condition := range failure.When {
		if s.makesInvalid(f, condition.Factor) || tied(failure.When, condition.Factor) {
			continue
		}
		without := slices.Delete(slices.Clone(failure.When), i, i+1)
		require.Positive(t, s.differences(f, without), "%s does not matter: %s", condition.Factor, failure.Law)
	}
}

// differences counts the calls that either the fault or the conditions are about, but not both.
func (s *space) differences(f fault, when []reports.Condition) int {
	n := 0
	for _, c := range s.calls {
		class := s.classOf(c)
		fails := !slices.ContainsFunc(when, func(condition reports.Condition) bool {
			return !slices.Contains(condition.Classes, class(condition.Factor))
		})
		if c.refuse == f.overlooks && fails != f.matches(class) {
			n++
		}
	}
	return n
}

// makesInvalid reports whether the rule that a fault overlooks refuses classes of that factor.
func (s *space) makesInvalid(f fault, factor string) bool {
	return slices.ContainsFunc(s.model.Mutations(), func(m generators.Mutation) bool {
		return m.Rule == f.overlooks && s.model.Factors[m.Factor].Name == factor
	})
}

// tied reports whether the document ties a factor to another one of a failing condition:
// BackupStrategy and DBName are valid with some BackupMethod only, and a backup of today is the
// last.
func tied(when []reports.Condition, factor string) bool {
	names := func(factor string) bool {
		return slices.ContainsFunc(when, func(c reports.Condition) bool { return c.Factor == factor })
	}
	return factor == generators.Method && (names(generators.Strategy) || names(generators.DBName)) ||
		factor == generators.Last && names(generators.Today)
}
