package steps_test

import (
	"encoding/base64"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
)

// A server that answers every raw request, and then refuses the next plain call, fails because of
// that request.
func TestPlainCallIsMadeAfterEachRawRequest(t *testing.T) {
	target := serveHandler(t, func(api http.Handler) http.Handler {
		var upset atomic.Bool
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != "BREW" && upset.Swap(false) {
				refuse(w, "InvalidParameter")
				return
			}
			upset.Store(r.Method == "BREW")
			api.ServeHTTP(w, r)
		})
	})
	r := run(t, steps.Options{Target: target, Rules: []string{"CB-ROBUST-*"}})
	require.Equal(t, []string{"CB-ROBUST-4"}, failedRules(r))
	failures := ruleOf(t, r, "CB-ROBUST-4").Failures
	require.Len(t, failures, 1)
	require.Contains(t, failures[0].Law, "a call with an unknown method")
	require.Len(t, failures[0].Case.Steps, 2)
	require.NotEmpty(t, failures[0].RequestID)
	require.NotEmpty(t, failures[0].Date, "that of the answer, which net/http sends")
}

func TestARawRequestIsKeptAsItsBytes(t *testing.T) {
	target := serveHandler(t, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == "BREW" {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			api.ServeHTTP(w, r)
		})
	})
	r := run(t, steps.Options{Target: target, Rules: []string{"CB-ROBUST-*"}})
	require.Len(t, r.Findings, 1)
	sent, err := base64.StdEncoding.DecodeString(r.Findings[0].Raw)
	require.NoError(t, err)
	require.Regexp(t, `^BREW /\?Action=CreateBackup\S* HTTP/1.1\r\nHost: \S+\r\n`, string(sent))
	require.Contains(t, r.Findings[0].Curl, "printf %b 'BREW /?'")
}
