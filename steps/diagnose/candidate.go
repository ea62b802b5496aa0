package diagnose

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/targets"
)

// candidate is a failure that may be the cause of others.
type candidate struct {
	known   *known
	failure reports.Failure
	found   int            // its place in the order in which failures were found
	calls   []targets.Case // of the minimal case, each by itself
	crash   bool           // many rules fail with the same invalid answer
	repeats bool           // the target answers a call with what it answered an earlier one
}

// intermittent reports whether the failure does not come each time.
func (c candidate) intermittent() bool {
	return c.failure.Kind == reports.KindIntermittent || c.failure.Tries > 0 && c.failure.Reproduced == 0
}

// plain reports whether one call fails by itself.
func (c candidate) plain() bool {
	return c.failure.Check == "" && c.failure.Case != nil && len(c.failure.Case.Steps) == 1
}

// steps counts the steps of the minimal case.
func (c candidate) steps() int {
	if c.failure.Case == nil {
		return 0
	}
	return len(c.failure.Case.Steps)
}

// explains reports whether c is the cause of another failure.
func (c candidate) explains(o candidate) bool {
	switch {
	case c.plain() && !c.intermittent() && o.failure.Case != nil && !o.plain() && c.misbehavesIn(o):
		return true
	case failsOneByOne(c, o), c.repeats && partOf(c, o):
		return true
	case o.intermittent():
		return c.intermittent() || c.disturbs() || c.known.kind == o.known.kind && c.known.rule == o.known.rule
	case c.intermittent():
		return false
	case c.makesElsewhere() && (!o.plain() || strings.HasSuffix(o.failure.Answered, judge.NoBackup)):
		return true
	case c.known.shared && o.known.kind == judge.WronglyRefused:
		return true
	case c.known.refusals && o.known.level == oracle.Must && !o.known.toRefuse:
		return false // an answer that is wrong with refusals, to a call that is refused wrongly
	case c.known.kind == judge.NoAnswer && (c.always() ||
		c.crash && o.crash && problem(c.failure.Answered) == problem(o.failure.Answered)):
		return true
	case c.known.refusals && c.known.kind == o.known.kind && problem(c.failure.Answered) == problem(o.failure.Answered):
		return true
	case breaksAlike(c, o):
		return true
	case refusedAlike(c, o):
		return true
	case o.failure.Check == reports.CheckDecision && c.aboutForm():
		return true
	case c.failure.Check != "" || o.failure.Check != "":
		return c.known.rule == o.known.rule && c.failure.Check == o.failure.Check
	case mutatedAlike(c, o):
		return true
	case c.known.kind != o.known.kind:
		return c.decidedAndDone(o)
	case c.known.kind == judge.WrongDocument && c.known.rule != o.known.rule:
		return c.sameFormat(o) ||
			aboutShape(c.known.rule) && aboutShape(o.known.rule) && (c.always() || c.implied(o) || o.implied(c))
	case o.known.condition == nil && o.plain() && c.known.rule == o.known.rule:
		return true // the same in a case that no condition was found for
	case c.known.kind == judge.WrongDocument && c.sameFormat(o):
		return true
	case c.known.mutation != "" && o.known.mutation != "" && c.known.rule == o.known.rule:
		return true // what a rule lists as wrong with a signature fails in several ways, for one reason
	case !c.plain():
		return !o.plain() && c.within(o)
	case c.implied(o) || c.sameAffix(o) || byOneFactor(c, o):
		return true
	case c.known.kind == judge.WrongBackup && c.known.rule == o.known.rule:
		return true // of engines that take other parameters, say
	case c.known.level != oracle.Must && o.known.level == oracle.Must:
		return false
	default:
		return c.covers(o) || o.covers(c) || c.unspecified(o) || c.allButOne(o)
	}
}

// aboutForm reports whether a decision is wrong because of how a call is sent or encoded.
func (c candidate) aboutForm() bool {
	if c.known.kind != judge.WronglyRefused && c.known.kind != judge.WronglyAccepted {
		return false
	}
	return c.known.mutation != "" || clause(c.failure, generators.SentBy) != nil ||
		clause(c.failure, generators.Format) != nil || clause(c.failure, generators.Further) != nil
}

