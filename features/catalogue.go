// Package features holds the rules of the document as Gherkin, and the catalogue that is read from them. The feature files are the only
// list of rules there is.
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
	ID        string   // CB-METHOD-3
	Level     string   // must, should or may
	Area      string   // the name of its feature
	Statement string   // the Rule line
	Section   string   // of the document
	Document  string   // what the document says there
	Editions  []string // in which it holds
	Needs     []string // what a target must be able to do: provision, observe, complete, next-day, lock, signature
	Phase     string   // of the run
	File      string   // of the feature, relative to the repository
	Line      int
	Examples  []string // names of its scenarios
	// Refuses: an example of it shows a refusal, by its twin being accepted.
	Refuses bool
}

// Phases lists the phases of a run, in their order.
func Phases() []string {
	return []string{"examples", "combinations", "random", "sequences", "races", "wire"}
}

// Catalogue returns every rule, in the order of the document. The order of the areas is that of order.
func Catalogue() ([]Rule, error) { return catalogue() }

var catalogue = sync.OnceValues(read)

var order = []string{
	"preconditions", "quota", "Action", "DBInstanceId", "BackupMethod", "BackupStrategy", "DBName", "BackupType", "BackupRetentionPeriod",
	"response", "public parameters", "authentication", "combinations", "random calls", "sequences", "races", "robustness",
}

func read() ([]Rule, error) {
	names, err := fs.Glob(Files, "*.feature")
	if err != nil {
		return nil, err
	}
	var rules []Rule
	for _, name := range names {
		text, err := fs.ReadFile(Files, name)
		if err != nil {
			return nil, err
		}
		doc, err := gherkin.ParseGherkinDocument(bytes.NewReader(text), (&messages.Incrementing{}).NewId)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for _, child := range doc.Feature.Children {
			if child.Rule == nil {
				continue
			}
			r, err := rule(child.Rule)
			if err != nil {
				return nil, fmt.Errorf("features/%s:%d: %w", name, child.Rule.Location.Line, err)
			}
			r.Area, r.File = doc.Feature.Name, "features/"+name
			rules = append(rules, r)
		}
	}
	slices.SortStableFunc(rules, func(a, b Rule) int {
		return cmp.Or(slices.Index(order, a.Area)-slices.Index(order, b.Area), a.Line-b.Line)
	})
	return rules, nil
}

func rule(g *messages.Rule) (Rule, error) {
	r := Rule{Statement: g.Name, Line: int(g.Location.Line), Phase: "examples"}
	for _, tag := range g.Tags {
		name := strings.TrimPrefix(tag.Name, "@")
		switch kind, rest, _ := strings.Cut(name, "-"); {
		case kind == "CB":
			r.ID = name
		case kind == "needs":
			r.Needs = append(r.Needs, rest)
		case kind == "phase":
			r.Phase = rest
		case name == "original" || name == "current":
			r.Editions = append(r.Editions, name)
		case name == "must" || name == "should" || name == "may":
			r.Level = name
		default:
			return r, fmt.Errorf("unknown tag %s", tag.Name)
		}
	}
	if r.ID == "" || r.Level == "" || len(r.Editions) == 0 {
		return r, fmt.Errorf("rule %q needs an id, a level and an edition as tags", g.Name)
	}
	section, document, found := strings.Cut(strings.TrimSpace(g.Description), "\n\n")
	r.Section = strings.TrimPrefix(strings.TrimSpace(section), "Section: ")
	if !found || r.Section == section {
		return r, fmt.Errorf("rule %s needs a Section and what the document says there", r.ID)
	}
	r.Document = strings.Join(strings.Fields(document), " ")
	for _, child := range g.Children {
		if child.Scenario != nil {
			r.Examples = append(r.Examples, child.Scenario.Name)
			for _, step := range child.Scenario.Steps {
				r.Refuses = r.Refuses || strings.Contains(step.Text, "once that is mended")
			}
		}
	}
	return r, nil
}
