package scenario

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// stepText is a step of a feature file, the placeholders of outlines filled in.
type stepText struct {
	at, text string
	table    *messages.PickleTable // nil for none
}

// stepTexts lists the steps of all feature files.
func stepTexts(t *testing.T) []stepText {
	names, err := fs.Glob(features.Files, "*.feature")
	require.NoError(t, err)
	var out []stepText
	for _, name := range names {
		text, err := fs.ReadFile(features.Files, name)
		require.NoError(t, err)
		newID := (&messages.Incrementing{}).NewId
		doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(text), newID)
		require.NoError(t, err)
		lines := map[string]int64{}
		note := func(steps []*messages.Step) {
			for _, step := range steps {
				lines[step.Id] = step.Location.Line
			}
		}
		for _, child := range doc.Feature.Children {
			if child.Background != nil {
				note(child.Background.Steps)
			}
			if child.Rule == nil {
				continue
			}
			for _, c := range child.Rule.Children {
				if c.Background != nil {
					note(c.Background.Steps)
				}
				if c.Scenario != nil {
					note(c.Scenario.Steps)
				}
			}
		}
		for _, pickle := range gherkin.Pickles(*doc, name, newID) {
			for _, step := range pickle.Steps {
				s := stepText{at: fmt.Sprintf("features/%s:%d", name, lines[step.AstNodeIds[0]]), text: step.Text}
				if step.Argument != nil {
					s.table = step.Argument.DataTable
				}
				out = append(out, s)
			}
		}
	}
	return out
}

func TestEveryStepTextIsBoundOnce(t *testing.T) {
	var bound []string
	New(&Env{}, features.Rule{}).bind(func(text string, _ any) { bound = append(bound, text) })
	used := map[string]bool{}
	var texts patterns
	for _, step := range stepTexts(t) {
		var matches []string
		for _, text := range bound {
			if texts.compiled(text).MatchString(step.text) {
				matches = append(matches, text)
				used[text] = true
			}
		}
		assert.Len(t, matches, 1, "%s: %q must match one step definition", step.at, step.text)
	}
	for _, text := range bound {
		assert.True(t, used[text], "no feature uses the step definition %q", text)
	}
}

// TestEveryTableNamesClasses checks that a table of factors and classes has no misspelt one. A run
// takes such a class for one that the target does not offer.
func TestEveryTableNamesClasses(t *testing.T) {
	var models []*generators.Model
	for _, e := range oracle.Editions() {
		scope := generators.FullModelScope()
		scope.Storages = []string{oracle.CloudDisk, "local"}
		models = append(models, generators.NewModel(e, scope))
	}
	words := []string{"the quota", "one less than the quota", "one more than the quota", "any other", "any"}
	tables := []string{"the instance has", "any valid call is made, with", "one thing is wrong", "one thing is wrong, each of these in turn"}
	for _, step := range stepTexts(t) {
		if !slices.Contains(tables, step.text) {
			continue
		}
		for _, row := range step.table.Rows {
			factor := row.Cells[0].Value
			for class := range strings.SplitSeq(row.Cells[1].Value, " or ") {
				known := slices.Contains(words, class) ||
					slices.ContainsFunc(models, func(m *generators.Model) bool { return m.Index(factor) >= 0 && m.Class(factor, class) >= 0 })
				assert.True(t, known, "%s: no edition has a %s that is %q", step.at, factor, class)
			}
		}
	}
}

func TestSignatureFault(t *testing.T) {
	for _, tt := range []struct {
		signature, field, sent string
		want                   targets.AuthFault
	}{
		{"absent", "", "", targets.AuthNoSignature},
		{"made with another secret", "", "", targets.AuthWrongSecret},
		{"made with another secret", "SignatureMethod", "absent", "wrong-secret, SignatureMethod absent"},
		{"absent, as are key and nonce", "Authorization", `"Basic eDp5"`, "missing, Authorization is Basic eDp5"},
		{"correct", "AccessKeyId", "with more after it", "AccessKeyId and more"},
		{"correct", "Signature", "in the other letter case", "Signature in other letters"},
		{"correct", "x-acs-date", "unsigned", "x-acs-date unsigned"},
		{"correct", "a business parameter", "changed after signing", targets.AuthTampered},
		{"correct", "Action", "changed after signing", targets.TamperedIn("Action")},
		{"correct", "a business parameter", "added after signing", targets.AuthTamperedAdded},
	} {
		t.Run(string(tt.want), func(t *testing.T) {
			got, err := signatureFault(tt.signature, tt.field, tt.sent)
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

func TestSignatureFaultRefusesOtherWords(t *testing.T) {
	for _, tt := range []struct{ signature, field, sent, want string }{
		{"odd", "", "", `unknown signature "odd"`},
		{"correct", "", "", "is not a fault"},
		{"correct", "Timestamp", "late", `unknown text "late"`},
		{"empty", "Action", "changed after signing", `unknown text "changed after signing"`},
	} {
		_, err := signatureFault(tt.signature, tt.field, tt.sent)
		require.ErrorContains(t, err, tt.want)
	}
}
