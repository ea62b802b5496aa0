package steps_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A gap between a check and its effect is found with every seed. It is reduced to the smallest race
// that shows it, and the replay of that finds it again.
func TestRaceIsReduced(t *testing.T) {
	for _, c := range []struct{ fault, rule, sentence string }{
		{"race-1ms", "CB-RACE-1", "No order of the calls explains the answers when 2 calls are made at once."},
		{"race-running-1ms", "CB-RACE-1", "No order of the calls explains the answers when 2 calls are made at once."},
		{"race-quota-1ms", "CB-RACE-1", "No order of the calls explains the answers when 2 calls are made at once: an instance with 9 backups today."},
		{"busy-elsewhere-lost", "CB-RACE-2", "The answer contradicts the effect when 2 calls are made at once on 2 instances, but not on one alone."},
	} {
		t.Run(c.fault, func(t *testing.T) {
			if testing.Short() && c.fault != "race-quota-1ms" {
				t.Skip("-short tries one gap")
			}
			target, fixed := faulty(t, c.fault), serve(t, simulator.Options{})
			for _, seed := range seeds(t, 1) {
				t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
					pages := map[string]int{}
					r := run(t, steps.Options{
						Target: target, Phases: []string{"races"}, Rules: []string{c.rule}, Seed: seed,
						OnPicture: func(name string, page []byte) { pages[name] = len(page) },
					})
					rule := ruleOf(t, r, c.rule)
					require.Equal(t, reports.Failed, rule.Verdict)
					require.Positive(t, rule.Scenarios[0].Rounds)
					f := rule.Failures[0]
					require.Equal(t, c.sentence, f.Law)
					require.Len(t, f.Case.Steps, 2)
					require.Positive(t, f.Race.Illegal)
					require.NotEmpty(t, f.RequestID, "the logs of the target show the answer")
					require.Equal(t, []int{f.Race.Illegal, f.Race.Rounds}, []int{f.Reproduced, f.Tries})
					if c.rule == "CB-RACE-1" {
						require.Positive(t, pages[f.Picture], "the history is drawn")
					}

					kept := keep(t, r, c.rule, f)
					again, err := steps.Replay(t.Context(), steps.ReplayOptions{Target: target}, kept)
					require.NoError(t, err)
					require.True(t, again.Reproduced, again.Answered)
					out, err := steps.Replay(t.Context(), steps.ReplayOptions{Target: fixed}, kept)
					require.NoError(t, err)
					require.False(t, out.Reproduced, out.Answered)
				})
			}
		})
	}
}

// What one call after another shows too is no failure of the rule about races.
func TestFailureWithoutARaceIsAttributedToAnotherRule(t *testing.T) {
	for _, c := range []struct{ fault, rule string }{
		{"quota-off-by-one-more", "CB-QUOTA-2"},
		{"running-ignored", "CB-PRE-3"},
	} {
		t.Run(c.fault, func(t *testing.T) {
			r := run(t, steps.Options{Target: faulty(t, c.fault), Phases: []string{"races"}})
			require.NotEqual(t, reports.Failed, ruleOf(t, r, "CB-RACE-1").Verdict)
			require.Equal(t, reports.Failed, ruleOf(t, r, c.rule).Verdict)
		})
	}
}
