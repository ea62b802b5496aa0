package steps_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// Where a failure is that two cases come to different things, or that a Code is none of some, its replay holds all of that: it sends both again.
func TestComparisonIsReplayed(t *testing.T) {
	for _, c := range []struct {
		name, rule, check, law string
		target                 func(*testing.T) targets.Target
		params                 int // of the least call
	}{
		{"another type than with Auto", "CB-TYPE-4", reports.CheckType, "another type than with Auto on equal instances, time and again, after: a call", faulty("default-type-full"), 2},
		{"a Code of its own", "CB-RESPONSE-7", reports.CheckCode, "a Code that is none of the documented ones whenever DBInstanceId is absent", faulty("code-own-spelling"), 1},
		{"another decision by GET", "CB-COMBO-4", reports.CheckDecision, `when a call with "BackupMethod"="" is said differently: `, twoFaced, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := steps.Options{Target: c.target(t), Rules: []string{c.rule}, Checks: 40}
			r, err := steps.Run(context.Background(), o)
			require.NoError(t, err)
			rule := ruleOf(r, c.rule)
			require.Equal(t, reports.Failed, rule.Verdict, rule.Reason)
			f := rule.Failures[0]
			require.True(t, strings.HasPrefix(f.Law, c.law), f.Law)
			require.Equal(t, c.check, f.Check)
			require.Len(t, f.Case.Steps[0].Call.Params, c.params)
			kept := keep(t, r, c.rule, f)

			again, err := steps.Replay(context.Background(), o.Target, kept, false)
			require.NoError(t, err)
			require.Equal(t, steps.Replayed{Reproduced: true, Expected: f.Expected, Answered: f.Answered}, again)
			mended, err := steps.Replay(context.Background(), serve(t, simulator.Options{}), kept, false)
			require.NoError(t, err)
			require.False(t, mended.Reproduced, mended.Answered)

			o.Corpus, o.Checks = []reports.Replay{kept}, 1
			r, err = steps.Run(context.Background(), o)
			require.NoError(t, err)
			require.Equal(t, f.Law, ruleOf(r, c.rule).Failures[0].Law, "what is kept is tried first")
		})
	}
}

func faulty(fault string) func(*testing.T) targets.Target {
	return func(t *testing.T) targets.Target { return serve(t, simulator.Options{Faults: []string{fault}}) }
}

// twoFaced is a server that overlooks an empty BackupMethod in a query of GET, and refuses it elsewhere: the document leaves either open, but not both.
func twoFaced(t *testing.T) targets.Target {
	t.Helper()
	s, err := simulator.New(simulator.Options{})
	require.NoError(t, err)
	api := s.API()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if q := r.URL.Query(); r.Method == http.MethodGet && q.Has("BackupMethod") && q.Get("BackupMethod") == "" {
			q.Del("BackupMethod")
			r.URL.RawQuery = q.Encode()
		}
		api.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	controlServer := httptest.NewServer(s.Control())
	t.Cleanup(controlServer.Close)
	target, err := steps.Connect(rpc.Config{Endpoint: server.URL}, control.Config{URL: controlServer.URL})
	require.NoError(t, err)
	return target
}
