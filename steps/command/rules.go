package command

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets/simulator"
	"github.com/cbspec/cbspec/targets/typo"
)

type rulesCommand struct {
	Format  string `help:"table, json or markdown." enum:"table,json,markdown" default:"table"`
	Edition string `help:"Only the rules of this edition." enum:",original,current" default:""`
}

// Run prints the catalogue of rules.
func (c *rulesCommand) Run(s streams) error {
	rules, err := features.Catalogue()
	if err != nil {
		return err
	}
	rules = slices.DeleteFunc(slices.Clone(rules), func(r features.Rule) bool {
		return c.Edition != "" && !slices.Contains(r.Editions, c.Edition)
	})
	switch c.Format {
	case "json":
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		return e.Encode(rules)
	case "markdown":
		fmt.Fprintln(s.out, "| rule | level | statement | section |\n|---|---|---|---|")
		for _, r := range rules {
			fmt.Fprintf(s.out, "| %s | %s | %s | %s |\n", r.ID, r.Level, r.Statement, r.Section)
		}
		return nil
	default:
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		for _, r := range rules {
			fmt.Fprintf(w, "%s\t%s\t%s\n", r.ID, r.Level, r.Statement)
		}
		return w.Flush()
	}
}

type explainCommand struct {
	Rule   string `arg:"" help:"Id of the rule, such as CB-METHOD-3."`
	Report string `help:"The report.json to take the last result from." default:"cbspec-report/report.json"`
}

// Run prints what is known about one rule.
func (c *explainCommand) Run(s streams) error {
	rules, err := features.Catalogue()
	if err != nil {
		return err
	}
	id := strings.ToUpper(c.Rule)
	i := slices.IndexFunc(rules, func(r features.Rule) bool { return r.ID == id || r.ID == "CB-"+id })
	if i < 0 {
		ids := make([]string, len(rules))
		for i, r := range rules {
			ids[i] = r.ID
		}
		if near := typo.Nearest(id, ids); near != "" {
			return usage(fmt.Errorf("no rule is named %q; did you mean %s? `cbspec rules` lists them", c.Rule, near))
		}
		return usage(fmt.Errorf("no rule is named %q; `cbspec rules` lists them", c.Rule))
	}
	r := rules[i]
	fmt.Fprintf(s.out, "%s (%s, %s)\n%s\n\n  document   %s: %s\n  editions   %s\n",
		r.ID, r.Level, r.Area, r.Statement, r.Section, r.Document, strings.Join(r.Editions, ", "))
	if len(r.Needs) > 0 {
		fmt.Fprintf(s.out, "  needs      a target with: %s\n", strings.Join(r.Needs, ", "))
	}
	fmt.Fprintf(s.out, "  phase      %s\n  stated in  %s:%d\n  examples   %s\n", r.Phase, r.File, r.Line, strings.Join(r.Examples, "; "))
	for _, f := range simulator.Faults() {
		if slices.Contains(f.Rules, r.ID) {
			fmt.Fprintf(s.out, "  proven by  %s: %s\n", f.Name, f.Description)
		}
	}
	if report, err := reports.ReadFile(c.Report); err == nil {
		for _, row := range report.Rules {
			if row.ID == r.ID {
				fmt.Fprintf(s.out, "  last run   %s %s (%d cases, %s)\n", row.Verdict, row.Reason, row.Cases, report.Started)
			}
		}
	}
	return nil
}

type schemaCommand struct{}

func (schemaCommand) Run(s streams) error {
	_, err := s.out.Write(reports.JSONSchema())
	return err
}
