package command

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/alecthomas/kong"
)

type manCommand struct{}

// Run prints the manual page, made from the commands and flags themselves.
func (manCommand) Run(s streams, k *kong.Context) error {
	var page strings.Builder
	fmt.Fprintf(&page, ".TH CBSPEC 1 \"\" \"cbspec %s\"\n", roff(version()))
	fmt.Fprintf(&page, ".SH NAME\ncbspec \\- judge implementations of Alibaba Cloud RDS CreateBackup\n")
	fmt.Fprintf(&page, ".SH SYNOPSIS\n.B cbspec\n[COMMAND] [FLAGS]\n")
	fmt.Fprintf(&page, ".SH DESCRIPTION\n.nf\n%s\n.fi\n", roff(description))
	fmt.Fprintf(&page, ".SH GLOBAL FLAGS\n")
	writeFlags(&page, k.Model.Node)
	fmt.Fprintf(&page, ".SH COMMANDS\n")
	for _, command := range k.Model.Leaves(true) {
		name := strings.TrimPrefix(command.Path(), "cbspec ")
		fmt.Fprintf(&page, ".SS %s\n%s\n", roff(strings.TrimSpace(name+" "+arguments(command))), roff(command.Help))
		writeFlags(&page, command)
	}
	fmt.Fprintf(&page, ".SH SEE ALSO\n.B cbspec help\nlists the guides, and\n.B cbspec help TOPIC\nshows one.\n")
	_, err := fmt.Fprint(s.out, page.String())
	return err
}

func arguments(command *kong.Node) string {
	var words []string
	for _, argument := range command.Positional {
		words = append(words, argument.Summary())
	}
	return strings.Join(words, " ")
}

func writeFlags(page *strings.Builder, command *kong.Node) {
	for _, flag := range command.Flags {
		if !flag.Hidden {
			fmt.Fprintf(page, ".TP\n.B %s\n%s\n", roff(flag.String()), roff(flag.Help))
		}
	}
}

// roff escapes a text for man. No line begins like a request, and a dash can be copied.
func roff(text string) string {
	var escaped strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			escaped.WriteString(`\&`)
		}
		for _, r := range line {
			switch {
			case r == '\\':
				escaped.WriteString(`\e`)
			case r == '-':
				escaped.WriteString(`\-`)
			case r > unicode.MaxASCII:
				fmt.Fprintf(&escaped, `\[u%04X]`, r)
			default:
				escaped.WriteRune(r)
			}
		}
	}
	return escaped.String()
}
