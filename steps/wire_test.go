package steps_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A server that answers whatever is sent, and turns the next caller away after one odd request, fails for that request.
func TestPlainCallIsMadeAfterEachOddOne(t *testing.T) {
	s, err := simulator.New(simulator.Options{})
	require.NoError(t, err)
	api := s.API()
	var upset atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != "BREW" && upset.Swap(false) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(`{"RequestId":"DA147739-AEAD-4417-9089-65E9B1D8240D","HostId":"h","Code":"InvalidParameter","Message":"No."}`))
			return
		}
		upset.Store(r.Method == "BREW")
		api.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	controlServer := httptest.NewServer(s.Control())
	t.Cleanup(controlServer.Close)
	target, err := steps.Connect(rpc.Config{Endpoint: server.URL}, control.Config{URL: controlServer.URL})
	require.NoError(t, err)
	r, err := steps.Run(context.Background(), steps.Options{Target: target, Rules: []string{"CB-ROBUST-*"}})
	require.NoError(t, err)
	for _, rule := range r.Rules {
		if rule.Verdict == reports.Failed {
			require.Equal(t, "CB-ROBUST-4", rule.ID, "%+v", rule.Failures)
		}
	}
	failed := ruleOf(r, "CB-ROBUST-4")
	require.Len(t, failed.Failures, 1)
	require.Contains(t, failed.Failures[0].Law, "a call with an unknown method")
	require.Len(t, failed.Failures[0].Case.Steps, 2)
}
