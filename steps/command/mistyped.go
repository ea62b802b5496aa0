package command

import (
	"regexp"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/cbspec/cbspec/targets/typo"
)

// wrongChoice is how the parser says that a value is none of those that a flag can have.
var wrongChoice = regexp.MustCompile(`must be one of (.*) but got "(.*)"$`)

// mistyped returns what the user may have meant by a command or a value that there is not, as the
// end of the parser's message. The parser itself does so for flags.
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
