package oracle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// event is something that happens to the first instance.
type event func(*oracle.World)

func begun(w *oracle.World)     { w.Accepted(0, targets.LastRunning) }
func completed(w *oracle.World) { w.Complete(0, targets.LastCompleted) }
func failed(w *oracle.World)    { w.Complete(0, targets.LastFailed) }
func refused(w *oracle.World)   { w.Refused(0) }
func nextDay(w *oracle.World)   { w.NextDay(0) }
func deleted(w *oracle.World)   { w.Delete(0) }

func becomes(status string) event { return func(w *oracle.World) { w.SetStatus(0, status) } }

func has(names ...string) event { return func(w *oracle.World) { w.SetDatabases(0, names) } }

func appears(state string) event { return func(w *oracle.World) { w.BackupAppeared(0, state) } }

func begunAndFailed(w *oracle.World) { w.Accepted(0, targets.LastFailed) }

// unknown is an accepted call whose backup cannot be observed.
func unknown(w *oracle.World) { w.Accepted(0, "") }

// times repeats events.
func times(n int, events ...event) event {
	return func(w *oracle.World) {
		for range n {
			for _, happens := range events {
				happens(w)
			}
		}
	}
}

func TestEventsChangeWhatIsExpected(t *testing.T) {
	db := func(name string) targets.Call {
		return create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", name)
	}
	for _, c := range []struct {
		name   string
		on     targets.Condition
		events []event
		call   targets.Call
		want   string
	}{
		{"a backup that was begun is running", instance(targets.MySQL), []event{begun}, create(), "refused by CB-PRE-3"},
		{"after it is completed the next is accepted", instance(targets.MySQL), []event{begun, completed}, create(),
			"accepted by CB-QUOTA-1, CB-PRE-1"},
		{"after it failed the document does not say", instance(targets.MySQL), []event{begun, failed}, create(),
			"unspecified by CB-PRE-5"},
		{"completing changes nothing where nothing is running", instance(targets.MySQL, last("failed")), []event{completed}, create(),
			"unspecified by CB-PRE-5"},

		{"10 backups use up the quota", instance(targets.MySQL), []event{times(10, begun, completed)}, create(),
			"refused by CB-QUOTA-2"},
		{"9 backups do not", instance(targets.MySQL), []event{times(9, begun, completed)}, create(),
			"accepted by CB-QUOTA-1, CB-PRE-1"},
		{"a backup that failed may count", instance(targets.MySQL), []event{begun, failed, times(9, begun, completed)}, create(),
			"unspecified by CB-QUOTA-6"},
		{"a backup that had failed when it was observed may count", instance(targets.MySQL),
			[]event{begunAndFailed, times(9, begun, completed)}, create(), "unspecified by CB-QUOTA-6"},
		{"refused calls should not count", instance(targets.MySQL, today(9)), []event{refused}, create(),
			"accepted by CB-QUOTA-5 (should), CB-PRE-1"},
		{"a backup that no call asked for may count", instance(targets.MySQL, today(9)), []event{appears("completed")}, create(),
			"unspecified by CB-QUOTA-6"},
		{"a backup that no call asked for may be running", instance(targets.MySQL), []event{appears("running")}, create(),
			"refused by CB-PRE-3"},

		{"the next day has a quota of its own", instance(targets.MySQL, today(10)), []event{nextDay}, create(),
			"accepted by CB-PRE-1"},
		{"the next day forgets refused calls", instance(targets.MySQL, today(5)), []event{times(10, refused), nextDay}, create(),
			"accepted by CB-PRE-1"},
		{"a backup keeps running over the change of day", instance(targets.MySQL), []event{begun, nextDay}, create(),
			"refused by CB-PRE-3"},
		{"it should not count on the new day", instance(targets.MySQL),
			[]event{begun, nextDay, completed, times(9, begun, completed)}, create(), "accepted by CB-QUOTA-7 (should), CB-PRE-1"},
		{"with 10 others it does not matter", instance(targets.MySQL),
			[]event{begun, nextDay, completed, times(10, begun, completed)}, create(), "refused by CB-QUOTA-2"},
		{"the day after that it is forgotten", instance(targets.MySQL),
			[]event{begun, nextDay, completed, nextDay, times(9, begun, completed)}, create(), "accepted by CB-QUOTA-1, CB-PRE-1"},
		{"a day later it does not explain a full quota", instance(targets.MySQL),
			[]event{begun, nextDay, completed, nextDay, begun, failed, times(9, begun, completed)}, create(),
			"unspecified by CB-QUOTA-6"},
		{"a backup whose state is unknown may run over the change of day", instance(targets.MySQL),
			[]event{unknown, nextDay, completed, times(9, begun, completed)}, create(), "unspecified by CB-QUOTA-6"},

		{"a status that is not active", instance(targets.MySQL), []event{becomes("Rebooting")}, create(), "refused by CB-PRE-2"},
		{"active again", instance(targets.MySQL, status("Creating")), []event{becomes("Running")}, create(), "accepted by CB-PRE-1"},
		{"a status does not end a backup", instance(targets.MySQL), []event{begun, becomes("Rebooting"), becomes("Running")}, create(),
			"refused by CB-PRE-3"},

		{"a database that was added", instance(targets.MySQL), []event{has("app", "new")}, db("new"),
			"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1"},
		{"a database that was dropped", instance(targets.MySQL), []event{has("app")}, db("orders"), "refused by CB-DBNAME-4 (should)"},
		{"no database is left", instance(targets.MySQL), []event{has()}, create("BackupMethod", "Logical"),
			"refused by CB-METHOD-5"},
		{"an instance that was deleted", instance(targets.MySQL), []event{deleted}, create(), "refused by CB-INSTANCE-2"},

		{"a backup whose state is unknown", instance(targets.MySQL), []event{unknown}, create(), "unspecified by CB-PRE-3"},
		{"it is known once it is completed", instance(targets.MySQL), []event{unknown, completed}, create(),
			"accepted by CB-QUOTA-1, CB-PRE-1"},
		{"to let it fail does not tell whether it was running", instance(targets.MySQL), []event{unknown, failed}, create(),
			"unspecified by CB-PRE-3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := oracle.NewWorld(edition(t, oracle.Original), []targets.Condition{c.on})
			for _, happens := range c.events {
				happens(w)
			}
			require.Equal(t, c.want, outcome(w.Expect(c.call)))
		})
	}
}

