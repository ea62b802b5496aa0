package audit_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/audit"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/exchange"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
	"github.com/cbspec/cbspec/targets/tap"
)

// signedCalls sends calls whose signatures are right or wrong to a server with faults, and returns
// what a proxy before it sees.
func signedCalls(t *testing.T, faults ...string) []exchange.Exchange {
	t.Helper()
	sim, err := simulator.New(simulator.Options{AccessKeyID: "the-key", AccessKeySecret: "the-secret", Faults: faults})
	require.NoError(t, err)
	server := httptest.NewServer(sim.API())
	defer server.Close()
	upstream, err := url.Parse(server.URL)
	require.NoError(t, err)
	var mu sync.Mutex
	var seen []exchange.Exchange
	front := httptest.NewServer(tap.New(upstream, &http.Transport{DisableCompression: true}, func(x exchange.Exchange) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, x)
	}))
	defer front.Close() // which waits for what is shown
	target, err := rpc.New(rpc.Config{Endpoint: front.URL, AccessKeyID: "the-key", AccessKeySecret: "the-secret"})
	require.NoError(t, err)
	for _, algorithm := range []string{targets.HMACSHA1, targets.ACS3HMACSHA256} {
		for i, fault := range []targets.AuthFault{
			"", "", targets.AuthWrongSecret, targets.AuthTampered, targets.AuthMissing, targets.AuthExpired, targets.AuthRecent,
			"SignatureMethod absent", "x-acs-signature-nonce absent", targets.AuthUnknownKey,
		} {
			call := targets.Call{Method: "POST", Algorithm: algorithm, Auth: fault, Params: []targets.Param{
				{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: sim.Instances()[i%4]}, {Name: "DBName", Value: "a b~*+"},
			}}
			if i < 2 {
				call.Nonce = "used-twice-" + algorithm
				call.Params[1].Value = sim.Instances()[0]
			}
			_, err := target.Send(t.Context(), call)
			require.NoError(t, err)
		}
	}
	front.Close()
	return seen
}

func TestSignatures(t *testing.T) {
	for _, c := range []struct{ fault, rule string }{
		{"", ""},
		{"auth-none", "CB-AUTH-1"},
		{"auth-any-signature", "CB-AUTH-3"},
		{"auth-sha1-any-signature", "CB-AUTH-3"},
		{"auth-acs3-any-signature", "CB-AUTH-3"},
		{"auth-any-timestamp", "CB-AUTH-5"},
		{"auth-any-nonce", "CB-AUTH-6"},
	} {
		t.Run(c.fault, func(t *testing.T) {
			var faults []string
			if c.fault != "" {
				faults = []string{c.fault, "running-ignored"} // so that a call is accepted soon after another
			}
			seen := signedCalls(t, faults...)
			r := audited(t, audit.Options{KeyID: "the-key", Secret: "the-secret"}, seen)
			failed := rulesWith(r, reports.Failed)
			if c.rule == "" {
				require.Empty(t, failed)
			} else {
				require.Contains(t, failed, c.rule)
			}
			without := audited(t, audit.Options{}, seen)
			require.NotContains(t, rulesWith(without, reports.Failed), c.rule)
			for i := range seen {
				seen[i].Original = false // as a record
			}
			edited := audited(t, audit.Options{KeyID: "the-key", Secret: "the-secret"}, seen)
			require.NotContains(t, rulesWith(edited, reports.Failed), "CB-AUTH-1", "a recorder may have left out the signature")
		})
	}
}
