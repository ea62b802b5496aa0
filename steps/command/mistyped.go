package command

import (
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/cbspec/cbspec/targets/typo"
)

// wrongChoice matches the parser's message about a value that a flag cannot have.
var wrongChoice = regexp.MustCompile(`must be one of (.*) but got "(.*)"$`)

// mistyped returns the end of the parser's message about an unknown command or value: the known one
// that the user may have meant. The parser itself does so for flags.
func mistyped(err error, args []string, program *kong.Node) string {
	if m := wrongChoice.FindStringSubmatch(err.Error()); m != nil {
		return typo.Hint(m[2], strings.Split(strings.ReplaceAll(m[1], `"`, ""), ","))
	}
	if !strings.HasPrefix(err.Error(), "unexpected argument ") {
		return ""
	}
	node, typed := program, ""
	for _, arg := range args {
		below := childOf(node, arg)
		if below == nil {
			typed = arg
			break
		}
		node = below
	}
	var names []string
	for _, below := range node.Children {
		names = append(names, below.Name)
	}
	return typo.Hint(typed, names)
}

func childOf(node *kong.Node, name string) *kong.Node {
	for _, below := range node.Children {
		if below.Name == name {
			return below
		}
	}
	return nil
}
