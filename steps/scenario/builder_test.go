package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"

	messages "github.com/cucumber/messages/go/v21"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// able is a target that can do everything and is never asked.
type able struct {
	targets.Target
	targets.Provisioner
	targets.Observer
	targets.Completer
	targets.DayShifter
}

// models are the full parameter models of the editions. They are made once, because that takes
// time.
var models = sync.OnceValue(func() map[string]*generators.Model {
	all := map[string]*generators.Model{}
	for _, e := range oracle.Editions() {
		all[e.Name] = generators.NewModel(e, generators.FullModelScope())
	}
	return all
})

// envOf returns what the scenarios of a run of an edition have in common.
func envOf(t *testing.T, edition string) *Env {
	t.Helper()
	e, err := oracle.EditionOf(edition)
	require.NoError(t, err)
	session, _, err := runner.NewSession(t.Context(), runner.Config{Target: able{}, Edition: e})
	require.NoError(t, err)
	m := models()[edition]
	return &Env{
		Target: able{}, Session: session, Executor: &testcase.Executor{Session: session, Supply: testcase.NewFresh(), Concurrency: 2},
		Model: m, FullModel: m, Checks: 6, Strength: 1, Seed: 1,
	}
}

// scenarioOf returns a scenario of a rule, with a name.
func scenarioOf(t *testing.T, env *Env, rule features.Rule) *Scenario {
	t.Helper()
	s := New(env, rule)
	s.Begin("an example")
	return s
}

func casesOf(t *testing.T, s *Scenario) []testcase.Case {
	t.Helper()
	cases, err := s.build.cases()
	require.NoError(t, err)
	require.NotEmpty(t, cases)
	return cases
}

