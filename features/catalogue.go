// Package features holds the rules of the document as Gherkin, and the catalogue that is read from
// them. The feature files are the only list of rules.
package features

import (
	"bytes"
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"
)

// Files holds the feature files.
//
//go:embed *.feature
var Files embed.FS

// Rule is one statement of the document.
type Rule struct {
	ID        string   // such as CB-METHOD-3
	Level     string   // must, should or may
	Area      string   // the name of its feature
	Statement string   // the text of its Rule line
	Section   string   // the section of the document
	Open      string   // what it is about, for a rule about what the document leaves open
	Document  string   // what the document says there
	Editions  []string // the editions in which it holds
	Needs     []string // what a target must offer: provision, observe, complete, next-day, lock, storage, signature
	About     []string // the parameters, conditions and events it is about, such as BackupMethod or last backup
	Phase     string   // the phase of the run that tries it
	File      string   // its feature file, relative to the repository
	Line      int      // the line of its Rule in that file
	Examples  []string // the names of its scenarios, each row of an outline by itself
	// Refuses reports whether a scenario of it shows a refusal, which needs a control call that is
	// accepted.
	Refuses bool
}

// controlStep is the step by which a scenario says that its control call is accepted.
const controlStep = "the same call without the fault is accepted"

// Phases lists the phases of a run, in their order.
func Phases() []string {
	return []string{"examples", "combinations", "random", "sequences", "races", "wire"}
}

// Catalogue returns every rule, in the order of the document.
func Catalogue() ([]Rule, error) { return catalogue() }

var catalogue = sync.OnceValues(func() ([]Rule, error) { return read(Files) })

// order lists the areas in the order of the document.
var order = []string{
	"preconditions", "quota", "Action", "DBInstanceId", "BackupMethod", "BackupStrategy", "DBName", "BackupType",
	"BackupRetentionPeriod", "response", "public parameters", "authentication", "combinations", "random calls",
	"sequences", "races", "robustness",
}

// read reads the rules of all feature files in files.
func read(files fs.FS) ([]Rule, error) {
	names, err := fs.Glob(files, "*.feature")
	if err != nil {
		return nil, err
	}
	var rules []Rule
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		more, err := readFeature("features/"+name, text)
		if err != nil {
			return nil, err
		}
		rules = append(rules, more...)
	}
	slices.SortStableFunc(rules, func(a, b Rule) int {
		return cmp.Or(slices.Index(order, a.Area)-slices.Index(order, b.Area), a.Line-b.Line)
	})
	return rules, nil
}

// readFeature reads the rules of one feature file.
func readFeature(file string, text []byte) ([]Rule, error) {
	newID := (&messages.Incrementing{}).NewId
	doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(text), newID)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	examples := map[string][]string{} // names by the id of the scenario or outline
	for _, pickle := range gherkin.Pickles(*doc, file, newID) {
		id := pickle.AstNodeIds[0]
		examples[id] = append(examples[id], pickle.Name)
	}
	var rules []Rule
	for _, child := range doc.Feature.Children {
		if child.Rule == nil {
			continue
		}
		r := Rule{
			Area: doc.Feature.Name, Statement: child.Rule.Name, Phase: "examples",
			File: file, Line: int(child.Rule.Location.Line),
		}
		if err := r.read(slices.Concat(doc.Feature.Tags, child.Rule.Tags), child.Rule); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, r.Line, err)
		}
		r.readScenarios(child.Rule, examples)
		rules = append(rules, r)
	}
	return rules, nil
}

// read reads the tags and the description. The tags of a feature are those of each of its rules.
func (r *Rule) read(tags []*messages.Tag, g *messages.Rule) error {
	for _, tag := range tags {
		if err := r.tag(strings.TrimPrefix(tag.Name, "@")); err != nil {
			return err
		}
	}
	switch {
	case r.ID == "":
		return fmt.Errorf("rule %q has no id: add a tag such as @CB-METHOD-3", r.Statement)
	case r.Level == "":
		return fmt.Errorf("rule %s has no level: add the tag @must, @should or @may", r.ID)
	case len(r.Editions) == 0:
		return fmt.Errorf("rule %s has no edition: add the tag @original or @current, or both", r.ID)
	case r.Statement == "":
		return fmt.Errorf("rule %s has no statement", r.ID)
	}
	section, document, found := strings.Cut(strings.TrimSpace(g.Description), "\n\n")
	section, open, _ := strings.Cut(strings.TrimSpace(section), "\n")
	r.Section, r.Open = strings.TrimPrefix(section, "Section: "), strings.TrimPrefix(strings.TrimSpace(open), "Open: ")
	if !found || r.Section == section {
		return fmt.Errorf("rule %s has no Section, followed by what the document says there", r.ID)
	}
	if (r.Open != "") != (r.Level == "may") {
		return fmt.Errorf("rule %s: a may rule, and no other, says behind its Section what it is about, such as "+
			"\"Open: an unknown parameter\"", r.ID)
	}
	r.Document = strings.Join(strings.Fields(document), " ")
	return nil
}

// tag reads one tag, without its @.
func (r *Rule) tag(name string) error {
	switch kind, rest, _ := strings.Cut(name, "-"); {
	case kind == "CB":
		r.ID = name
	case kind == "needs":
		r.Needs = append(r.Needs, rest)
	case kind == "about":
		r.About = append(r.About, strings.ReplaceAll(rest, "-", " "))
	case kind == "phase":
		r.Phase = rest
	case name == "original" || name == "current":
		r.Editions = append(r.Editions, name)
	case name == "must" || name == "should" || name == "may":
		r.Level = name
	default:
		return fmt.Errorf("unknown tag @%s", name)
	}
	return nil
}

// readScenarios reads the names of the scenarios, and whether one of them shows a refusal.
func (r *Rule) readScenarios(g *messages.Rule, names map[string][]string) {
	for _, child := range g.Children {
		if child.Scenario == nil {
			continue
		}
		r.Examples = append(r.Examples, names[child.Scenario.Id]...)
		for _, step := range child.Scenario.Steps {
			r.Refuses = r.Refuses || step.Text == controlStep
		}
	}
}
