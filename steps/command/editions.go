package command

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
)

type editionsCommand struct {
	Format string `help:"table, json or markdown." enum:"table,json,markdown" default:"table"`
}

// difference is one thing in which the editions differ.
type difference struct {
	What     string   `json:"what"`
	Original string   `json:"original"`
	Current  string   `json:"current"`
	Rules    []string `json:"rules"` // that stand in one edition alone, or are decided otherwise
}

// Run says what differs between the editions of the document.
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

// differences reads the table of the editions, and with it the rules that one of them alone has.
func differences() ([]difference, error) {
	original, err := oracle.EditionOf(oracle.Original)
	if err != nil {
		return nil, err
	}
	current, err := oracle.EditionOf(oracle.Current)
	if err != nil {
		return nil, err
	}
	words := func(has bool, yes, no string) string {
		if has {
			return yes
		}
		return no
	}
	list := []difference{{"backups of an instance in a day", strconv.Itoa(original.Quota), strconv.Itoa(current.Quota), []string{"CB-QUOTA-1", "CB-QUOTA-2"}}}
	for _, f := range []struct {
		what    string
		of      func(oracle.Edition) bool
		yes, no string
		rules   []string
	}{
		{"BackupMethod Snapshot", func(e oracle.Edition) bool { return e.Snapshot }, "documented", "refused", []string{"CB-METHOD-3", "CB-METHOD-9"}},
		{"logical backup of SQL Server", func(e oracle.Edition) bool { return e.SQLServerDatabases }, "not spoken of", "refused", []string{"CB-METHOD-6"}},
		{"BackupStrategy and DBName", func(e oracle.Edition) bool { return e.SQLServerDatabases }, "logical, and full physical of SQL Server", "logical only", []string{"CB-STRATEGY-3", "CB-STRATEGY-4", "CB-STRATEGY-8", "CB-DBNAME-3"}},
		{"DBName", func(e oracle.Edition) bool { return e.DatabaseLists }, "a list of names", "one name", []string{"CB-DBNAME-6", "CB-DBNAME-7", "CB-DBNAME-8"}},
		{"BackupType", func(e oracle.Edition) bool { return e.TypeOnlySQLServerPhysical }, "physical backups of SQL Server only", "any backup", []string{"CB-TYPE-1", "CB-TYPE-2", "CB-TYPE-3", "CB-TYPE-4", "CB-TYPE-5", "CB-TYPE-6"}},
		{"BackupRetentionPeriod", func(e oracle.Edition) bool { return e.Retention }, "7 to 730 days, or -1", "unknown", []string{"CB-RETENTION-1", "CB-RETENTION-2", "CB-RETENTION-3", "CB-RETENTION-4"}},
		{"BackupJobId in the answer", func(e oracle.Edition) bool { return e.JobID }, "present", "unknown", []string{"CB-RESPONSE-11", "CB-RESPONSE-12"}},
	} {
		list = append(list, difference{f.what, words(f.of(original), f.yes, f.no), words(f.of(current), f.yes, f.no), f.rules})
	}
	return list, checkDifferences(list)
}

// checkDifferences makes sure that every rule which one edition alone has stands in the table.
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
			return fmt.Errorf("%s holds in %s only, and the table of the editions does not say why", r.ID, strings.Join(r.Editions, ", "))
		}
		delete(named, r.ID)
	}
	for id := range named {
		return fmt.Errorf("the table of the editions names %s, which is no rule", id)
	}
	return nil
}
