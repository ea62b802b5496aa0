package selftest

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Formats lists what a matrix can be written as.
func Formats() []string { return []string{"table", "json", "markdown", "html"} }

// Write writes the matrix in a format.
func (m *Matrix) Write(w io.Writer, format string) error {
	switch format {
	case "table":
		return m.writeTable(w)
	case "json":
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(m)
	case "markdown":
		return m.writeMarkdown(w)
	case "html":
		return page.Execute(w, m)
	default:
		return fmt.Errorf("unknown format %q: it is one of %s", format, strings.Join(Formats(), ", "))
	}
}

// Sorted lists the outcomes, what is to be mended first.
func (m *Matrix) Sorted() []Outcome {
	list := slices.Clone(m.Outcomes)
	slices.SortStableFunc(list, func(a, b Outcome) int { return cmp.Compare(one(a.OK()), one(b.OK())) })
	return list
}

// Cost says what the first failure took.
func (out Outcome) Cost() string {
	if out.KillRequests == 0 {
		return ""
	}
	return fmt.Sprintf("%d requests, %.1f s", out.KillRequests, out.KillSeconds)
}

// Others lists the rules that failed and are none of those wanted.
func (out Outcome) Others() []string {
	return slices.DeleteFunc(slices.Clone(out.Killed), func(id string) bool { return slices.Contains(out.Wanted, id) })
}

// OwnRules lists those of the wanted rules that failed.
func (out Outcome) OwnRules() []string {
	return slices.DeleteFunc(slices.Clone(out.Killed), func(id string) bool { return !slices.Contains(out.Wanted, id) })
}

// Unproven rules are told of like this.
const unprovenAdvice = "no fault of its own fails it: add one to targets/simulator/faults.go"

func (m *Matrix) writeTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "VERDICT\tNAME\tOWN RULES\tFIRST FAILURE\tOTHER RULES")
	for _, o := range m.Sorted() {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", o.Verdict(), o.Name, strings.Join(o.OwnRules(), " "), o.Cost(), strings.Join(slices.Concat(o.Others(), o.Problems), " "))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, id := range m.Unproven {
		fmt.Fprintf(w, "UNPROVEN  %s: %s\n", id, unprovenAdvice)
	}
	_, err := fmt.Fprintln(w, m.Summary())
	return err
}

func (m *Matrix) writeMarkdown(w io.Writer) error {
	fmt.Fprintf(w, "%s\n\n", m.Summary())
	for _, id := range m.Unproven {
		fmt.Fprintf(w, "* `%s`: %s\n", id, unprovenAdvice)
	}
	fmt.Fprint(w, "\n| name | verdict | own rules | first failure | other rules |\n|---|---|---|---|---|\n")
	for _, o := range m.Sorted() {
		_, err := fmt.Fprintf(w, "| %s | %s | %s | %s | %s |\n", o.Name, o.Verdict(), strings.Join(o.OwnRules(), " "), o.Cost(), strings.Join(slices.Concat(o.Others(), o.Problems), " "))
		if err != nil {
			return err
		}
	}
	return nil
}

//go:embed matrix.html
var pageText string

// page shows the faults by the rules.
var page = template.Must(template.New("matrix").Funcs(template.FuncMap{
	"rules": (*Matrix).rules,
	"short": func(id string) string { return strings.TrimPrefix(id, "CB-") },
	"cell": func(o Outcome, id string) string {
		killed, wanted := slices.Contains(o.Killed, id), slices.Contains(o.Wanted, id)
		switch {
		case killed && wanted:
			return "own"
		case killed:
			return "other"
		case wanted:
			return "missed"
		default:
			return ""
		}
	},
}).Parse(pageText))
