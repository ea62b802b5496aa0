package steps_test

import (
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// The verdicts are the same however a server is reached, and however often it asks to slow down.
func TestVerdictsDoNotDependOnTheNetwork(t *testing.T) {
	if testing.Short() {
		t.Skip("the tests of the adapters send through the same networks")
	}
	t.Parallel()
	s, err := simulator.New(simulator.Options{Faults: []string{"method-any"}})
	require.NoError(t, err)
	api, controlURL := s.API(), listen(t, s.Control())
	rules := []string{"CB-PRE-*", "CB-METHOD-*", "CB-QUOTA-[12]", "CB-COMBO-3"}
	if moreSeeds(t) > 0 {
		rules = append(rules, "CB-QUOTA-*")
	}
	judge := func(t *testing.T, c rpc.Config) *reports.Report {
		c.ThrottleWait = time.Millisecond
		return run(t, steps.Options{Target: connect(t, c, controlURL), Checks: 4, Rules: rules})
	}
	plain := listen(t, api)
	want := verdicts(judge(t, rpc.Config{Endpoint: plain}))
	require.Equal(t, reports.Failed, want["CB-METHOD-3"])

	t.Run("TLS with a private authority", func(t *testing.T) {
		secure := httptest.NewTLSServer(api)
		t.Cleanup(secure.Close)
		ca := filepath.Join(t.TempDir(), "ca.pem")
		require.NoError(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600))
		require.Equal(t, want, verdicts(judge(t, rpc.Config{Endpoint: secure.URL, CAFile: ca})))
	})
	t.Run("behind a proxy", func(t *testing.T) {
		u, err := url.Parse(plain)
		require.NoError(t, err)
		passed := atomic.Int64{}
		proxy := listen(t, &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
			passed.Add(1)
			r.SetURL(u)
		}})
		require.Equal(t, want, verdicts(judge(t, rpc.Config{Endpoint: "http://rds.acme.example/", Proxy: proxy})))
		require.Positive(t, passed.Load())
	})
	t.Run("a limit of its own", func(t *testing.T) {
		require.Equal(t, want, verdicts(judge(t, rpc.Config{Endpoint: plain, RequestsPerSecond: 2000})))
	})
	for name, refuse := range limits() {
		t.Run("a limit of requests: "+name, func(t *testing.T) {
			r := judge(t, rpc.Config{Endpoint: listen(t, limited(api, refuse))})
			require.Equal(t, want, verdicts(r))
			require.Positive(t, r.Throttled)
			require.Contains(t, strings.Join(r.Warnings, " "), "use --requests-per-second")
		})
	}
}

// limited serves an API that asks to slow down in every seventh answer.
func limited(api http.Handler, refuse func(http.ResponseWriter)) http.Handler {
	var n atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1)%7 == 0 {
			refuse(w)
			return
		}
		api.ServeHTTP(w, r)
	})
}

// limits are the ways in which servers and fronts refuse requests beyond a limit.
func limits() map[string]func(http.ResponseWriter) {
	later := func(w http.ResponseWriter, at string, status int) {
		w.Header().Set("Retry-After", at)
		w.WriteHeader(status)
	}
	return map[string]func(http.ResponseWriter){
		"400 with a Code":        func(w http.ResponseWriter) { refuse(w, "Throttling.User") },
		"429 without a document": func(w http.ResponseWriter) { w.WriteHeader(http.StatusTooManyRequests) },
		"429 with seconds":       func(w http.ResponseWriter) { later(w, "0", http.StatusTooManyRequests) },
		"429 with a date": func(w http.ResponseWriter) {
			later(w, time.Now().UTC().Format(http.TimeFormat), http.StatusTooManyRequests)
		},
		"503 without Retry-After, as nginx's limit_req": pageOf503,
		"503 with a Code": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprint(w, `{"RequestId":"1","HostId":"h","Code":"ServiceUnavailable","Message":"Busy."}`)
		},
	}
}

// verdicts returns the verdicts of a report by rule.
func verdicts(r *reports.Report) map[string]string {
	m := map[string]string{}
	for _, rule := range r.Rules {
		m[rule.ID] = rule.Verdict
	}
	return m
}