// table returns a table of these rows.
func table(rows ...[]string) *messages.PickleTable {
	t := &messages.PickleTable{}
	for _, row := range rows {
		r := &messages.PickleTableRow{}
		for _, cell := range row {
			r.Cells = append(r.Cells, &messages.PickleTableCell{Value: cell})
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

func TestCasesOfAScenario(t *testing.T) {
	twice := func(b *builder) { b.do(callOnce, callOnce) }
	for _, c := range []struct {
		name   string
		checks int
		change func(*builder)
		want   int
	}{
		{"as many as there are checks", 6, func(*builder) {}, 6},
		{"a quarter of that where a case has several calls", 40, twice, 10},
		{"at least two of several calls", 4, twice, 2},
		{"two of many calls", 40, func(b *builder) { twice(b); b.long = true }, 2},
		{"a second instance makes it several", 40, func(b *builder) { n := 0; b.second = &n }, 10},
		{"three of each mutation", 6, func(b *builder) { b.do(callOnce); lowerCaseFormat(b); encodedTwice(b); b.once = false }, 24},
		{"one of each mutation that is tried once", 60, encodedTwice, 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := envOf(t, oracle.Original)
			env.Checks = c.checks
			s := scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
			c.change(s.build)
			require.Len(t, casesOf(t, s), c.want)
		})
	}
}

func TestEachWrongClassIsTried(t *testing.T) {
	env := envOf(t, oracle.Original)
	env.Checks = 1
	s := scenarioOf(t, env, features.Rule{ID: "CB-A-1"}) // whose must-try values are none
	require.NoError(t, tables{s}.eachFault(table([]string{generators.Status, "any other"})))
	m := env.Model
	classes := map[string]int{}
	for _, c := range casesOf(t, s) {
		classes[m.ClassName(*c.Vector, generators.Status)]++
	}
	require.Len(t, classes, len(targets.Statuses), "although there is one check")

	env.Checks = 2
	s = scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
	require.NoError(t, tables{s}.oneFault(table([]string{generators.Status, "any other"})))
	require.Len(t, casesOf(t, s), 2, "any of them is enough where it says so")
}

func TestWrongCaseHasAControlCaseWithoutTheFault(t *testing.T) {
	env := envOf(t, oracle.Original)
	s := scenarioOf(t, env, features.Rule{ID: "CB-METHOD-3"})
	require.NoError(t, tables{s}.oneFault(table([]string{generators.Method, generators.Other})))
	s.build.pinned[generators.Engine] = []string{targets.SQLServer}
	method := env.Model.Index(generators.Method)
	mustTry := 0
	for _, c := range casesOf(t, s) {
		require.Equal(t, []int{method}, c.Wrong)
		require.Equal(t, targets.SQLServer, c.Control.Conditions[0].Engine)
		control := oracle.NewWorld(env.Model.Edition, c.Control.Conditions).Expect(*c.Control.Steps[0].Call)
		require.NotEmpty(t, control.Accept)
		wrong := oracle.NewWorld(env.Model.Edition, c.Case.Conditions).Expect(*c.Case.Steps[0].Call)
		require.NotEmpty(t, wrong.Refuse)
		require.Equal(t, *c.Control.Steps[0].Call, c.Case.Steps[0].Call.With(generators.Method, value(*c.Control, generators.Method)).Without(absentIn(*c.Control, generators.Method)))
		require.Equal(t, c.Case, c.Build(*c.Vector), "the case is that of its vector")
		if class := env.Model.Factors[method].Classes[c.Vector.Classes[method]]; slices.ContainsFunc(class.MustTry, func(m generators.MustTry) bool { return m.Value == c.Vector.Values[method] }) {
			mustTry++
		}
	}
	all := 0
	for _, class := range env.Model.Factors[method].Classes {
		if class.Name == generators.Other {
			all = len(class.MustTry)
		}
	}
	require.GreaterOrEqual(t, mustTry, all, "each must-try value is tried")
	require.Positive(t, all)
}

// value returns a parameter of the call of a case.
func value(c targets.Case, name string) string {
	v, _ := c.Steps[0].Call.Get(name)
	return v
}

// absentIn returns the name of a parameter that the call of a case does not have, or no name.
func absentIn(c targets.Case, name string) string {
	if _, is := c.Steps[0].Call.Get(name); is {
		return ""
	}
	return name
}

func TestMustTryValuesBelongToTheRuleOfTheirFault(t *testing.T) {
	env := envOf(t, oracle.Original)
	for rule, more := range map[string]bool{"CB-METHOD-3": true, "CB-A-1": false} {
		s := scenarioOf(t, env, features.Rule{ID: rule})
		require.NoError(t, tables{s}.oneFault(table([]string{generators.Method, generators.Other})))
		require.Equal(t, more, len(casesOf(t, s)) > env.Checks, rule)
	}
	s := scenarioOf(t, env, features.Rule{ID: "CB-METHOD-3"})
	require.NoError(t, tables{s}.oneFault(table([]string{generators.Method, generators.Other})))
	env.Executor.Supply = testcase.NewLeased()
	require.Len(t, casesOf(t, s), env.Checks, "existing instances are too few for them")
}

func TestNamesOfDatabasesAreEachTried(t *testing.T) {
	env := envOf(t, oracle.Original)
	s := scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
	without := len(casesOf(t, s))
	s.build.anyNames = true
	m := env.Model
	class := m.Factors[m.Index(generators.Databases)].Classes[m.Class(generators.Databases, generators.AnyNames)]
	require.Len(t, casesOf(t, s), without+len(class.MustTry))
}

func TestPinnedClassesAreInEveryCase(t *testing.T) {
	env := envOf(t, oracle.Original)
	s := scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
	require.NoError(t, tables{s}.pin(table(
		[]string{generators.Engine, "SQLServer or PostgreSQL"}, []string{generators.Today, "one less than the quota"}, []string{generators.Method, "Physical"},
	)))
	for _, c := range casesOf(t, s) {
		require.Contains(t, []string{"SQLServer", "PostgreSQL"}, c.Case.Conditions[0].Engine)
		require.Equal(t, 9, c.Case.Conditions[0].BackupsToday)
		require.Equal(t, "Physical", value(c.Case, generators.Method))
		require.Nil(t, c.Control, "nothing is wrong")
		require.Empty(t, c.Wrong)
	}
}

func TestMutationsAreAppliedInTurn(t *testing.T) {
	env := envOf(t, oracle.Original)
	s := scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
	lowerCaseFormat(s.build)
	for i, c := range casesOf(t, s) {
		want := []string{"json", "xml"}[i%2]
		require.Equal(t, want, value(c.Case, generators.Format))
		require.Equal(t, "Format is "+want, c.Mutation)
		require.Equal(t, c.Mutation, c.Group)
		require.Nil(t, c.Control, "the mutation is not what is wrong")
	}
	s = scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
	otherVersion(s.build)
	for _, c := range casesOf(t, s) {
		require.NotEmpty(t, value(c.Case, "Version"))
		require.NotNil(t, c.Control)
		require.Empty(t, value(*c.Control, "Version"), "the control case goes without it")
	}
}

func TestMutationMayChangeWhatComesBefore(t *testing.T) {
	s := scenarioOf(t, envOf(t, oracle.Original), features.Rule{ID: "CB-A-1"})
	deleteBefore(s.build)
	for _, c := range casesOf(t, s) {
		require.Equal(t, []string{"call", "delete", "call"}, []string{c.Case.Steps[0].Do, c.Case.Steps[1].Do, c.Case.Steps[2].Do})
		require.Len(t, c.Control.Steps, 1)
	}
}

func TestScenarioOfAFaultThatTheModelLacks(t *testing.T) {
	env := envOf(t, oracle.Original)
	for classes, want := range map[string]string{
		"Snapshot-of-yore": "needs an instance for which BackupMethod is Snapshot-of-yore: use --control, list more in its capabilities, or add a fixture",
	} {
		s := scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
		require.NoError(t, tables{s}.oneFault(table([]string{generators.Method, classes})))
		_, err := s.build.cases()
		require.ErrorIs(t, err, generators.ErrNoSuchCase)
		require.EqualError(t, err, want)
		require.False(t, s.build.possible())
	}
	s := scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
	s.build.pinned[generators.Engine] = []string{"Oracle"}
	_, err := s.build.cases()
	require.ErrorIs(t, err, generators.ErrNoSuchCase)
	require.False(t, s.build.possible())
}

// text writes cases as JSON, so that they can be compared.
func text(t require.TestingT, cases []testcase.Case) []string {
	var out []string
	for _, c := range cases {
		data, err := json.Marshal([]any{c.Case, c.Control, c.Vector, c.Wrong, c.Group, c.Mutation})
		require.NoError(t, err)
		out = append(out, string(data))
	}
	return out
}

func TestSameSeedGivesTheSameCases(t *testing.T) {
	draw := func(seed uint64, key string) []string {
		env := envOf(t, oracle.Original)
		env.Seed = seed
		s := New(env, features.Rule{ID: "CB-METHOD-3"})
		s.Begin(key)
		require.NoError(t, tables{s}.oneFault(table([]string{generators.Method, generators.Other})))
		return text(t, casesOf(t, s))
	}
	require.Equal(t, draw(1, "a"), draw(1, "a"))
	require.NotEqual(t, draw(1, "a"), draw(2, "a"))
	require.NotEqual(t, draw(1, "a"), draw(1, "b"), "each scenario draws its own")
}

func TestShardsTogetherAreTheWholeRun(t *testing.T) {
	env := envOf(t, oracle.Original)
	drawn := func(key string, shard Shard) []testcase.Case {
		env.Shard = shard
		s := New(env, features.Rule{ID: "CB-A-1"})
		s.Begin(key)
		cases, err := s.build.cases()
		require.NoError(t, err)
		return cases
	}
	whole := text(t, drawn("an example", Shard{}))
	for count := 1; count <= 4; count++ {
		var parts []string
		for i := range count {
			parts = append(parts, text(t, drawn("an example", Shard{Index: i + 1, Count: count}))...)
		}
		require.ElementsMatch(t, whole, parts, "%d shards", count)
	}
}

// Every case is in one shard and no other, and a shard has about as many as another.
func TestShardsPartitionTheCases(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, count := rapid.String().Draw(t, "name"), rapid.IntRange(1, 9).Draw(t, "count")
		n := rapid.IntRange(0, 50).Draw(t, "cases")
		sizes := make([]int, count)
		for i := range n {
			in := 0
			for index := range count {
				if (Shard{Index: index + 1, Count: count}).Has(name, i) {
					sizes[index]++
					in++
				}
			}
			require.Equal(t, 1, in, "case %d", i)
		}
		require.LessOrEqual(t, slices.Max(sizes)-slices.Min(sizes), 1)
	})
	require.True(t, Shard{}.Has("any", 3), "the zero value is the whole run")
	require.Empty(t, Shard{}.String())
	require.Equal(t, "2/5", Shard{Index: 2, Count: 5}.String())
}