func TestInstancesAreIndependent(t *testing.T) {
	w := oracle.NewWorld(edition(t, oracle.Original), []targets.Condition{instance(targets.MySQL, today(9)), instance(targets.MySQL, today(9))})
	w.Accepted(0, targets.LastRunning)
	w.SetDatabases(0, []string{"other"})
	second := create().With("DBInstanceId", targets.InstanceRef(1))
	require.Equal(t, "refused by CB-PRE-3, CB-QUOTA-2", outcome(w.Expect(create())))
	require.Equal(t, "accepted by CB-QUOTA-1, CB-PRE-1", outcome(w.Expect(second)))
	require.Equal(t, 0, w.Expect(create()).Instance)
	require.Equal(t, 1, w.Expect(second).Instance)
}

func TestACallMayBeAboutSeveralInstancesOrNone(t *testing.T) {
	w := oracle.NewWorld(edition(t, oracle.Original), []targets.Condition{instance(targets.MySQL), instance(targets.MySQL, last("running"))})
	both := w.Expect(create("DBInstanceId", targets.InstanceRef(1)))
	require.Equal(t, 0, both.Instance)
	require.Equal(t, []int{1}, both.OtherInstances)
	require.False(t, both.Specified(), "one of them accepts the call and the other refuses it")
	none := w.Expect(create().With("DBInstanceId", "rm-none"))
	require.Equal(t, -1, none.Instance)
	require.Empty(t, none.OtherInstances)
}

func TestTheWorldKeepsNoReferenceToItsConditions(t *testing.T) {
	c := instance(targets.MySQL)
	w := oracle.NewWorld(edition(t, oracle.Original), []targets.Condition{c})
	c.Databases[0] = "changed"
	require.Equal(t, []string{"app", "orders"}, w.Instances[0].Databases)
}
