package steps_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/precondition"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// few is how many requests a run may send to a target that it cannot judge.
const few = 200

// Where a precondition of the run does not hold, it stops early, says so, and fails no rule.
func TestARunStopsWhereNothingCanBeJudged(t *testing.T) {
	tests := []struct {
		name string
		api  http.HandlerFunc
		want string
	}{
		{"a wrong path", http.NotFound, "the address is not that of the API"},
		{"a page for everything", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<!doctype html><p>Welcome") }, "200 and an HTML page"},
		{"another API", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, `{"detail":"Not Found"}`)
		}, "the address is not that of the API"},
		{"a redirect", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "https://rds.example/")
			w.WriteHeader(http.StatusMovedPermanently)
		}, "redirected to https://rds.example/ (301): use that address"},
		{"a front without its API", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
		}, "is the API up?"},
		{"credentials", func(w http.ResponseWriter, _ *http.Request) { refuse(w, "InvalidAccessKeyId.NotFound") }, "does not accept the credentials"},
		{"clocks that differ", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Date", time.Now().Add(20*time.Minute).UTC().Format(http.TimeFormat))
			refuse(w, "InvalidTimeStamp.Expired")
		}, "the clocks differ by 20 minutes"},
		{"an account", func(w http.ResponseWriter, _ *http.Request) { refuse(w, "Forbidden.RAM") }, "the account is not allowed"},
		{"another set of instances", func(w http.ResponseWriter, _ *http.Request) { refuse(w, "InvalidDBInstanceId.NotFound") },
			"does not know the instances that the control protocol makes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config := rpc.Config{Endpoint: listen(t, tt.api), AccessKeyID: keyID, AccessKeySecret: secret}
			r, err := steps.Run(t.Context(), steps.Options{Target: connect(t, config, start(t, simulator.Options{}).ControlURL)})
			require.ErrorContains(t, err, tt.want)
			require.True(t, precondition.Is(err))
			require.Equal(t, reports.NothingTested, r.Verdict)
			require.Empty(t, failedRules(r))
			require.Contains(t, r.CutShort, tt.want)
			require.LessOrEqual(t, r.Requests, few)
		})
	}
}

// A read-only run looks too, at a target without instances.
func TestAReadOnlyRunStopsWhereNothingCanBeJudged(t *testing.T) {
	target, err := rpc.New(rpc.Config{Endpoint: listen(t, http.HandlerFunc(http.NotFound))})
	require.NoError(t, err)
	_, err = steps.Run(t.Context(), steps.Options{
		Target: steps.Existing(target, []string{"rm-1"}, targets.Condition{Engine: targets.MySQL}), ReadOnly: true,
	})
	require.True(t, precondition.NotTheAPI(err), "%v", err)
}