func TestCasesOfASingleInstance(t *testing.T) {
	env := envOf(t, oracle.Original)
	plain := env.Model.Case(env.Model.BaselineVector())
	single := &testcase.Single{Vector: env.Model.BaselineVector(), Plain: plain}
	env.Executor.Supply = single
	s := scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
	cases := casesOf(t, s)
	require.Len(t, cases, 1)
	require.Equal(t, plain, cases[0].Case)

	s = scenarioOf(t, env, features.Rule{ID: "CB-METHOD-3"})
	require.NoError(t, tables{s}.oneFault(table([]string{generators.Method, generators.Other})))
	cases = casesOf(t, s)
	require.Len(t, cases, env.Checks)
	for _, c := range cases {
		require.Equal(t, plain, *c.Control)
		require.NotEqual(t, value(plain, generators.Method), value(c.Case, generators.Method))
	}

	for name, change := range map[string]func(*builder){
		"several calls":           func(b *builder) { b.do(callOnce, callOnce) },
		"a call in another way":   lowerCaseFormat,
		"a class of another call": func(b *builder) { b.pinned[generators.Method] = []string{"Snapshot"} },
		"a second instance":       func(b *builder) { n := 0; b.second = &n },
	} {
		s = scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
		change(s.build)
		_, err := s.build.cases()
		require.ErrorIs(t, err, generators.ErrNoSuchCase, name)
		require.ErrorContains(t, err, "the target lacks the capability to provision", name)
	}
}

