package command

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/format"
	"github.com/cbspec/cbspec/steps"
)

// gateFlags say what a report must show to pass, and which failures are known.
type gateFlags struct {
	Gate        string  `help:"What exit code 0 needs: must or should (no rule of that level fails), conclusive (nothing inconclusive either) or new (only known failures)." enum:"must,should,conclusive,new" default:"must" group:"What comes out"`
	MinJudged   percent `help:"Share of the must rules that must be judged, such as 90%." default:"0" placeholder:"SHARE" group:"What comes out"`
	Known       string  `help:"File of known failures, each with the fingerprint of the failure, a reason, an owner and a last day." placeholder:"FILE" group:"What comes out"`
	UpdateKnown bool    `help:"Write the failures of this run to --known. New ones fail the gate of this run, and pass that of later ones." group:"What comes out"`
}

// percent is a share of 100, such as 90% or 90.
type percent int

// UnmarshalText reads a share.
func (p *percent) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(strings.TrimSuffix(string(text), "%"))
	if err != nil || n < 0 || n > 100 {
		return fmt.Errorf("%q is not a share: write it as 90%%", text)
	}
	*p = percent(n)
	return nil
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

// checkLevels refuses a gate that judges rules which the selected levels leave out: it would pass
// whatever the target does. No levels are all of them.
func (f gateFlags) checkLevels(levels []string) error {
	if len(levels) == 0 || f.Gate != reports.GateMust && f.Gate != reports.GateShould || slices.Contains(levels, f.Gate) {
		return nil
	}
	return fmt.Errorf("--gate %s judges %s rules, and --level leaves them out: add %s to --level, or choose another --gate",
		f.Gate, f.Gate, f.Gate)
}

// checkSelection says what is wrong with the options of a run. It refuses a gate that judges no
// selected rule: it would pass whatever the target does.
func (f gateFlags) checkSelection(o steps.Options) error {
	if err := o.Validate(); err != nil {
		return err
	}
	judged := map[string][]string{
		reports.GateMust: {reports.Must}, reports.GateShould: {reports.Must, reports.Should}, reports.GateNew: {reports.Must, reports.Should},
	}[f.Gate]
	if judged == nil {
		return nil
	}
	some, err := o.Selects(judged...)
	if err != nil || some {
		return err
	}
	words := strings.Join(judged, " and ") + " rules"
	return fmt.Errorf("--gate %s judges %s, and none is selected: select one, or choose another --gate", f.Gate, words)
}

// conclusion is a report with what is to be done with it.
type conclusion struct {
	report  *reports.Report
	known   []reports.Waiver
	out     *output
	summary *format.TerminalOptions // nil for no summary on the terminal
	stdout  string                  // the format of the standard output; empty for the summary
	open    bool                    // the page is opened in a browser
}

// update writes the failures of a report to the file of known failures. It returns those that this
// run is held against: what the run itself found never passes its gate.
func (f gateFlags) update(s streams, r *reports.Report, known []reports.Waiver) ([]reports.Waiver, error) {
	before := reports.WithoutStale(known, r)
	updated := reports.UpdateKnown(known, r, reports.Waiver{
		Reason: "not analysed yet", Owner: "nobody yet", Expires: time.Now().AddDate(0, 1, 0).Format(time.DateOnly),
	})
	if err := reports.WriteKnown(f.Known, updated); err != nil {
		return nil, err
	}
	fmt.Fprintf(s.err, "%s lists %d known failures now. This run is held against the %d of them that were known before.\n",
		f.Known, len(updated), len(before))
	return before, nil
}

// conclude writes and prints a report, and holds it against the gate.
func (f gateFlags) conclude(s streams, c conclusion) error {
	r, known := c.report, c.known
	r.Options.Gate = f.Gate
	if f.UpdateKnown {
		var err error
		if known, err = f.update(s, r, known); err != nil {
			return unwritten(err)
		}
	}
	outcome := reports.Apply(r, known, time.Now())
	r.Warnings = append(r.Warnings, outcome.Notes()...)
	paths, err := c.out.write(r)
	if err != nil {
		return unwritten(err)
	}
	if err := c.print(s, paths); err != nil {
		return unwritten(err)
	}
	ok, reasons := reports.Gate(r, f.Gate, outcome)
	judged := reports.JudgedOf(r)
	switch {
	case r.Verdict == reports.NothingTested:
		return exit{exitUnmeasured, errors.New("nothing was tested: no must rule passed or failed, so the report proves nothing: " +
			"select must rules, or see in the report what they need")}
	case ok && judged.Percent() < int(f.MinJudged):
		return exit{exitFailed, fmt.Errorf("--min-judged %d%%: %s, which is %d%%: the report says what the others need",
			f.MinJudged, judged, judged.Percent())}
	case ok:
		return nil
	case f.Gate == reports.GateMust || c.summary == nil:
		return exit{code: exitFailed} // the summary says why
	default:
		return exit{exitFailed, fmt.Errorf("the gate %q was not passed:\n  %s", f.Gate, strings.Join(reasons, "\n  "))}
	}
}
