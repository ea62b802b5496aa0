package control_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/simulator"
)

// Prepare an instance that has used up its quota, and list its backups.
func ExampleNew() {
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(sim.Control())
	defer server.Close()

	client, err := control.New(control.Config{URL: server.URL})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	id, err := client.Provision(ctx, targets.Condition{
		Engine: targets.MySQL, Status: targets.Running, BackupsToday: 10, LastBackup: targets.LastCompleted,
	})
	if err != nil {
		log.Fatal(err)
	}
	backups, err := client.Backups(ctx, id)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(backups), "backups, the last one", backups[len(backups)-1].Status)
	// Output: 10 backups, the last one completed
}

// Check the control protocol of a server before it is used.
func ExampleCheck() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"provision":"yes"}`)
	}))
	defer server.Close()

	client, err := control.New(control.Config{URL: server.URL})
	if err != nil {
		log.Fatal(err)
	}
	findings, err := control.Check(context.Background(), client, nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range findings {
		if f.Level == control.LevelError {
			fmt.Println(f.Endpoint+":", f.Fix)
		}
	}
	// Output: GET /v1/capabilities: make provision true or false
}
