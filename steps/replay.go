package steps

import (
	"context"
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"

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
	switch {
	case r.Rule == "CB-RACE-1":
		return replayRace(ctx, s, r)
	case slices.Contains(compared, r.Rule):
		return Replayed{}, fmt.Errorf("%w: %s compares what several calls come to, which no single case shows: cbspec run --rule %s --seed %d sends them again", ErrOptions, r.Rule, r.Rule, r.Seed)
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

// compared are the rules that hold several calls against each other.
var compared = []string{"CB-RACE-2", "CB-TYPE-4", "CB-RESPONSE-7", "CB-COMBO-4"}

// replayRace makes the calls of a race at once, as often as a run does, with backups completing meanwhile and without.
func replayRace(ctx context.Context, s *trial.Session, r reports.Replay) (Replayed, error) {
	out := Replayed{Expected: r.Expected, Answered: "the answers of some order of the calls, in every round"}
	for i := range 2 * raceRounds {
		c := r.Case.Conditions[0]
		h, err := s.Race(ctx, c, *r.Case.Steps[0].Call, raceCalls, i%2 == 1 && s.Capabilities().Complete)
		if err != nil {
			return out, err
		}
		if verdict, _, _ := explain(h, raceState{count: c.BackupsToday}, s.Edition.Quota); verdict == porcupine.Illegal {
			return Replayed{true, r.Expected, r.Answered}, nil
		}
	}
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
		outcomes, err := s.tryAll(s.ctx, []attempt{{model: s.model, kase: r.Case}})
		if err == nil {
			err = s.blameAll(sc, outcomes)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
