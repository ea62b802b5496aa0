package steps_test

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/precondition"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// cold is how many requests a cold front refuses: more than the retries of one call.
const cold = 8

// An ordinary front in front of a good server fails no rule.
func TestAFrontFailsNoRule(t *testing.T) {
	for name, front := range map[string]func(api http.Handler) http.Handler{
		"a cache that answers 304 to who has the answer": cache,
		"a cold start: 503 until the API is up": func(api http.Handler) http.Handler {
			var n atomic.Int64
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if n.Add(1) <= cold {
					pageOf503(w)
					return
				}
				api.ServeHTTP(w, r)
			})
		},
		"a cold start: a slow first answer": func(api http.Handler) http.Handler {
			var n atomic.Int64
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if n.Add(1) == 1 {
					<-time.After(300 * time.Millisecond)
				}
				api.ServeHTTP(w, r)
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := simulator.New(simulator.Options{})
			require.NoError(t, err)
			config := rpc.Config{Endpoint: listen(t, front(s.API())), ThrottleWait: time.Millisecond}
			r := run(t, steps.Options{
				Target: connect(t, config, listen(t, s.Control())), Phases: []string{"examples", "wire"}, Checks: 3,
				Rules: []string{"CB-PRE-1", "CB-METHOD-*", "CB-RESPONSE-*", "CB-ROBUST-*", "CB-PUBLIC-*"},
			})
			require.Empty(t, failedRules(r))
			require.Equal(t, reports.Passed, ruleOf(t, r, "CB-METHOD-3").Verdict)
			require.Equal(t, reports.Passed, ruleOf(t, r, "CB-RESPONSE-1").Verdict)
		})
	}
}

// A front whose API never comes up ends the run, and is no failure of the API.
func TestAColdStartWithoutAnEndEndsTheRun(t *testing.T) {
	config := rpc.Config{
		Endpoint: listen(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { pageOf503(w) })), ThrottleWait: time.Millisecond,
	}
	r, err := steps.Run(t.Context(), steps.Options{Target: connect(t, config, start(t, simulator.Options{}).ControlURL)})
	require.True(t, precondition.Is(err), "%v", err)
	require.ErrorContains(t, err, "503 and an HTML page")
	require.ErrorContains(t, err, "is the API up")
	require.Equal(t, reports.NothingTested, r.Verdict)
	require.Empty(t, failedRules(r))
	require.LessOrEqual(t, r.Requests, few)
}

// pageOf503 answers as nginx does beyond limit_req, and before its server is up.
func pageOf503(w http.ResponseWriter) {
	http.Error(w, "<html><h1>503 Service Temporarily Unavailable</h1></html>", http.StatusServiceUnavailable)
}

// cache gives every answer an ETag, and answers 304 to a request that names it, or any.
func cache(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		api.ServeHTTP(rec, r)
		tag := fmt.Sprintf("%q", fmt.Sprintf("%x", sha256.Sum256(rec.Body.Bytes())))
		if known := r.Header.Get("If-None-Match"); known == "*" || known == tag || r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		maps.Copy(w.Header(), rec.Header())
		w.Header().Set("ETag", tag)
		w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		w.WriteHeader(rec.Code)
		_, _ = w.Write(rec.Body.Bytes())
	})
}
