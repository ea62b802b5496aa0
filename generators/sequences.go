package generators

import (
	"flag"
	"fmt"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// SequenceSteps says which steps a sequence may take.
type SequenceSteps struct{ Complete, Change, NextDay, Nonces bool }

// rapid's state machine asks the testing package for its flags, which a plain program has not, nor a test's program that stands for one.
var readyFlags = sync.OnceFunc(func() {
	if !flag.Parsed() {
		testing.Init()
		_ = flag.CommandLine.Parse(nil) // nothing to parse, nothing to fail
	}
})

// machine writes a sequence: rapid's state machine over the oracle's world, which takes every call for accepted that may be.
type machine struct {
	m      *Model
	able   SequenceSteps
	world  *oracle.World
	kase   targets.Case
	points *rapid.Generator[Vector]
}

// Sequences generates cases of many steps on one to three instances.
func (m *Model) Sequences(able SequenceSteps) *rapid.Generator[targets.Case] {
	readyFlags()
	points := m.Any()
	valid, err := m.Vectors(nil)
	if err != nil {
		panic(err) // every model has valid points
	}
	return rapid.Custom(func(t *rapid.T) targets.Case {
		sm := &machine{m: m, able: able, points: points}
		for range rapid.IntRange(1, 3).Draw(t, "instances") {
			from := valid
			if rapid.IntRange(0, 3).Draw(t, "any condition") == 0 {
				from = points
			}
			sm.kase.Conditions = append(sm.kase.Conditions, m.Condition(from.Draw(t, "condition")))
		}
		sm.world = oracle.NewWorld(m.Edition, sm.kase.Conditions)
		t.Repeat(sm.actions(valid))
		if len(sm.kase.Steps) == 0 {
			sm.call(t, valid)
		}
		return sm.kase
	})
}

func (sm *machine) actions(valid *rapid.Generator[Vector]) map[string]func(*rapid.T) {
	actions := map[string]func(*rapid.T){
		"call":             func(t *rapid.T) { sm.call(t, valid) },
		"call once more":   func(t *rapid.T) { sm.call(t, valid) },
		"any call":         func(t *rapid.T) { sm.call(t, sm.points) },
		"burst to quota":   sm.burst,
		"call right after": func(t *rapid.T) { sm.call(t, valid) },
	}
	if sm.able.Complete {
		actions["complete"] = func(t *rapid.T) { sm.complete(t, targets.LastCompleted) }
		actions["complete at last"] = func(t *rapid.T) { sm.complete(t, targets.LastCompleted) }
		actions["complete nothing"] = sm.completeNothing
		actions["fail"] = func(t *rapid.T) { sm.complete(t, targets.LastFailed) }
	}
	if sm.able.NextDay {
		actions["next day"] = func(t *rapid.T) {
			i := sm.instance(t)
			sm.add(targets.Step{Do: targets.StepNextDay, Instance: i})
			sm.world.NextDay(i)
		}
	}
	if sm.able.Change {
		actions["change status"] = sm.changeStatus
		actions["change databases"] = sm.changeDatabases
		actions["call by name"] = sm.callByName
	}
	return actions
}

func (sm *machine) add(s targets.Step) { sm.kase.Steps = append(sm.kase.Steps, s) }

func (sm *machine) instance(t *rapid.T) int {
	return rapid.IntRange(0, len(sm.kase.Conditions)-1).Draw(t, "instance")
}

// call makes the call of a point, on an instance whose databases may be others than the point's.
func (sm *machine) call(t *rapid.T, points *rapid.Generator[Vector]) {
	i := sm.instance(t)
	c := sm.m.Call(points.Draw(t, "call"), i)
	if sm.able.Nonces && rapid.IntRange(0, 4).Draw(t, "nonce") == 0 {
		c.Nonce = rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "nonce")
	}
	sm.send(i, c)
}

func (sm *machine) send(i int, c targets.Call) {
	sm.add(targets.Step{Do: targets.StepCall, Instance: i, Call: &c})
	x := sm.world.Expect(c)
	sm.world.NonceUsed(c.Nonce, len(x.Accept) > 0)
	switch {
	case x.Instance < 0:
	case len(x.Refuse) > 0:
		sm.world.Refused(x.Instance)
	case x.NoBackup == "":
		sm.world.Accepted(x.Instance, targets.LastRunning)
	}
}

