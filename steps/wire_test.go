package steps_test

import (
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
}
