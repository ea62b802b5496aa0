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

// gateFlags say what must hold, and what is known not to.
type gateFlags struct {
	Gate        string `help:"What must hold for exit code 0: must, should, conclusive (nothing inconclusive) or new (nothing fails that is not known)." enum:"must,should,conclusive,new" default:"must" group:"What comes out"`
	Known       string `help:"File of known failures, each with reason, owner and last day." placeholder:"FILE" group:"What comes out"`
	UpdateKnown bool   `help:"Write the failures of this run to --known." group:"What comes out"`
}

// read reads the known failures.
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

// conclude holds a report to the gate, writes it and shows it.
func (f gateFlags) conclude(s streams, r *reports.Report, known []reports.Waiver, out *output, o format.TerminalOptions, quiet bool) error {
	r.Options.Gate = f.Gate
	if f.UpdateKnown {
		known = reports.UpdateKnown(known, r, reports.Waiver{Reason: "to be looked into", Owner: "nobody yet", Expires: time.Now().AddDate(0, 1, 0).Format(time.DateOnly)})
		if err := reports.WriteKnown(f.Known, known); err != nil {
			return usage(err)
		}
	}
	outcome := reports.Apply(r, known, time.Now())
	r.Warnings = append(r.Warnings, outcome.Notes()...)
	paths, err := out.write(r)
	if err != nil {
		return usage(err)
	}
	if !quiet {
		if err := format.WriteTerminal(s.out, r, o); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "\n  report    %s\n", strings.Join(paths, ", "))
	}
	ok, reasons := reports.Gate(r, f.Gate, outcome)
	switch {
	case ok:
		return nil
	case f.Gate == reports.GateMust || quiet:
		return exit{code: exitFailed} // the summary has said why
	default:
		return exit{exitFailed, fmt.Errorf("the gate %q is not passed:\n  %s", f.Gate, strings.Join(reasons, "\n  "))}
	}
}