// A target that accepts no valid call for a reason of its own has one failure, found early.
func TestADeadTargetHasOneFailure(t *testing.T) {
	for name, api := range map[string]http.HandlerFunc{
		"every call is refused": func(w http.ResponseWriter, _ *http.Request) { refuse(w, "No") },
		"every instance is called inactive": func(w http.ResponseWriter, _ *http.Request) {
			refuse(w, "IncorrectDBInstanceState")
		},
		"clocks agree, and every timestamp is called expired": func(w http.ResponseWriter, _ *http.Request) {
			refuse(w, "InvalidTimeStamp.Expired")
		},
		"every call is a server error": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprint(w, `{"RequestId":"DA147739-AEAD-4417-9089-65E9B1D8240D","HostId":"h","Code":"InternalError","Message":"x"}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := run(t, steps.Options{Target: connect(t, rpc.Config{Endpoint: listen(t, api)}, start(t, simulator.Options{}).ControlURL)})
			require.Equal(t, reports.NotConformant, r.Verdict)
			require.Equal(t, []string{"CB-PRE-1"}, failedRules(r))
			require.Len(t, r.Findings, 1)
			require.LessOrEqual(t, r.Requests, few)
			require.Contains(t, strings.Join(r.Warnings, " "), "The run ended early")
			require.Contains(t, ruleOf(t, r, "CB-METHOD-3").Reason, "does not accept even the plainest valid call")
		})
	}
}

// An API that wrongly refuses the plainest call is judged, whatever Code it gives, as long as it
// accepts anything at all.
func TestAWrongRefusalOfThePlainestCallIsJudged(t *testing.T) {
	for _, code := range []string{"InvalidBackupMethod.ValueNotSupport", "SignatureDoesNotMatch", "NoPermission", "IncorrectDBInstanceType"} {
		t.Run(code, func(t *testing.T) {
			target := serveHandler(t, func(api http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if p := parameters(r); p.Get("Action") == "CreateBackup" && p.Get("BackupMethod") != "Logical" {
						refuse(w, code)
						return
					}
					api.ServeHTTP(w, r)
				})
			})
			r := run(t, steps.Options{Target: target, Rules: []string{"CB-METHOD-[14]", "CB-PRE-1"}, Checks: 3})
			require.Equal(t, reports.NotConformant, r.Verdict)
			require.NotEmpty(t, failedRules(r))
		})
	}
}

// Credentials that end during a run end it. What was judged before is kept, and nothing fails.
func TestARunStopsWhereCredentialsEnd(t *testing.T) {
	for _, code := range []string{"InvalidSecurityToken.Expired", "NoPermission", "InvalidAccessKeyId.NotFound"} {
		t.Run(code, func(t *testing.T) {
			s, err := simulator.New(simulator.Options{AccessKeyID: keyID, AccessKeySecret: secret})
			require.NoError(t, err)
			api, n := s.API(), atomic.Int64{}
			endpoint := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if n.Add(1) > 900 {
					refuse(w, code)
					return
				}
				api.ServeHTTP(w, r)
			}))
			target := connect(t, rpc.Config{Endpoint: endpoint, AccessKeyID: keyID, AccessKeySecret: secret}, listen(t, s.Control()))
			r, err := steps.Run(t.Context(), steps.Options{Target: target})
			require.True(t, precondition.Is(err), "%v", err)
			require.ErrorContains(t, err, code)
			require.Empty(t, failedRules(r))
			require.False(t, r.Complete)
			require.Equal(t, reports.Passed, ruleOf(t, r, "CB-PRE-1").Verdict)
			require.LessOrEqual(t, n.Load(), int64(900+few))
		})
	}
}

// A replay that is refused because of the caller does not show that a failure is fixed.
func TestAReplayStopsWhereCredentialsEnd(t *testing.T) {
	r := run(t, steps.Options{Target: faulty(t, "method-any"), Rules: []string{"CB-METHOD-3"}, Checks: 3})
	kept := keep(t, r, "CB-METHOD-3", ruleOf(t, r, "CB-METHOD-3").Failures[0])
	endpoint := listen(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { refuse(w, "InvalidSecurityToken.Expired") }))
	target := connect(t, rpc.Config{Endpoint: endpoint, AccessKeyID: keyID, AccessKeySecret: secret}, start(t, simulator.Options{}).ControlURL)
	_, err := steps.Replay(t.Context(), steps.ReplayOptions{Target: target}, kept)
	require.ErrorContains(t, err, "the security token has expired")
	require.True(t, precondition.Is(err))
}

// An existing instance may not allow backups, for reasons that only its owner knows.
func TestARestrictedInstanceIsInconclusive(t *testing.T) {
	for _, code := range []string{
		"ReadDBInstanceNotSupport", "IncorrectDBInstanceCharacterType", "IncorrectDBInstanceType", "Order.ComboInstanceNotAllowOperate",
		"Order.NoRealNameAuthentication", "Price.PricingPlanResultNotFound", "NoPermission", "OperationDenied.OutofUsage",
		"Exceeded.BackupTimes",
	} {
		t.Run(code, func(t *testing.T) {
			r := run(t, steps.Options{Target: refusesValid(t, code), Phases: []string{"examples"}})
			require.Equal(t, reports.NothingTested, r.Verdict)
			require.Contains(t, ruleOf(t, r, "CB-PRE-1").Reason, code)
		})
	}
	t.Run("a Code about the call is judged", func(t *testing.T) {
		r := run(t, steps.Options{Target: refusesValid(t, "InvalidBackupMethod.ValueNotSupport"), Phases: []string{"examples"}})
		require.Equal(t, reports.NotConformant, r.Verdict)
	})
}

// An account may be allowed to use some instances only. Then an instance that does not exist is
// refused as one of others is, and the account is the right one.
func TestAnAccountOfSomeInstancesIsJudged(t *testing.T) {
	target := oneInstance(t, "NoPermission", func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"RequestId":"DA147739-AEAD-4417-9089-65E9B1D8240D"}`)
	})
	r := run(t, steps.Options{Target: target, Phases: []string{"examples"}, Rules: []string{"CB-INSTANCE-2"}})
	require.True(t, r.Complete)
	require.Equal(t, reports.Passed, ruleOf(t, r, "CB-INSTANCE-2").Scenarios[0].Verdict)
}

