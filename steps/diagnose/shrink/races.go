package shrink

import (
	"slices"

	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// RacePasses returns the lists of simpler races, to be minimised by one after another: first
// without completions, then what the instances and the calls are like, then how many there are,
// then each call. quota is how many backups an instance may have in a day.
func RacePasses(quota int) []func(runner.Race) []runner.Race {
	simpler := func(list func(targets.Case) []targets.Case) func(runner.Race) []runner.Race {
		return func(r runner.Race) []runner.Race {
			var races []runner.Race
			for _, c := range list(r.Case) {
				if d := (runner.Race{Case: c, Completing: r.Completing}); raceSize(d, quota) < raceSize(r, quota) {
					races = append(races, d)
				}
			}
			return races
		}
	}
	return []func(runner.Race) []runner.Race{
		withoutCompletions,
		simpler(func(c targets.Case) []targets.Case { return plainerRaces(c, quota) }),
		simpler(fewest),
		simpler(fewer),
		simpler(func(c targets.Case) []targets.Case { return withCalls(c, Calls) }),
	}
}

func withoutCompletions(r runner.Race) []runner.Race {
	if !r.Completing {
		return nil
	}
	return []runner.Race{{Case: r.Case}}
}

// plainerRaces lists the races with every instance and every call as plain as can be, then with
// only some of that.
func plainerRaces(c targets.Case, quota int) []targets.Case {
	// On an instance with one backup left, two calls are enough to exceed the quota.
	oneLeft := func(d targets.Condition) targets.Condition {
		d = PlainCondition(d)
		d.BackupsToday, d.LastBackup = quota-1, targets.LastCompleted
		return d
	}
	plain := everyCondition(c, PlainCondition)
	list := []targets.Case{everyCall(plain, PlainCall), everyCall(everyCondition(c, oneLeft), PlainCall), plain}
	for _, change := range []func(targets.Condition) targets.Condition{
		func(d targets.Condition) targets.Condition {
			d.BackupsToday, d.LastBackup = 0, targets.LastNone
			return d
		},
		func(d targets.Condition) targets.Condition { d.Databases = plainDatabases(); return d },
		func(d targets.Condition) targets.Condition { d.Engine = targets.MySQL; return d },
	} {
		list = append(list, everyCondition(c, change))
	}
	return append(list, everyCall(c, PlainCall))
}

// fewest lists the races of two of the calls, and of two of the instances where each has one call;
// where there is one instance, then those of more of the calls.
func fewest(c targets.Case) []targets.Case {
	var list []targets.Case
	n := len(c.Steps)
	if len(c.Conditions) == n && n > 2 {
		for k := 1; k < n; k++ {
			list = append(list, OnInstances(c, 0, k), OnInstances(c, k-1, k))
		}
		return list
	}
	if len(c.Conditions) > 1 {
		return nil
	}
	seen := map[string]bool{}
	for i := range n {
		for j := i + 1; j < n; j++ {
			d := targets.Case{Conditions: c.Conditions, Steps: []targets.Step{c.Steps[i], c.Steps[j]}}
			if key := Key(d); !seen[key] {
				seen[key] = true
				list = append(list, d)
			}
		}
	}
	for size := 3; size < n; size++ {
		list = append(list, targets.Case{Conditions: c.Conditions, Steps: c.Steps[:size]})
	}
	return list
}

// fewer lists the races with one instance less, and with one call less of an instance that has
// several.
func fewer(c targets.Case) []targets.Case {
	var list []targets.Case
	for k := range c.Conditions {
		if len(c.Conditions) > 2 {
			list = append(list, withoutInstance(c, k))
		}
	}
	for i, step := range c.Steps {
		rest := slices.Delete(slices.Clone(c.Steps), i, i+1)
		same := func(s targets.Step) bool { return s.Instance == step.Instance }
		if len(rest) > 1 && slices.ContainsFunc(rest, same) {
			list = append(list, targets.Case{Conditions: c.Conditions, Steps: rest})
		}
	}
	return list
}

// OneByOne returns a case that makes the calls of a race one after another. Where the backups are
// completed meanwhile, each call but the first comes after a completion.
func OneByOne(r runner.Race) targets.Case {
	c := targets.Case{Conditions: r.Case.Conditions}
	for i, step := range r.Case.Steps {
		if r.Completing && i > 0 {
			done := targets.Step{Do: targets.StepComplete, Instance: step.Instance, Result: targets.LastCompleted}
			c.Steps = append(c.Steps, done)
		}
		c.Steps = append(c.Steps, step)
	}
	return c
}

func everyCondition(c targets.Case, change func(targets.Condition) targets.Condition) targets.Case {
	d := targets.Case{Conditions: slices.Clone(c.Conditions), Steps: c.Steps}
	for i := range d.Conditions {
		d.Conditions[i] = change(d.Conditions[i])
	}
	return d
}

func everyCall(c targets.Case, change func(targets.Call) targets.Call) targets.Case {
	for i, step := range c.Steps {
		if step.Call != nil {
			c = withCall(c, i, change(*step.Call))
		}
	}
	return c
}

// raceSize measures a race. An instance with one backup left of the quota counts as simpler than
// one with more.
func raceSize(r runner.Race, quota int) int {
	n := caseSize(r.Case)
	for _, c := range r.Case.Conditions {
		if c.BackupsToday > 0 && c.BackupsToday != quota-1 {
			n++
		}
	}
	for _, s := range r.Case.Steps {
		if s.Call != nil {
			n += transportSize(*s.Call)
		}
	}
	if r.Completing {
		n++
	}
	return n
}

// transportSize measures in what a call is sent otherwise than by POST with a query.
func transportSize(c targets.Call) int {
	n := 0
	if c.Method != "POST" {
		n++
	}
	for _, p := range c.Params {
		if p.In == targets.Body {
			n++
		}
	}
	return n
}
