package generators

import (
	"flag"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// SequenceSteps says what a sequence may do beside calls.
type SequenceSteps struct {
	Complete bool // end the running backup
	Change   bool // change the status and the databases of an instance
	NextDay  bool // let a day pass
	Nonces   bool // use a nonce again
}

// readyFlags makes the flags of package testing available to the state machine of rapid. A program
// that is not a test does not register them.
var readyFlags = sync.OnceFunc(func() {
	if !flag.Parsed() {
		testing.Init()
		_ = flag.CommandLine.Parse(nil) // no arguments, so it cannot fail
	}
})

// Sequences generates cases of many steps on one to three instances.
func (m *Model) Sequences(able SequenceSteps) *rapid.Generator[targets.Case] {
	readyFlags()
	anyVector, valid := m.Any(), m.valid()
	return rapid.Custom(func(t *rapid.T) targets.Case {
		sm := &sequenceMachine{m: m, able: able, any: anyVector, valid: valid}
		for range rapid.IntRange(1, 3).Draw(t, "instances") {
			from := valid
			if rapid.IntRange(0, 3).Draw(t, "any condition") == 0 {
				from = anyVector
			}
			sm.kase.Conditions = append(sm.kase.Conditions, m.Condition(from.Draw(t, "condition")))
		}
		sm.world = oracle.NewWorld(m.Edition, sm.kase.Conditions)
		t.Repeat(sm.actions())
		if len(sm.kase.Steps) == 0 {
			sm.call(t, valid)
		}
		return sm.kase
	})
}

// sequenceMachine writes a sequence. It is a state machine of rapid over the world of the oracle,
// and assumes that every call that may be accepted is accepted.
type sequenceMachine struct {
	m          *Model
	able       SequenceSteps
	any, valid *rapid.Generator[Vector]
	world      *oracle.World
	kase       targets.Case
}

// actions lists the actions of the state machine. rapid sorts them by name, so that a name is part
// of the seed: another order would make other sequences.
func (sm *sequenceMachine) actions() map[string]func(*rapid.T) {
	validCall := func(t *rapid.T) { sm.call(t, sm.valid) }
	actions := map[string]func(*rapid.T){
		"call":             validCall,
		"call once more":   validCall,
		"any call":         func(t *rapid.T) { sm.call(t, sm.any) },
		"burst to quota":   sm.burst,
		"call right after": validCall,
	}
	if sm.able.Complete {
		complete := func(t *rapid.T) { sm.complete(t, targets.LastCompleted) }
		actions["complete"] = complete
		actions["complete at last"] = complete
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

func (sm *sequenceMachine) add(s targets.Step) { sm.kase.Steps = append(sm.kase.Steps, s) }

func (sm *sequenceMachine) instance(t *rapid.T) int {
	return rapid.IntRange(0, len(sm.kase.Conditions)-1).Draw(t, "instance")
}

// call makes the call of a vector. The databases of the instance may differ from those of the
// vector.
func (sm *sequenceMachine) call(t *rapid.T, vectors *rapid.Generator[Vector]) {
	i := sm.instance(t)
	c := sm.m.Call(vectors.Draw(t, "call"), i)
	if sm.able.Nonces && rapid.IntRange(0, 4).Draw(t, "nonce") == 0 {
		c.Nonce = rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "nonce")
	}
	sm.send(i, c)
}

func (sm *sequenceMachine) send(i int, c targets.Call) {
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

// burst makes simple backups and completes each, until the quota is used up or one is left. Steps
// drawn one by one hardly reach these states.
func (sm *sequenceMachine) burst(t *rapid.T) {
	i := sm.instance(t)
	s := sm.world.Instances[i]
	left := sm.m.Edition.Quota - s.AtMost - rapid.IntRange(0, 1).Draw(t, "left")
	if !sm.able.Complete || s.Status != targets.Running || s.Last == targets.LastFailed || left <= 0 {
		t.Skip("the quota cannot be used up")
	}
	for range left {
		sm.finish(i, targets.LastCompleted)
		sm.send(i, sm.m.Call(sm.m.BaselineVector(), i))
	}
	sm.finish(i, targets.LastCompleted)
}

func (sm *sequenceMachine) complete(t *rapid.T, result string) {
	i := sm.instance(t)
	if sm.world.Instances[i].Last != targets.LastRunning {
		t.Skip("no backup is running")
	}
	sm.finish(i, result)
}

// completeNothing completes a backup where none is running. That is not an error and changes
// nothing.
func (sm *sequenceMachine) completeNothing(t *rapid.T) {
	i := sm.instance(t)
	if last := sm.world.Instances[i].Last; last == targets.LastRunning || last == "" {
		t.Skip("a backup may be running")
	}
	sm.add(targets.Step{Do: targets.StepComplete, Instance: i, Result: targets.LastCompleted})
}

// finish ends the running backup of an instance, where there is one and the target can.
func (sm *sequenceMachine) finish(i int, result string) {
	if sm.able.Complete && sm.world.Instances[i].Last == targets.LastRunning {
		sm.add(targets.Step{Do: targets.StepComplete, Instance: i, Result: result})
		sm.world.Complete(i, result)
	}
}

// changeStatus makes an active instance inactive, and the reverse.
func (sm *sequenceMachine) changeStatus(t *rapid.T) {
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

// changeDatabases adds a database, drops one, or replaces all of them.
func (sm *sequenceMachine) changeDatabases(t *rapid.T) {
	i := sm.instance(t)
	names := slices.Clone(sm.world.Instances[i].Databases)
	switch how := rapid.IntRange(0, 3).Draw(t, "how"); {
	case how == 0:
		names = append(names, fmt.Sprintf("added_%d", len(sm.kase.Steps)))
	case how == 1 && len(names) > 0:
		at := rapid.IntRange(0, len(names)-1).Draw(t, "dropped")
		names = slices.Delete(names, at, at+1)
	default:
		number := rapid.SampledFrom([]string{noDatabase, oneDatabase, severalDatabases}).Draw(t, "databases")
		names = slices.Clone(databases[number])
	}
	sm.add(targets.Step{Do: targets.StepDatabases, Instance: i, Databases: names})
	sm.world.SetDatabases(i, names)
	sm.callByName(t)
}

// callByName asks for a backup of a database that the instance has or had.
func (sm *sequenceMachine) callByName(t *rapid.T) {
	i := sm.instance(t)
	names := slices.Clone(sm.kase.Conditions[i].Databases)
	for _, s := range sm.kase.Steps {
		if s.Do == targets.StepDatabases && s.Instance == i {
			names = append(names, s.Databases...)
		}
	}
	if len(names) == 0 {
		return // it never had any
	}
	slices.Reverse(names) // the latest first, for rapid draws the first ones most often
	sm.finish(i, targets.LastCompleted)
	sm.send(i, targets.Call{Method: http.MethodPost, Params: []targets.Param{
		{Name: Action, Value: "CreateBackup"}, {Name: InstanceID, Value: targets.InstanceRef(i)},
		{Name: Method, Value: "Logical"}, {Name: Strategy, Value: "db"},
		{Name: DBName, Value: rapid.SampledFrom(names).Draw(t, "name")},
	}})
}
