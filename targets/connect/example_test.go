package connect_test

import (
	"context"
	"fmt"
	"log"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/connect"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// Open a target with its control protocol, prepare an instance, and make a backup of it.
func ExampleOpen() {
	ctx := context.Background()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		log.Fatal(err)
	}
	server, err := sim.Start(ctx, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()

	target, err := connect.Open(rpc.Config{Endpoint: server.Endpoint}, control.Config{URL: server.ControlURL})
	if err != nil {
		log.Fatal(err)
	}
	provisioner, ok := targets.As[targets.Provisioner](target)
	if !ok {
		log.Fatal("the target makes no instances")
	}
	id, err := provisioner.Provision(ctx, targets.Condition{
		Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone,
	})
	if err != nil {
		log.Fatal(err)
	}
	answer, err := target.Send(ctx, targets.Call{Method: "POST", Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: id},
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Outcome, answer.Status)
	// Output: accepted 200
}
