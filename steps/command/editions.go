package command

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
)

type editionsCommand struct {
	Format string `help:"table, json or markdown." enum:"table,json,markdown" default:"table"`
}

// difference is one difference between the editions.
type difference struct {
	What     string   `json:"what"`
	Original string   `json:"original"`
	Current  string   `json:"current"`
	Rules    []string `json:"rules"` // that only one edition has, or that the editions decide differently
}

// Run prints what differs between the editions of the document.
func (c *editionsCommand) Run(s streams) error {
	list, err := differences()
	if err != nil {
		return err
	}
	if c.Format == "json" {
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		return e.Encode(list)
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { fmt.Fprintln(w, strings.Join(cells, "\t")) }
	if c.Format == "markdown" {
		row = func(cells ...string) { fmt.Fprintln(w, "| "+strings.Join(cells, " | ")+" |") }
	}
	row("", oracle.Original, oracle.Current, "rules")
	if c.Format == "markdown" {
		row("---", "---", "---", "---")
	}
	for _, d := range list {
		row(d.What, d.Original, d.Current, strings.Join(d.Rules, " "))
	}
	return w.Flush()
}

// differences returns the table of the editions.
func differences() ([]difference, error) {
	var list []difference
	for _, d := range oracle.Differences() {
		list = append(list, difference{d.What, d.Original, d.Current, d.Rules})
	}
	return list, checkDifferences(list)
}

// checkDifferences reports a rule that only one edition has and the table does not list.
func checkDifferences(list []difference) error {
	rules, err := features.Catalogue()
	if err != nil {
		return err
	}
	named := map[string]bool{}
	for _, d := range list {
		for _, id := range d.Rules {
			named[id] = true
		}
	}
	for _, r := range rules {
		if len(r.Editions) < len(oracle.Editions()) && !named[r.ID] {
			return fmt.Errorf("%s holds in %s only, and the table of the editions does not list it", r.ID, strings.Join(r.Editions, ", "))
		}
		delete(named, r.ID)
	}
	for id := range named {
		return fmt.Errorf("the table of the editions lists %s, which is not a rule", id)
	}
	return nil
}
