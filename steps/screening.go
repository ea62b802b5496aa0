package steps

import (
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/diagnose"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// screening is the name of what a run does before its phases. Its sequences find most faults with a
// tenth of the requests that the rules by themselves need. No rule passes because of them.
const screening = "screening"

// screens reports whether there is a screening: the whole catalogue is to be judged, on instances
// that can be made for it, and the backups that it makes are not missing later.
func (s *suite) screens(can targets.Capabilities) bool {
	o := s.o
	return can.Provision && s.fresh() && !s.limited() && !o.ReadOnly && o.Shard.Index <= 1 &&
		len(o.Rules)+len(o.Areas)+len(o.Levels) == 0 && slices.Contains(o.Phases, "examples")
}

// screener runs the screening of a run.
type screener struct{ *suite }

// run runs the screening sequences and has what they show explained.
func (s screener) run() error {
	count := s.countPhase(screening)
	count.begin()
	if err := s.diagnosis.Explain(s.ctx, s.anySequence(), s.plainCalls); err != nil {
		return err
	}
	for _, part := range screeningParts(s.sequences(s.env.Sequences())) {
		if err := s.runPart(part); err != nil {
			return err
		}
		if err := s.enough(); err != nil {
			return err
		}
	}
	count.end()
	return nil
}

// screeningParts returns the early sequences one by one, and the others together. The early ones
// show the most, and one after another they do so with the fewest requests.
func screeningParts(all []generators.ScreeningSequence) [][]generators.ScreeningSequence {
	early := slices.IndexFunc(all, func(q generators.ScreeningSequence) bool { return !q.Early })
	if early < 0 {
		early = len(all)
	}
	return append(slices.Collect(slices.Chunk(all[:early], 1)), all[early:])
}

// runPart runs some of the sequences side by side.
func (s screener) runPart(part []generators.ScreeningSequence) error {
	cases := make([]testcase.Case, len(part))
	for i, q := range part {
		cases[i] = testcase.Case{Model: s.env.Model, Case: q.Case}
	}
	results, err := s.env.Executor.Run(s.ctx, cases)
	if err != nil {
		return err
	}
	for i, r := range results {
		if err := s.diagnosis.ExplainScreening(s.ctx, s.anySequence(), part[i], r); err != nil {
			return err
		}
	}
	return nil
}

// sequences returns the screening sequences of the steps that a target can take.
func (s screener) sequences(able generators.SequenceSteps) []generators.ScreeningSequence {
	return s.env.Model.ScreeningSequences(able, s.env.Algorithms(s.ctx), s.o.Seed)
}

// anySequence says that what the screening finds is found under the rule that any sequence of calls
// is answered as documented.
func (s *suite) anySequence() diagnose.Under {
	u := diagnose.Under{Scenario: screening, Model: s.env.Model}
	for _, r := range s.rules {
		if r.Phase == "sequences" {
			u.Rule = r
		}
	}
	return u
}
