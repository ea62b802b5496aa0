package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Comparison holds reports side by side, rule by rule. Its texts are printable.
type Comparison struct {
	Columns    []Column
	Rules      []ComparedRule
	Behaviours []ComparedBehaviour
	// Changes are those from each report to the next one of the same target.
	Changes []Change
	// Notes say what cannot be compared, or only with care.
	Notes []string
}

// Column is one report.
type Column struct {
	Name    string // of the target
	Version string // of the implementation
	Edition string
	Tool    string // version of cbspec
	Started string // RFC 3339
	Verdict string
	Judged  Judged
	Totals  Totals
}

// Title is the heading of the column: what tells it from the others.
func (c Column) Title() string {
	day, _, _ := strings.Cut(c.Started, "T")
	return strings.Join(strings.Fields(c.Name+" "+c.Version+" "+day), " ")
}

// ComparedRule is one rule in each report.
type ComparedRule struct {
	ID, Level, Statement string
	Cells                []Cell
}

// Cell is the verdict of a rule in one report.
type Cell struct {
	// Verdict is empty where the report does not have the rule.
	Verdict string
	// Waived reports whether every failure of the rule is known.
	Waived bool
}

// String says the verdict, such as "failed, waived".
func (c Cell) String() string {
	switch {
	case c.Verdict == "":
		return "unknown"
	case c.Waived:
		return c.Verdict + ", waived"
	}
	return c.Verdict
}

// Differs reports whether the reports that have the rule disagree on its verdict.
func (c ComparedRule) Differs() bool {
	first := ""
	for _, cell := range c.Cells {
		if first == "" {
			first = cell.Verdict
		}
		if cell.Verdict != "" && cell.Verdict != first {
			return true
		}
	}
	return false
}

// ComparedBehaviour is what each target does where the document leaves it open.
type ComparedBehaviour struct {
	ID, Statement string
	// Observed has an empty text for a report that did not observe it.
	Observed []string
}

// Compare puts reports side by side, in their order. It knows a rule by its id, whichever versions
// of cbspec wrote the reports.
func Compare(reports []*Report) Comparison {
	var c Comparison
	printed := make([]*Report, len(reports))
	for i, r := range reports {
		printed[i] = Printable(r)
		c.Columns = append(c.Columns, columnOf(printed[i]))
	}
	for i, r := range printed {
		for _, rule := range r.Rules {
			c.rule(rule).Cells[i] = Cell{rule.Verdict, rule.Verdict == Failed && rule.Waiver != nil}
		}
	}
	for i, r := range printed {
		for _, b := range r.Behaviours {
			c.behaviour(b.ID).Observed[i] = b.Observed
		}
	}
	slices.SortStableFunc(c.Behaviours, func(a, b ComparedBehaviour) int {
		return cmp.Compare(c.place(a.ID), c.place(b.ID))
	})
	for i, r := range printed {
		c.Notes = append(c.Notes, c.notes(i, r, printed[0])...)
	}
	c.Changes = changes(printed)
	return c
}

func columnOf(r *Report) Column {
	return Column{
		Name: cmp.Or(r.Target.Name, r.Target.Endpoint), Version: implementation(r).Version,
		Edition: r.Edition, Tool: r.Tool.Version, Started: r.Started, Verdict: r.Verdict,
		Judged: JudgedOf(r), Totals: Sum(r),
	}
}

// rule returns the row of a rule. It adds the row where there is none.
func (c *Comparison) rule(rule Rule) *ComparedRule {
	i := c.place(rule.ID)
	if i == len(c.Rules) {
		c.Rules = append(c.Rules, ComparedRule{rule.ID, rule.Level, rule.Statement, make([]Cell, len(c.Columns))})
	}
	return &c.Rules[i]
}

// place returns the index of a rule, or the number of rules where it has no row.
func (c *Comparison) place(id string) int {
	if i := slices.IndexFunc(c.Rules, func(row ComparedRule) bool { return row.ID == id }); i >= 0 {
		return i
	}
	return len(c.Rules)
}

// behaviour returns the row of a behaviour. It adds the row where there is none.
func (c *Comparison) behaviour(id string) *ComparedBehaviour {
	i := slices.IndexFunc(c.Behaviours, func(row ComparedBehaviour) bool { return row.ID == id })
	if i < 0 {
		i = len(c.Behaviours)
		statement := ""
		if at := c.place(id); at < len(c.Rules) {
			statement = c.Rules[at].Statement
		}
		c.Behaviours = append(c.Behaviours, ComparedBehaviour{id, statement, make([]string, len(c.Columns))})
	}
	return &c.Behaviours[i]
}

// notes says what of report i cannot be compared with the first one, or only with care.
func (c *Comparison) notes(i int, r, first *Report) []string {
	var list []string
	note := func(format string, args ...any) {
		list = append(list, c.Columns[i].Title()+": "+fmt.Sprintf(format, args...))
	}
	for _, gap := range Gaps(r) {
		note("%s", gap)
	}
	if r.Shard != "" {
		note("This is only shard %s of a run", r.Shard)
	}
	if r.Edition != first.Edition {
		note("It was judged by the %s edition, the first report by the %s edition: "+
			"do not compare the rules that changed between them", r.Edition, first.Edition)
	}
	if a, b := r.Options, first.Options; a.Strength != b.Strength || a.Checks != b.Checks {
		note("It was tested with strength %d and %d checks, the first report with strength %d and %d checks",
			a.Strength, a.Checks, b.Strength, b.Checks)
	}
	unknown, changed := c.oddRules(i, r)
	if len(unknown) > 0 {
		note("cbspec %s wrote this report and does not know %s",
			cmp.Or(r.Tool.Version, "(no version)"), strings.Join(unknown, ", "))
	}
	if len(changed) > 0 {
		note("These rules have another text than in an earlier column, and their verdicts may not compare: %s",
			strings.Join(changed, ", "))
	}
	return list
}

// oddRules lists the rules that report i does not have, and those that it has with another level or
// statement than the row.
func (c *Comparison) oddRules(i int, r *Report) (unknown, changed []string) {
	for _, row := range c.Rules {
		if row.Cells[i].Verdict == "" {
			unknown = append(unknown, row.ID)
		}
	}
	for _, rule := range r.Rules {
		if row := c.rule(rule); row.Level != rule.Level || row.Statement != rule.Statement {
			changed = append(changed, rule.ID)
		}
	}
	return unknown, changed
}
