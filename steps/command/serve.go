package command

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/cbspec/cbspec/targets/simulator"
)

type serveCommand struct {
	Listen          string        `help:"Address of the API." default:"127.0.0.1:8080"`
	ControlListen   string        `help:"Address of the control protocol." default:"127.0.0.1:8081"`
	ControlToken    string        `help:"Bearer token that requests of the control protocol must have."`
	Edition         string        `help:"Edition of the document." enum:"original,current" default:"original"`
	AccessKeyID     string        `name:"access-key-id" help:"Access key. Without one, signatures are not checked."`
	AccessKeySecret string        `name:"access-key-secret" help:"Secret of the access key."`
	Fault           []string      `help:"Switch on a fault. May be repeated." placeholder:"NAME"`
	Variation       []string      `help:"Switch on a legitimate variation. May be repeated." placeholder:"NAME"`
	CompleteAfter   time.Duration `help:"How long a backup of a ready-made instance runs." default:"2s"`
	ListFaults      bool          `help:"List the faults and exit."`
	ListVariations  bool          `help:"List the variations and exit."`
}

// Run serves until it is interrupted. When it is ready, it prints its addresses as one line of
// JSON.
func (c *serveCommand) Run(ctx context.Context, s streams) error {
	if c.ListFaults || c.ListVariations {
		return c.list(s)
	}
	sim, err := simulator.New(simulator.Options{
		Edition: c.Edition, AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, ControlToken: c.ControlToken,
		Faults: c.Fault, Variations: c.Variation, CompleteAfter: c.CompleteAfter,
	})
	if err != nil {
		return usage(err)
	}
	server, err := sim.Start(ctx, c.Listen, c.ControlListen)
	if err != nil {
		return usage(err)
	}
	defer func() { _ = server.Close() }()
	ready := map[string]any{
		"endpoint": server.Endpoint, "control": server.ControlURL, "edition": c.Edition, "instances": sim.Instances(),
	}
	if err := json.NewEncoder(s.out).Encode(ready); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// list lists the faults or the variations, or both.
func (c *serveCommand) list(s streams) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	if c.ListFaults {
		for _, f := range simulator.Faults() {
			fmt.Fprintf(w, "%s\t%s\t%s\n", f.Name, f.Description, strings.Join(f.Rules, " "))
		}
	}
	if c.ListVariations {
		for _, v := range simulator.Variations() {
			fmt.Fprintf(w, "%s\t%s\n", v.Name, v.Description)
		}
	}
	return w.Flush()
}
