package steps_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/simulator"
)

// A failure that is found by comparison keeps what it compares: its replay sends both cases again.
// Its minimal case has no parameter that the failure does not need.
func TestComparisonIsReplayed(t *testing.T) {
	for _, c := range []struct {
		name, rule, check, sentence string
		target                      func(*testing.T) targets.Target
		params                      int // of the minimal call
	}{
		{
			name: "another type than with Auto", rule: "CB-TYPE-4", check: reports.CheckType, params: 2,
			sentence: "The backup type differs from that of the same call with Auto",
			target:   func(t *testing.T) targets.Target { return faulty(t, "default-type-full") },
		},
		{
			name: "an undocumented Code", rule: "CB-RESPONSE-7", check: reports.CheckCode, params: 1,
			sentence: "Refused with an undocumented Code when DBInstanceId is absent",
			target:   func(t *testing.T) targets.Target { return faulty(t, "code-own-spelling") },
		},
		{
			name: "another decision by GET", rule: "CB-COMBO-4", check: reports.CheckDecision, params: 3,
			sentence: "Two forms of the same call are not both accepted or both refused: ",
			target:   overlooksEmptyMethodByGet,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := steps.Options{Target: c.target(t), Rules: []string{c.rule}, Checks: 40}
			r := run(t, o)
			rule := ruleOf(t, r, c.rule)
			require.Equal(t, reports.Failed, rule.Verdict, rule.Reason)
			f := rule.Failures[0]
			require.True(t, strings.HasPrefix(f.Law, c.sentence), f.Law)
			require.Equal(t, c.check, f.Check)
			require.NotEmpty(t, f.RequestID)
			require.Len(t, f.Case.Steps[0].Call.Params, c.params)

			kept := keep(t, r, c.rule, f)
			again, err := steps.Replay(t.Context(), steps.ReplayOptions{Target: o.Target}, kept)
			require.NoError(t, err)
			require.Equal(t, steps.Replayed{Reproduced: true, Expected: f.Expected, Answered: f.Answered}, again)
			fixed, err := steps.Replay(t.Context(), steps.ReplayOptions{Target: serve(t, simulator.Options{})}, kept)
			require.NoError(t, err)
			require.False(t, fixed.Reproduced, fixed.Answered)

			o.Corpus, o.Checks = []reports.Replay{kept}, 1
			r = run(t, o)
			first := ruleOf(t, r, c.rule).Failures[0]
			require.Equal(t, f.Law, first.Law, "a run tries kept failures first")
			require.Equal(t, reports.Fingerprint(c.rule, f), reports.Fingerprint(c.rule, first))
		})
	}
}

// overlooksEmptyMethodByGet serves an API that ignores an empty BackupMethod in the query of a GET,
// and refuses it elsewhere. The document leaves both open, but not that they differ.
func overlooksEmptyMethodByGet(t *testing.T) targets.Target {
	t.Helper()
	return serveHandler(t, func(api http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if q := r.URL.Query(); r.Method == http.MethodGet && q.Has("BackupMethod") && q.Get("BackupMethod") == "" {
				q.Del("BackupMethod")
				r.URL.RawQuery = q.Encode()
			}
			api.ServeHTTP(w, r)
		})
	})
}
