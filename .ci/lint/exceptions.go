package main

import (
	"fmt"
	"go/token"
	"slices"
)

// exception allows one subject to break one limit.
type exception struct {
	check   string
	subject string
	reason  string
}

func exceptions() []exception {
	return []exception{
		{"methods", "generators.Model",
			"it is the API of the parameter model: every part would need all of its fields, and callers every part"},
		{"methods", "diagnose.Diagnosis",
			"23 methods, one for each kind of failure that it explains; registry, searcher and attributor are out already"},
		{"methods", "steps.suite",
			"23 methods, all about one run; preparation, screener, phaseCount and plan are out already"},
	}
}

// except removes the problems that are allowed, and adds one for every exception that allows none.
func except(allowed []exception, problems []problem) []problem {
	used := make([]bool, len(allowed))
	problems = slices.DeleteFunc(problems, func(p problem) bool {
		i := slices.IndexFunc(allowed, func(e exception) bool { return e.check == p.check && e.subject == p.subject })
		if i >= 0 {
			used[i] = true
		}
		return i >= 0
	})
	for i, e := range allowed {
		if !used[i] {
			problems = append(problems, problem{
				check: e.check, subject: e.subject, pos: token.Position{Filename: ".ci/lint/exceptions.go", Line: 1},
				text: fmt.Sprintf("the exception is not needed any more (%s): remove it", e.reason),
			})
		}
	}
	return problems
}
