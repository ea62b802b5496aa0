package diagnose

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// script is a session whose answers a test chooses.
type script struct {
	run    func(targets.Case) (runner.History, error)
	race   func(runner.Race) (runner.RaceHistory, error)
	rounds int
}

func (s *script) Run(_ context.Context, c targets.Case) (runner.History, error) {
	if s.run == nil {
		return runner.History{Case: c}, nil
	}
	return s.run(c)
}

func (s *script) Race(_ context.Context, r runner.Race) (runner.RaceHistory, error) {
	s.rounds++
	return s.race(r)
}

func (s *script) Requests() int { return s.rounds }

// acceptAll is a round in which every call is accepted.
func acceptAll(r runner.Race) runner.RaceHistory {
	h := runner.RaceHistory{History: runner.History{Case: r.Case}, Looked: [2]time.Duration{10, 11}}
	for _, step := range r.Case.Steps {
		h.Entries = append(h.Entries, runner.RaceEntry{Instance: step.Instance, Outcome: targets.Accepted, To: 5})
	}
	return h
}

// acceptOne is a round in which one call on each instance is accepted.
func acceptOne(r runner.Race) runner.RaceHistory {
	h := acceptAll(r)
	seen := map[int]bool{}
	for i, e := range h.Entries {
		if seen[e.Instance] {
			h.Entries[i].Outcome = targets.Refused
		}
		seen[e.Instance] = true
	}
	return h
}

// racing returns a diagnosis of a scripted session, and a race of some calls on each of some
// instances.
func racing(t *testing.T, s *script, instances, calls int) (*bench, runner.Race) {
	t.Helper()
	b := newBench(t, nil)
	b.searcher.session = s
	r := runner.Race{}
	for k := range instances {
		c := b.vector("engine=PostgreSQL", "BackupMethod=Logical", "last backup=none")
		r.Case.Conditions = append(r.Case.Conditions, c.Case.Conditions[0])
		for range calls {
			call := b.model.Call(*c.Vector, k)
			r.Case.Steps = append(r.Case.Steps, targets.Step{Do: targets.StepCall, Instance: k, Call: &call})
		}
	}
	return b, r
}

func explainRace(t *testing.T, b *bench, rule string, r runner.Race) Race {
	t.Helper()
	h, err := b.searcher.session.Race(t.Context(), r)
	require.NoError(t, err)
	wrong, _ := judge.Race(b.searcher.edition, h)
	require.NotEmpty(t, wrong)
	out, err := b.ExplainRace(t.Context(), b.under(rule), r, wrong)
	require.NoError(t, err)
	return out
}

func TestARaceIsReducedToTwoPlainCalls(t *testing.T) {
	s := &script{race: func(r runner.Race) (runner.RaceHistory, error) { return acceptAll(r), nil }}
	b, r := racing(t, s, 1, 6)
	require.Equal(t, Race{}, explainRace(t, b, "CB-RACE-1", r))
	rule, f := b.only()
	require.Equal(t, "CB-RACE-1", rule)
	require.Equal(t, failureView{"", reports.KindNotLinearizable, true, 1}, f)
	got := b.Failures(rule)[0]
	require.Len(t, got.Case.Steps, 2)
	require.Len(t, got.Case.Steps[0].Call.Params, 2, "a plain call")
	require.Equal(t, reports.Race{Rounds: roundsMeasured, Illegal: roundsMeasured}, *got.Race)
	require.Equal(t, []int{roundsMeasured, roundsMeasured}, []int{got.Reproduced, got.Tries})
	require.Equal(t, reports.CheckRace, got.Check)
	require.Contains(t, got.Curl, "( curl POST ) &\n( curl POST ) &\nwait")
	require.Equal(t, []int{1, 0}, []int{len(b.Pictures()), b.Pictures()[0].Failure})
	require.LessOrEqual(t, s.rounds, 60)

	require.Equal(t, Race{}, explainRace(t, b, "CB-RACE-1", r))
	_, f = b.only()
	require.Equal(t, 2, f.Count, "one failure of a scenario is reduced, the others are counted")
}

