package shrink

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

const quota = 10

func conditions() *rapid.Generator[targets.Condition] {
	return rapid.Custom(func(t *rapid.T) targets.Condition {
		c := targets.Condition{
			Engine:       rapid.SampledFrom([]string{targets.MySQL, targets.SQLServer, targets.PostgreSQL}).Draw(t, "engine"),
			Status:       rapid.SampledFrom([]string{targets.Running, "Creating"}).Draw(t, "status"),
			Databases:    rapid.SliceOfN(rapid.SampledFrom([]string{"app", "orders"}), 0, 3).Draw(t, "databases"),
			LockMode:     rapid.SampledFrom([]string{"", "ManualLock"}).Draw(t, "lock"),
			BackupsToday: rapid.IntRange(0, quota+1).Draw(t, "today"),
			LastBackup:   rapid.SampledFrom([]string{targets.LastCompleted, targets.LastRunning, targets.LastFailed}).Draw(t, "last"),
		}
		if c.BackupsToday == 0 && rapid.Bool().Draw(t, "no backup") {
			c.LastBackup = targets.LastNone
		}
		return c
	})
}

func places() *rapid.Generator[targets.Place] {
	return rapid.SampledFrom([]targets.Place{targets.Query, targets.Body})
}

func calls(instance int) *rapid.Generator[targets.Call] {
	return rapid.Custom(func(t *rapid.T) targets.Call {
		c := targets.Call{
			Method:   rapid.SampledFrom([]string{"GET", "POST"}).Draw(t, "method"),
			Encoding: rapid.SampledFrom([]targets.Encoding{"", targets.EncodingPlus}).Draw(t, "encoding"),
			Form:     rapid.SampledFrom([]targets.Form{"", targets.FormCharset}).Draw(t, "form"),
			Nonce:    rapid.SampledFrom([]string{"", "first"}).Draw(t, "nonce"),
		}
		add := func(name, value string) {
			c.Params = append(c.Params, targets.Param{Name: name, Value: value, In: places().Draw(t, "place")})
		}
		add("Action", "CreateBackup")
		add("DBInstanceId", targets.InstanceRef(instance))
		for _, name := range rapid.SliceOfN(rapid.SampledFrom([]string{"Format", "BackupMethod", "DBName", "Action", "X"}), 0, 4).Draw(t, "names") {
			add(name, rapid.StringMatching(`[a-zA-Z]{0,12}`).Draw(t, "value"))
		}
		return c
	})
}

func cases() *rapid.Generator[targets.Case] {
	return rapid.Custom(func(t *rapid.T) targets.Case {
		c := targets.Case{Conditions: rapid.SliceOfN(conditions(), 1, 3).Draw(t, "conditions")}
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			k := rapid.IntRange(0, len(c.Conditions)-1).Draw(t, "instance")
			if rapid.Bool().Draw(t, "completes") {
				c.Steps = append(c.Steps, targets.Step{Do: targets.StepComplete, Instance: k, Result: targets.LastCompleted})
				continue
			}
			call := calls(k).Draw(t, "call")
			c.Steps = append(c.Steps, targets.Step{Do: targets.StepCall, Instance: k, Call: &call})
		}
		return c
	})
}

// races generates races of calls that a race makes: each has an Action and a DBInstanceId once.
func races() *rapid.Generator[runner.Race] {
	return rapid.Custom(func(t *rapid.T) runner.Race {
		r := runner.Race{Completing: rapid.Bool().Draw(t, "completing")}
		r.Case.Conditions = rapid.SliceOfN(conditions(), 1, 4).Draw(t, "conditions")
		for k := range r.Case.Conditions {
			for range rapid.IntRange(1, 3).Draw(t, "calls") {
				call := calls(k).Draw(t, "call")
				call = call.Without("Action").With("Action", "CreateBackup")
				r.Case.Steps = append(r.Case.Steps, targets.Step{Do: targets.StepCall, Instance: k, Call: &call})
			}
		}
		return r
	})
}

