package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/selftest"
	"github.com/cbspec/cbspec/targets"
)

type selftestCommand struct {
	Fault   []string `help:"Only these faults, variations or adversaries." placeholder:"NAME"`
	Rule    []string `help:"Only the faults that name these rules." placeholder:"ID"`
	Kind    []string `help:"Only these: fault, variation, adversary." enum:"fault,variation,adversary" placeholder:"KIND"`
	Seeds   int      `help:"How many seeds to run each of them with." default:"1"`
	Edition string   `help:"Edition of the document." enum:"original,current" default:"original"`
	Fast    bool     `help:"End the run against a fault once it is detected. Not all rules that fail are then known."`
	Format  string   `help:"table, json, markdown or html." enum:"table,json,markdown,html" default:"table"`
	Out     string   `help:"Write the matrix to this file, as JSON. What is not tried now stays." placeholder:"FILE"`
}

// Run runs the selftest.
func (c *selftestCommand) Run(ctx context.Context, s streams) error {
	o := selftest.Options{
		Only: c.Fault, Rules: c.Rule, Seeds: c.Seeds, Edition: c.Edition, Fast: c.Fast, Progress: selftestProgress(s),
	}
	for _, kind := range c.Kind {
		o.Kinds = append(o.Kinds, selftest.Kind(kind))
	}
	m, err := selftest.Run(ctx, o)
	if s.terminal {
		fmt.Fprint(s.screen, "\r\x1b[K")
	}
	if m == nil {
		return usage(err)
	}
	if c.Out != "" {
		if err := keepMatrix(m, c.Out); err != nil {
			return usage(fmt.Errorf("--out: %w", err))
		}
	}
	if err := m.Write(s.out, c.Format); err != nil {
		return err
	}
	if err != nil {
		return exit{exitCutShort, fmt.Errorf("the selftest was cut short; the matrix has what was tried to the end: %w", err)}
	}
	if !m.Proven() {
		return exit{code: exitFailed}
	}
	return nil
}

// selftestProgress shows each outcome: on a terminal in one line, elsewhere in a line of its own.
func selftestProgress(s streams) func(done, total int, out selftest.Outcome) {
	toFix := 0
	return func(done, total int, out selftest.Outcome) {
		if !out.OK() {
			toFix++
		}
		if s.terminal {
			fmt.Fprintf(s.screen, "\r\x1b[K%d/%d, %d to fix: %s", done, total, toFix, out.Name)
		} else {
			fmt.Fprintf(s.err, "%d/%d %s: %s (%.1f s)\n", done, total, out.Name, out.Verdict(), out.Duration)
		}
	}
}

// keepMatrix writes the matrix to a file, together with what the file already has and was not tried
// now.
func keepMatrix(m *selftest.Matrix, path string) error {
	kept := *m
	switch earlier, err := readMatrix(path); {
	case err == nil:
		if err := kept.Join(earlier); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return reports.WriteFile(path, func(w io.Writer) error { return kept.Write(w, "json") })
}

func readMatrix(path string) (*selftest.Matrix, error) {
	text, err := targets.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := selftest.Read(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}
