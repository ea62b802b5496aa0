package generators_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
)

// What the model calls valid, the oracle wants accepted, and what a mutation makes wrong, refused by its rule: the two say the
// same of the document in different words.
func TestModelAndOracleAgree(t *testing.T) {
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullModelScope())
		points, err := m.Vectors(nil)
		require.NoError(t, err)
		t.Run(e.Name+"/valid points are accepted", rapid.MakeCheck(func(t *rapid.T) {
			p := points.Draw(t, "point")
			require.NotEmpty(t, m.Expect(p).Accept, "%s: %+v", m.Describe(p), m.Expect(p))
		}))
		for _, mu := range m.Mutations() {
			name := m.Factors[mu.Factor].Name + " " + m.Factors[mu.Factor].Classes[mu.Class].Name
			t.Run(e.Name+"/"+name, rapid.MakeCheck(func(t *rapid.T) {
				valid, wrong, err := m.DrawMutated(t, mu, nil)
				require.NoError(t, err)
				require.NotEmpty(t, m.Expect(valid).Accept, m.Describe(valid))
				e := m.Expect(wrong)
				if mu.Rule == "CB-ACTION-2" {
					require.Equal(t, mu.Rule, e.NoBackup)
					return
				}
				require.NotEmpty(t, e.Refuse, m.Describe(wrong))
				require.Contains(t, rulesOf(e), mu.Rule, m.Describe(wrong))
			}))
		}
	}
}

func TestSequencesAndUnstructuredCallsAreDeterministic(t *testing.T) {
	e, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	m := generators.NewModel(e, generators.FullModelScope())
	sequences := m.Sequences(generators.SequenceSteps{Complete: true, Change: true, NextDay: true, Nonces: true})
	wild := m.Unstructured()
	longest := 0
	for i := range 200 {
		s := generators.DrawNth(sequences, 7, "sequence", i)
		require.Equal(t, s, generators.DrawNth(sequences, 7, "sequence", i))
		require.Equal(t, generators.DrawNth(wild, 7, "wild", i), generators.DrawNth(wild, 7, "wild", i))
		longest = max(longest, len(s.Steps))
	}
	require.Greater(t, longest, 20, "some sequences are long")
}

// rulesOf lists the rules of the decision's own level.
func rulesOf(x oracle.Expectation) []string {
	var rules []string
	for _, r := range slices.Concat(x.Accept, x.Refuse) {
		if r.Level == x.Level() {
			rules = append(rules, r.Rule)
		}
	}
	return rules
}