// pairs generates one call in two forms, which differ in encoding, Format, transport and order.
func pairs() *rapid.Generator[judge.Variants] {
	return rapid.Custom(func(t *rapid.T) judge.Variants {
		on := []targets.Condition{conditions().Draw(t, "condition")}
		plain := calls(0).Draw(t, "plain")
		form := plain
		form.Params = rapid.Permutation(plain.Params).Draw(t, "order")
		for i := range form.Params {
			form.Params[i].In = places().Draw(t, "place")
		}
		form.Method = rapid.SampledFrom([]string{"GET", "POST"}).Draw(t, "method")
		form.Encoding = rapid.SampledFrom([]targets.Encoding{"", targets.EncodingPlus}).Draw(t, "encoding")
		switch rapid.IntRange(0, 2).Draw(t, "Format") {
		case 1:
			form = form.With("Format", "XML")
		case 2:
			form = form.Without("Format")
		}
		other := oneCall(on, plain)
		return judge.Variants{Case: oneCall(on, form), Other: &other}
	})
}

// requireSimpler requires that every candidate is smaller by a measure which is never negative, so
// that no search by the list goes on for ever.
func requireSimpler[C any](t *rapid.T, from C, list func(C) []C, size func(C) int) {
	for _, candidate := range list(from) {
		require.Less(t, size(candidate), size(from), "%+v", candidate)
		require.GreaterOrEqual(t, size(candidate), 0)
	}
}

func TestEveryListedCandidateIsSimpler(t *testing.T) {
	t.Run("conditions", rapid.MakeCheck(func(t *rapid.T) {
		requireSimpler(t, conditions().Draw(t, "condition"), Conditions, conditionSize)
	}))
	t.Run("calls", rapid.MakeCheck(func(t *rapid.T) {
		requireSimpler(t, calls(0).Draw(t, "call"), Calls, callSize)
	}))
	t.Run("cases", rapid.MakeCheck(func(t *rapid.T) {
		requireSimpler(t, cases().Draw(t, "case"), Cases, caseSize)
	}))
	t.Run("cases beside Auto", rapid.MakeCheck(func(t *rapid.T) {
		requireSimpler(t, judge.Variants{Case: cases().Draw(t, "case")}, Variants(reports.CheckType), func(v judge.Variants) int { return caseSize(v.Case) })
	}))
	t.Run("cases with a Code", rapid.MakeCheck(func(t *rapid.T) {
		requireSimpler(t, judge.Variants{Case: cases().Draw(t, "case")}, Variants(reports.CheckCode), func(v judge.Variants) int { return caseSize(v.Case) })
	}))
	t.Run("pairs", rapid.MakeCheck(func(t *rapid.T) {
		requireSimpler(t, pairs().Draw(t, "pair"), Variants(reports.CheckDecision), pairSize)
	}))
	for i, pass := range RacePasses(quota) {
		t.Run("races, pass "+string(rune('1'+i)), rapid.MakeCheck(func(t *rapid.T) {
			requireSimpler(t, races().Draw(t, "race"), pass, func(r runner.Race) int { return raceSize(r, quota) })
		}))
	}
	require.Empty(t, Variants(reports.CheckTask)(judge.Variants{}))
}

func plainCase(steps ...targets.Step) targets.Case {
	return targets.Case{Conditions: []targets.Condition{PlainCondition(targets.Condition{})}, Steps: steps}
}

func plainStep() targets.Step {
	call := PlainCall(targets.Call{Params: []targets.Param{{Name: "DBInstanceId", Value: targets.InstanceRef(0)}}})
	return targets.Step{Do: targets.StepCall, Call: &call}
}

func TestAnyCaseIsMinimisedToOnePlainStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		least, err := Minimise(t.Context(), cases().Draw(t, "case"), Search[targets.Case]{
			Simpler: Cases, Budget: NewBudget(10_000), Fails: func(context.Context, targets.Case) (bool, error) { return true, nil },
		})
		require.NoError(t, err)
		require.Len(t, least.Steps, 1)
		require.Len(t, least.Conditions, 1)
		require.Zero(t, conditionSize(least.Conditions[0]))
		if call := least.Steps[0].Call; call != nil {
			require.Empty(t, Calls(*call))
		}
	})
}

