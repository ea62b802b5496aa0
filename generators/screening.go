package generators

import (
	"github.com/cbspec/cbspec/targets"
)

// ScreeningSequence is a case of many steps that reveals much with few requests: valid calls, and
// calls that are wrong in one thing, one after another on the same instance. A run that begins with
// screening sequences finds most faults before it tests each rule by itself.
type ScreeningSequence struct {
	Case targets.Case
	// Early reports that the sequence reveals more for its requests than the others, so that it
	// comes before them.
	Early bool
	// Checkpoints holds what the calls were made from, by the index of the step.
	Checkpoints map[int]Checkpoint
}

// Checkpoint is one call of a screening sequence, with what is needed to make it by itself.
type Checkpoint struct {
	// Vector has the condition that the instance is in when the call is made.
	Vector Vector
	// WrongFactor is the index of the factor for which the call is refused, or -1 for a call that
	// is valid apart from its signature.
	WrongFactor int
	Algorithm   string // of the signature; empty for that of the target
	Auth        targets.AuthFault
}

// Case returns the case that makes the checkpoint's call, with the parameters and the condition of
// v.
func (c Checkpoint) Case(m *Model, v Vector) targets.Case {
	kase := m.Case(v)
	kase.Steps[0].Call.Algorithm, kase.Steps[0].Call.Auth = c.Algorithm, c.Auth
	return kase
}

// ScreeningSequences returns the screening sequences for a target, the early ones first. Each
// mutation is in one of them. algorithms lists those by which the target checks signatures.
func (m *Model) ScreeningSequences(able SequenceSteps, algorithms []string, seed uint64) []ScreeningSequence {
	b := sequenceBuilder{vectorSource: vectorSource{m: m, seed: seed, done: map[int]bool{}}, able: able}
	for i, engine := range m.Factors[m.Index(Engine)].Classes {
		on := b.fresh(engine.Name, severalDatabases)
		if i > 0 {
			b.perClass(on)
			continue
		}
		first := min(1, len(algorithms))
		b.early = true
		b.signatures(on, algorithms[:first])
		b.fullDay(on)
		b.remainingConditions()
		b.statuses(on)
		b.early = false
		b.signatures(on, algorithms[first:])
		b.severalInstances(on)
		b.whileRunning(on)
		b.undocumented(on)
		b.databases(on)
		for _, number := range []string{noDatabase, oneDatabase} {
			b.perClass(b.fresh(engine.Name, number))
		}
	}
	b.remaining()
	return b.sequences
}