// burst makes plain backups, each completed, until one or none of the quota is left: states that steps drawn one by one hardly reach.
func (sm *machine) burst(t *rapid.T) {
	i := sm.instance(t)
	s := sm.world.Instances[i]
	left := sm.m.Edition.Quota - s.AtMost - rapid.IntRange(0, 1).Draw(t, "left")
	if !sm.able.Complete || s.Status != targets.Running || s.Last == targets.LastFailed || left <= 0 {
		t.Skip("nothing to use up")
	}
	for range left {
		sm.finish(i, targets.LastCompleted)
		sm.send(i, sm.m.Call(sm.m.BaselineVector(), i))
	}
	sm.finish(i, targets.LastCompleted)
}

func (sm *machine) complete(t *rapid.T, result string) {
	i := sm.instance(t)
	if sm.world.Instances[i].Last != targets.LastRunning {
		t.Skip("nothing runs")
	}
	sm.finish(i, result)
}

// completeNothing completes a backup where none runs, which is no error and changes nothing.
func (sm *machine) completeNothing(t *rapid.T) {
	i := sm.instance(t)
	if last := sm.world.Instances[i].Last; last == targets.LastRunning || last == "" {
		t.Skip("something may run")
	}
	sm.add(targets.Step{Do: targets.StepComplete, Instance: i, Result: targets.LastCompleted})
}

func (sm *machine) finish(i int, result string) {
	if sm.able.Complete && sm.world.Instances[i].Last == targets.LastRunning {
		sm.add(targets.Step{Do: targets.StepComplete, Instance: i, Result: result})
		sm.world.Complete(i, result)
	}
}

func (sm *machine) changeStatus(t *rapid.T) {
	i := sm.instance(t)
	var statuses []string
	for _, c := range sm.m.Factors[sm.m.Index(Status)].Classes {
		statuses = append(statuses, c.Name)
	}
	status := targets.Running
	if sm.world.Instances[i].Status == targets.Running {
		status = rapid.SampledFrom(statuses).Draw(t, "status")
	}
	sm.add(targets.Step{Do: targets.StepStatus, Instance: i, Status: status})
	sm.world.SetStatus(i, status)
}

// changeDatabases adds a database, drops one, or sets others in their place.
func (sm *machine) changeDatabases(t *rapid.T) {
	i := sm.instance(t)
	names := slices.Clone(sm.world.Instances[i].Databases)
	switch how := rapid.IntRange(0, 3).Draw(t, "how"); {
	case how == 0:
		names = append(names, fmt.Sprintf("added_%d", len(sm.kase.Steps)))
	case how == 1 && len(names) > 0:
		at := rapid.IntRange(0, len(names)-1).Draw(t, "dropped")
		names = slices.Delete(names, at, at+1)
	default:
		names = slices.Clone(databases[rapid.SampledFrom([]string{"none", "one", "several"}).Draw(t, "databases")])
	}
	sm.add(targets.Step{Do: targets.StepDatabases, Instance: i, Databases: names})
	sm.world.SetDatabases(i, names)
	sm.callByName(t)
}

// callByName asks for a backup of a database that there is, or was.
func (sm *machine) callByName(t *rapid.T) {
	i := sm.instance(t)
	names := slices.Clone(sm.kase.Conditions[i].Databases)
	for _, s := range sm.kase.Steps {
		if s.Do == targets.StepDatabases && s.Instance == i {
			names = append(names, s.Databases...)
		}
	}
	if len(names) == 0 {
		return // there never were any
	}
	slices.Reverse(names) // the latest first, for these are the simplest to draw
	sm.finish(i, targets.LastCompleted)
	sm.send(i, targets.Call{Method: "POST", Params: []targets.Param{
		{Name: Action, Value: "CreateBackup"}, {Name: InstanceID, Value: targets.InstanceRef(i)}, {Name: Method, Value: "Logical"}, {Name: Strategy, Value: "db"},
		{Name: DBName, Value: rapid.SampledFrom(names).Draw(t, "name")},
	}})
}
