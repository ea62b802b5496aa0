package generators

import (
	"maps"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// whileRunning builds a sequence in which each call comes while the backup of a different call is
// running.
func (b *sequenceBuilder) whileRunning(on Pinned) {
	valid := b.validForQuota(on)
	if len(valid) < 2 {
		return
	}
	s := b.begin(b.m.Condition(valid[0]))
	for i := 1; i < len(valid); i++ {
		s.accepted(0, valid[i-1])
		s.refused(0, valid[i], Last)
		if !s.complete(0) {
			break
		}
	}
	b.end(s)
}

// statuses builds a sequence that takes an instance through every other status and back.
func (b *sequenceBuilder) statuses(on Pinned) {
	valid := b.valid(on)
	if !b.able.Change || len(valid) == 0 {
		return
	}
	s := b.begin(b.m.Condition(valid[0]))
	status := func(name string) { s.step(targets.Step{Do: targets.StepStatus, Status: name}) }
	if b.able.Complete { // a call just before the change, which a cache remembers
		s.accepted(0, valid[0])
		s.complete(0)
	}
	f := b.m.Index(Status)
	classes := b.m.Factors[f].Classes
	for class, c := range classes {
		if c.Kind == Invalid {
			v := valid[class%len(valid)].Clone()
			v.Classes[f], v.Values[f] = class, c.Name
			status(c.Name)
			s.refused(0, v, Status)
		}
	}
	status(targets.Running)
	s.accepted(0, valid[0])
	for _, c := range classes[1:min(2, len(classes))] {
		status(c.Name) // which does not end the backup
		status(targets.Running)
		s.refused(0, valid[0], Last)
	}
	b.end(s)
}

// databases builds a sequence on an instance whose databases change. One that is added can be
// backed up by its name, and one that is dropped cannot.
func (b *sequenceBuilder) databases(on Pinned) {
	pinned := maps.Clone(on)
	pinned[Method], pinned[Strategy], pinned[DBName] = []string{"Logical"}, []string{"db"}, []string{Existing}
	vectors, err := b.m.Vectors(pinned)
	class := b.m.Class(Databases, AnyNames)
	if err != nil || class < 0 || !b.able.Change || !b.able.Complete {
		return
	}
	v := b.draw(vectors)
	names := slices.Clone(b.m.Condition(v).Databases)
	s := b.begin(b.m.Condition(v))
	change := func(to []string) {
		names = to
		s.step(targets.Step{Do: targets.StepDatabases, Databases: to})
	}
	asking := func(which, value string) Vector {
		asked := v.Clone()
		f, name := b.m.Index(Databases), b.m.Index(DBName)
		asked.Classes[f], asked.Values[f] = class, strings.Join(names, ",")
		asked.Classes[name], asked.Values[name] = b.m.Class(DBName, which), value
		return asked
	}
	s.accepted(0, v)
	s.complete(0)
	change(append(slices.Clone(names), "added"))
	s.accepted(0, asking(Existing, itoa(len(names)-1)))
	s.complete(0)
	dropped := names[0]
	change(slices.Clone(names[1:]))
	s.refused(0, asking(Unknown, dropped), DBName)
	s.accepted(0, asking(Existing, itoa(len(names)-1)))
	s.complete(0)
	b.end(s)
}

// severalInstances builds a sequence on three instances, where the state of one must not matter for
// the others. It also builds a call on an instance with more backups than the quota allows.
func (b *sequenceBuilder) severalInstances(on Pinned) {
	valid := b.valid(on)
	if len(valid) == 0 || !b.able.Complete {
		return
	}
	v, quota := valid[0], b.m.Edition.Quota
	usedUp := b.m.Condition(b.in(v, quota, targets.LastCompleted))
	s := b.begin(usedUp, b.m.Condition(v), b.m.Condition(v))
	s.accepted(1, v)
	s.accepted(2, v)
	s.refused(0, v, Today)
	s.complete(1)
	s.refused(2, v, Last)
	s.accepted(1, v)
	b.end(s)
	// The last backup failed. Without it there are still as many as the quota allows.
	beyond := b.in(v, quota+1, targets.LastFailed)
	s = b.begin(b.m.Condition(beyond))
	s.refused(0, beyond, Today)
	b.end(s)
}
