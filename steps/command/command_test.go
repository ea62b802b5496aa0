package command_test

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/cbspec/cbspec/steps/command"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"cbspec": func() { os.Exit(command.Main(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// The scripts pin what the command line promises: exit codes, and what is said.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script"})
}
