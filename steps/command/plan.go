package command

import (
	"cmp"
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/cbspec/cbspec/steps"
)

type planCommand struct {
	targetFlags
	scopeFlags
}

// Run prints what a run with the same flags would send.
func (c *planCommand) Run(ctx context.Context, s streams) error {
	run := runCommand{targetFlags: c.targetFlags, scopeFlags: c.scopeFlags}
	o, t, err := run.options(ctx, s)
	if err != nil {
		return err
	}
	defer t.close()
	if err := detectEdition(ctx, &o, t.edition); err != nil {
		return err
	}
	p, err := steps.Plan(ctx, o)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "rule\tcases\tcalls\tbackups (at most)\t")
	calls, backups := 0, 0
	for _, row := range p {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\n", cmp.Or(row.Rule, "("+row.Phase+")"), row.Cases, row.Calls, row.Backups, row.Inconclusive)
		calls, backups = calls+row.Calls, backups+row.Backups
	}
	fmt.Fprintf(w, "total\t\t%d\t%d\t\n", calls, backups)
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = steps.Preflight(ctx, o.Target)
	return err
}
