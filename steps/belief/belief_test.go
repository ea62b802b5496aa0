package belief

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// at returns a span of one second that begins some seconds after 02:00 UTC.
func at(seconds int) Span {
	start := time.Date(2026, 11, 30, 2, 0, seconds, 0, time.UTC)
	return Span{"a", start, start.Add(time.Second)}
}

// told returns an answer about the instance rm-1.
func told(when Span, action, body string, params ...targets.Param) Answer {
	params = append(params, targets.Param{Name: "DBInstanceId", Value: "rm-1"})
	return Answer{when, action, targets.Call{Params: params}, []byte(body)}
}

func attribute(when Span, status string) Answer {
	return told(when, "DescribeDBInstanceAttribute", `{"Items":{"DBInstanceAttribute":[{"DBInstanceId":"rm-1","Engine":"MySQL",`+
		`"DBInstanceStatus":"`+status+`"}]}}`)
}

func tasks(when Span, status string) Answer {
	return told(when, "DescribeBackupTasks", `<R><Items><BackupJob><BackupJobId>7</BackupJobId><BackupStatus>`+status+
		`</BackupStatus></BackupJob></Items></R>`)
}

func databases(when Span, names ...string) Answer {
	items := make([]string, len(names))
	for i, name := range names {
		items[i] = `{"DBName":"` + name + `","DBStatus":"Running"}`
	}
	return told(when, "DescribeDatabases", `{"Databases":{"Database":[`+strings.Join(items, ",")+`]}}`)
}

func backups(when Span, n int, mode, status, begun string) Answer {
	items := make([]string, n)
	for i := range items {
		items[i] = `{"BackupId":` + string(rune('1'+i)) + `,"BackupMode":"` + mode + `","BackupStatus":"` + status +
			`","BackupStartTime":"` + begun + `"}`
	}
	return told(when, "DescribeBackups", `{"Items":{"Backup":[`+strings.Join(items, ",")+`]}}`)
}

// What answers tell is known of a call only where nothing can have changed it in between.
func TestKnownAtACall(t *testing.T) {
	const morning = "2026-11-30T01:00:00Z"
	call := at(30)
	for _, c := range []struct {
		name    string
		answers []Answer
		want    oracle.State // AtMost is of no meaning
	}{
		{"nothing", nil, oracle.State{}},
		{"the status before and after", []Answer{attribute(at(10), "Rebooting"), attribute(at(40), "Rebooting")},
			oracle.State{Engine: "MySQL", Status: "Rebooting"}},
		{"active in other letters", []Answer{attribute(at(10), "RUNNING"), attribute(at(40), "running")},
			oracle.State{Engine: "MySQL", Status: "Running"}},
		{"a status that no page lists", []Answer{attribute(at(10), "Active"), attribute(at(40), "Active")},
			oracle.State{Engine: "MySQL"}},
		{"the status before only", []Answer{attribute(at(10), "Rebooting")}, oracle.State{Engine: "MySQL"}},
		{"the status changes", []Answer{attribute(at(10), "Rebooting"), attribute(at(40), "Running")}, oracle.State{Engine: "MySQL"}},
		{"too far apart", []Answer{attribute(at(0), "Rebooting"), attribute(at(61), "Rebooting")}, oracle.State{Engine: "MySQL"}},
		{"at the same time", []Answer{attribute(at(10), "Rebooting"), attribute(at(30), "Running"), attribute(at(40), "Rebooting")},
			oracle.State{Engine: "MySQL"}},
		{"no databases", []Answer{databases(at(10)), databases(at(40))}, oracle.State{Databases: []string{}}},
		{"databases in another order", []Answer{databases(at(10), "a", "b"), databases(at(40), "b", "a")},
			oracle.State{Databases: []string{"a", "b"}}},
		{"other databases", []Answer{databases(at(10), "a"), databases(at(40), "a", "b")}, oracle.State{}},
		{"a job before and after", []Answer{tasks(at(-900), "Uploading"), tasks(at(900), "Checking")},
			oracle.State{Last: targets.LastRunning}},
		{"a job that has ended", []Answer{tasks(at(10), "Uploading"), tasks(at(40), "Finished")}, oracle.State{}},
		{"a job that waits", []Answer{tasks(at(10), "NoStart"), tasks(at(40), "NoStart")}, oracle.State{}},
		{"a job seen at the same time", []Answer{tasks(at(30), "Uploading"), tasks(at(40), "Uploading")}, oracle.State{}},
		{"backups of the day", []Answer{backups(at(0), 3, "Manual", "Success", morning)}, oracle.State{AtLeast: 3}},
		{"backups listed later", []Answer{backups(at(40), 3, "Manual", "Success", morning)}, oracle.State{}},
		{"automatic backups", []Answer{backups(at(0), 3, "Automated", "Success", morning)}, oracle.State{}},
		{"failed backups", []Answer{backups(at(0), 3, "Manual", "Failed", morning)}, oracle.State{}},
		{"backups of the day before", []Answer{backups(at(0), 3, "Manual", "Success", "2026-11-29T15:00:00Z")}, oracle.State{}},
		{"backups of about midnight", []Answer{backups(at(0), 3, "Manual", "Success", "2026-11-30T00:05:00Z")}, oracle.State{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := NewMemory(Inventory{})
			for _, a := range c.answers {
				require.True(t, m.Learn(a))
			}
			require.Equal(t, c.want, m.of("rm-1").stateAt(call))
		})
	}
}

