package judge

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// made are new backups of each of two instances.
func made(first, second int) [][]targets.Backup {
	return [][]targets.Backup{make([]targets.Backup, first), make([]targets.Backup, second)}
}

func TestEffect(t *testing.T) {
	open := oracle.Expectation{}
	otherAction := oracle.Expectation{NoBackup: "CB-ACTION-2"}
	none := oracle.Expectation{Instance: -1, Refuse: []oracle.Reason{must("R")}}
	either := oracle.Expectation{OtherInstances: []int{1}}
	contradiction, elsewhere := string(ContradictsEffect), string(WrongInstance)
	for _, c := range []struct {
		name   string
		expect oracle.Expectation
		answer targets.Answer
		made   [][]targets.Backup
		want   []string
	}{
		{"one backup of an accepted call", toAccept(must("A")), acceptedAnswer(), made(1, 0), nil},
		{"no backup of a refused call", toRefuse(must("R")), refusedAnswer(), made(0, 0), nil},
		{"no backup of an accepted call", toAccept(must("A")), acceptedAnswer(), made(0, 0), []string{contradiction + ": A"}},
		{"several backups of an accepted call", toAccept(must("A")), acceptedAnswer(), made(2, 0), []string{contradiction + ": A"}},
		{"a backup of a refused call", toRefuse(must("R")), refusedAnswer(), made(1, 0), []string{contradiction + ": R"}},
		{"a backup of a call that is refused by a should rule", toRefuse(should("S")), refusedAnswer(), made(1, 0), []string{contradiction + ": CB-RESPONSE-10"}},
		{"a backup of a refused call where the document leaves it open", open, refusedAnswer(), made(1, 0), []string{contradiction + ": CB-RESPONSE-10"}},
		{"no backup of an accepted call where the document leaves it open", open, acceptedAnswer(), made(0, 0), []string{contradiction + ": CB-RESPONSE-10"}},
		{"one backup of another instance", toAccept(must("A")), acceptedAnswer(), made(0, 1), []string{elsewhere + ": CB-INSTANCE-3", contradiction + ": A"}},
		{"backups of that and of another instance", toAccept(must("A")), acceptedAnswer(), made(1, 1), []string{elsewhere + ": CB-INSTANCE-3"}},
		{"a backup of any instance of a call that names none", none, refusedAnswer(), made(0, 1), []string{elsewhere + ": CB-INSTANCE-3"}},
		{"a backup of any instance of an accepted call that names none", none, acceptedAnswer(), made(0, 1), nil},
		{"no backup of a call that names no instance", none, refusedAnswer(), made(0, 0), nil},
		{"another action makes no backup", otherAction, acceptedAnswer(), made(0, 0), nil},
		{"another action makes a backup", otherAction, acceptedAnswer(), made(1, 0), []string{contradiction + ": CB-ACTION-2"}},
		{"of two named instances the first", either, acceptedAnswer(), made(1, 0), nil},
		{"of two named instances the second", either, acceptedAnswer(), made(0, 1), nil},
		{"of two named instances both", either, acceptedAnswer(), made(1, 1), []string{elsewhere + ": CB-INSTANCE-3"}},
		{"of two named instances none", either, acceptedAnswer(), made(0, 0), []string{contradiction + ": CB-RESPONSE-10"}},
		{"a refused call makes a backup of the other named instance", either, refusedAnswer(), made(0, 1), []string{contradiction + ": CB-RESPONSE-10"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := eventOf(c.expect, c.answer)
			e.New = c.made
			require.Equal(t, c.want, broken(effect(e)))
		})
	}
}

func TestEffectIsNotJudgedWhereItIsNotSeen(t *testing.T) {
	e := eventOf(toAccept(must("A")), acceptedAnswer())
	require.Empty(t, decision(e))
	e.New = made(0, 0)
	require.NotEmpty(t, decision(e))
}

// A refused call whose job failed is asked about its effect like any other refused call.
func TestEffectSaysWhatWasAnswered(t *testing.T) {
	e := eventOf(toRefuse(must("R")), refusedAnswer())
	e.New = made(1, 0)
	v := effect(e)[0]
	require.Equal(t, "refused: why R, and no backup of a refused call", v.Expected)
	require.Equal(t, "refused (400 InvalidParameter), and a backup was made all the same", v.Answered)
	e = eventOf(toAccept(must("A")), acceptedAnswer())
	e.New = made(3, 0)
	require.Equal(t, "accepted (200), and 3 backups were made", effect(e)[0].Answered)
}

