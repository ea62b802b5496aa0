package steps

import (
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/connect"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/fixtures"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// Connect returns the target at an endpoint, as connect.Open does.
func Connect(r rpc.Config, c control.Config) (targets.Target, error) { return connect.Open(r, c) }

// ConnectFile returns the target that a target file describes, as connect.OpenFile does.
func ConnectFile(f *targetfile.File, keys targetfile.Credentials, userAgent, dir string) (targets.Target, error) {
	return connect.OpenFile(f, connect.FileOptions{Keys: keys, UserAgent: userAgent, LedgerDir: dir})
}

// Existing returns the target with existing instances in place of provisioned ones, as
// fixtures.NewSingle does.
func Existing(t targets.Target, ids []string, c targets.Condition) targets.Target {
	return fixtures.NewSingle(t, ids, c)
}
