package connect_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/connect"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/fixtures"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// serve starts a simulator, and returns the URLs of its API and of its control protocol.
func serve(t *testing.T) (api, controlURL string) {
	sim, err := simulator.New(simulator.Options{})
	require.NoError(t, err)
	apiServer, controlServer := httptest.NewServer(sim.API()), httptest.NewServer(sim.Control())
	t.Cleanup(apiServer.Close)
	t.Cleanup(controlServer.Close)
	return apiServer.URL, controlServer.URL
}

// openFile opens a target file with this text.
func openFile(t *testing.T, text string) targets.Target {
	path := filepath.Join(t.TempDir(), "target.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	f, err := targetfile.Read(path)
	require.NoError(t, err)
	target, err := connect.OpenFile(f, connect.FileOptions{LedgerDir: t.TempDir()})
	require.NoError(t, err)
	return target
}

func has[T any](target targets.Target) bool {
	_, ok := targets.As[T](target)
	return ok
}

func createBackup(id string) targets.Call {
	return targets.Call{Method: http.MethodGet, Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: id},
	}}
}

func TestOpenReturnsTheAdapterWithoutAControlURL(t *testing.T) {
	target, err := connect.Open(rpc.Config{Endpoint: "http://127.0.0.1:1/"}, control.Config{})
	require.NoError(t, err)
	require.IsType(t, &rpc.Target{}, target)
	_, ok := connect.Control(target)
	require.False(t, ok)
}

func TestAPreparedTargetHasWhatTheAdapterAndTheControlProtocolHave(t *testing.T) {
	api, controlURL := serve(t)
	target, err := connect.Open(rpc.Config{Endpoint: api}, control.Config{URL: controlURL})
	require.NoError(t, err)
	require.True(t, has[targets.Provisioner](target))
	require.True(t, has[targets.Changer](target))
	require.True(t, has[targets.Completer](target))
	require.True(t, has[targets.Observer](target))
	require.True(t, has[targets.DayShifter](target))
	require.True(t, has[targets.Capable](target))
	require.True(t, has[targets.SetupCurler](target))
	require.True(t, has[targets.Curler](target))
	require.True(t, has[targets.Signer](target))
	require.True(t, has[targets.RawRequester](target))
	client, ok := connect.Control(target)
	require.True(t, ok)
	require.Equal(t, "control protocol at "+controlURL, client.String())
}

func TestOpenFileLimitsTheBackupsOfEveryCall(t *testing.T) {
	api, controlURL := serve(t)
	target := openFile(t, "endpoint: "+api+"\ncontrol: {url: "+controlURL+"}\nlimits: {backups: 1}\n")
	provisioner, ok := targets.As[targets.Provisioner](target)
	require.True(t, ok)
	id, err := provisioner.Provision(t.Context(), targets.Condition{
		Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone,
	})
	require.NoError(t, err)
	a, err := target.Send(t.Context(), createBackup(id))
	require.NoError(t, err)
	require.Equal(t, targets.Accepted, a.Outcome, a.Problem)
	_, err = target.Send(t.Context(), createBackup(id))
	require.ErrorIs(t, err, targets.ErrBudget)
}

// The control protocol observes backups unless the file says that the target itself lists them.
func TestObserveDescribeNeedsATargetThatListsBackups(t *testing.T) {
	api, controlURL := serve(t)
	target := openFile(t, "endpoint: "+api+"\ncontrol: {url: "+controlURL+"}\nobserve: describe\nlimits: {backups: 1}\n")
	observer, ok := targets.As[targets.Observer](target)
	require.True(t, ok)
	provisioner, ok := targets.As[targets.Provisioner](target)
	require.True(t, ok)
	id, err := provisioner.Provision(t.Context(), targets.Condition{
		Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastCompleted,
	})
	require.NoError(t, err)
	backups, err := observer.Backups(t.Context(), id)
	require.NoError(t, err, "the RPC adapter lists no backups, so the control protocol does")
	require.Len(t, backups, 1)
}

func TestOpenFileUsesFixturesWithoutAControlURL(t *testing.T) {
	target := openFile(t, "endpoint: http://127.0.0.1:1/\nfixtures: [{id: rm-1, engine: MySQL, databases: [app]}]\n")
	require.IsType(t, &fixtures.Target{}, target)
	require.True(t, has[targets.FixturePool](target))
	raw, ok := targets.As[targets.RawRequester](target)
	require.True(t, ok)
	require.Empty(t, raw.RawRequests(), "fixtures take no raw requests")
}

// A limit of requests holds for the control protocol too.
func TestTheRateHoldsForTheControlProtocol(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "{}") }))
	t.Cleanup(server.Close)
	target, err := connect.Open(rpc.Config{Endpoint: server.URL, RequestsPerSecond: 0.001}, control.Config{URL: server.URL})
	require.NoError(t, err)
	client, _ := connect.Control(target)
	require.NoError(t, client.Ping(t.Context()), "the first may be sent at once")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, client.Ping(ctx), context.DeadlineExceeded, "the next has to wait")
}