func TestBackupIsTheOneAskedFor(t *testing.T) {
	physical := oracle.ExpectedBackup{Method: "Physical", MethodRule: "M"}
	whole := oracle.ExpectedBackup{WholeInstance: true, CoverageRule: "C"}
	oneDatabase := oracle.ExpectedBackup{Databases: []string{"app"}, CoverageRule: "C"}
	full := oracle.ExpectedBackup{Full: true, TypeRule: "T", TypeLevel: oracle.Should}
	week := oracle.ExpectedBackup{Retention: 7}
	for _, c := range []struct {
		name   string
		want   oracle.ExpectedBackup
		backup targets.Backup
		breaks string
	}{
		{"the method", physical, targets.Backup{Method: "Physical"}, ""},
		{"the method in other letters", physical, targets.Backup{Method: "physical"}, ""},
		{"another method", physical, targets.Backup{Method: "Logical"}, "M"},
		{"no method", physical, targets.Backup{}, "M"},
		{"any method where the document does not say", oracle.ExpectedBackup{}, targets.Backup{Method: "Logical"}, ""},

		{"the whole instance", whole, targets.Backup{Strategy: "Instance", Databases: []string{"app", "orders"}}, ""},
		{"the databases of the system too", whole, targets.Backup{Strategy: "instance", Databases: []string{"app", "sys", "orders"}}, ""},
		{"a target that shows neither strategy nor databases", whole, targets.Backup{}, ""},
		{"one of the databases in place of the instance", whole, targets.Backup{Strategy: "instance", Databases: []string{"app"}}, "C"},
		{"no database in place of the instance", whole, targets.Backup{Databases: []string{}}, "C"},
		{"the strategy of a database in place of the instance", whole, targets.Backup{Strategy: "db"}, "C"},

		{"the database", oneDatabase, targets.Backup{Strategy: "db", Databases: []string{"app"}}, ""},
		{"a target that does not show the databases", oneDatabase, targets.Backup{Strategy: "db"}, ""},
		{"another database", oneDatabase, targets.Backup{Databases: []string{"orders"}}, "C"},
		{"a further database", oneDatabase, targets.Backup{Databases: []string{"app", "orders"}}, "C"},
		{"none of the databases", oneDatabase, targets.Backup{Databases: []string{}}, "C"},
		{"the instance in place of the database", oneDatabase, targets.Backup{Strategy: "instance", Databases: []string{"app"}}, "C"},

		{"a full backup as it was asked for", full, targets.Backup{Type: "FullBackup"}, ""},
		{"a full backup as it resulted", full, targets.Backup{Type: "full"}, ""},
		{"a target that does not show the type", full, targets.Backup{}, ""},
		{"an incremental backup", full, targets.Backup{Type: "incremental"}, "T"},
		{"any type where the document does not say", oracle.ExpectedBackup{}, targets.Backup{Type: "incremental"}, ""},

		{"the retention", week, targets.Backup{RetentionPeriod: 7}, ""},
		{"another retention", week, targets.Backup{RetentionPeriod: 30}, "CB-RETENTION-4"},
		{"a target that does not show the retention", week, targets.Backup{}, ""},
		{"any retention where the document does not say", oracle.ExpectedBackup{}, targets.Backup{RetentionPeriod: 30}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := toAccept(must("A"))
			x.Backups = []oracle.ExpectedBackup{c.want}
			e := eventOf(x, acceptedAnswer())
			e.Databases, e.New = []string{"app", "orders"}, [][]targets.Backup{{c.backup}}
			var want []string
			if c.breaks != "" {
				want = []string{string(WrongBackup) + ": " + c.breaks}
			}
			require.Equal(t, want, broken(effect(e)))
		})
	}
}

func TestBackupIsHeldAgainstTheNearestPossibleResult(t *testing.T) {
	x := toAccept(must("A"))
	x.Backups = []oracle.ExpectedBackup{
		{Method: "Logical", MethodRule: "M1", Full: true, TypeRule: "T", TypeLevel: oracle.Must},
		{Method: "Physical", MethodRule: "M2"},
		{Method: "Snapshot", MethodRule: "M3"},
	}
	e := eventOf(x, acceptedAnswer())
	e.New = [][]targets.Backup{{{Method: "Snapshot", Type: "incremental"}}}
	require.Empty(t, effect(e), "any of the possible results will do")
	e.New[0][0].Method = "other"
	vs := effect(e)
	require.Equal(t, []string{string(WrongBackup) + ": M2"}, broken(vs), "the first of those with the fewest differences")
	require.Equal(t, "accepted, and the backup is Physical", vs[0].Expected)
	require.Equal(t, "accepted, and the backup is other", vs[0].Answered)
}

func TestBackupOfACallThatHadToBeRefusedIsNotHeldAgainstAnything(t *testing.T) {
	x := toRefuse(must("R"))
	x.Backups = []oracle.ExpectedBackup{{Method: "Physical", MethodRule: "M"}}
	e := eventOf(x, acceptedAnswer())
	e.New = [][]targets.Backup{{{Method: "Logical"}}}
	require.Empty(t, effect(e))
}

func TestCoverageInWords(t *testing.T) {
	all := []string{"app", "orders"}
	want, got := coverage(oracle.ExpectedBackup{WholeInstance: true}, targets.Backup{Databases: []string{"app"}}, all)
	require.Equal(t, []string{"of every database of the instance", "of 1 of its 2 databases"}, []string{want, got})
	want, got = coverage(oracle.ExpectedBackup{Databases: all}, targets.Backup{Databases: []string{"sys"}}, all)
	require.Equal(t, []string{"of app and orders and no other database", "of sys"}, []string{want, got})
}
