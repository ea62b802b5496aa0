package command

import (
	"context"
	"fmt"
	"os"

	"github.com/cbspec/cbspec/steps/selftest"
)

type selftestCommand struct {
	Fault   []string `help:"Only these faults, variations or specials." placeholder:"NAME"`
	Rule    []string `help:"Only the faults of these rules." placeholder:"ID"`
	Seeds   int      `help:"How many seeds each of them is run with." default:"1"`
	Edition string   `help:"Edition of the document." enum:"original,current" default:"original"`
	Fast    bool     `help:"Only every third of them."`
	Format  string   `help:"table, json, markdown or html." enum:"table,json,markdown,html" default:"table"`
	Out     string   `help:"File to keep the matrix in as JSON, beside what is printed." placeholder:"FILE"`
}

// Run proves the harness by the catalogues of the simulator.
func (c *selftestCommand) Run(ctx context.Context, s streams) error {
	o := selftest.Options{Only: c.Fault, Rules: c.Rule, Seeds: c.Seeds, Edition: c.Edition, Fast: c.Fast}
	unmended := 0
	o.Progress = func(done, total int, out selftest.Outcome) {
		if !out.OK() {
			unmended++
		}
		if s.terminal {
			fmt.Fprintf(s.err, "\r\x1b[K%d/%d, %d to be mended: %s", done, total, unmended, out.Name)
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
	if c.Out != "" {
		if err := keep(m, c.Out); err != nil {
			return usage(err)
		}
	}
	if err := m.Write(s.out, c.Format); err != nil {
		return err
	}
	if !m.Proven() {
		return exit{code: exitFailed}
	}
	return nil
}

func keep(m *selftest.Matrix, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := m.Write(f, "json"); err != nil {
		_ = f.Close() // what went wrong is said already
		return err
	}
	return f.Close()
}