// An account that may make no backup at all ends the run, also where the instance exists already.
func TestAnAccountOfNoInstanceEndsTheRun(t *testing.T) {
	target := oneInstance(t, "NoPermission", func(w http.ResponseWriter) { refuse(w, "NoPermission") })
	_, err := steps.Run(t.Context(), steps.Options{Target: target, Phases: []string{"examples"}})
	require.True(t, precondition.Is(err), "%v", err)
}

// refusesValid serves an API with one instance, which refuses invalid calls as documented and valid
// ones with a Code.
func refusesValid(t *testing.T, code string) targets.Target {
	t.Helper()
	return oneInstance(t, "InvalidDBInstanceName.NotFound", func(w http.ResponseWriter) { refuse(w, code) })
}

// oneInstance serves an API with one instance. It refuses calls for others with a Code, and other
// invalid calls as documented.
func oneInstance(t *testing.T, unknown string, valid func(http.ResponseWriter)) targets.Target {
	t.Helper()
	endpoint := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch p := parameters(r); {
		case p.Get("Action") != "CreateBackup":
			refuse(w, "InvalidAction.NotFound")
		case p.Get("DBInstanceId") != "rm-1":
			refuse(w, unknown)
		case !slices.Contains([]string{"", "Physical", "Logical"}, p.Get("BackupMethod")):
			refuse(w, "InvalidBackupMethod.ValueNotSupport")
		default:
			valid(w)
		}
	}))
	target, err := rpc.New(rpc.Config{Endpoint: endpoint})
	require.NoError(t, err)
	return steps.Existing(target, []string{"rm-1"}, targets.Condition{Engine: targets.MySQL, Databases: []string{"app"}})
}

// parameters returns the parameters of a request, whose body can be read again.
func parameters(r *http.Request) url.Values {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body)) // what cannot be read is no parameter
	p := r.URL.Query()
	maps.Copy(p, form)
	return p
}

// A read-only run makes no backup, whatever the adapter and wherever the instances come from.
func TestAReadOnlyRunMakesNoBackupOfFixtures(t *testing.T) {
	created := atomic.Int64{}
	endpoint := listen(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		asked := map[string]string{}
		valid := json.NewDecoder(r.Body).Decode(&asked) == nil && slices.Contains([]string{"", "Physical", "Logical"}, asked["kind"])
		switch {
		case r.Method == http.MethodGet:
			fmt.Fprint(w, `{"data":[]}`)
		case r.URL.Path != "/instances/rm-1/backups" || !valid:
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"code":"InvalidParameter"}`)
		default:
			created.Add(1)
			w.WriteHeader(http.StatusAccepted)
			fmt.Fprint(w, `{}`)
		}
	}))
	file, err := targetfile.Parse("mapped.yaml", []byte(`
endpoint: `+endpoint+`
protocol: mapped
mapped:
  createBackup: {method: POST, path: "/instances/{DBInstanceId}/backups", body: json, parameters: {BackupMethod: kind}, others: send,
    accepted: {status: [202]}, refused: {status: [4xx]}, code: {json: $.code}}
  describeBackups: {path: "/instances/{DBInstanceId}/backups", items: {json: "$.data[*]"}, id: {json: $.id}}
observe: describe
fixtures: [{id: rm-1, engine: MySQL, databases: [app]}]
`), nil)
	require.NoError(t, err)
	target, err := steps.ConnectFile(file, targetfile.Credentials{}, "", t.TempDir())
	require.NoError(t, err)
	r := run(t, steps.Options{Target: target, ReadOnly: true, Rules: []string{"CB-PRE-1", "CB-METHOD-*", "CB-INSTANCE-[12]"}})
	require.Zero(t, created.Load())
	require.Zero(t, r.Backups)
	require.Positive(t, r.Requests)
}
