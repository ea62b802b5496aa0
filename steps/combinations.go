package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/targets"
)

func (sc *scenario) defineCombinations(step func(string, any)) {
	var trials func() []generators.Combination
	step(`every combination of valid parameters and conditions`, func() {
		trials = func() []generators.Combination { return sc.model.Valid(sc.s.o.Strength, sc.s.o.Seed) }
	})
	step(`every single fault, in every combination of valid parameters and conditions`, func() {
		trials = func() []generators.Trial { return sc.model.Invalid(sc.s.o.Strength, sc.s.o.Seed) }
	})
	step(`every pair of faults`, func() {
		trials = func() []generators.Trial { return sc.model.Pairs(sc.s.o.Seed) }
	})
	step(`each is tried`, func(ctx context.Context) error {
		if sc.special == nil {
			sc.special = func(ctx context.Context) error {
				sc.s.ledger.wants(sc.model, sc.s.o.Strength)
				return sc.tryTrials(ctx, trials())
			}
		}
		return sc.run(ctx)
	})
	step(`each is answered as documented`, sc.asTheOracleSays)
	step(`which fault is named first is recorded`, sc.recordPrecedence)
}

// batch is how many cases are tried before the clock is looked at again.
const batch = 64

func (sc *scenario) tryTrials(ctx context.Context, trials []generators.Combination) error {
	if sc.s.late() {
		sc.s.leftOut = append(sc.s.leftOut, fmt.Sprintf("%s, %s: all cases, which there was no time to work out", sc.rule.ID, sc.name))
		return nil
	}
	var attempts []attempt
	for i, t := range trials {
		if !sc.s.o.Shard.has(sc.key(), i) {
			continue
		}
		a := attempt{model: sc.model, build: sc.model.Case, point: &t.Vector, kase: sc.model.Case(t.Vector)}
		if t.Control != nil {
			twin := sc.model.Case(*t.Control)
			a.twin = &twin
		}
		var rules []string
		for _, mu := range t.Mutations {
			a.wrong = append(a.wrong, mu.Factor)
			rules = append(rules, mu.Rule)
		}
		a.group = strings.Join(rules, " and ")
		attempts = append(attempts, a)
	}
	return sc.tryBatches(ctx, attempts)
}

// tryBatches tries the attempts while there is time, and says what it left out.
func (sc *scenario) tryBatches(ctx context.Context, attempts []attempt) error {
	for part := range slices.Chunk(attempts, batch) {
		if sc.s.late() {
			sc.s.leftOut = append(sc.s.leftOut, fmt.Sprintf("%s, %s: %d of %d cases", sc.rule.ID, sc.name, len(attempts)-len(sc.outcomes), len(attempts)))
			break
		}
		outcomes, err := sc.s.tryAll(ctx, part)
		sc.outcomes = append(sc.outcomes, outcomes...)
		if err != nil {
			return err
		}
	}
	return nil
}

// asTheOracleSays states that no case breaks a must rule; what breaks a should rule is laid to that one alone.
func (sc *scenario) asTheOracleSays(ctx context.Context) error {
	return sc.check(ctx, func(o outcome) (bool, string) {
		for _, v := range o.violations {
			if v.Level() == sc.rule.Level || sc.rule.Level != "must" {
				return false, ""
			}
		}
		if o.twin != nil && o.last().Decision == targets.Refused {
			return isolated(o)
		}
		return true, ""
	})
}

// recordPrecedence notes which of two wrong things the Code of a refusal is the one of, as far as the Codes of the single ones differ.
func (sc *scenario) recordPrecedence(ctx context.Context) error {
	if err := sc.run(ctx); err != nil {
		return err
	}
	for i, o := range sc.outcomes {
		if o.err != nil || !o.tried() || o.last().Decision != targets.Refused {
			sc.result.undecided(i, "not refused")
			continue
		}
		sc.result.pass(i)
		code := o.last().Answer.Code
		var named []string
		for _, rule := range strings.Split(o.group, " and ") {
			if sc.s.ledger.codeOf(rule) == code {
				named = append(named, rule)
			}
		}
		if len(named) == 1 {
			sc.s.behaviours.note(sc.rule.ID, o.group, named[0]+" first")
		}
	}
	return nil
}
