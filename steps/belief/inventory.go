package belief

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/bounds"
	"github.com/cbspec/cbspec/targets/typo"
)

// Inventory is what somebody vouches for, for the whole time of the traffic.
type Inventory struct {
	Instances []Given `yaml:"instances"`
}

// Given is what is said of one instance. What is left out is unknown.
type Given struct {
	ID        string    `yaml:"id"`
	Engine    string    `yaml:"engine"`
	Status    string    `yaml:"status"`
	Databases *[]string `yaml:"databases"`
	// Exclusive says that nothing makes a backup of the instance or changes it but the calls of the
	// traffic: no other party, and no schedule. BackupsToday and LastBackup are those at the start.
	Exclusive    bool   `yaml:"exclusive"`
	BackupsToday int    `yaml:"backupsToday"`
	LastBackup   string `yaml:"lastBackup"`
}

// ReadInventory reads an inventory file. Its errors name the file and the line.
func ReadInventory(path string) (Inventory, error) {
	text, err := targets.ReadFile(path)
	if err != nil {
		return Inventory{}, err
	}
	return parseInventory(path, text)
}

func parseInventory(path string, text []byte) (Inventory, error) {
	var n Inventory
	if line := bounds.YAML(text); line > 0 {
		return n, fmt.Errorf("%s:%d: lists and mappings are nested too deeply", path, line)
	}
	if err := yaml.UnmarshalWithOptions(text, &n, yaml.Strict(), yaml.DisallowUnknownField()); err != nil {
		if y := (yaml.Error)(nil); errors.As(err, &y) && y.GetToken() != nil {
			return n, fmt.Errorf("%s:%d: %s", path, y.GetToken().Position.Line, y.GetMessage())
		}
		return n, fmt.Errorf("%s: %w", path, err)
	}
	seen := map[string]bool{}
	for i, g := range n.Instances {
		err := g.check()
		if err == nil && seen[g.ID] {
			err = errors.New("the instance is listed twice")
		}
		if err != nil {
			return n, fmt.Errorf("%s:%d: %w", path, lineOf(text, i), err)
		}
		seen[g.ID] = true
	}
	return n, nil
}

// lineOf returns the line of an instance of the list.
func lineOf(text []byte, i int) int {
	at, err := yaml.PathString(fmt.Sprintf("$.instances[%d].id", i))
	if err != nil {
		return 1
	}
	node, err := at.ReadNode(strings.NewReader(string(text)))
	if err != nil {
		return 1
	}
	return node.GetToken().Position.Line
}

func (g Given) check() error {
	last := []string{"", targets.LastNone, targets.LastCompleted, targets.LastRunning, targets.LastFailed}
	switch {
	case g.ID == "":
		return errors.New("an instance needs an id")
	case g.Engine != "" && !slices.Contains(targets.Engines(), g.Engine):
		return fmt.Errorf("%q is not an engine%s: the engines are %s",
			g.Engine, typo.Hint(g.Engine, targets.Engines()), strings.Join(targets.Engines(), ", "))
	case !slices.Contains(last, g.LastBackup):
		return fmt.Errorf("lastBackup %q: it is none, completed, running or failed", g.LastBackup)
	case g.BackupsToday < 0:
		return errors.New("backupsToday must not be negative")
	case !g.Exclusive && (g.BackupsToday > 0 || g.LastBackup != ""):
		return errors.New("backupsToday and lastBackup are known only of an instance that is exclusive: add exclusive: true, or leave them out")
	}
	return nil
}
