// Package backup shows how a server in Go is judged by its own tests.
package backup

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// servers serves the API and the control protocol. Put your handlers in place of the simulator's.
func servers(t testing.TB) (api, prepare *httptest.Server) {
	t.Helper()
	s, err := simulator.New(simulator.Options{})
	require.NoError(t, err)
	api, prepare = httptest.NewServer(s.API()), httptest.NewServer(s.Control())
	t.Cleanup(api.Close)
	t.Cleanup(prepare.Close)
	return api, prepare
}

// Every rule and every example is a subtest.
func TestCreateBackup(t *testing.T) {
	api, prepare := servers(t)
	target, err := steps.Connect(rpc.Config{Endpoint: api.URL}, control.Config{URL: prepare.URL})
	require.NoError(t, err)
	steps.Test(t, target)
}

// The coverage of the handlers steers the calls.
func FuzzCreateBackup(f *testing.F) {
	s, err := simulator.New(simulator.Options{})
	require.NoError(f, err)
	steps.Fuzz(f, s.API(), s.Control())
}
