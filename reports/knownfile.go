package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/bounds"
)

// knownFile is the content of a file of known failures.
type knownFile struct {
	Known []Waiver `yaml:"known"`
}

// maxKnown is how large a file of known failures may be, in bytes.
const maxKnown = 4 << 20

// ReadKnown reads a file of known failures: YAML, with the list under "known". rules are the ids of
// the rules that exist.
//
// An entry without rule, reason, owner or expires is an error, and so is one with neither a
// fingerprint nor law and answered, an unknown key, an entry that is there twice, or one of a rule
// that does not exist: it would silently waive nothing. The error names file and line and says how
// to fix it.
func ReadKnown(path string, rules []string) ([]Waiver, error) {
	data, err := targets.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("known failures: %w", err)
	}
	return parseKnown(path, data, rules)
}

// parseKnown reads the text of a file of known failures.
func parseKnown(path string, data []byte, rules []string) ([]Waiver, error) {
	if data = withoutMark(data); len(data) > maxKnown {
		return nil, fmt.Errorf("%s: the file is longer than 4 MiB", path)
	}
	if line := bounds.YAML(data); line > 0 {
		return nil, fmt.Errorf("%s:%d: lists and mappings are nested too deeply: the list is under \"known\", and an entry has %s",
			path, line, waiverKeys)
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, yamlError(path, err)
	}
	var known knownFile
	decoder := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict(), yaml.DisallowUnknownField())
	if err := decoder.Decode(&known); err != nil && !errors.Is(err, io.EOF) {
		return nil, yamlError(path, err)
	}
	first := map[[3]string]int{} // entry by what it is known by
	for i, w := range known.Known {
		if key, err := faultOf(w, rules); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, lineOf(file, i, key), err)
		}
		identity := [3]string{w.Rule, w.Fingerprint}
		if w.Fingerprint == "" {
			identity = [3]string{w.Rule, w.Law, w.Answer}
		}
		if at, twice := first[identity]; twice {
			return nil, fmt.Errorf("%s:%d: line %d has the same known failure: remove one of them", path, lineOf(file, i, ""), lineOf(file, at, ""))
		}
		first[identity] = i
	}
	return known.Known, nil
}

// waiverKeys are the keys of an entry, in the order in which they are written.
const waiverKeys = "rule, fingerprint, law, answered, reason, owner and expires"

// waiverFields are the keys of an entry with their values.
func waiverFields(w Waiver) [][2]string {
	return [][2]string{
		{"rule", w.Rule}, {"fingerprint", w.Fingerprint}, {"law", w.Law}, {"answered", w.Answer},
		{"reason", w.Reason}, {"owner", w.Owner}, {"expires", w.Expires},
	}
}

// faultOf says what is wrong with an entry, and at which key. An empty key is the whole entry.
func faultOf(w Waiver, rules []string) (key string, err error) {
	for _, f := range waiverFields(w) {
		if strings.TrimSpace(f[1]) == "" && w.needs(f[0]) {
			return "", fmt.Errorf("a known failure needs %s: it has %s", f[0], waiverKeys)
		}
	}
	if w.Fingerprint != "" && !fingerprintPattern.MatchString(w.Fingerprint) {
		return "fingerprint", fmt.Errorf("the fingerprint %q is not one: report.json has it, and --update-known writes it", w.Fingerprint)
	}
	if !slices.Contains(rules, w.Rule) {
		return "rule", fmt.Errorf("there is no rule %s: correct its id, or remove the entry", Visible(w.Rule))
	}
	if _, err := time.Parse(time.DateOnly, w.Expires); err != nil {
		return "expires", fmt.Errorf("expires is %q: write it as a date such as 2027-01-31", w.Expires)
	}
	return "", nil
}

// needs reports whether the entry must have a key. An entry without a fingerprint is known by its
// law and answer.
func (w Waiver) needs(key string) bool {
	switch key {
	case "fingerprint":
		return w.Law == "" && w.Answer == ""
	case "law", "answered":
		return w.Fingerprint == ""
	}
	return true
}

// lineOf returns the line of an entry, or of one of its keys.
func lineOf(file *ast.File, entry int, key string) int {
	path := fmt.Sprintf("$.known[%d]", entry)
	if key != "" {
		path += "." + key
	}
	p, err := yaml.PathString(path)
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

// yamlError puts file and line before an error of the YAML library.
func yamlError(path string, err error) error {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil {
		message := y.GetMessage()
		if strings.HasPrefix(message, "unknown field") {
			message += `: the list is under "known", and an entry has ` + waiverKeys
		}
		return fmt.Errorf("%s:%d: %s", path, y.GetToken().Position.Line, message)
	}
	return fmt.Errorf("%s: %w", path, err)
}

// WriteKnown writes a file of known failures that [ReadKnown] can read. It replaces the whole file.
func WriteKnown(path string, known []Waiver) error {
	var b bytes.Buffer
	b.WriteString("# Known failures of cbspec. Each needs a reason, an owner and a last day. What fails is known by its\n" +
		"# rule and fingerprint; law and answered only tell people.\nknown:")
	if len(known) == 0 {
		b.WriteString(" []")
	}
	b.WriteString("\n")
	for _, k := range known {
		lead := "  - "
		for _, f := range waiverFields(k) {
			if f[1] == "" {
				continue
			}
			fmt.Fprintf(&b, "%s%s: %s\n", lead, f[0], quoted(f[1]))
			lead = "    "
		}
	}
	return WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
}

// quoted returns a text as a JSON string, which is a YAML string too, whatever is in it.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string can always be encoded
	return strings.TrimSpace(b.String())
}
