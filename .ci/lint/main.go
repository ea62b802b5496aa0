// Command lint checks what the linters of .golangci.yml do not: the methods of a type, the length
// of files and functions, the width of comments and Markdown, state that a package keeps in
// variables, and whether documents name what exists. Run it in the root of the module. It prints
// file:line and what to do, one problem a line, and ends with exit code 1 if there is a problem.
package main

import (
	"cmp"
	"fmt"
	"go/token"
	"os"
	"slices"
)

func main() {
	sources, err := readSources(".")
	if err != nil {
		fmt.Fprintln(os.Stderr, "lint:", err)
		os.Exit(2)
	}
	problems := except(exceptions(), check(sources))
	for _, p := range problems {
		fmt.Println(p)
	}
	if len(problems) > 0 {
		os.Exit(1)
	}
}

// problem is one place that breaks a limit.
type problem struct {
	check   string // the kind of limit: the name that an exception gives
	subject string // what breaks it: a file, a function, a type or a variable
	pos     token.Position
	text    string // what is wrong, and what to do about it
}

func (p problem) String() string {
	return fmt.Sprintf("%s:%d: %s (%s: %s)", p.pos.Filename, p.pos.Line, p.text, p.check, p.subject)
}

// check returns the problems of all sources, sorted by place.
func check(s sources) []problem {
	var problems []problem
	for _, f := range s.files {
		problems = append(problems, checkFileLength(f)...)
		problems = append(problems, checkFunctionLength(f)...)
		problems = append(problems, checkComments(f)...)
	}
	for _, p := range s.packages() {
		problems = append(problems, checkMethods(p)...)
		problems = append(problems, checkState(p)...)
	}
	for name, text := range s.markdown {
		problems = append(problems, checkMarkdown(name, text)...)
		problems = append(problems, checkDocument(name, text, s.repository)...)
	}
	slices.SortFunc(problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.pos.Filename, b.pos.Filename), cmp.Compare(a.pos.Line, b.pos.Line))
	})
	return problems
}
