package steps_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

const (
	keyID  = "testid"
	secret = "testsecret-0123456789"
)

// serve starts a simulator that wants signatures, and returns the target that it is.
func serve(t testing.TB, o simulator.Options) targets.Target {
	t.Helper()
	o.AccessKeyID, o.AccessKeySecret = keyID, secret
	return connect(t, start(t, o))
}

func start(t testing.TB, o simulator.Options) *simulator.Server {
	t.Helper()
	s, err := simulator.New(o)
	require.NoError(t, err)
	server, err := s.Start(context.Background(), "127.0.0.1:0", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return server
}

func connect(t testing.TB, server *simulator.Server) targets.Target {
	t.Helper()
	target, err := steps.Connect(rpc.Config{Endpoint: server.Endpoint, AccessKeyID: keyID, AccessKeySecret: secret}, control.Config{URL: server.ControlURL})
	require.NoError(t, err)
	return target
}

// brief is a run of less effort where the tests are to be short.
func brief(o steps.Options) steps.Options {
	if testing.Short() {
		o.Checks, o.Strength = 3, 2
	}
	return o
}

// A run that is interrupted while it finds out how the target is called says so in a report, as later.
func TestInterruptedAtItsStart(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := steps.Run(ctx, steps.Options{Target: serve(t, simulator.Options{}), OnCall: func(targets.Call, targets.Answer) { cancel() }})
	require.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, r)
	require.Equal(t, "the run was interrupted", r.CutShort)
	require.False(t, r.Complete)
	i := slices.IndexFunc(r.Rules, func(rule reports.Rule) bool { return rule.ID == "CB-RETENTION-1" })
	require.Equal(t, reports.NotApplicable, r.Rules[i].Verdict, "it is not of the edition, however far the run came")
}
