package generators

import (
	"maps"
	"slices"
	"strconv"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
)

// sequenceBuilder builds the screening sequences of a target.
type sequenceBuilder struct {
	m         *Model
	able      SequenceSteps
	seed      uint64
	done      map[int]bool // the mutations that a sequence has
	sequences []ScreeningSequence
	drawn     int
	early     bool
}

// fresh pins the classes of an instance without backups.
func (b *sequenceBuilder) fresh(engine, databases string) Pinned {
	pinned := Pinned{
		Engine: {engine}, Databases: {databases}, Status: {targets.Running}, Today: {"0"}, Last: {targets.LastNone},
		Lock: {Absent}, Storage: {Absent},
	}
	maps.DeleteFunc(pinned, func(name string, _ []string) bool { return b.m.Index(name) < 0 })
	return pinned
}

// draw draws the next vector of the screening. The name is part of the seed: another name would
// draw other vectors.
func (b *sequenceBuilder) draw(g *rapid.Generator[Vector]) Vector {
	b.drawn++
	return DrawNth(g, b.seed, "tour", b.drawn)
}

// valid draws few valid vectors that together have each class at least once.
func (b *sequenceBuilder) valid(on Pinned) []Vector { return b.vectorsOf(b.rows(on, 1)) }

// validForQuota draws as many valid vectors as the quota allows. They have as many pairs of classes
// as that number can.
func (b *sequenceBuilder) validForQuota(on Pinned) []Vector {
	rows := b.rows(on, 2)
	for len(rows) > 0 && len(rows) < b.m.Edition.Quota {
		rows = append(rows, rows[0])
	}
	return b.vectorsOf(rows)
}

// rows returns a covering array of the valid rows with the pinned classes. It is empty where the
// target has no such instance.
func (b *sequenceBuilder) rows(on Pinned, strength int) [][]int {
	var given []choice
	for _, name := range slices.Sorted(maps.Keys(on)) {
		c := b.m.pick(name, on[name]...)
		if c.classes == 0 {
			return nil
		}
		given = append(given, c)
	}
	return b.m.array(given, nil, strength, b.seed)
}

func (b *sequenceBuilder) vectorsOf(rows [][]int) []Vector {
	rows = rows[:min(len(rows), b.m.Edition.Quota)]
	vectors := make([]Vector, len(rows))
	for i, row := range rows {
		vectors[i] = b.draw(b.m.vectorsOf(row))
	}
	return vectors
}

// mutated draws a call for each mutation that such an instance allows and that no earlier sequence
// has.
func (b *sequenceBuilder) mutated(on Pinned) []Checkpoint {
	var calls []Checkpoint
	for i, mu := range b.m.mutations {
		_, ofCondition := on[b.m.Factors[mu.Factor].Name]
		if ofCondition || b.done[i] || !b.m.CanMutate(mu, on) {
			continue
		}
		b.done[i] = true
		calls = append(calls, Checkpoint{Vector: b.draw(b.m.Mutated(mu, on)), WrongFactor: mu.Factor})
	}
	return calls
}

// in returns the vector on an instance with that many backups of today and that last backup, or
// with the nearest classes that the model has.
func (b *sequenceBuilder) in(v Vector, today int, last string) Vector {
	v = v.Clone()
	f := b.m.Index(Today)
	for class, c := range b.m.Factors[f].Classes {
		if n, err := strconv.Atoi(c.Name); err == nil && n <= today {
			v.Classes[f], v.Values[f] = class, c.Name
		}
	}
	if class := b.m.Class(Last, last); class >= 0 {
		v.Classes[b.m.Index(Last)], v.Values[b.m.Index(Last)] = class, last
	}
	return v
}

// sequence is a screening sequence while it is built, on one instance or on several in turn.
type sequence struct {
	b     *sequenceBuilder
	built ScreeningSequence
	today []int    // backups of today, by instance
	last  []string // state of the last backup, by instance
}

func (b *sequenceBuilder) begin(conditions ...targets.Condition) *sequence {
	s := &sequence{b: b, built: ScreeningSequence{
		Early: b.early, Case: targets.Case{Conditions: conditions}, Checkpoints: map[int]Checkpoint{},
	}}
	for _, c := range conditions {
		s.today, s.last = append(s.today, c.BackupsToday), append(s.last, c.LastBackup)
	}
	return s
}

// end keeps the sequence, if it has any step.
func (b *sequenceBuilder) end(s *sequence) {
	if len(s.built.Case.Steps) > 0 {
		b.sequences = append(b.sequences, s.built)
	}
}

func (s *sequence) step(step targets.Step) { s.built.Case.Steps = append(s.built.Case.Steps, step) }

func (s *sequence) call(i int, c Checkpoint) {
	call := s.b.m.Call(c.Vector, i)
	call.Algorithm, call.Auth = c.Algorithm, c.Auth
	c.Vector = s.b.in(c.Vector, s.today[i], s.last[i])
	s.built.Checkpoints[len(s.built.Case.Steps)] = c
	s.step(targets.Step{Do: targets.StepCall, Instance: i, Call: &call})
}

// accepted adds a call on instance i that is accepted.
func (s *sequence) accepted(i int, v Vector) {
	s.acceptedAs(i, Checkpoint{Vector: v, WrongFactor: -1})
}

func (s *sequence) acceptedAs(i int, c Checkpoint) {
	s.call(i, c)
	s.today[i], s.last[i] = s.today[i]+1, targets.LastRunning
}

// refused adds a call on instance i that is refused because of a factor.
func (s *sequence) refused(i int, v Vector, factor string) {
	s.call(i, Checkpoint{Vector: v, WrongFactor: s.b.m.Index(factor)})
}

// complete ends the running backup of instance i. It reports whether the target can.
func (s *sequence) complete(i int) bool {
	if !s.b.able.Complete {
		return false
	}
	s.step(targets.Step{Do: targets.StepComplete, Instance: i, Result: targets.LastCompleted})
	s.last[i] = targets.LastCompleted
	return true
}

func (s *sequence) nextDay(i int) {
	s.step(targets.Step{Do: targets.StepNextDay, Instance: i})
	s.today[i] = 0
}
