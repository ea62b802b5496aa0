package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/selftest"
)

type selftestCommand struct {
	Fault   []string `help:"Only these faults, variations or specials." placeholder:"NAME"`
	Rule    []string `help:"Only the faults of these rules." placeholder:"ID"`
	Kind    []string `help:"Only these kinds: fault, variation, special." enum:"fault,variation,special" placeholder:"KIND"`
	Seeds   int      `help:"How many seeds each of them is run with." default:"1"`
	Edition string   `help:"Edition of the document." enum:"original,current" default:"original"`
	Fast    bool     `help:"End each fault's run once a rule of its own failed: what is caught is shown, and not by which other rules."`
	Format  string   `help:"table, json, markdown or html." enum:"table,json,markdown,html" default:"table"`
	Out     string   `help:"File to keep the matrix in as JSON; of a file that is there, what is not tried now is kept." placeholder:"FILE"`
}

// Run proves the harness by the catalogues of the simulator.
func (c *selftestCommand) Run(ctx context.Context, s streams) error {
	o := selftest.Options{Only: c.Fault, Rules: c.Rule, Seeds: c.Seeds, Edition: c.Edition, Fast: c.Fast}
	for _, kind := range c.Kind {
		o.Kinds = append(o.Kinds, selftest.Kind(kind))
	}
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
	if m == nil {
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
	if err != nil {
		return exit{exitCutShort, fmt.Errorf("the proof was cut short; the matrix has what was tried to its end: %w", err)}
	}
	if !m.Proven() {
		return exit{code: exitFailed}
	}
	return nil
}

// keep writes the matrix to a file, with what that has of what was not tried now.
func keep(m *selftest.Matrix, path string) error {
	text, err := os.ReadFile(path)
	if err == nil {
		var earlier selftest.Matrix
		if err := json.Unmarshal(text, &earlier); err != nil {
			return fmt.Errorf("--out: %s: %w", path, err)
		}
		all := *m
		if err := all.Join(&earlier); err != nil {
			return fmt.Errorf("--out: %s: %w", path, err)
		}
		m = &all
	} else if !os.IsNotExist(err) {
		return fmt.Errorf("--out: %w", err)
	}
	return reports.WriteFile(path, func(w io.Writer) error { return m.Write(w, "json") })
}