// decidedAndDone reports whether a wrong decision and a wrong effect are of the same calls.
func (c candidate) decidedAndDone(o candidate) bool {
	decided := func(c candidate) bool {
		return c.known.kind == judge.WronglyAccepted || c.known.kind == judge.WronglyRefused
	}
	switch {
	case decided(c) && o.failure.Kind == reports.KindWrongEffect:
		return c.covers(o) || c.sameFactors(o)
	case decided(o) && c.failure.Kind == reports.KindWrongEffect:
		return c.covers(o) || o.covers(c)
	default:
		return false
	}
}

// sameFormat reports whether both documents are wrong where the same format is asked for, in any
// letter case.
func (c candidate) sameFormat(o candidate) bool {
	a, b := formats(c.failure), formats(o.failure)
	return slices.ContainsFunc(a, func(format string) bool { return slices.Contains(b, format) })
}

// breaksAlike reports whether both failures are of the same invalid answer, or of what the document
// of an answer breaks by that it repeats of the call. The other is of no must rule.
func breaksAlike(c, o candidate) bool {
	const broken = "the body is not "
	breaks := strings.Contains(c.failure.Answered, broken)
	switch {
	case c.known.kind != judge.NoAnswer:
		return false
	case o.failure.Check == reports.CheckCode:
		return breaks && pinsValue(c.failure)
	case o.known.level != oracle.Should:
		return false
	case o.known.kind == judge.WrongDocument:
		return breaks && pinsValue(c.failure) && pinsValue(o.failure)
	case o.known.kind != judge.NoAnswer:
		return false
	case breaks:
		return strings.Contains(o.failure.Answered, broken)
	default:
		return c.known.level == oracle.Should && problem(c.failure.Answered) == problem(o.failure.Answered)
	}
}

// pinsValue reports whether a failure needs one value of a class.
func pinsValue(f reports.Failure) bool {
	return slices.ContainsFunc(f.When, func(w reports.Condition) bool { return w.Value != nil })
}

// always reports whether every call fails.
func (c candidate) always() bool {
	return c.plain() && c.failure.Exact && len(c.failure.When) == 0 && c.known.condition != nil
}

// aboutShape reports whether a rule is about the shape of the document of a success. A document of
// another shape also lacks its RequestId.
func aboutShape(rule string) bool {
	return rule == "CB-RESPONSE-1" || rule == "CB-RESPONSE-2" || rule == "CB-RESPONSE-3"
}

// makesElsewhere reports whether backups are made of other instances, so that calls seem to make
// none, and sequences and races meet backups that nobody asked for.
func (c candidate) makesElsewhere() bool {
	return c.known.kind == judge.WrongInstance && !c.intermittent()
}

// disturbs reports whether the failure makes others fail now and then: shared state, backups of
// other instances, a race, or a target that does not answer.
func (c candidate) disturbs() bool {
	return c.known.shared || c.known.late || c.makesElsewhere() || c.failure.Check == reports.CheckRace
}

// within reports whether the steps of the minimal case are among those of the other, in their
// order, so that the other sequence only adds to this one.
func (c candidate) within(o candidate) bool {
	at := 0
	for _, step := range o.failure.Case.Steps {
		if at < c.steps() && step.Do == c.failure.Case.Steps[at].Do && step.Result == c.failure.Case.Steps[at].Result {
			at++
		}
	}
	return at == c.steps()
}

// partOf reports whether c takes several steps, and the other failure those and maybe more.
func partOf(c, o candidate) bool {
	return c.steps() > 1 && o.failure.Check == "" && o.failure.Case != nil && c.within(o)
}

// failsOneByOne reports whether the calls and completions of a race, one after another, fail
// already.
func failsOneByOne(c, o candidate) bool {
	return c.failure.Check == "" && !c.intermittent() && c.steps() > 1 && o.failure.Race != nil && o.failure.Race.Completing &&
		!slices.ContainsFunc(c.failure.Case.Steps, func(s targets.Step) bool { return s.Do != targets.StepCall && s.Do != targets.StepComplete })
}

