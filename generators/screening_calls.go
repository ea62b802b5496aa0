package generators

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// perClass builds a sequence on an instance of those classes: valid calls that have each class, and
// between them calls that are wrong in one thing.
func (b *sequenceBuilder) perClass(on Pinned) {
	if valid := b.valid(on); len(valid) > 0 {
		s := b.begin(b.m.Condition(valid[0]))
		b.alternate(s, on, valid)
		b.end(s)
	}
}

// fullDay builds a sequence like perClass that uses up the quota and goes on to the next day.
func (b *sequenceBuilder) fullDay(on Pinned) {
	valid := b.validForQuota(on)
	if len(valid) == 0 {
		return
	}
	s := b.begin(b.m.Condition(valid[0]))
	b.alternate(s, on, valid)
	if s.last[0] == targets.LastCompleted && len(valid) == b.m.Edition.Quota {
		s.complete(0)                 // no backup is running, which is not an error
		for _, v := range valid[:2] { // twice, for a refusal changes nothing
			s.refused(0, v, Today)
		}
		if b.able.NextDay {
			s.nextDay(0)
			s.accepted(0, valid[0])
			s.nextDay(0)
			s.refused(0, valid[0], Last) // the backup of the day before is still running
		}
	}
	b.end(s)
}

// alternate adds the valid calls, and spreads the wrong ones between them.
func (b *sequenceBuilder) alternate(s *sequence, on Pinned, valid []Vector) {
	wrong := b.mutated(on)
	addWrong := func(n int) {
		n = min(n, len(wrong))
		for _, c := range wrong[:n] {
			s.call(0, c)
		}
		wrong = wrong[n:]
	}
	for i, v := range valid {
		s.accepted(0, v)
		if i == 0 {
			s.refused(0, v, Last) // while its backup is running
		}
		if !s.complete(0) {
			break
		}
		addWrong(2 + len(wrong)/len(valid))
	}
	addWrong(len(wrong))
}

// remaining builds, for each mutation that no sequence has yet, a sequence of one call.
func (b *sequenceBuilder) remaining() { b.remainingOf(nil) }

// remainingConditions is remaining for the mutations of the condition of an instance.
func (b *sequenceBuilder) remainingConditions() {
	b.remainingOf([]string{Engine, Databases, Today, Last})
}

// remainingOf is remaining for the mutations of some factors, or of all if factors is nil.
func (b *sequenceBuilder) remainingOf(factors []string) {
	for i, mu := range b.m.mutations {
		name := b.m.Factors[mu.Factor].Name
		if b.done[i] || name == Status || factors != nil && !slices.Contains(factors, name) || !b.m.CanMutate(mu, nil) {
			continue
		}
		b.done[i] = true
		v := b.draw(b.m.Mutated(mu, nil))
		s := b.begin(b.m.Condition(v))
		s.refused(0, v, name)
		b.end(s)
	}
}

// refusedSignatures lists the faults of a signature for which every reading refuses a call.
var refusedSignatures = []targets.AuthFault{
	targets.AuthMissing, targets.AuthNoSignature, targets.AuthEmpty, targets.AuthTruncated, targets.AuthWrongSecret,
	targets.AuthUnknownKey, targets.AuthTampered, targets.AuthTamperedAdded, targets.AuthExpired,
	targets.AuthBadTimestamp, targets.AuthOtherMethod,
}

// signatures builds a sequence of the faults of a signature for each algorithm.
func (b *sequenceBuilder) signatures(on Pinned, algorithms []string) {
	valid := b.valid(on)
	if len(valid) == 0 {
		return
	}
	for _, algorithm := range algorithms {
		s := b.begin(b.m.Condition(valid[0]))
		for _, fault := range refusedSignatures {
			s.call(0, Checkpoint{Vector: valid[0], WrongFactor: -1, Algorithm: algorithm, Auth: fault})
		}
		s.acceptedAs(0, Checkpoint{Vector: valid[0], WrongFactor: -1, Algorithm: algorithm, Auth: targets.AuthRecent})
		b.end(s)
	}
}

// undocumented builds sequences of calls that the document does not mention, on instances that
// refuse every call: one with a running backup, one whose quota is used up, and one that is not
// active.
func (b *sequenceBuilder) undocumented(on Pinned) {
	valid := b.valid(on)
	if len(valid) == 0 {
		return
	}
	calls := b.unspecified(on, valid)
	quota := b.m.Edition.Quota
	for _, state := range []struct {
		factor, class, last string
		today               int
	}{
		{Last, targets.LastRunning, targets.LastRunning, 1},
		{Today, itoa(quota), targets.LastCompleted, quota},
		{Status, "Rebooting", targets.LastNone, 0},
	} {
		f, class := b.m.Index(state.factor), b.m.Class(state.factor, state.class)
		if class < 0 {
			continue
		}
		in := func(v Vector) Vector {
			v = b.in(v, state.today, state.last)
			v.Classes[f], v.Values[f] = class, state.class
			return v
		}
		s := b.begin(b.m.Condition(in(valid[0])))
		for _, v := range calls {
			s.refused(0, in(v), state.factor)
		}
		b.end(s)
	}
}
