package command

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Run prints a script that completes commands and flags. The script is made from the commands
// themselves.
func (c completionCommand) Run(s streams, k *kong.Context) error {
	if c.Shell == "fish" {
		for _, command := range k.Model.Children {
			fmt.Fprintf(s.out, "complete -c cbspec -n __fish_use_subcommand -a %s -d %q\n", command.Name, firstSentence(command.Help))
			for _, word := range wordsOf(command) {
				option := "-a " + word
				if long, is := strings.CutPrefix(word, "--"); is {
					option = "-l " + long
				}
				fmt.Fprintf(s.out, "complete -c cbspec -n '__fish_seen_subcommand_from %s' %s\n", command.Name, option)
			}
		}
		return nil
	}
	if c.Shell == "zsh" {
		fmt.Fprintln(s.out, "autoload -U +X bashcompinit && bashcompinit")
	}
	fmt.Fprintf(s.out, "_cbspec() {\n  local words\n  case \"${COMP_WORDS[1]}\" in\n")
	var first []string
	for _, command := range k.Model.Children {
		first = append(first, command.Name)
		fmt.Fprintf(s.out, "    %s) words='%s' ;;\n", command.Name, strings.Join(wordsOf(command), " "))
		if command == k.Model.DefaultCmd {
			first = append(first, wordsOf(command)...)
		}
	}
	_, err := fmt.Fprintf(s.out, `    *) words='%s' ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _cbspec cbspec
`, strings.Join(first, " "))
	return err
}

// wordsOf returns what may follow a command: the commands below it, and the flags of all of them.
func wordsOf(command *kong.Node) []string {
	var words []string
	for _, below := range command.Children {
		words = append(append(words, below.Name), wordsOf(below)...)
	}
	for _, flag := range command.Flags {
		words = append(words, "--"+flag.Name)
	}
	return words
}

func firstSentence(help string) string {
	first, _, _ := strings.Cut(help, ". ")
	return strings.TrimSuffix(first, ".")
}
