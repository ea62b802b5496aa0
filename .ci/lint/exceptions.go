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
	return []exception{}
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
