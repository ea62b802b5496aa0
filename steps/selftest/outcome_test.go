package selftest

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
)

// What is proven, and what is said where it is not.
func TestOutcome(t *testing.T) {
	cut := errors.New("the target stopped answering")
	for _, test := range []struct {
		name    string
		out     Outcome
		failed  [][]string // rules, by run
		err     error
		verdict string
		ok      bool
	}{
		{"caught", Outcome{Kind: Fault, Wanted: []string{"A"}}, [][]string{{"A", "B"}, {"A"}}, nil, "caught", true},
		{"caught in a run that was cut short", Outcome{Kind: Fault, Wanted: []string{"A"}}, [][]string{{"A"}}, cut, "caught", true},
		{"caught by others", Outcome{Kind: Fault, Wanted: []string{"A"}}, [][]string{{"A"}, {"B"}}, nil, "CAUGHT BY OTHERS 1 of 2", false},
		{"survived", Outcome{Kind: Fault, Wanted: []string{"A"}}, [][]string{{"A"}, nil}, nil, "SURVIVED 1 of 2", false},
		{"survived by ending the run", Outcome{Kind: Fault, Wanted: []string{"A"}}, [][]string{nil}, cut, "SURVIVED 1 of 1", false},
		{"let pass", Outcome{Kind: Variation, Wanted: []string{"A"}}, [][]string{nil, {"A"}}, nil, "let pass", true},
		{"false alarm", Outcome{Kind: Variation, Wanted: []string{"A"}}, [][]string{{"B"}, nil}, nil, "FALSE ALARM", false},
		{"variation that ends the run", Outcome{Kind: Variation}, [][]string{nil}, cut, "FALSE ALARM", false},
		{"special", Outcome{Kind: Special}, nil, nil, "as expected", true},
		{"special gone wrong", Outcome{Kind: Special, Problems: []string{"the verdict is conformant"}}, nil, nil, "NOT AS EXPECTED", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, ids := range test.failed {
				test.out.count(ids, false, test.err)
			}
			require.Equal(t, test.verdict, test.out.Verdict())
			require.Equal(t, test.ok, test.out.OK())
			m := Matrix{Edition: "original", Outcomes: []Outcome{test.out}}
			require.Equal(t, test.ok, m.Proven())
		})
	}
}

// A must rule is unproven until a fault of its own fails it.
func TestUnproven(t *testing.T) {
	rules, err := features.Catalogue()
	require.NoError(t, err)
	m := Matrix{Edition: "original"}
	for _, r := range rules {
		m.Outcomes = append(m.Outcomes, Outcome{Kind: Fault, Name: r.ID, Wanted: []string{r.ID}, Killed: []string{r.ID}, Own: 1})
	}
	require.NoError(t, m.finish(len(m.Outcomes)))
	require.True(t, m.Proven())
	i := 0
	for rules[i].Level != "must" {
		i++
	}
	m.Outcomes[i].Killed = []string{"CB-OTHER-1"}
	require.NoError(t, m.finish(len(m.Outcomes)))
	require.Equal(t, []string{rules[i].ID}, m.Unproven)
	require.False(t, m.Proven())
	for _, format := range Formats() {
		var b bytes.Buffer
		require.NoError(t, m.Write(&b, format))
		require.Contains(t, b.String(), rules[i].ID, format)
	}
}

// A proof that is interrupted keeps what was tried to its end.
func TestInterruptedProof(t *testing.T) {
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	m, err := Run(ctx, Options{Rules: []string{"CB-ACTION-1"}, Fast: true, Progress: func(done, total int, _ Outcome) {
		require.Less(t, done, total)
		interrupt()
	}})
	require.ErrorIs(t, err, context.Canceled)
	require.NotEmpty(t, m.Outcomes)
	for _, out := range m.Outcomes {
		require.True(t, out.OK(), "%+v", out)
	}
}