func TestACaseKeepsWhatItsFailureNeeds(t *testing.T) {
	complete := targets.Step{Do: targets.StepComplete, Result: targets.LastCompleted}
	long := plainStep()
	call := long.Call.With("BackupMethod", "Logical").With("X", "a value that does not matter")
	long.Call = &call
	c := plainCase(plainStep(), complete, long, plainStep(), long)
	c.Conditions[0].Engine, c.Conditions[0].BackupsToday, c.Conditions[0].LastBackup = targets.SQLServer, 3, targets.LastCompleted
	fails := func(_ context.Context, c targets.Case) (bool, error) {
		logical := slices.ContainsFunc(c.Steps, func(s targets.Step) bool {
			return s.Call != nil && len(s.Call.Values("BackupMethod")) == 1
		})
		return logical && slices.ContainsFunc(c.Steps, func(s targets.Step) bool { return s.Do == targets.StepComplete }), nil
	}
	least, err := Minimise(t.Context(), c, Search[targets.Case]{Simpler: Cases, Fails: fails, Budget: NewBudget(1000)})
	require.NoError(t, err)
	want := plainStep().Call.With("BackupMethod", "Logical")
	require.Equal(t, plainCase(complete, targets.Step{Do: targets.StepCall, Call: &want}), least)
}

func TestPairKeepsTheDifferenceThatMatters(t *testing.T) {
	on := []targets.Condition{PlainCondition(targets.Condition{})}
	plain := PlainCall(*plainStep().Call).With("Format", "JSON").With("DBName", "app")
	form := plain.With("Format", "XML")
	form.Method, form.Encoding = "GET", targets.EncodingLower
	slices.Reverse(form.Params)
	other := oneCall(on, plain)
	least, err := Minimise(t.Context(), judge.Variants{Case: oneCall(on, form), Other: &other}, Search[judge.Variants]{
		Simpler: Variants(reports.CheckDecision), Budget: NewBudget(1000),
		Fails: func(_ context.Context, v judge.Variants) (bool, error) {
			return v.Case.Steps[0].Call.Method == "GET", nil
		},
	})
	require.NoError(t, err)
	got := Differences(*least.Other.Steps[0].Call, *least.Case.Steps[0].Call)
	require.Equal(t, []Difference{{Respect: Transport, Form: "GET with a query", Plain: "POST with a query"}}, got)
	require.Equal(t, []string{"Action", "DBInstanceId"}, paramNames(*least.Case.Steps[0].Call))
}

func TestDifferences(t *testing.T) {
	plain := *plainStep().Call
	form := plain.With("Format", "XML")
	form.Encoding = targets.EncodingPlus
	slices.Reverse(form.Params)
	require.Equal(t, []Difference{
		{Encoding, "plus", "canonical"},
		{Format, "XML", "absent"},
		{Order, "Format, DBInstanceId, Action", "Action, DBInstanceId"},
	}, Differences(plain, form))
	require.Empty(t, Differences(plain, plain))
}

func TestCasesBesideAutoHaveNoTypeOfTheirOwn(t *testing.T) {
	first := plainStep()
	typed := first.Call.With("BackupType", "FullBackup")
	first.Call = &typed
	for _, v := range Variants(reports.CheckType)(judge.Variants{Case: plainCase(first, plainStep())}) {
		last := v.Case.Steps[len(v.Case.Steps)-1].Call
		auto := v.Other.Steps[len(v.Other.Steps)-1].Call
		require.Empty(t, last.Values("BackupType"))
		require.Equal(t, last.With("BackupType", "Auto"), *auto)
	}
}

// minimiseRace minimises a race as the diagnosis does, without chance.
func minimiseRace(t *testing.T, r runner.Race, fails func(runner.Race) bool) (runner.Race, int) {
	t.Helper()
	budget := NewBudget(10_000)
	for _, pass := range RacePasses(quota) {
		var err error
		r, err = Minimise(t.Context(), r, Search[runner.Race]{
			Simpler: pass, Budget: budget, Fails: func(_ context.Context, r runner.Race) (bool, error) { return fails(r), nil },
		})
		require.NoError(t, err)
	}
	return r, budget.Used()
}