// Two sources may have different clocks, so that only what is far apart is in order.
func TestOrderOfTwoSources(t *testing.T) {
	other := at(3)
	other.Source = "b"
	require.True(t, at(1).Before(at(3)))
	require.False(t, at(1).Before(other))
	other = at(8)
	other.Source = "b"
	require.True(t, at(1).Before(other))
	require.False(t, at(1).Before(Span{}))
	require.False(t, Span{}.Before(at(1)))
}

// A call of which little is known is decided only by what holds in every state.
func TestPossibilitiesOfAnUnknownInstance(t *testing.T) {
	possible := NewMemory(Inventory{}).Possible("rm-1", at(0))
	require.True(t, possible[0].Exists)
	require.Equal(t, targets.Running, possible[0].State.Status)
	var all []oracle.Expectation
	edition, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	expect := func(call targets.Call) oracle.Expectation {
		all = nil
		for _, w := range possible {
			world := oracle.World{Edition: edition}
			if w.Exists {
				world.Instances = []oracle.State{w.State}
			}
			all = append(all, world.Expect(call))
		}
		return Agree(all)
	}
	call := targets.Call{Method: "GET", Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)},
	}}
	require.False(t, expect(call).Specified())
	wrong := expect(call.With("BackupMethod", "Foo"))
	require.Len(t, wrong.Refuse, 1)
	require.Equal(t, "CB-METHOD-3", wrong.Refuse[0].Rule)
}

// An exclusive instance is in the state that its owner vouches for, until a call may have begun a
// backup.
func TestPossibilitiesOfAnExclusiveInstance(t *testing.T) {
	given := Given{ID: "rm-1", Status: targets.Running, Exclusive: true, BackupsToday: 2, LastBackup: targets.LastCompleted}
	last := func(m *Memory, when Span) []string {
		var states []string
		for _, w := range m.Possible("rm-1", when) {
			states = append(states, w.State.Last)
		}
		return states
	}
	m := NewMemory(Inventory{[]Given{given}})
	require.Equal(t, []string{targets.LastCompleted}, last(m, at(0)))
	m.Called("rm-1", Call{Span: at(10), Accepted: true})
	require.Equal(t, []string{targets.LastCompleted}, last(m, at(0)))
	require.Equal(t, []string{""}, last(m, at(20)))
	require.Equal(t, 3, m.Possible("rm-1", at(20))[0].State.AtMost)
	require.Greater(t, len(m.Possible("rm-1", at(10).later())), 2, "two calls at once: their order is unknown")
	m.Learn(told(at(30), "DescribeBackupTasks", `{"Items":{"BackupJob":[]}}`))
	require.Equal(t, []string{""}, last(m, at(20)))
	require.Equal(t, []string{targets.LastCompleted, targets.LastFailed}, last(m, at(40)))
	m.Gaps = true
	require.Greater(t, len(m.Possible("rm-1", at(40))), 2)
}

// later returns a span that overlaps.
func (s Span) later() Span {
	return Span{s.Source, s.Start.Add(time.Millisecond), s.End.Add(time.Millisecond)}
}

func TestForgets(t *testing.T) {
	m := NewMemory(Inventory{})
	for _, a := range []Answer{databases(at(0), "a"), tasks(at(0), "Uploading"), backups(at(0), 2, "Manual", "Success", "2026-11-30T01:00:00Z")} {
		m.Learn(a)
	}
	m.Forget(at(0).Start.Add(time.Hour))
	require.Empty(t, m.of("rm-1").databases)
	require.Len(t, m.of("rm-1").done, 2)
	m.Forget(at(0).Start.Add(72 * time.Hour))
	require.Empty(t, m.instances)
}

func TestInventoryErrorsNameTheLine(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"instances:\n  - {id: a}\n  - {engine: MySQL}\n", "f:1: an instance needs an id"},
		{"instances:\n  - {id: a, engine: mysql}\n", `f:2: "mysql" is not an engine, did you mean MySQL?`},
		{"instances:\n  - {id: a, colour: red}\n", `f:2: unknown field "colour"`},
		{"instances:\n  - {id: a}\n  - {id: a}\n", "f:3: the instance is listed twice"},
		{"instances:\n  - {id: a, backupsToday: 3}\n", "f:2: backupsToday and lastBackup are known only of an instance that is exclusive"},
		{"instances:\n  - {id: a, exclusive: true, lastBackup: done}\n", `f:2: lastBackup "done"`},
		{"instances: [" + strings.Repeat("[", 60_000), "f:1: lists and mappings are nested too deeply"},
	} {
		_, err := parseInventory("f", []byte(c.text))
		require.ErrorContains(t, err, c.want)
	}
	n, err := parseInventory("f", []byte("instances:\n  - {id: a, databases: []}\n"))
	require.NoError(t, err)
	require.Empty(t, *n.Instances[0].Databases)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`{"Items":{"Backup":[{"BackupId":1}]}}`, `<R><Items><Backup><BackupId>1</BackupId></Backup></Items></R>`, "<", "[]"} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, body string) {
		m := NewMemory(Inventory{})
		for action := range readers {
			m.Learn(told(at(0), action, body))
		}
	})
}
