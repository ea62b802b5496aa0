package selftest

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/cbspec/cbspec/features"
)

// Formats lists the formats of a matrix.
func Formats() []string { return []string{"table", "json", "markdown", "html"} }

// Write writes the matrix in a format.
func (m *Matrix) Write(w io.Writer, format string) error {
	switch format {
	case "table":
		return m.writeTable(w)
	case "json":
		return m.writeJSON(w)
	case "markdown":
		return m.writeMarkdown(w)
	case "html":
		return page.Execute(w, m)
	default:
		return fmt.Errorf("unknown format %q: it is one of %s", format, strings.Join(Formats(), ", "))
	}
}

// writeJSON writes each outcome on a line of its own, so that a change of one is a diff of one
// line.
func (m *Matrix) writeJSON(w io.Writer) error {
	head := *m
	head.Outcomes = []Outcome{}
	text, err := json.Marshal(head)
	if err != nil {
		return err
	}
	lines := make([]string, len(m.Outcomes))
	for i, o := range m.Outcomes {
		line, err := json.Marshal(o)
		if err != nil {
			return err
		}
		lines[i] = string(line)
	}
	_, err = fmt.Fprintf(w, "%s\n%s\n]}\n", strings.TrimSuffix(string(text), "]}"), strings.Join(lines, ",\n"))
	return err
}

// advice says what to do about a rule that detects no fault.
func advice(id string) (string, error) {
	rules, err := features.Catalogue()
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(rules, func(r features.Rule) bool { return r.ID == id })
	if i < 0 {
		return "", fmt.Errorf("no rule has the id %s", id)
	}
	return "no fault that names it is detected by it: add one to " + FaultFile(rules[i]), nil
}

func (m *Matrix) writeTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "VERDICT\tNAME\tEXPECTED RULES\tFIRST FAILURE\tFINDINGS\tOTHER RULES")
	for _, o := range m.Sorted() {
		fmt.Fprintln(t, strings.Join(o.columns(), "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, id := range m.Unproven {
		text, err := advice(id)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "UNPROVEN  %s: %s\n", id, text)
	}
	fmt.Fprintln(w, m.Summary())
	return m.writeCosts(w)
}

// writeCosts writes what the runs against adversaries took, as far as that was measured now.
func (m *Matrix) writeCosts(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	head := "\nADVERSARY\tEXIT CODE\tTIME\tMEMORY\n"
	for _, o := range m.Sorted() {
		if o.Memory == 0 {
			continue
		}
		fmt.Fprintf(t, "%s%s\t%d\t%.1f s\t%d MB\n", head, o.Name, o.Exit, o.Duration, o.Memory>>20)
		head = ""
	}
	return t.Flush()
}

func (m *Matrix) writeMarkdown(w io.Writer) error {
	fmt.Fprintf(w, "%s\n\n", m.Summary())
	for _, id := range m.Unproven {
		text, err := advice(id)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "* `%s`: %s\n", id, text)
	}
	fmt.Fprint(w, "\n| verdict | name | expected rules | first failure | findings | other rules |\n|---|---|---|---|---|---|\n")
	for _, o := range m.Sorted() {
		if _, err := fmt.Fprintf(w, "| %s |\n", strings.Join(o.columns(), " | ")); err != nil {
			return err
		}
	}
	return nil
}

// columns are an outcome in the table and in Markdown.
func (out Outcome) columns() []string {
	return []string{
		out.Verdict(), out.Name, strings.Join(out.Detectors(), " "), out.Effort(), out.Explanation.column(),
		strings.Join(slices.Concat(out.Others(), out.Problems), " "),
	}
}

//go:embed matrix.html
var pageText string

// page shows the faults by rule.
var page = template.Must(template.New("matrix").Funcs(template.FuncMap{
	"advice": advice,
	"rules":  (*Matrix).rules,
	"short":  func(id string) string { return strings.TrimPrefix(id, "CB-") },
	"cell": func(o Outcome, id string) string {
		detected, expected := slices.Contains(o.DetectedBy, id), slices.Contains(o.Expected, id)
		switch {
		case detected && expected:
			return "expected"
		case detected:
			return "other"
		case expected:
			return "missed"
		default:
			return ""
		}
	},
}).Parse(pageText))
