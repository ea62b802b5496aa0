package command

import (
	"fmt"
	"reflect"
	"strings"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Run prints a script that completes commands and flags. The script is made from the commands
// themselves.
func (c completionCommand) Run(s streams) error {
	commands := map[string][]string{}
	var names []string
	t := reflect.TypeFor[cli]()
	for f := range t.Fields() {
		name := strings.ToLower(f.Name)
		names = append(names, name)
		commands[name] = flagsOf(f.Type)
	}
	switch c.Shell {
	case "fish":
		for _, n := range names {
			fmt.Fprintf(s.out, "complete -c cbspec -n __fish_use_subcommand -a %s\n", n)
			for _, f := range commands[n] {
				fmt.Fprintf(s.out, "complete -c cbspec -n '__fish_seen_subcommand_from %s' -l %s\n", n, strings.TrimPrefix(f, "--"))
			}
		}
		return nil
	case "zsh":
		fmt.Fprintln(s.out, "autoload -U +X bashcompinit && bashcompinit")
	}
	fmt.Fprintf(s.out, "_cbspec() {\n  local words\n  case \"${COMP_WORDS[1]}\" in\n")
	for _, n := range names {
		fmt.Fprintf(s.out, "    %s) words='%s' ;;\n", n, strings.Join(commands[n], " "))
	}
	fmt.Fprintf(s.out, "    *) words='%s %s' ;;\n  esac\n", strings.Join(names, " "), strings.Join(commands["run"], " "))
	fmt.Fprintln(s.out, `  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _cbspec cbspec`)
	return nil
}

func flagsOf(t reflect.Type) []string {
	var flags []string
	for f := range t.Fields() {
		if f.Anonymous {
			flags = append(flags, flagsOf(f.Type)...)
			continue
		}
		if _, arg := f.Tag.Lookup("arg"); arg {
			continue
		}
		name := f.Tag.Get("name")
		if name == "" {
			name = kebab(f.Name)
		}
		flags = append(flags, "--"+name)
	}
	return flags
}

func kebab(s string) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
