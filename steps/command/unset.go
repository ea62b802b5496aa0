package command

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// unset finds the flags that are given and empty, which counts as not given: a CI job sets the
// variable of an input to nothing where the input is not set.
type unset struct {
	flags map[string]*kong.Flag // of every command, by name
	given map[string]bool       // names of the flags that are given and empty
}

// newUnset makes the parser ignore the environment variables that are empty.
func newUnset(k *kong.Kong) *unset {
	u := &unset{flags: map[string]*kong.Flag{}, given: map[string]bool{}}
	_ = kong.Visit(k.Model, func(node kong.Visitable, next kong.Next) error {
		if flag, is := node.(*kong.Flag); is {
			u.ignoreEmptyVariables(flag)
		}
		return next(nil)
	})
	return u
}

func (u *unset) ignoreEmptyVariables(flag *kong.Flag) {
	u.flags[flag.Name] = flag
	flag.Tag.Envs = slices.DeleteFunc(slices.Clone(flag.Tag.Envs), func(name string) bool {
		value, set := os.LookupEnv(name)
		if set && value == "" {
			u.given[flag.Name] = true
		}
		return set && value == ""
	})
}

// strict are the flags that must not be empty on the command line.
var strict = []string{"engine"}

// withoutEmpty returns the arguments without the flags that have an empty value.
func (u *unset) withoutEmpty(args []string) []string {
	var kept []string
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(kept, args[i:]...)
		}
		name, value, joined := strings.Cut(strings.TrimPrefix(args[i], "--"), "=")
		flag := u.flags[name]
		if !strings.HasPrefix(args[i], "--") || flag == nil || flag.IsBool() || flag.IsCounter() {
			kept = append(kept, args[i])
			continue
		}
		words := args[i : i+1]
		if !joined && i+1 < len(args) {
			i++
			words, value = args[i-1:i+1], args[i]
		}
		if empty := value == "" && (joined || len(words) == 2); empty && !slices.Contains(strict, name) {
			u.given[name] = true
			continue
		}
		kept = append(kept, words...)
	}
	return kept
}

// checkTarget refuses to judge the embedded simulator in place of an implementation whose URL or
// file is given and empty.
func (u *unset) checkTarget(k *kong.Context) error {
	empty := ""
	for _, flag := range k.Flags() {
		if flag.Name != "endpoint" && flag.Name != "target" {
			continue
		}
		if flag.Target.String() != "" {
			return nil
		}
		if u.given[flag.Name] {
			empty = flag.Name
		}
	}
	if empty == "" {
		return nil
	}
	return fmt.Errorf("--%s (or CBSPEC_%s) is given and empty: say which implementation to judge,"+
		" or leave it out to judge the embedded simulator", empty, strings.ToUpper(empty))
}
