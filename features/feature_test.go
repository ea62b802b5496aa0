package features

import (
	"bytes"
	"io/fs"
	"testing"
	"testing/fstest"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFeatures checks the form of the feature files. Each message begins with the file and line to
// change.
func TestFeatures(t *testing.T) {
	names, err := fs.Glob(Files, "*.feature")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			text, err := fs.ReadFile(Files, name)
			require.NoError(t, err)
			doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(text), (&messages.Incrementing{}).NewId)
			require.NoError(t, err)
			assert.NotEmpty(t, doc.Feature.Description, "features/%s:%d: a feature needs a description", name, doc.Feature.Location.Line)
			assert.Contains(t, order, doc.Feature.Name, "features/%s:%d: the catalogue does not know the place of this area", name, doc.Feature.Location.Line)
			checkBackground(t, "features/"+name, doc.Feature)
			for _, sc := range scenariosOf(doc.Feature) {
				checkControl(t, "features/"+name, sc)
			}
		})
	}
}

// scenariosOf lists the scenarios of a feature, which are all in rules.
func scenariosOf(f *messages.Feature) []*messages.Scenario {
	var out []*messages.Scenario
	for _, child := range f.Children {
		if child.Rule == nil {
			continue
		}
		for _, c := range child.Rule.Children {
			if c.Scenario != nil {
				out = append(out, c.Scenario)
			}
		}
	}
	return out
}

// checkBackground checks that a first step that all scenarios share is in a Background, and that a
// feature without a Background says in each scenario what is given.
func checkBackground(t *testing.T, file string, f *messages.Feature) {
	shared := map[string]bool{}
	for _, child := range f.Children {
		if child.Background != nil {
			for _, step := range child.Background.Steps {
				shared[step.Text] = true
			}
		}
	}
	firsts := map[string]int{}
	scenarios := scenariosOf(f)
	for _, sc := range scenarios {
		if !assert.NotEmpty(t, sc.Steps, "%s:%d: the scenario has no steps", file, sc.Location.Line) {
			continue
		}
		first := sc.Steps[0]
		firsts[first.Text]++
		for _, step := range sc.Steps {
			assert.False(t, shared[step.Text], "%s:%d: %q is already in the Background", file, step.Location.Line, step.Text)
		}
		if len(shared) == 0 {
			assert.Equal(t, messages.StepKeywordType_CONTEXT, first.KeywordType,
				"%s:%d: begin with a Given, or add a Background", file, first.Location.Line)
		}
	}
	for text, n := range firsts {
		assert.False(t, n > 2 && n == len(scenarios) && scenarios[0].Steps[0].DataTable == nil,
			"%s:%d: every scenario begins with %q: make it a Background", file, f.Location.Line, text)
	}
}

// checkControl checks that a scenario which shows a refusal also shows that the same call without
// the fault is accepted.
func checkControl(t *testing.T, file string, sc *messages.Scenario) {
	for i, step := range sc.Steps {
		if step.Text != "it is refused" && step.Text != "no backup is made" {
			continue
		}
		followed := i+1 < len(sc.Steps) && sc.Steps[i+1].Text == controlStep
		assert.True(t, followed, "%s:%d: %q needs the next step %q", file, step.Location.Line, step.Text, controlStep)
	}
}

func TestReadSaysWhatIsMissing(t *testing.T) {
	for _, tt := range []struct{ name, tags, statement, description, want string }{
		{"no id", "@must @original", "It works", "Section: S\n\n    It works.", "features/x.feature:4: rule \"It works\" has no id"},
		{"no level", "@CB-X-1 @original", "It works", "Section: S\n\n    It works.", "features/x.feature:4: rule CB-X-1 has no level"},
		{"no edition", "@CB-X-1 @must", "It works", "Section: S\n\n    It works.", "features/x.feature:4: rule CB-X-1 has no edition"},
		{"no statement", "@CB-X-1 @must @original", "", "Section: S\n\n    It works.", "features/x.feature:4: rule CB-X-1 has no statement"},
		{"no section", "@CB-X-1 @must @original", "It works", "It works.", "features/x.feature:4: rule CB-X-1 has no Section"},
		{"no document", "@CB-X-1 @must @original", "It works", "Section: S", "features/x.feature:4: rule CB-X-1 has no Section"},
		{"a may rule that does not say what it is about", "@CB-X-1 @may @original", "It works", "Section: S\n\n    It works.", "features/x.feature:4: rule CB-X-1: a may rule"},
		{"a must rule about what is left open", "@CB-X-1 @must @original", "It works", "Section: S\n    Open: a call\n\n    It works.", "features/x.feature:4: rule CB-X-1: a may rule"},
		{"a tag that does not exist", "@CB-X-1 @must @original @often", "It works", "Section: S\n\n    It works.", "features/x.feature:4: unknown tag @often"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text := "Feature: x\n\n  " + tt.tags + "\n  Rule: " + tt.statement + "\n\n    " + tt.description + "\n\n    Example: a\n      Given b\n"
			_, err := read(fstest.MapFS{"x.feature": {Data: []byte(text)}})
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func TestReadTakesWhatARuleSays(t *testing.T) {
	const text = `@about-BackupMethod
Feature: quota

  @CB-X-1 @should @original @current @needs-next-day @phase-races @about-last-backup
  Rule: It works

    Section: Description

    It works
    always.

    Scenario Outline: with <algorithm>
      Then it is refused
      And the same call without the fault is accepted

      Examples:
        | algorithm |
        | one       |
        | two       |

    Example: alone
      Then it is accepted
`
	rules, err := read(fstest.MapFS{"x.feature": {Data: []byte(text)}})
	require.NoError(t, err)
	require.Equal(t, []Rule{{
		ID: "CB-X-1", Level: "should", Area: "quota", Statement: "It works", Section: "Description", Document: "It works always.",
		Editions: []string{"original", "current"}, Needs: []string{"next-day"}, About: []string{"BackupMethod", "last backup"},
		Phase: "races", File: "features/x.feature", Line: 5, Examples: []string{"with one", "with two", "alone"}, Refuses: true,
	}}, rules)
}
