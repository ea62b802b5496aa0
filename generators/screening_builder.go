package generators

import (
	"maps"

	"github.com/cbspec/cbspec/targets"
)

// sequenceBuilder builds the screening sequences of a target.
type sequenceBuilder struct {
	vectorSource
	able      SequenceSteps
	early     bool // of the sequences from now on
	sequences []ScreeningSequence
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
