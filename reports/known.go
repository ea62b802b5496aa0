package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// knownFile is the file of known failures.
type knownFile struct {
	Known []Waiver `yaml:"known"`
}

// Outcome is how a report stands to the known failures.
type Outcome struct {
	Waived     []Waiver  // failures that are known, in the behaviour that they are pinned to
	Unexpected []Finding // failures that are not known, or that are answered otherwise than known
	Expired    []Waiver  // known failures that still fail after their last day: they waive nothing
	Stale      []Waiver  // known failures that fail no longer
	Unmatched  []Waiver  // of rules that do not exist
}

// Finding is a failure of a rule.
type Finding struct {
	Rule, Level, Law, Answered string
	// Was is what the known failure of that rule and law is pinned to, where there is one.
	Was string
}

// ReadKnown reads a file of known failures: YAML, with the list under "known". The error names file and line; unknown
// keys are errors, and so are entries without rule, law, answered, reason, owner or expires, and entries given twice.
func ReadKnown(path string) ([]Waiver, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("known failures: %w", err)
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, yamlError(path, err)
	}
	var known knownFile
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict(), yaml.DisallowUnknownField()).Decode(&known); err != nil && !errors.Is(err, io.EOF) {
		return nil, yamlError(path, err)
	}
	first := map[[3]string]int{}
	for i, w := range known.Known {
		line := lineOf(file, i, "")
		for _, f := range []struct{ name, value string }{
			{"rule", w.Rule}, {"law", w.Law}, {"answered", w.Answer}, {"reason", w.Reason}, {"owner", w.Owner}, {"expires", w.Expires},
		} {
			if strings.TrimSpace(f.value) == "" {
				return nil, fmt.Errorf("%s:%d: a known failure needs %s", path, line, f.name)
			}
		}
		if _, err := time.Parse(time.DateOnly, w.Expires); err != nil {
			return nil, fmt.Errorf("%s:%d: expires is %q and must be a date such as 2027-01-31", path, lineOf(file, i, ".expires"), w.Expires)
		}
		key := [3]string{w.Rule, w.Law, w.Answer}
		if at, twice := first[key]; twice {
			return nil, fmt.Errorf("%s:%d: the same known failure stands in line %d", path, line, at)
		}
		first[key] = line
	}
	return known.Known, nil
}

// lineOf is the line of an entry, or of a key in it.
func lineOf(file *ast.File, entry int, key string) int {
	p, err := yaml.PathString(fmt.Sprintf("$.known[%d]%s", entry, key))
	if err != nil {
		return 0
	}
	node, err := p.FilterFile(file)
	if err != nil || node == nil {
		return 0
	}
	if m, ok := node.(*ast.MappingNode); ok && len(m.Values) > 0 {
		node = m.Values[0].Key
	}
	return node.GetToken().Position.Line
}

// yamlError puts file and line before what the YAML library says.
func yamlError(path string, err error) error {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		return fmt.Errorf("%s:%d: %s", path, y.GetToken().Position.Line, y.GetMessage())
	}
	return fmt.Errorf("%s: %w", path, err)
}

