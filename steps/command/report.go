package command

import (
	"fmt"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/format"
)

// reportFlags say what becomes of a report.
type reportFlags struct {
	Out    string   `help:"Folder for the report." default:"cbspec-report" group:"What comes out"`
	Report []string `help:"Formats beside JSON, JUnit and HTML: markdown, sarif, gitlab, badge, badge-json, cucumber. Add =PATH to write one elsewhere." placeholder:"FORMAT" group:"What comes out"`
	gateFlags
	Format  string `help:"What the standard output shows: terminal (a summary), json, markdown or github (annotations)." enum:"terminal,json,markdown,github" default:"terminal" group:"What comes out"`
	Open    bool   `help:"Open the HTML report in a browser." group:"What comes out"`
	Quiet   bool   `short:"q" help:"Print nothing but errors." group:"What comes out"`
	Verbose int    `short:"v" type:"counter" help:"Also list passed rules; -vv shows every request." group:"What comes out"`
}

// ready checks that the report can be written, and reads the known failures. It writes nothing.
func (f reportFlags) ready() (*output, []reports.Waiver, error) {
	if err := writable(f.Out); err != nil {
		return nil, nil, fmt.Errorf("--out: %w", err)
	}
	out, err := newOutput(f.Out, f.Report)
	if err != nil {
		return nil, nil, err
	}
	known, err := f.gateFlags.read()
	if err != nil {
		return nil, nil, err
	}
	return out, known, out.check()
}

// finish writes and prints a report, and holds it against the gate.
func (f reportFlags) finish(s streams, r *reports.Report, known []reports.Waiver, out *output) error {
	end := conclusion{report: r, known: known, out: out, stdout: f.Format, open: f.Open}
	if !f.Quiet {
		end.summary = &format.TerminalOptions{Color: s.color, Width: s.width, Verbose: f.Verbose > 0, Dir: f.Out}
	}
	return f.gateFlags.conclude(s, end)
}
