package steps

import (
	"context"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// Replayed is what came of sending a kept case again.
type Replayed struct {
	Reproduced bool
	Expected   string
	Answered   string
}

// Replay sends a kept case again.
func Replay(ctx context.Context, t targets.Target, r reports.Replay, async bool) (Replayed, error) {
	edition, err := oracle.EditionOf(r.Edition)
	if err != nil {
		return Replayed{}, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	s, ctx, err := trial.NewSession(ctx, t, edition)
	if err != nil {
		return Replayed{}, err
	}
	s.Async = async
	if held, ok := checks[r.Check]; ok {
		return held(ctx, s, r)
	}
	h, err := s.Run(ctx, r.Case)
	if err != nil {
		return Replayed{}, err
	}
	vs := s.Judge(h)
	if len(vs) > 0 {
		i := max(0, slices.IndexFunc(vs, func(v trial.Violation) bool {
			return slices.ContainsFunc(v.Reasons, func(reason oracle.Reason) bool { return reason.Rule == r.Rule })
		}))
		return Replayed{true, vs[i].Expected, vs[i].Answered}, nil
	}
	e := h.Last()
	return Replayed{false, trial.Expected(e.Expect), trial.Say(e)}, nil
}

// checks are the ways to judge a kept case other than by what the document says of each of its calls.
var checks = map[string]func(context.Context, *trial.Session, reports.Replay) (Replayed, error){
	reports.CheckRace: replayRace,
	reports.CheckDecision: func(ctx context.Context, s *trial.Session, r reports.Replay) (Replayed, error) {
		return replayPair(ctx, s, r, decisions)
	},
	reports.CheckType: func(ctx context.Context, s *trial.Session, r reports.Replay) (Replayed, error) {
		return replayPair(ctx, s, r, types)
	},
	reports.CheckCode: func(ctx context.Context, s *trial.Session, r reports.Replay) (Replayed, error) {
		out, err := spelling(ctx, s, r.Case, r.Codes)
		return Replayed{out.wrong, out.expected, out.answered}, err
	},
	reports.CheckTask: func(ctx context.Context, s *trial.Session, r reports.Replay) (Replayed, error) {
		out, err := task(ctx, s, r.Case)
		if out.why != "" {
			out.answered = out.why
		}
		return Replayed{out.wrong, out.expected, out.answered}, err
	},
}

// replayPair sends both sides of a comparison again.
func replayPair(ctx context.Context, s *trial.Session, r reports.Replay, compare func(context.Context, *trial.Session, targets.Case, targets.Case) (compared, error)) (Replayed, error) {
	if r.Other == nil {
		return Replayed{}, fmt.Errorf("%w: the replay lacks the case that it is held against", ErrOptions)
	}
	out, err := compare(ctx, s, r.Case, *r.Other)
	if err == nil && out.why != "" {
		out.expected, out.answered = r.Expected, out.why
	}
	return Replayed{out.wrong, out.expected, out.answered}, err
}

// replayRace makes the calls of a race at once, in as many rounds as were made to measure it.
func replayRace(ctx context.Context, s *trial.Session, r reports.Replay) (Replayed, error) {
	race := reports.Race{Rounds: raceMeasure}
	if r.Race != nil {
		race = *r.Race
	}
	illegal, judged, out := 0, 0, Replayed{Expected: r.Expected, Answered: r.Answered}
	for range max(race.Rounds, 1) {
		h, err := s.Race(ctx, r.Case, race.Completing)
		if err != nil {
			return out, err
		}
		wrong, undecided := judgeRace(s, h)
		if len(wrong) > 0 || undecided == "" {
			judged++
		}
		if len(wrong) > 0 {
			illegal++
			out.Expected, out.Answered = wrong[0].expected, wrong[0].answered
		}
	}
	out.Reproduced = illegal > 0
	if !out.Reproduced {
		out.Answered = "the answers of some order of the calls"
	}
	out.Answered += fmt.Sprintf(" (no order explains %d of %d rounds of %d simultaneous calls; when it was kept, %d of %d)", illegal, judged, len(r.Case.Steps), race.Illegal, race.Rounds)
	return out, nil
}

// tryCorpus tries kept failures before anything else.
func (s *suite) tryCorpus() error {
	for _, r := range s.o.Corpus {
		if r.Edition != s.session.Edition.Name || !s.selected[r.Rule] {
			continue
		}
		i := slices.IndexFunc(s.rules, func(rule features.Rule) bool { return rule.ID == r.Rule })
		if i < 0 {
			continue
		}
		sc := &scenario{s: s, rule: s.rules[i], name: "kept from an earlier run", model: s.model}
		if err := s.tryKept(sc, r); err != nil {
			return err
		}
	}
	return nil
}

// tryKept tries one kept failure.
func (s *suite) tryKept(sc *scenario, r reports.Replay) error {
	held, is := checks[r.Check]
	if !is {
		outcomes, err := s.tryAll(s.ctx, []attempt{{model: s.model, kase: r.Case}})
		if err != nil {
			return err
		}
		return s.blameAll(sc, outcomes)
	}
	out, err := held(s.ctx, s.session, r)
	s.cases.Add(1)
	switch {
	case fatal(err):
		return err
	case err != nil || !out.Reproduced:
		return nil
	}
	f := reports.Failure{Law: r.Law, Expected: r.Expected, Answered: r.Answered, Case: &r.Case, Check: r.Check, Other: r.Other, Codes: r.Codes, Race: r.Race}
	f.Reproduced, f.Tries = 1, 1
	kind := "compared"
	f.Curl = s.curl(r.Case)
	if r.Check == reports.CheckRace {
		kind, f.Curl = "race", s.raceCurl(r.Case, r.Race != nil && r.Race.Completing)
	}
	s.lay(sc, sc.rule.ID, kind, sc.rule.Level, f)
	return nil
}
