package steps

import (
	"context"

	"github.com/cbspec/cbspec/generators"
)

// defineSequences binds the steps of sequences.feature.
func (sc *scenario) defineSequences(step func(string, any)) {
	step(`any sequence of calls, completions, failures, changes of status and databases, and days`, func() {
		sc.special = sc.trySequences
	})
}

func (sc *scenario) trySequences(ctx context.Context) error {
	can := sc.s.session.Capabilities()
	if !can.Provision {
		sc.result.lacks("provision")
		return nil
	}
	g := sc.model.Sequences(sc.s.ability())
	key := sc.key()
	var attempts []attempt
	for i := range 2 * sc.s.o.Checks {
		if sc.s.o.Shard.has(key, i) {
			attempts = append(attempts, attempt{model: sc.model, kase: generators.One(g, sc.s.o.Seed, key, i)})
		}
	}
	return sc.tryBatches(ctx, attempts)
}

// ability says which steps the target can take.
func (s *suite) ability() generators.Ability {
	can := s.session.Capabilities()
	return generators.Ability{Complete: can.Complete, Change: s.session.Changes(), NextDay: can.NextDay, Nonces: s.checksSignatures()}
}
