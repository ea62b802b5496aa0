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

// ReadKnown reads a file of known failures: YAML, with the list under "known". The error names file and line and says
// how to mend it. Unknown keys are errors, and so are entries without rule, law, answered, reason, owner or expires,
// entries given twice, and entries of a rule that is not among the given ids: they would waive nothing, unseen.
func ReadKnown(path string, rules []string) ([]Waiver, error) {
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
				return nil, fmt.Errorf("%s:%d: a known failure needs %s: it has rule, law, answered, reason, owner and expires", path, line, f.name)
			}
		}
		if !slices.Contains(rules, w.Rule) {
			return nil, fmt.Errorf("%s:%d: there is no rule %s: mend its id, or take the entry off the list", path, lineOf(file, i, ".rule"), Visible(w.Rule))
		}
		if _, err := time.Parse(time.DateOnly, w.Expires); err != nil {
			return nil, fmt.Errorf("%s:%d: expires is %q: write it as a date such as 2027-01-31", path, lineOf(file, i, ".expires"), w.Expires)
		}
		key := [3]string{w.Rule, w.Law, w.Answer}
		if at, twice := first[key]; twice {
			return nil, fmt.Errorf("%s:%d: the same known failure stands in line %d: take one of them off the list", path, line, at)
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
		message := y.GetMessage()
		if strings.HasPrefix(message, "unknown field") {
			message += `: the list stands under "known", and an entry has rule, law, answered, reason, owner and expires`
		}
		return fmt.Errorf("%s:%d: %s", path, y.GetToken().Position.Line, message)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// WriteKnown writes a file of known failures that [ReadKnown] reads. The file is replaced as a whole.
func WriteKnown(path string, known []Waiver) error {
	return WriteFile(path, func(w io.Writer) error {
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
