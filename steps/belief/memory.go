package belief

import (
	"slices"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// Memory is what is known about all instances.
type Memory struct {
	// Gaps is set where calls may be missing, so that no instance is known to be exclusive.
	Gaps      bool
	instances map[string]*instance
}

// NewMemory returns what an inventory tells.
func NewMemory(n Inventory) *Memory {
	m := &Memory{instances: map[string]*instance{}}
	for _, g := range n.Instances {
		in := m.of(g.ID)
		in.given, in.engine = &g, g.Engine
	}
	return m
}

func (m *Memory) of(id string) *instance {
	in := m.instances[id]
	if in == nil {
		in = &instance{done: map[string]finished{}, jobs: map[string]running{}}
		m.instances[id] = in
	}
	return in
}

// fact is something that was so at some moment within a span.
type fact[T any] struct {
	at   Span
	what T
}

type status struct{ name, lock string }

// finished is a backup that was made by a call and succeeded.
type finished struct {
	told  Span // when an answer listed it for the first time
	begun time.Time
}

// running is a job, with the first and the last time at which an answer showed that it ran. A job
// does not begin twice, so that it ran all the time between them.
type running struct{ first, last Span }

// Call is a call of CreateBackup that may have begun a backup.
type Call struct {
	Span Span
	// Accepted is set where its answer was a success. Where it is not, nobody knows.
	Accepted bool
	Job      string // that the answer names; may be empty
}

// instance is what is known of one instance.
type instance struct {
	given     *Given // by the inventory; may be nil
	engine    string // empty where it is unknown
	unclear   bool   // answers name several engines
	status    []fact[status]
	databases []fact[[]string]
	idle      []fact[struct{}] // no job was running or waiting
	done      map[string]finished
	jobs      map[string]running
	calls     []Call
	refused   int // calls
}

// sameEngine notes an engine, which an instance keeps.
func (in *instance) sameEngine(engine string) {
	if engine == "" || in.given != nil && in.given.Engine != "" {
		return
	}
	in.unclear = in.unclear || in.engine != "" && in.engine != engine
	in.engine = engine
}

// runs notes that a job was running.
func (in *instance) runs(job string, at Span) {
	r, known := in.jobs[job]
	if !known || at.End.Before(r.first.End) {
		r.first = at
	}
	if !known || at.Start.After(r.last.Start) {
		r.last = at
	}
	in.jobs[job] = r
}

// Called notes a call that may have begun a backup of an instance.
func (m *Memory) Called(id string, c Call) {
	if !c.Span.Known() {
		m.Gaps = true
		return
	}
	in := m.of(id)
	if in.given != nil && in.given.Exclusive {
		in.calls = append(in.calls, c)
	}
	if c.Accepted && c.Job != "" {
		in.runs(c.Job, c.Span)
	}
}

// Refused notes a call on an instance that was refused.
func (m *Memory) Refused(id string) { m.of(id).refused++ }

// remembered is how long something counts: a day, and the longest backup.
const remembered = 48 * time.Hour

// Forget forgets what does not matter for calls after a time.
func (m *Memory) Forget(before time.Time) {
	for id, in := range m.instances {
		in.forget(before)
		if in.given == nil && in.empty() {
			delete(m.instances, id)
		}
	}
}

func (in *instance) empty() bool {
	return in.engine == "" && len(in.status)+len(in.databases)+len(in.idle)+len(in.done)+len(in.jobs) == 0
}

func (in *instance) forget(before time.Time) {
	recent, old := before.Add(-window), before.Add(-remembered)
	in.status = slices.DeleteFunc(in.status, func(f fact[status]) bool { return f.at.End.Before(recent) })
	in.databases = slices.DeleteFunc(in.databases, func(f fact[[]string]) bool { return f.at.End.Before(recent) })
	in.idle = slices.DeleteFunc(in.idle, func(f fact[struct{}]) bool { return f.at.End.Before(old) })
	if n := len(in.calls) - 1; n > 0 { // the last call says what the last backup may be, however old it is
		last := in.calls[n]
		in.calls = slices.DeleteFunc(in.calls[:n], func(c Call) bool { return c.Span.End.Before(old) })
		in.calls = append(in.calls, last)
	}
	for id, f := range in.done {
		if f.begun.Before(old) && f.told.End.Before(old) {
			delete(in.done, id)
		}
	}
	for id, r := range in.jobs {
		if r.last.End.Before(old) {
			delete(in.jobs, id)
		}
	}
}

// Engine returns the engine of an instance, or nothing where it is unknown.
func (m *Memory) Engine(id string) string { return m.of(id).knownEngine() }

func (in *instance) knownEngine() string {
	if in.unclear || !slices.Contains(targets.Engines(), in.engine) {
		return ""
	}
	return in.engine
}
