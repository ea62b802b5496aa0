package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// Replayed is the result of sending a kept case again.
type Replayed struct {
	Reproduced bool
	// Undecided is set where the answers do not show whether the case still fails.
	Undecided bool
	Expected  string
	Answered  string
}

// ReplayOptions say how a kept case is sent again.
type ReplayOptions struct {
	Target targets.Target
	// Async is set where the target may take a job that then fails, which counts as refused.
	Async bool
}

// Replay sends a kept case again.
func Replay(ctx context.Context, o ReplayOptions, r reports.Replay) (Replayed, error) {
	edition, err := oracle.EditionOf(r.Edition)
	if err != nil {
		return Replayed{}, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	s, ctx, err := runner.NewSession(ctx, runner.Config{Target: o.Target, Edition: edition, Async: o.Async})
	if err != nil {
		return Replayed{}, err
	}
	if r.Check == "" {
		return replayCase(ctx, s, r)
	}
	return replayCheck(ctx, s, r)
}

// replayCase runs a case and judges it by what the document says of each of its calls.
func replayCase(ctx context.Context, s *runner.Session, r reports.Replay) (Replayed, error) {
	h, err := s.Run(ctx, r.Case)
	if err != nil {
		return Replayed{}, err
	}
	vs := judge.Judge(s.Edition, h)
	if len(vs) == 0 {
		e := h.Last()
		return Replayed{
			Undecided: e.Decision == targets.Throttled || e.Decision == targets.Lost, Expected: judge.Expected(e.Expect), Answered: judge.Say(e),
		}, nil
	}
	i := max(0, slices.IndexFunc(vs, func(v judge.Violation) bool { return v.Has(r.Rule) }))
	return Replayed{Reproduced: true, Expected: vs[i].Expected, Answered: vs[i].Answered}, nil
}

// replayCheck runs a case and judges it by the check that it was kept with.
func replayCheck(ctx context.Context, s *runner.Session, r reports.Replay) (Replayed, error) {
	if r.Check == reports.CheckRace {
		return replayRace(ctx, s, r)
	}
	check, known := judge.CheckNamed(r.Check)
	if !known {
		return Replayed{}, fmt.Errorf("%w: the replay has the unknown check %q", ErrOptions, r.Check)
	}
	c, err := check(ctx, s, judge.VariantsOf(r))
	if errors.Is(err, judge.ErrIncomplete) {
		return Replayed{}, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	if c.Undecided != "" {
		c.Expected, c.Answered = r.Expected, c.Undecided
	}
	return Replayed{Reproduced: c.Wrong, Undecided: c.Undecided != "", Expected: c.Expected, Answered: c.Answered}, err
}

// raceRounds is in how many rounds a race runs again whose file does not say how many there were.
const raceRounds = 12

// replayRace makes the calls of a race at once, in as many rounds as were made to measure it.
func replayRace(ctx context.Context, s *runner.Session, r reports.Replay) (Replayed, error) {
	race := reports.Race{Rounds: raceRounds}
	if r.Race != nil {
		race = *r.Race
	}
	illegal, judged, out := 0, 0, Replayed{Expected: r.Expected, Answered: r.Answered}
	for range max(race.Rounds, 1) {
		h, err := s.Race(ctx, runner.Race{Case: r.Case, Completing: race.Completing})
		if err != nil {
			return out, err
		}
		wrong, undecided := judge.Race(s.Edition, h)
		if len(wrong) > 0 || undecided == "" {
			judged++
		}
		if len(wrong) > 0 {
			illegal++
			out.Expected, out.Answered = wrong[0].Expected, wrong[0].Answered
		}
	}
	out.Reproduced, out.Undecided = illegal > 0, judged == 0
	if !out.Reproduced {
		out.Answered = "the answers of some order of the calls"
	}
	out.Answered += fmt.Sprintf(" (no order explains %d of %d rounds of %d simultaneous calls; when it was kept, %d of %d)",
		illegal, judged, len(r.Case.Steps), race.Illegal, race.Rounds)
	return out, nil
}
