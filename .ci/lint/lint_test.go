package main

import (
	"fmt"
	"go/token"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

func TestCheck(t *testing.T) {
	long := strings.Repeat("x ", 60)
	statements := strings.Repeat("\tf()\n", maxFunctionLines)
	rows := strings.Repeat("\t1,\n", maxFileLines)
	tests := []struct {
		name string
		code string
		want []string // check and subject
	}{
		{"short code", "func f() {}", nil},

		{"long function", "func f() {\n" + statements + "}", []string{"function-length: f"}},
		{"long method", "func (t *T) f() {\n" + statements + "}", []string{"function-length: T.f"}},
		{"long table in a function", "func f() []int { return []int{\n" + rows + "} }", nil},
		{"long function in a table", "func f() any { return []func(){func() {\n" + statements + "}} }",
			[]string{"function-length: f"}},
		{"long flat switch", "func f() { switch {\ncase true:\n" + statements + "} }", nil},
		{"long switch that branches", "func f() { switch {\ncase true:\nif g() {\n" + statements + "}\n} }",
			[]string{"function-length: f"}},

		{"long file", strings.Repeat("\n", maxFileLines+1), []string{"file-length: a.go"}},
		{"long table", "var table = []int{\n" + rows + "}", nil},

		{"twenty methods", methods("(T)", 20), nil},
		{"methods on values and pointers", methods("(T)", 11) + methods("(*T)", 10), []string{"methods: p.T"}},
		{"methods of a generic type", methods("(t T[K])", 21), []string{"methods: p.T"}},

		{"wide comment", "// " + long, []string{"text-width: a.go"}},
		{"wide line in a block", "/*\n" + long + "\n*/", []string{"text-width: a.go"}},
		{"comment after code", "var " + strings.Repeat("x", 80) + " int // words that go far", nil},
		{"wide comment after code", "var " + strings.Repeat("x", 80) + " int // words that go on and on and too far",
			[]string{"text-width: a.go"}},
		{"wide address", "// https://example.com/" + strings.Repeat("x", 100), nil},
		{"directive", "//go:generate " + long, nil},

		{"variable that is read", "var v = 1\nfunc f() int { return v }", nil},
		{"variable that is assigned", "var v = 1\nfunc f() { v = 2 }", []string{"state: p.v"}},
		{"variable that is counted up", "var v = 1\nfunc f() { v++ }", []string{"state: p.v"}},
		{"map that is written", "var v = map[int]int{}\nfunc f() { v[1] = 2 }", []string{"state: p.v"}},
		{"map that is deleted from", "var v = map[int]int{}\nfunc f() { delete(v, 1) }", []string{"state: p.v"}},
		{"field that is assigned", "var v struct{ a int }\nfunc f() { v.a = 2 }", []string{"state: p.v"}},
		{"pointer to a variable", "var v = 1\nfunc f() *int { return &v }", []string{"state: p.v"}},
		{"local variable of the same name", "var v = 1\nfunc f() { v := 2; v = 3; _ = v }", nil},
		{"mutex", "import \"sync\"\nvar v sync.Mutex", []string{"state: p.v"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, p := range check(sources{files: []file{parse(t, "a.go", test.code)}}) {
				got = append(got, p.check+": "+p.subject)
			}
			require.Equal(t, test.want, got)
		})
	}
}

// The limits on methods and state hold for the whole package, in whatever file a method is.
func TestCheckCountsOverFiles(t *testing.T) {
	positions := token.NewFileSet()
	s := sources{}
	for i, code := range []string{methods("(T)", 15), "var v = 1", "func f() { v = 2 }\n" + methods("(*T)", 15)} {
		name := fmt.Sprintf("p/%d.go", i)
		f, err := parseFile(positions, name, "package p\n"+code)
		require.NoError(t, err)
		s.files = append(s.files, f)
	}
	var got []string
	for _, p := range check(s) {
		got = append(got, p.String())
	}
	require.Equal(t, []string{
		"p/2.go:2: package-level state: keep it in a value that is passed to those who need it (state: p.v)",
		"p/2.go:8: 30 methods, more than 20: take a part of the type out, with the fields it needs (methods: p.T)",
	}, got)
}

func TestCheckMarkdown(t *testing.T) {
	long := strings.Repeat("x ", 60)
	text := strings.Join([]string{
		"# Title", long, "```sh", long, "```", "| " + long + " |", "https://" + strings.Repeat("x", 100), long,
	}, "\n")
	var lines []int
	for _, p := range checkMarkdown("a.md", text) {
		lines = append(lines, p.pos.Line)
	}
	require.Equal(t, []int{2, 8}, lines)
}

func TestCheckDocument(t *testing.T) {
	repository := fstest.MapFS{"docs/a.md": {}, "code/a.go": {Data: []byte("package a\n\n\tvar a = 1\n")}}
	tests := []struct {
		name, text string
		want       []int // lines
	}{
		{"link to a file", "[code](../code/a.go)", nil},
		{"link to a folder and a heading", "[code](../code#here)", nil},
		{"link to the web", "[site](https://example.com/x)", nil},
		{"two links, one of them broken", "text\n[a](a.md) and [b](b.md)", []int{2}},
		{"link in a block of code", "```text\n[b](b.md)\n```", nil},
		{"diff of what is there", "```diff\n+++ b/code/a.go\n@@\n package a\n …\n+var a = 1\n-var b = 1\n```", nil},
		{"diff of what is not there", "```diff\n+++ b/code/a.go\n+var a = 2\n```", []int{3}},
		{"diff of no file", "```diff\n+++ b/code/b.go\n```", []int{2}},
		{"diff without a file", "```diff\n+var a = 1\n```", []int{2}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []int
			for _, p := range checkDocument("docs/a.md", test.text, repository) {
				got = append(got, p.pos.Line)
			}
			require.Equal(t, test.want, got)
		})
	}
}

func TestExcept(t *testing.T) {
	problems := []problem{{check: "methods", subject: "p.T"}, {check: "methods", subject: "p.U"}}
	allowed := []exception{
		{check: "methods", subject: "p.T", reason: "one method for each parameter"},
		{check: "state", subject: "p.T", reason: "a cache"},
	}
	left := except(allowed, problems)
	require.Len(t, left, 2)
	require.Equal(t, "p.U", left[0].subject)
	require.Equal(t, "state", left[1].check)
	require.Contains(t, left[1].text, "(a cache)")
}

// methods returns the declarations of n methods with a receiver.
func methods(receiver string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "func %s m%d() {}\n", receiver, i)
	}
	return b.String()
}

// parse returns a file of package p.
func parse(t *testing.T, name, code string) file {
	t.Helper()
	f, err := parseFile(token.NewFileSet(), name, "package p\n"+code)
	require.NoError(t, err)
	return f
}
