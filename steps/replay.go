package steps

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/precondition"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// Replayed is the result of sending a kept case again. The case no longer fails where none of
// Reproduced, Undecided and Unseen is set.
type Replayed struct {
	Reproduced bool
	// Undecided is set where the answers do not show whether the case still fails.
	Undecided bool
	// Unseen is how often a case did not fail that did not fail each time when it was kept. It may
	// still fail.
	Unseen   int
	Expected string
	Answered string
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
	g, ctx, err := precondition.NewGuard(ctx, runner.Config{Target: o.Target, Edition: edition, Async: o.Async})
	if err != nil {
		return Replayed{}, err
	}
	if precondition.Mentions(r.Answered) {
		ctx = runner.Unwatched(ctx) // such an answer was judged to be the failure
	}
	return replay(ctx, g.Session, r)
}

// replay sends a kept case again, more than once where it did not fail each time.
func replay(ctx context.Context, s *runner.Session, r reports.Replay) (Replayed, error) {
	once := replayCheck
	switch r.Check {
	case "":
		once = replayCase
	case reports.CheckRace:
		once = replayRound
	}
	var out Replayed
	judged, failed := 0, 0
	least, most := triesOf(r)
	for n := 0; n < least || n < most && failed == 0 && judged > 0; n++ {
		try, err := once(ctx, s, r)
		if err != nil {
			return try, err
		}
		if !try.Undecided {
			judged++
		}
		if failed == 0 && (!try.Undecided || judged == 0) {
			out = try
		}
		if try.Reproduced {
			failed++
		}
	}
	if r.Intermittent() && failed == 0 {
		out.Unseen = judged
	}
	if r.Check == reports.CheckRace {
		out.Answered += fmt.Sprintf(" (no order explains %d of %d rounds of %d simultaneous calls%s)",
			failed, judged, len(r.Case.Steps), whenKept(r.Race))
	}
	return out, nil
}

// whenKept says how often a race went wrong when it was kept.
func whenKept(r *reports.Race) string {
	if r == nil {
		return ""
	}
	return fmt.Sprintf("; when it was kept, %d of %d", r.Illegal, r.Rounds)
}

const (
	// raceRounds is in how many rounds a race runs again whose file does not say how many there were.
	raceRounds = 12
	// mostTries bounds how often an intermittent failure is tried.
	mostTries = 200
)

// triesOf returns how often a case is sent at least, and at most while it does not fail. An
// intermittent failure that comes half as often as when it was kept is seen within most tries with
// a probability of 99 %.
func triesOf(r reports.Replay) (least, most int) {
	least, failed, of := 1, r.Reproduced, r.Tries
	if r.Check == reports.CheckRace {
		least = raceRounds
	}
	if r.Race != nil && r.Race.Rounds > 0 {
		least, failed, of = r.Race.Rounds, r.Race.Illegal, r.Race.Rounds
	}
	if !r.Intermittent() {
		return least, least
	}
	rate := (float64(failed) + 0.5) / (float64(of) + 1) / 2
	return least, min(max(2*least, int(math.Ceil(math.Log(0.01)/math.Log(1-rate)))), mostTries)
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

// replayRound makes the calls of a race at once.
func replayRound(ctx context.Context, s *runner.Session, r reports.Replay) (Replayed, error) {
	out := Replayed{Expected: r.Expected, Answered: "the answers of some order of the calls"}
	race := runner.Race{Case: r.Case, Completing: r.Race != nil && r.Race.Completing}
	h, err := s.Race(ctx, race)
	if err != nil {
		return out, err
	}
	wrong, undecided := judge.Race(s.Edition, h)
	if len(wrong) > 0 {
		return Replayed{Reproduced: true, Expected: wrong[0].Expected, Answered: wrong[0].Answered}, nil
	}
	if undecided != "" {
		out.Undecided, out.Answered = true, undecided
	}
	return out, nil
}
