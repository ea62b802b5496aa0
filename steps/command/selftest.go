package command

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/cbspec/cbspec/steps/selftest"
)

type selftestCommand struct {
	Fault   []string `help:"Only these faults." placeholder:"NAME"`
	Rule    []string `help:"Only the faults of these rules." placeholder:"ID"`
	Seeds   int      `help:"How many seeds each fault and variation is run with." default:"1"`
	Edition string   `help:"Edition of the document." enum:"original,current" default:"original"`
	Fast    bool     `help:"Only every third fault and variation."`
	Format  string   `help:"table, json or markdown." enum:"table,json,markdown" default:"table"`
}

// Run proves the harness by the catalogues of the simulator.
func (c *selftestCommand) Run(ctx context.Context, s streams) error {
	o := selftest.Options{Faults: c.Fault, Rules: c.Rule, Seeds: c.Seeds, Edition: c.Edition, Fast: c.Fast}
	o.Progress = func(done, total int, out selftest.Outcome) {
		if s.terminal {
			fmt.Fprintf(s.err, "\r\x1b[K%d/%d %s", done, total, out.Name)
		} else {
			fmt.Fprintf(s.err, "%d/%d %s: %s (%.1f s)\n", done, total, out.Name, out.Verdict(), out.Seconds)
		}
	}
	m, err := selftest.Run(ctx, o)
	if s.terminal {
		fmt.Fprint(s.err, "\r\x1b[K")
	}
	if err != nil {
		return usage(err)
	}
	switch c.Format {
	case "json":
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		err = e.Encode(m)
	case "markdown":
		err = m.WriteMarkdown(s.out)
	default:
		err = m.WriteTable(s.out)
	}
	if err == nil && !m.Proven() {
		return exit{code: exitFailed}
	}
	return err
}