func TestARaceThatSeldomGoesWrongKeepsToItsBudget(t *testing.T) {
	s := &script{}
	s.race = func(r runner.Race) (runner.RaceHistory, error) {
		if s.rounds%9 == 1 {
			return acceptAll(r), nil
		}
		return acceptOne(r), nil
	}
	b, r := racing(t, s, 1, 6)
	explainRace(t, b, "CB-RACE-1", r)
	b.only()
	require.LessOrEqual(t, s.rounds, raceRounds+roundsMeasured+1)
}

func TestCallsThatFailOneByOneAreNoRace(t *testing.T) {
	s := &script{race: func(r runner.Race) (runner.RaceHistory, error) { return acceptAll(r), nil }}
	b, r := racing(t, s, 2, 3)
	s.run = func(c targets.Case) (runner.History, error) {
		h := runner.History{Case: c}
		for i, step := range c.Steps {
			e := runner.Event{Step: i, Call: *step.Call, Decision: targets.Accepted, Answer: targets.Answer{Outcome: targets.Accepted}}
			e.Expect.Instance = -1
			if i > 0 {
				e.Expect.Refuse = violation(judge.WronglyAccepted, "CB-PRE-3").Reasons
			}
			h.Events = append(h.Events, e)
		}
		return h, nil
	}
	out := explainRace(t, b, "CB-RACE-2", r)
	require.NotNil(t, out.Serial)
	require.Len(t, out.Serial.Case.Case.Conditions, 1, "the instance that went wrong")
	require.Equal(t, "CB-PRE-3", out.Serial.Violations[0].Rule())
	require.Empty(t, b.told)
}

func TestAnInstanceThatGoesWrongByItselfIsNotDisturbed(t *testing.T) {
	b, r := racing(t, &script{race: func(r runner.Race) (runner.RaceHistory, error) { return acceptAll(r), nil }}, 3, 2)
	explainRace(t, b, "CB-RACE-2", r)
	rule, _ := b.only()
	require.Equal(t, "CB-RACE-1", rule)
	require.Len(t, b.Failures(rule)[0].Case.Conditions, 1)
}

func TestInstancesThatDisturbEachOther(t *testing.T) {
	b, r := racing(t, &script{race: func(r runner.Race) (runner.RaceHistory, error) {
		if len(r.Case.Conditions) > 1 {
			return acceptAll(r), nil
		}
		return acceptOne(r), nil
	}}, 3, 2)
	explainRace(t, b, "CB-RACE-2", r)
	rule, _ := b.only()
	require.Equal(t, "CB-RACE-2", rule)
	least := b.Failures(rule)[0].Case
	require.Equal(t, []int{2, 3}, []int{len(least.Conditions), len(least.Steps)})
}

func TestAnUnansweredCallOfARaceIsInDoubtUnlessItComesAgain(t *testing.T) {
	once := 0
	s := &script{race: func(r runner.Race) (runner.RaceHistory, error) { once++; return acceptOne(r), nil }}
	b, r := racing(t, s, 1, 2)
	lost := []judge.RaceViolation{{Kind: judge.NoAnswer, Answered: runner.Late}}
	out, err := b.ExplainRace(t.Context(), b.under("CB-RACE-1"), r, lost)
	require.NoError(t, err)
	require.NotEmpty(t, out.Doubt)
	require.Empty(t, b.told)
	require.LessOrEqual(t, once, lateRaceRounds+reproductions, "each round may cost a timeout")
}

func TestARaceEndsWithTheRun(t *testing.T) {
	s := &script{race: func(r runner.Race) (runner.RaceHistory, error) { return acceptAll(r), nil }}
	b, r := racing(t, s, 1, 2)
	s.race = func(runner.Race) (runner.RaceHistory, error) { return runner.RaceHistory{}, runner.ErrLost }
	_, err := b.ExplainRace(t.Context(), b.under("CB-RACE-1"), r, []judge.RaceViolation{{Kind: judge.NotLinearizable}})
	require.ErrorIs(t, err, runner.ErrLost)
}