func TestARaceIsMinimisedToWhatItsFailureNeeds(t *testing.T) {
	on := func(k int, params ...string) targets.Step {
		call := PlainCall(targets.Call{Params: []targets.Param{{Name: "DBInstanceId", Value: targets.InstanceRef(k)}}})
		for i := 0; i < len(params); i += 2 {
			call = call.With(params[i], params[i+1])
		}
		return targets.Step{Do: targets.StepCall, Instance: k, Call: &call}
	}
	plain := PlainCondition(targets.Condition{})
	busy := targets.Condition{Engine: targets.SQLServer, Status: targets.Running, Databases: []string{"a", "b"}, BackupsToday: 4, LastBackup: targets.LastCompleted}
	oneLeft := plain
	oneLeft.BackupsToday, oneLeft.LastBackup = quota-1, targets.LastCompleted
	six := []targets.Step{on(0), on(0, "Format", "XML"), on(0), on(0, "BackupMethod", "Logical"), on(0), on(0)}
	for name, c := range map[string]struct {
		race  runner.Race
		fails func(runner.Race) bool
		want  runner.Race
	}{
		"two calls": {
			runner.Race{Case: targets.Case{Conditions: []targets.Condition{busy}, Steps: six}, Completing: true},
			func(r runner.Race) bool { return len(r.Case.Steps) > 1 },
			runner.Race{Case: targets.Case{Conditions: []targets.Condition{plain}, Steps: []targets.Step{on(0), on(0)}}},
		},
		"more calls than the quota allows": {
			runner.Race{Case: targets.Case{Conditions: []targets.Condition{busy}, Steps: six}, Completing: true},
			func(r runner.Race) bool {
				return r.Completing && r.Case.Conditions[0].BackupsToday+len(r.Case.Steps) > quota-1 && r.Case.Conditions[0].BackupsToday > 0
			},
			runner.Race{Case: targets.Case{Conditions: []targets.Condition{oneLeft}, Steps: []targets.Step{on(0), on(0)}}, Completing: true},
		},
		"a parameter of one call": {
			runner.Race{Case: targets.Case{Conditions: []targets.Condition{plain}, Steps: six}},
			func(r runner.Race) bool {
				return slices.ContainsFunc(r.Case.Steps, func(s targets.Step) bool { return len(s.Call.Values("BackupMethod")) > 0 })
			},
			runner.Race{Case: targets.Case{Conditions: []targets.Condition{plain}, Steps: []targets.Step{on(0), on(0, "BackupMethod", "Logical")}}},
		},
		"two instances": {
			runner.Race{Case: targets.Case{Conditions: []targets.Condition{plain, busy, plain, plain}, Steps: []targets.Step{on(0), on(1), on(2), on(3)}}},
			func(r runner.Race) bool { return len(r.Case.Conditions) > 1 },
			runner.Race{Case: targets.Case{Conditions: []targets.Condition{plain, plain}, Steps: []targets.Step{on(0), on(1)}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			least, tries := minimiseRace(t, c.race, c.fails)
			require.Equal(t, c.want, least)
			require.Less(t, tries, 40, "a try costs up to ten rounds, and there are 400")
		})
	}
}

func TestOneByOne(t *testing.T) {
	c := plainCase(plainStep(), plainStep())
	complete := targets.Step{Do: targets.StepComplete, Result: targets.LastCompleted}
	require.Equal(t, c, OneByOne(runner.Race{Case: c}))
	require.Equal(t, plainCase(plainStep(), complete, plainStep()), OneByOne(runner.Race{Case: c, Completing: true}))
}

func TestInstancesAreNumberedAnew(t *testing.T) {
	mention := func(k int, value string) targets.Step {
		return targets.Step{Do: targets.StepCall, Instance: k, Call: &targets.Call{Params: []targets.Param{{Name: "DBInstanceId", Value: value}}}}
	}
	three := []targets.Condition{{Engine: "a"}, {Engine: "b"}, {Engine: "c"}}
	c := targets.Case{Conditions: three, Steps: []targets.Step{mention(2, targets.InstanceRef(2)+"x"), mention(1, targets.CutRef(1)), {Do: targets.StepNextDay}}}
	require.Equal(t, targets.Case{
		Conditions: []targets.Condition{{Engine: "b"}, {Engine: "c"}},
		Steps:      []targets.Step{mention(1, targets.InstanceRef(1)+"x"), mention(0, targets.CutRef(0))},
	}, OnInstances(c, 1, 2))
}
