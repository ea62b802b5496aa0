package generators_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

func original(t *testing.T) oracle.Edition {
	t.Helper()
	e, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	return e
}

// The model and the oracle say the same about the document in different words. The oracle wants a
// vector accepted if the model calls it valid, and refused by the rule of the mutation that makes
// it wrong.
func TestModelAndOracleAgree(t *testing.T) {
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullModelScope())
		vectors, err := m.Vectors(nil)
		require.NoError(t, err)
		t.Run(e.Name+"/valid vectors are accepted", rapid.MakeCheck(func(t *rapid.T) {
			v := vectors.Draw(t, "vector")
			require.NotEmpty(t, m.Expect(v).Accept, "%s: %+v", m.Describe(v), m.Expect(v))
		}))
		for _, mu := range m.Mutations() {
			name := m.Factors[mu.Factor].Name + " " + m.Factors[mu.Factor].Classes[mu.Class].Name
			t.Run(e.Name+"/"+name, rapid.MakeCheck(func(t *rapid.T) {
				valid, wrong, err := m.DrawMutated(t, mu, nil)
				require.NoError(t, err)
				require.NotEmpty(t, m.Expect(valid).Accept, m.Describe(valid))
				x := m.Expect(wrong)
				if mu.Rule == "CB-ACTION-2" {
					require.Equal(t, mu.Rule, x.NoBackup)
					return
				}
				require.NotEmpty(t, x.Refuse, m.Describe(wrong))
				require.Contains(t, rulesOf(x), mu.Rule, m.Describe(wrong))
			}))
		}
	}
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

// What a reason is about is a factor of the model, or something about the way in which the call is
// sent that the model does not vary.
func TestReasonsAreAboutFactorsOfTheModel(t *testing.T) {
	notVaried := []string{"signature", "Version", "form", "encoding"}
	for _, e := range oracle.Editions() {
		scope := generators.FullModelScope()
		scope.Storages = []string{"local", oracle.CloudDisk}
		m := generators.NewModel(e, scope)
		calls := m.Unstructured()
		t.Run(e.Name, rapid.MakeCheck(func(t *rapid.T) {
			c := calls.Draw(t, "call")
			x := oracle.NewWorld(e, []targets.Condition{m.Condition(c.Vector)}).Expect(c.Call)
			for _, r := range slices.Concat(x.Accept, x.Refuse) {
				require.True(t, m.Index(r.Factor) >= 0 || slices.Contains(notVaried, r.Factor), "%+v", r)
			}
		}))
	}
}

// Equivalent calls are answered alike. Only the level of the decision may differ, for that calls in
// another encoding are the same is a should rule.
func TestEquivalentCallsAreDecidedAlike(t *testing.T) {
	for _, e := range oracle.Editions() {
		m := generators.NewModel(e, generators.FullModelScope())
		vectors := m.Any()
		t.Run(e.Name, rapid.MakeCheck(func(t *rapid.T) {
			v := vectors.Draw(t, "vector")
			w := oracle.NewWorld(e, []targets.Condition{m.Condition(v)})
			one := w.Expect(m.Call(v, 0))
			other := w.Expect(m.Equivalent(m.Call(v, 0)).Draw(t, "equivalent"))
			require.Equal(t, len(one.Accept) > 0, len(other.Accept) > 0)
			require.Equal(t, len(one.Refuse) > 0, len(other.Refuse) > 0)
			require.Equal(t, one.Unspecified, other.Unspecified)
			require.Equal(t, one.NoBackup, other.NoBackup)
		}))
	}
}

func TestSequencesAndUnstructuredCallsAreDeterministic(t *testing.T) {
	m := generators.NewModel(original(t), generators.FullModelScope())
	sequences := m.Sequences(generators.SequenceSteps{Complete: true, Change: true, NextDay: true, Nonces: true})
	calls := m.Unstructured()
	longest := 0
	for i := range 200 {
		s := generators.DrawNth(sequences, 7, "sequence", i)
		require.Equal(t, s, generators.DrawNth(sequences, 7, "sequence", i))
		require.Equal(t, generators.DrawNth(calls, 7, "call", i), generators.DrawNth(calls, 7, "call", i))
		longest = max(longest, len(s.Steps))
	}
	require.Greater(t, longest, 20, "some sequences are long")
}
