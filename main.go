// Command cbspec checks whether an implementation of the Alibaba Cloud RDS CreateBackup operation
// does what its documentation says.
package main

import (
	"embed"
	"os"

	"github.com/cbspec/cbspec/steps/command"
)

// files are what the program shows and writes. They are embedded here because a package embeds only
// files below its own folder.
//
//go:embed .docs .ci/examples .examples/servers targets/control/PROTOCOL.md
var files embed.FS

func main() { os.Exit(command.Main(os.Args[1:], files, os.Stdout, os.Stderr)) }
