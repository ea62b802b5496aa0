package reports

import (
	"bufio"
	"cmp"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Comparison is reports side by side, rule by rule.
type Comparison struct {
	Columns    []Column
	Rows       []ComparedRule
	Behaviours []ComparedBehaviour
	// Changes are between an earlier and a later report of the same target.
	Changes []Change
	// Notes say what cannot be compared, and why.
	Notes []string
}

// Column is one report.
type Column struct {
	Name    string
	Version string // of the implementation
	Edition string
	Tool    string
	Started string
	Verdict string
}

// ComparedRule is one rule with its verdict in each report; empty where the report has no such rule.
type ComparedRule struct {
	ID, Level, Statement string
	Verdicts             []string
}

// Differs tells whether the reports disagree.
func (c ComparedRule) Differs() bool {
	return slices.ContainsFunc(c.Verdicts, func(v string) bool { return v != c.Verdicts[0] })
}

// ComparedBehaviour is what each target does where the document is silent.
type ComparedBehaviour struct {
	ID       string
	Observed []string
}

// Change is what became of a rule between two reports of one target.
type Change struct {
	Target, Rule, Level, From, To string
	Regression                    bool // a rule that passed fails now
}

// Compare puts reports side by side, in their order. Rules are compared by their ids, whatever version of cbspec wrote the reports.
func Compare(reports []*Report) Comparison {
	var c Comparison
	for _, r := range reports {
		col := Column{Name: word(r.Target.Name, r.Target.Endpoint), Edition: r.Edition, Tool: r.Tool.Version, Started: r.Started, Verdict: r.Verdict}
		if r.Target.Implementation != nil {
			col.Version = r.Target.Implementation.Version
		}
		c.Columns = append(c.Columns, col)
		for _, gap := range gapWords(r) {
			c.Notes = append(c.Notes, visible(col.Name)+": "+gap)
		}
	}
	for i, r := range reports {
		for _, rule := range r.Rules {
			at := slices.IndexFunc(c.Rows, func(row ComparedRule) bool { return row.ID == rule.ID })
			if at < 0 {
				at = len(c.Rows)
				c.Rows = append(c.Rows, ComparedRule{ID: rule.ID, Level: rule.Level, Statement: rule.Statement, Verdicts: make([]string, len(reports))})
			}
			c.Rows[at].Verdicts[i] = rule.Verdict
		}
		for _, b := range r.Behaviours {
			at := slices.IndexFunc(c.Behaviours, func(o ComparedBehaviour) bool { return o.ID == b.ID })
			if at < 0 {
				at = len(c.Behaviours)
				c.Behaviours = append(c.Behaviours, ComparedBehaviour{b.ID, make([]string, len(reports))})
			}
			c.Behaviours[at].Observed[i] = b.Observed
		}
	}
	slices.SortStableFunc(c.Behaviours, func(a, b ComparedBehaviour) int { return cmp.Compare(a.ID, b.ID) })
	c.note(reports)
	c.change(reports)
	return c
}

// note says what of the reports cannot be compared.
func (c *Comparison) note(reports []*Report) {
	for i, r := range reports[1:] {
		if r.Edition != reports[0].Edition {
			c.Notes = append(c.Notes, fmt.Sprintf("%s was judged by the %s edition, %s by the %s: rules of one alone cannot be compared",
				visible(c.Columns[i+1].Name), r.Edition, visible(c.Columns[0].Name), reports[0].Edition))
		}
	}
	for i := range reports {
		var lacks []string
		for _, row := range c.Rows {
			if row.Verdicts[i] == "" {
				lacks = append(lacks, row.ID)
			}
		}
		if len(lacks) > 0 {
			c.Notes = append(c.Notes, fmt.Sprintf("%s (cbspec %s) has no verdict of %s: another version of cbspec wrote it", visible(c.Columns[i].Name), visible(c.Columns[i].Tool), strings.Join(lacks, ", ")))
		}
	}
}

// change compares each report with the one before of the same target and edition, by when the runs began.
func (c *Comparison) change(reports []*Report) {
	ordered := slices.Clone(reports)
	slices.SortStableFunc(ordered, func(a, b *Report) int { return cmp.Compare(a.Started, b.Started) })
	last := map[string]*Report{}
	for _, r := range ordered {
		key := r.Target.Name + "\x00" + r.Edition
		before := last[key]
		last[key] = r
		if before == nil {
			continue
		}
		for _, rule := range r.Rules {
			i := slices.IndexFunc(before.Rules, func(o Rule) bool { return o.ID == rule.ID })
			if i < 0 || before.Rules[i].Verdict == rule.Verdict {
				continue
			}
			from := before.Rules[i].Verdict
			c.Changes = append(c.Changes, Change{r.Target.Name, rule.ID, rule.Level, from, rule.Verdict, from == Passed && rule.Verdict == Failed})
		}
	}
}

// Regressions lists the rules that passed in an earlier report of a target and fail in a later one, of the levels that a gate looks at.
func (c Comparison) Regressions(gate string) []Change {
	return slices.DeleteFunc(slices.Clone(c.Changes), func(x Change) bool { return !x.Regression || x.Level == May || x.Level == Should && gate == GateMust })
}

// marks are the verdicts in one character, for a table.
var marks = map[string]string{Passed: "✓", Failed: "✗", Inconclusive: "?", NotApplicable: "–", Skipped: "·", "": " "}

// WriteTable writes the comparison for a terminal.
func (c Comparison) WriteTable(w io.Writer) error {
	b := bufio.NewWriter(w)
	t := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	head := []string{"", ""}
	verdict := []string{"", ""}
	for _, col := range c.Columns {
		head = append(head, visible(col.Name))
		verdict = append(verdict, col.Verdict)
	}
	fmt.Fprintln(t, strings.Join(head, "\t"))
	fmt.Fprintln(t, strings.Join(verdict, "\t"))
	for _, row := range c.Rows {
		cells := []string{row.ID, row.Level}
		for _, v := range row.Verdicts {
			cells = append(cells, marks[v]+" "+v)
		}
		fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
	if len(c.Behaviours) > 0 {
		fmt.Fprintln(t, "\nWhere the document is silent")
		for _, row := range c.Behaviours {
			cells := []string{row.ID, ""}
			for _, o := range row.Observed {
				cells = append(cells, visible(clip(o, 40)))
			}
			fmt.Fprintln(t, strings.Join(cells, "\t"))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, x := range c.Changes {
		fmt.Fprintf(b, "%s %s (%s): %s → %s%s\n", visible(x.Target), x.Rule, x.Level, x.From, x.To, map[bool]string{true: "  regression"}[x.Regression])
	}
	for _, n := range c.Notes {
		fmt.Fprintf(b, "note: %s\n", n)
	}
	return b.Flush()
}

// WriteMarkdown writes the comparison as Markdown.
func (c Comparison) WriteMarkdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	row := func(cells ...string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }
	head, rule := []string{"rule", "level"}, []string{"---", "---"}
	for _, col := range c.Columns {
		head, rule = append(head, inline(visible(col.Name))+" "+inline(visible(col.Version))), append(rule, "---")
	}
	row(head...)
	row(rule...)
	verdict := []string{"", ""}
	for _, col := range c.Columns {
		verdict = append(verdict, verdictMark(col.Verdict)+" "+col.Verdict)
	}
	row(verdict...)
	for _, x := range c.Rows {
		cells := []string{inline(x.ID), x.Level}
		for _, v := range x.Verdicts {
			cells = append(cells, marks[v]+" "+v)
		}
		row(cells...)
	}
	for _, x := range c.Behaviours {
		cells := []string{inline(x.ID), "observed"}
		for _, o := range x.Observed {
			cells = append(cells, inline(visible(clip(o, 200))))
		}
		row(cells...)
	}
	for _, x := range c.Changes {
		fmt.Fprintf(b, "\n- %s: %s (%s): %s → %s%s", inline(visible(x.Target)), inline(x.Rule), x.Level, x.From, x.To, map[bool]string{true: " **regression**"}[x.Regression])
	}
	for _, n := range c.Notes {
		fmt.Fprintf(b, "\n> %s\n", inline(n))
	}
	fmt.Fprintln(b)
	return b.Flush()
}

// WriteHTML writes the comparison as one page.
func (c Comparison) WriteHTML(w io.Writer) error { return compareTemplate.Execute(w, c) }

var compareTemplate = template.Must(template.New("compare.tmpl").Funcs(templateFuncs).ParseFS(pageFiles, "page/compare.tmpl"))
