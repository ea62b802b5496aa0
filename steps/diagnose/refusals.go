package diagnose

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// otherRefusalsTried is how many refusals for other reasons have to fail in the same way before all
// are taken to.
const otherRefusalsTried = 4

// aboutRefusals reports whether a violation may come with every refusal.
func aboutRefusals(v judge.Violation, was runner.Event) bool {
	switch v.Kind {
	case judge.WrongDocument, judge.ContradictsEffect:
		return was.Decision == targets.Refused && len(was.Expect.Refuse) > 0
	case judge.NoAnswer:
		return len(was.Expect.Refuse) > 0 && !v.Late()
	default:
		return false
	}
}

// otherRefusals tries calls that are refused for other reasons, and returns those that fail in the
// same way, the plainest first. It returns none where one does not fail.
func (s *searcher) otherRefusals(ctx context.Context, in incident) ([]witness, error) {
	m := in.result.Model
	tried := map[string]bool{}
	for _, r := range in.result.At(in.violation.Step).Expect.Refuse {
		tried[r.Rule] = true
	}
	var failing []witness
	for i, mutation := range plainFirst(m) {
		if len(failing) == otherRefusalsTried {
			break
		}
		if i > 0 && tried[mutation.Rule] || !m.CanMutate(mutation, nil) {
			continue
		}
		tried[mutation.Rule] = true
		v := generators.DrawNth(m.Mutated(mutation, nil), s.seed, "another refusal", i)
		if f := mutation.Factor; i == 0 { // on the plainest call
			plain := m.BaselineVector()
			plain.Classes[f], plain.Values[f] = v.Classes[f], v.Values[f]
			v = plain
		}
		h, err := s.session.Run(ctx, m.Case(v))
		switch {
		case runner.EndsRun(err):
			return nil, err
		case err != nil:
			return nil, nil
		}
		if e := h.Last(); e.Decision != targets.Refused && e.Decision != targets.Broken {
			continue
		}
		w, again := s.again(h, in.violation)
		if !again {
			return nil, nil
		}
		failing = append(failing, w)
	}
	return failing, nil
}

// plainFirst lists the mutations of calls of CreateBackup, those first that make any plain call
// wrong. A call of another Action may be answered before anything looks at what it asks for.
func plainFirst(m *generators.Model) []generators.Mutation {
	list := slices.DeleteFunc(slices.Clone(m.Mutations()), func(mu generators.Mutation) bool {
		return m.Factors[mu.Factor].Name == generators.Action
	})
	slices.SortStableFunc(list, func(a, b generators.Mutation) int {
		return lastIf(m.Factors[a.Factor].Name != generators.Method) - lastIf(m.Factors[b.Factor].Name != generators.Method)
	})
	return list
}