func TestSecondInstanceIsIdle(t *testing.T) {
	env := envOf(t, oracle.Original)
	s := scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
	two := 2
	s.build.second = &two
	for _, c := range casesOf(t, s) {
		second := c.Case.Conditions[1]
		require.Equal(t, c.Case.Conditions[0].Engine, second.Engine)
		require.Equal(t, []any{targets.Running, targets.LastCompleted, 2, ""}, []any{second.Status, second.LastBackup, second.BackupsToday, second.LockMode})
	}
}

func TestEngineThatAScenarioNeedsIsNamed(t *testing.T) {
	env := envOf(t, oracle.Original)
	s := scenarioOf(t, env, features.Rule{ID: "CB-A-1"})
	s.build.pinned[generators.Engine] = []string{targets.PostgreSQL}
	require.Empty(t, s.build.missingEngine(), "the target does not say that it lacks an engine")
	session, _, err := runner.NewSession(t.Context(), runner.Config{Target: onlyMySQL{}, Edition: env.edition()})
	require.NoError(t, err)
	env.Session = session
	require.Equal(t, targets.PostgreSQL, s.build.missingEngine())
	s.noCase(fmt.Errorf("none: %w", generators.ErrNoSuchCase))
	require.Equal(t, "the target has no PostgreSQL", s.Outcome().NotApplicable)
}

// onlyMySQL is a target that makes instances of one engine.
type onlyMySQL struct{ able }

func (onlyMySQL) Capabilities(context.Context) (targets.Capabilities, error) {
	return targets.Capabilities{Provision: true, Engines: []string{targets.MySQL}}, nil
}
