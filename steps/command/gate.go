package command

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/format"
)

// gateFlags say what a report must show to pass, and which failures are known.
type gateFlags struct {
	Gate        string `help:"What exit code 0 needs: must or should (no rule of that level fails), conclusive (nothing inconclusive either) or new (only known failures)." enum:"must,should,conclusive,new" default:"must" group:"What comes out"`
	Known       string `help:"File of known failures, each with a reason, an owner and a last day." placeholder:"FILE" group:"What comes out"`
	UpdateKnown bool   `help:"Write the failures of this run to --known." group:"What comes out"`
}

// read returns the known failures.
func (f gateFlags) read() ([]reports.Waiver, error) {
	if f.Known == "" {
		if f.UpdateKnown {
			return nil, errors.New("--update-known needs --known FILE")
		}
		return nil, nil
	}
	rules, err := features.Catalogue()
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(rules))
	for i, r := range rules {
		ids[i] = r.ID
	}
	known, err := reports.ReadKnown(f.Known, ids)
	if f.UpdateKnown && errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return known, err
}

// conclusion is a report with what is to be done with it.
type conclusion struct {
	report  *reports.Report
	known   []reports.Waiver
	out     *output
	summary *format.TerminalOptions // nil for no summary on the terminal
}

// conclude writes and prints a report, and holds it against the gate.
func (f gateFlags) conclude(s streams, c conclusion) error {
	r, known := c.report, c.known
	r.Options.Gate = f.Gate
	if f.UpdateKnown {
		known = reports.UpdateKnown(known, r, reports.Waiver{
			Reason: "not analysed yet", Owner: "nobody yet", Expires: time.Now().AddDate(0, 1, 0).Format(time.DateOnly),
		})
		if err := reports.WriteKnown(f.Known, known); err != nil {
			return usage(err)
		}
	}
	outcome := reports.Apply(r, known, time.Now())
	r.Warnings = append(r.Warnings, outcome.Notes()...)
	paths, err := c.out.write(r)
	if err != nil {
		return usage(err)
	}
	if c.summary != nil {
		if err := format.WriteTerminal(s.out, r, *c.summary); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "\n  report    %s\n", strings.Join(paths, ", "))
	}
	ok, reasons := reports.Gate(r, f.Gate, outcome)
	switch {
	case ok:
		return nil
	case f.Gate == reports.GateMust || c.summary == nil:
		return exit{code: exitFailed} // the summary says why
	default:
		return exit{exitFailed, fmt.Errorf("the gate %q was not passed:\n  %s", f.Gate, strings.Join(reasons, "\n  "))}
	}
}