// covers reports whether the last call of the other failure's minimal case meets the failing
// condition.
func (c candidate) covers(o candidate) bool {
	return len(o.calls) > 0 && c.meets(o, o.calls[len(o.calls)-1])
}

// misbehavesIn reports whether a call of the other failure's sequence or race already fails by
// itself, so that what comes later is a consequence.
func (c candidate) misbehavesIn(o candidate) bool {
	if c.known.kind == judge.WrongDocument {
		return false
	}
	return slices.ContainsFunc(o.calls, func(call targets.Case) bool { return c.meets(o, call) })
}

// meets reports whether a call of another failure meets the failing condition.
func (c candidate) meets(o candidate, call targets.Case) bool {
	if c.known.condition == nil || c.known.mutation != "" && c.known.mutation != o.known.mutation {
		return false
	}
	m := c.known.condition.Model()
	v, is := m.VectorOf(call)
	return is && c.known.condition.Covers(m, v)
}

// implied reports whether the other failure needs all that this one needs: it speaks of the same
// factors, with classes in common.
func (c candidate) implied(o candidate) bool {
	if len(c.failure.When) == 0 || c.known.mutation != o.known.mutation {
		return false
	}
	return !slices.ContainsFunc(c.failure.When, func(w reports.Condition) bool {
		other := clause(o.failure, w.Factor)
		return other == nil || !slices.ContainsFunc(w.Classes, func(class string) bool { return slices.Contains(other.Classes, class) })
	})
}

// sameFactors reports whether the other failure speaks of no factor that this one does not speak
// of.
func (c candidate) sameFactors(o candidate) bool {
	return len(o.failure.When) > 0 &&
		!slices.ContainsFunc(o.failure.When, func(w reports.Condition) bool { return clause(c.failure, w.Factor) == nil })
}

// unspecified reports whether the other failure speaks of the same factors, and differs only in
// classes that the document says nothing about. That such a class is accepted is not wrong by
// itself, so the other failure is a consequence.
func (c candidate) unspecified(o candidate) bool {
	if len(c.failure.When) == 0 || c.known.mutation != o.known.mutation || c.known.condition == nil {
		return false
	}
	for _, w := range c.failure.When {
		other := clause(o.failure, w.Factor)
		if other == nil {
			return false
		}
		common := slices.ContainsFunc(w.Classes, func(class string) bool { return slices.Contains(other.Classes, class) })
		if !common && !allUnspecified(c.known.condition.Model(), *other) {
			return false
		}
	}
	return true
}

// fewConditions is below which number of conditions two failures that differ in one of them are
// taken for different.
const fewConditions = 3

// allButOne reports whether both failures speak of the same factors, and their classes differ in
// one factor only.
func (c candidate) allButOne(o candidate) bool {
	if len(c.failure.When) < fewConditions || len(c.failure.When) != len(o.failure.When) || c.known.mutation != o.known.mutation {
		return false
	}
	differ := 0
	for _, w := range c.failure.When {
		other := clause(o.failure, w.Factor)
		if other == nil {
			return false
		}
		if !slices.ContainsFunc(w.Classes, func(class string) bool { return slices.Contains(other.Classes, class) }) {
			differ++
		}
	}
	return differ <= 1
}

// sameAffix reports whether a value of both failures goes on with the same character.
func (c candidate) sameAffix(o candidate) bool {
	if c.known.condition == nil || o.known.condition == nil {
		return false
	}
	own := affix(c.known.condition.Model(), c.failure)
	return own != "" && own == affix(o.known.condition.Model(), o.failure)
}

// allUnspecified reports whether the document says nothing about any of the classes.
func allUnspecified(m *generators.Model, c reports.Condition) bool {
	f := m.Index(c.Factor)
	return f >= 0 && !slices.ContainsFunc(c.Classes, func(name string) bool {
		class := m.Class(c.Factor, name)
		return class < 0 || m.Factors[f].Classes[class].Kind != generators.Unspecified
	})
}