// Apply marks the failures of the report that are known, and the rules of which every failure is known, and counts
// them. A known failure fits by rule, law and answer, and holds through its last day in UTC.
//
// An entry is stale where its rule passed, or failed by other laws only. A run cut short or a single shard proves
// nothing of that kind: the rule may fail in what was not run.
func Apply(r *Report, known []Waiver, now time.Time) Outcome {
	var out Outcome
	whole := r.Complete && r.Shard == ""
	rules := map[string]Rule{}
	seen := make([]bool, len(known)) // the failure still comes about, in whatever behaviour
	for i := range r.Rules {
		rule := &r.Rules[i]
		rules[rule.ID] = *rule
		rule.Waiver = nil
		all := len(rule.Failures) > 0
		for j := range rule.Failures {
			f := &rule.Failures[j]
			f.Known = nil
			finding := Finding{Rule: rule.ID, Level: rule.Level, Law: f.Law, Answered: f.Answered}
			for k, w := range known {
				if w.Rule != rule.ID || w.Law != f.Law {
					continue
				}
				seen[k] = true
				if w.Answer != f.Answered {
					finding.Was = w.Answer
				} else if expired(w, now) {
					out.Expired = append(out.Expired, w)
				} else {
					f.Known = &w
				}
			}
			if f.Known == nil {
				all = false
				out.Unexpected = append(out.Unexpected, finding)
				continue
			}
			out.Waived = append(out.Waived, *f.Known)
			if rule.Waiver == nil {
				rule.Waiver = f.Known
			}
		}
		if rule.Verdict != Failed || !all {
			rule.Waiver = nil
		}
		if rule.Verdict == Failed && len(rule.Failures) == 0 {
			out.Unexpected = append(out.Unexpected, Finding{Rule: rule.ID, Level: rule.Level, Law: rule.Reason})
		}
	}
	for k, w := range known {
		rule, exists := rules[w.Rule]
		switch {
		case !exists:
			out.Unmatched = append(out.Unmatched, w)
		case whole && !seen[k] && (rule.Verdict == Passed || rule.Verdict == Failed):
			out.Stale = append(out.Stale, w)
		}
	}
	r.Totals = Sum(r)
	return out
}

func expired(w Waiver, now time.Time) bool {
	last, err := time.Parse(time.DateOnly, w.Expires)
	return err != nil || !now.Before(last.AddDate(0, 0, 1))
}

// UpdateKnown returns the known failures as the report has them: those that still come about keep their reason, owner
// and expiry and are pinned to the answer of now, those that are stale or of no rule are dropped, those that the run
// did not get to are kept, and new ones take reason, owner and expiry from fresh. They are sorted by rule and law.
func UpdateKnown(known []Waiver, r *Report, fresh Waiver) []Waiver {
	copied := *r // Apply marks rules and failures, and this function only asks it
	copied.Rules = slices.Clone(r.Rules)
	for i := range copied.Rules {
		copied.Rules[i].Failures = slices.Clone(copied.Rules[i].Failures)
	}
	out := Apply(&copied, known, time.Time{}) // before any expiry
	gone := append(slices.Clone(out.Stale), out.Unmatched...)
	var updated []Waiver
	for _, rule := range r.Rules {
		for _, f := range rule.Failures {
			w := fresh
			for _, k := range known {
				if k.Rule == rule.ID && k.Law == f.Law {
					w = k
					if k.Answer == f.Answered {
						break
					}
				}
			}
			w.Rule, w.Law, w.Answer = rule.ID, f.Law, f.Answered
			updated = append(updated, w)
		}
	}
	for _, k := range known {
		here := slices.ContainsFunc(updated, func(w Waiver) bool { return w.Rule == k.Rule && w.Law == k.Law })
		if !here && !slices.Contains(gone, k) {
			updated = append(updated, k)
		}
	}
	slices.SortStableFunc(updated, func(a, b Waiver) int {
		return strings.Compare(a.Rule+"\x00"+a.Law+"\x00"+a.Answer, b.Rule+"\x00"+b.Law+"\x00"+b.Answer)
	})
	return slices.Compact(updated)
}

// WriteKnown writes a file of known failures that [ReadKnown] reads. The file is replaced as a whole.
func WriteKnown(path string, known []Waiver) error {
	return writeFile(path, func(w io.Writer) error {
		var b bytes.Buffer
		b.WriteString("# Known failures of cbspec: each needs a reason, an owner and a last day.\nknown:")
		if len(known) == 0 {
			b.WriteString(" []")
		}
		b.WriteString("\n")
		for _, k := range known {
			lead := "  - "
			for _, f := range []struct{ key, value string }{
				{"rule", k.Rule}, {"law", k.Law}, {"answered", k.Answer}, {"reason", k.Reason}, {"owner", k.Owner}, {"expires", k.Expires},
			} {
				fmt.Fprintf(&b, "%s%s: %s\n", lead, f.key, quoted(f.value))
				lead = "    "
			}
		}
		_, err := w.Write(b.Bytes())
		return err
	})
}

// quoted is a text as JSON has it, which is YAML too, whatever stands in it.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // text always can be
	return strings.TrimSpace(b.String())
}
