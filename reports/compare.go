package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Comparison is reports side by side, rule by rule. Its texts are printable.
type Comparison struct {
	Columns    []Column
	Rules      []ComparedRule
	Behaviours []ComparedBehaviour
	// Changes are those from each report to the next of the same target.
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
	Started string
	Verdict string
	Totals  Totals
}

// Title tells the column from the others.
func (c Column) Title() string {
	day, _, _ := strings.Cut(c.Started, "T")
	return strings.Join(strings.Fields(c.Name+" "+c.Version+" "+day), " ")
}

// ComparedRule is one rule in each report.
type ComparedRule struct {
	ID, Level, Statement string
	Cells                []Cell
}

// Cell is what became of a rule in one report.
type Cell struct {
	Verdict string // empty where the report does not know the rule
	Waived  bool
}

// Words say the verdict, and with it that it is waived.
func (c Cell) Words() string {
	switch {
	case c.Verdict == "":
		return "unknown"
	case c.Waived:
		return c.Verdict + ", waived"
	}
	return c.Verdict
}

// Differs tells whether the reports that know the rule disagree.
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

// ComparedBehaviour is what each target does where the document leaves it open; empty where it was not observed.
type ComparedBehaviour struct {
	ID, Statement string
	Observed      []string
}

// Compare puts reports side by side, in their order. Whatever versions of cbspec wrote them, a rule is known by its id.
func Compare(reports []*Report) Comparison {
	var c Comparison
	printed := make([]*Report, len(reports))
	for i, r := range reports {
		printed[i] = Printable(r)
		c.Columns = append(c.Columns, columnOf(printed[i]))
	}
	for i, r := range printed {
		for _, rule := range r.Rules {
			row := c.rule(rule)
			row.Cells[i] = Cell{rule.Verdict, rule.Verdict == Failed && rule.Waiver != nil}
		}
	}
	for i, r := range printed {
		for _, b := range r.Behaviours {
			c.behaviour(b.ID).Observed[i] = b.Observed
		}
	}
	slices.SortStableFunc(c.Behaviours, func(a, b ComparedBehaviour) int { return cmp.Compare(c.place(a.ID), c.place(b.ID)) })
	c.Notes = notes(c, printed)
	c.Changes = changes(printed)
	return c
}

func columnOf(r *Report) Column {
	return Column{
		Name: cmp.Or(r.Target.Name, r.Target.Endpoint), Version: implementation(r).Version,
		Edition: r.Edition, Tool: r.Tool.Version, Started: r.Started, Verdict: r.Verdict, Totals: Sum(r),
	}
}

// rule returns the row of a rule, a new one if there is none yet.
func (c *Comparison) rule(rule Rule) *ComparedRule {
	i := c.place(rule.ID)
	if i == len(c.Rules) {
		c.Rules = append(c.Rules, ComparedRule{rule.ID, rule.Level, rule.Statement, make([]Cell, len(c.Columns))})
	}
	return &c.Rules[i]
}

// place is the index of a rule; that after the last one, if there is none.
func (c *Comparison) place(id string) int {
	if i := slices.IndexFunc(c.Rules, func(row ComparedRule) bool { return row.ID == id }); i >= 0 {
		return i
	}
	return len(c.Rules)
}

// behaviour returns the row of a behaviour, a new one if there is none yet.
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

// notes say what of the reports cannot be compared, or only with care.
func notes(c Comparison, reports []*Report) []string {
	var list []string
	note := func(i int, format string, args ...any) {
		list = append(list, c.Columns[i].Title()+": "+fmt.Sprintf(format, args...))
	}
	for i, r := range reports {
		for _, gap := range Gaps(r) {
			note(i, "%s", gap)
		}
		if r.Shard != "" {
			note(i, "This is only shard %s of a run", r.Shard)
		}
		if first := reports[0]; r.Edition != first.Edition {
			note(i, "It was judged by the %s edition, and the first report by the %s edition: rules that changed between them do not compare", r.Edition, first.Edition)
		}
		if first := reports[0]; r.Options.Strength != first.Options.Strength || r.Options.Checks != first.Options.Checks {
			note(i, "It was tested with strength %d and %d checks, and the first report with strength %d and %d checks", r.Options.Strength, r.Options.Checks, first.Options.Strength, first.Options.Checks)
		}
		var unknown, otherwise []string
		for _, row := range c.Rules {
			if row.Cells[i].Verdict == "" {
				unknown = append(unknown, row.ID)
			}
		}
		for _, rule := range r.Rules {
			if row := c.rule(rule); row.Level != rule.Level || row.Statement != rule.Statement {
				otherwise = append(otherwise, rule.ID)
			}
		}
		if len(unknown) > 0 {
			note(i, "cbspec %s, which wrote this report, does not know %s", cmp.Or(r.Tool.Version, "of no version"), strings.Join(unknown, ", "))
		}
		if len(otherwise) > 0 {
			note(i, "These rules read otherwise than in an earlier column, so that their verdicts may not compare: %s", strings.Join(otherwise, ", "))
		}
	}
	return list
}
