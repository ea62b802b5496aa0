package oracle_test

import (
	"fmt"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// A world starts in the conditions of a case, is told what happens, and says what to expect next.
func Example() {
	edition, err := oracle.EditionOf(oracle.Original)
	if err != nil {
		panic(err)
	}
	world := oracle.NewWorld(edition, []targets.Condition{{
		Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone,
	}})
	call := targets.Call{Method: "POST", Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)},
	}}

	first := world.Expect(call)
	fmt.Println("accept:", first.Accept[0].Rule, first.Accept[0].Why)
	fmt.Println("backup:", first.Backups[0].Method, "of the whole instance:", first.Backups[0].WholeInstance)

	world.Accepted(first.Instance, targets.LastRunning)
	second := world.Expect(call)
	fmt.Println("refuse:", second.Refuse[0].Rule, second.Refuse[0].Why)

	world.Complete(0, targets.LastFailed)
	fmt.Println("undecided:", world.Expect(call).Unspecified)
	// Output:
	// accept: CB-PRE-1 the instance is active and no backup is running
	// backup: Physical of the whole instance: true
	// refuse: CB-PRE-3 the last backup has not been completed
	// undecided: [CB-PRE-5]
}

// Where a call can be understood in several ways the oracle expects only what all of them agree on.
func ExampleWorld_Expect_ambiguous() {
	edition, err := oracle.EditionOf(oracle.Original)
	if err != nil {
		panic(err)
	}
	call := targets.Call{Method: "POST", Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)},
		{Name: "BackupMethod", Value: "logical"}, // the document writes Logical
	}}
	for _, engine := range []string{targets.MySQL, targets.SQLServer} {
		world := oracle.NewWorld(edition, []targets.Condition{{
			Engine: engine, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone,
		}})
		x := world.Expect(call)
		fmt.Println(engine, "decided:", x.Specified(), "level:", x.Level())
	}
	// Output:
	// MySQL decided: false level: may
	// SQLServer decided: true level: must
}
