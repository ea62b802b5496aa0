package command

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"text/tabwriter"

	"github.com/alecthomas/kong"

	"github.com/cbspec/cbspec/targets/typo"
)

type helpCommand struct {
	Topic string `arg:"" optional:"" help:"A topic, or a command."`
}

// protocolFile is the one guide that stands beside the code which it describes.
const protocolFile = "targets/control/PROTOCOL.md"

// guide is a text for users.
type guide struct{ topic, title, text string }

// guides reads the texts for users, in the order of their topics.
func guides(files fs.FS) ([]guide, error) {
	paths, err := fs.Glob(files, ".docs/*.md")
	if err != nil {
		return nil, err
	}
	var all []guide
	for _, name := range append(paths, protocolFile) {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		title, _, _ := strings.Cut(strings.TrimPrefix(string(text), "# "), "\n")
		all = append(all, guide{strings.ToLower(strings.TrimSuffix(path.Base(name), ".md")), title, string(text)})
	}
	return all, nil
}

// Run prints a guide or the help of a command. Without a topic it lists both.
func (c *helpCommand) Run(s streams, k *kong.Context) error {
	all, err := guides(s.files)
	if err != nil {
		return err
	}
	var names []string
	for _, g := range all {
		if g.topic == strings.ToLower(c.Topic) {
			_, err := fmt.Fprint(s.out, g.text)
			return err
		}
		names = append(names, g.topic)
	}
	for _, command := range k.Model.Children {
		if command.Name == c.Topic {
			_, _ = k.Kong.Parse([]string{c.Topic, "--help"}) // prints the help, and then misses arguments
			return nil
		}
		names = append(names, command.Name)
	}
	if c.Topic != "" {
		return usage(fmt.Errorf("there is no topic or command %q%s: `cbspec help` lists them", c.Topic, typo.Hint(c.Topic, names)))
	}
	fmt.Fprintln(s.out, "Guides, each shown by cbspec help TOPIC:")
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, g := range all {
		fmt.Fprintf(w, "  %s\t%s\n", g.topic, g.title)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, "\nCommands are listed by cbspec --help.")
	return err
}
