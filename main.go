// Command cbspec checks whether an implementation of the Alibaba Cloud RDS CreateBackup operation
// does what its documentation says.
package main

import (
	"os"

	"github.com/cbspec/cbspec/steps/command"
)

func main() { os.Exit(command.Main(os.Args[1:], os.Stdout, os.Stderr)) }
