package steps_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// In your own tests, each rule of the document becomes a subtest, so that
// go test -run 'TestCreateBackup/CB-QUOTA-2' runs one of them.
func ExampleTest() {
	var TestCreateBackup = func(t *testing.T) { // func TestCreateBackup(t *testing.T) {
		target, err := steps.Connect(
			rpc.Config{Endpoint: "http://127.0.0.1:8080/", AccessKeyID: "testid", AccessKeySecret: os.Getenv("TEST_SECRET")},
			control.Config{URL: "http://127.0.0.1:8081/"},
		)
		if err != nil {
			t.Fatal(err)
		}
		steps.Test(t, target)
	}
	_ = TestCreateBackup
}

// The options change what is tested, and how much of it.
func ExampleTest_options() {
	var TestCurrentEdition = func(t *testing.T) { // func TestCurrentEdition(t *testing.T) {
		target, err := steps.Connect(rpc.Config{Endpoint: "http://127.0.0.1:8080/"}, control.Config{URL: "http://127.0.0.1:8081/"})
		if err != nil {
			t.Fatal(err)
		}
		steps.Test(t, target, func(o *steps.Options) {
			o.Edition = "current"
			o.Levels = []string{"must"}
			if testing.Short() {
				o.Checks, o.Strength = 3, 2
			}
		})
	}
	_ = TestCurrentEdition
}

// The fuzzer is steered by the code of your own handlers that a call runs. Start it with
// go test -fuzz FuzzCreateBackup -fuzzminimizetime 10x.
func ExampleFuzz() {
	var api, controlAPI http.Handler // your own

	var FuzzCreateBackup = func(f *testing.F) { // func FuzzCreateBackup(f *testing.F) {
		steps.Fuzz(f, api, controlAPI)
	}
	_ = FuzzCreateBackup
}

// A target is the address of an API and of the control protocol that prepares its instances. Here
// the embedded simulator serves both.
func ExampleConnect() {
	s, err := simulator.New(simulator.Options{})
	if err != nil {
		panic(err)
	}
	server, err := s.Start(context.Background(), "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer server.Close()

	target, err := steps.Connect(rpc.Config{Endpoint: server.Endpoint}, control.Config{URL: server.ControlURL})
	if err != nil {
		panic(err)
	}
	// A few calls that every API refuses show whether a run can say anything of it.
	said, err := steps.Preflight(context.Background(), target)
	fmt.Println(strings.Join(said, "\n"), err)
	// Output:
	// an unknown Action: refused (403 InvalidAction)
	// an instance that does not exist: refused (404 InvalidDBInstanceId.NotFound) <nil>
}

// A run judges a target and returns a report. The server of this example has a fault.
func ExampleRun() {
	s, err := simulator.New(simulator.Options{Faults: []string{"mariadb-logical-refused"}})
	if err != nil {
		panic(err)
	}
	server, err := s.Start(context.Background(), "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer server.Close()
	target, err := steps.Connect(rpc.Config{Endpoint: server.Endpoint}, control.Config{URL: server.ControlURL})
	if err != nil {
		panic(err)
	}

	report, err := steps.Run(context.Background(), steps.Options{Target: target, Rules: []string{"CB-METHOD-1", "CB-METHOD-2"}})
	if err != nil {
		panic(err)
	}
	fmt.Println(report.Verdict)
	for _, rule := range report.Rules {
		for _, failure := range rule.Failures {
			fmt.Printf("%s (%s): %s\n", rule.ID, rule.Level, failure.Law)
		}
	}
	// Output:
	// not conformant
	// CB-METHOD-2 (must): Wrongly refused when the engine is MariaDB and BackupMethod is Logical.
}
