package steps_test

import (
	"context"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// However a server is reached, and however it asks to slow down, the verdicts are those of the plain one.
func TestVerdictsDoNotDependOnTheWay(t *testing.T) {
	judge := func(t *testing.T, config rpc.Config, controlURL string) *reports.Report {
		config.ThrottleWait = time.Millisecond
		target, err := steps.Connect(config, control.Config{URL: controlURL})
		require.NoError(t, err)
		r, err := steps.Run(context.Background(), steps.Options{Target: target, Checks: 4, Rules: []string{"CB-PRE-*", "CB-METHOD-*", "CB-QUOTA-*", "CB-COMBO-3"}})
		require.NoError(t, err)
		return r
	}
	verdicts := func(r *reports.Report) map[string]string {
		m := map[string]string{}
		for _, rule := range r.Rules {
			m[rule.ID] = rule.Verdict
		}
		return m
	}
	sim, err := simulator.New(simulator.Options{Faults: []string{"method-any"}})
	require.NoError(t, err)
	controlServer := httptest.NewServer(sim.Control())
	t.Cleanup(controlServer.Close)
	plain := httptest.NewServer(sim.API())
	t.Cleanup(plain.Close)
	want := verdicts(judge(t, rpc.Config{Endpoint: plain.URL}, controlServer.URL))
	require.Equal(t, reports.Failed, want["CB-METHOD-3"])

	t.Run("TLS with a private authority", func(t *testing.T) {
		secure := httptest.NewTLSServer(sim.API())
		t.Cleanup(secure.Close)
		ca := filepath.Join(t.TempDir(), "ca.pem")
		require.NoError(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600))
		require.Equal(t, want, verdicts(judge(t, rpc.Config{Endpoint: secure.URL, CAFile: ca}, controlServer.URL)))
	})
	t.Run("behind a proxy", func(t *testing.T) {
		passed := atomic.Int64{}
		proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			passed.Add(1)
			u, err := url.Parse(plain.URL)
			require.NoError(t, err)
			r.SetURL(u)
		}})
		t.Cleanup(proxy.Close)
		require.Equal(t, want, verdicts(judge(t, rpc.Config{Endpoint: "http://rds.acme.example/", Proxy: proxy.URL}, controlServer.URL)))
		require.Positive(t, passed.Load())
	})
	t.Run("throttled", func(t *testing.T) {
		n := atomic.Int64{}
		api := sim.API()
		busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if n.Add(1)%7 == 0 {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusBadRequest)
				_, _ = w.Write([]byte(`{"RequestId":"DA147739-AEAD-4417-9089-65E9B1D8240D","HostId":"h","Code":"Throttling.User","Message":"Request was denied due to user flow control."}`))
				return
			}
			api.ServeHTTP(w, r)
		}))
		t.Cleanup(busy.Close)
		r := judge(t, rpc.Config{Endpoint: busy.URL}, controlServer.URL)
		require.Equal(t, want, verdicts(r))
		require.Positive(t, r.Throttled)
	})
}
