package audit_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/audit"
	"github.com/cbspec/cbspec/steps/belief"
	"github.com/cbspec/cbspec/targets/exchange"
	"github.com/cbspec/cbspec/targets/simulator"
)

// audited returns the report of exchanges.
func audited(t *testing.T, o audit.Options, recorded []exchange.Exchange) *reports.Report {
	t.Helper()
	a, err := audit.New(o)
	require.NoError(t, err)
	for _, x := range recorded {
		a.Add(x)
	}
	return a.Report()
}

func inventory(t *testing.T, text string) belief.Inventory {
	t.Helper()
	path := filepath.Join(t.TempDir(), "inventory.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	n, err := belief.ReadInventory(path)
	require.NoError(t, err)
	return n
}

// day returns the report of a day with a server.
func day(t *testing.T, o simulator.Options, given string, async bool) *reports.Report {
	t.Helper()
	op := newOperator(t, o)
	op.day(quotaOf(o.Edition))
	return audited(t, audit.Options{Edition: o.Edition, Inventory: inventory(t, given), Async: async}, op.recorded)
}

// rulesWith lists the rules with a verdict.
func rulesWith(r *reports.Report, verdict string) []string {
	var ids []string
	for _, rule := range r.Rules {
		if rule.Verdict == verdict {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}

func TestADayOfAGoodServerFailsNothing(t *testing.T) {
	for _, edition := range []string{"original", "current"} {
		for _, given := range []string{"instances: []", exclusive} {
			r := day(t, simulator.Options{Edition: edition}, given, false)
			require.Empty(t, rulesWith(r, reports.Failed))
			require.Subset(t, rulesWith(r, reports.Passed), []string{
				"CB-PRE-3", "CB-QUOTA-2", "CB-INSTANCE-1", "CB-METHOD-1", "CB-STRATEGY-2", "CB-RESPONSE-1", "CB-RESPONSE-4",
			})
		}
	}
}

func TestVariationsFailNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("a day with each of them")
	}
	editions := []string{"original"}
	if os.Getenv("CBSPEC_SEEDS") != "" {
		editions = append(editions, "current")
	}
	for _, edition := range editions {
		for _, v := range simulator.Variations() {
			if v.Edition != "" && v.Edition != edition {
				continue
			}
			r := day(t, simulator.Options{Edition: edition, Variations: []string{v.Name}}, exclusive, v.Async)
			for _, id := range rulesWith(r, reports.Failed) {
				require.True(t, slices.Contains(v.Should, id), "%s %s: %s %v", edition, v.Name, id, r.Findings)
			}
		}
	}
}

// Faults of the catalogue, seen by a day of ordinary use. The first rule is the one that is found.
func TestFaultsAreSeen(t *testing.T) {
	for _, c := range []struct{ edition, fault, rule string }{
		{"original", "status-ignored", "CB-PRE-2"},
		{"original", "running-ignored", "CB-PRE-3"},
		{"original", "never-backed-up-refused", "CB-PRE-1"},
		{"original", "quota-off-by-one-more", "CB-QUOTA-2"},
		{"original", "instance-missing-accepted", "CB-INSTANCE-1"},
		{"original", "physical-refused", "CB-METHOD-1"},
		{"original", "method-any", "CB-METHOD-3"},
		{"original", "logical-without-databases", "CB-METHOD-5"},
		{"original", "strategy-any", "CB-STRATEGY-2"},
		{"original", "type-any", "CB-TYPE-3"},
		{"original", "type-full-refused", "CB-TYPE-2"},
		{"original", "no-requestid", "CB-RESPONSE-1"},
		{"original", "xml-root", "CB-RESPONSE-2"},
		{"original", "json-wrapped", "CB-RESPONSE-3"},
		{"original", "constant-requestid", "CB-RESPONSE-4"},
		{"original", "requestid-counter", "CB-RESPONSE-5"},
		{"original", "error-without-hostid", "CB-RESPONSE-6"},
		{"original", "media-type-swapped", "CB-RESPONSE-8"},
		{"original", "error-with-500", "CB-ROBUST-1"},
		{"original", "regionid-refused", "CB-PUBLIC-2"},
		{"current", "running-ignored", "CB-PRE-3"},
		{"current", "quota-off-by-one-more", "CB-QUOTA-2"},
	} {
		t.Run(c.edition+" "+c.fault, func(t *testing.T) {
			r := day(t, simulator.Options{Edition: c.edition, Faults: []string{c.fault}}, exclusive, false)
			require.Contains(t, rulesWith(r, reports.Failed), c.rule)
			require.NotContains(t, rulesWith(r, reports.Passed), c.rule)
		})
	}
}

// exchangeOf returns an exchange of a call with its answer.
func exchangeOf(at time.Time, query string, status int, body string) exchange.Exchange {
	return exchange.Exchange{
		Source: "a", Start: at, End: at.Add(time.Second),
		Request: exchange.Request{Method: http.MethodGet, URL: "http://h/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-1" + query},
		Response: exchange.Response{
			Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Message: exchange.Message{Body: []byte(body)},
		},
	}
}

// What is not an answer of the server, and what says nothing of it, is no failure.
func TestWhatIsNotJudged(t *testing.T) {
	const accepted = `{"RequestId":"DA147739-AEAD-4417-9089-65E9B1D8240D"}`
	at := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	call := exchangeOf(at, "", 200, accepted)
	elsewhere := call
	elsewhere.Source, elsewhere.Start, elsewhere.Request.URL = "b", at.Add(-3*time.Second), "https://proxy/?"+call.Request.URL[len("http://h/?"):]
	elsewhere.End = at.Add(-2 * time.Second)
	cut := call
	cut.Response.Message = exchange.Message{Partial: true}
	other := call
	other.Request.URL = "http://h/?Action=CreateBackup&Version=2015-12-01&DBInstanceId=dds-1&BackupMethod=Snapshot"
	refused := func(code string) exchange.Exchange {
		return exchangeOf(at, "", 403, `{"RequestId":"DA147739-AEAD-4417-9089-65E9B1D8240D","HostId":"h","Code":"`+code+`","Message":"m"}`)
	}
	for _, c := range []struct {
		name string
		xs   []exchange.Exchange
	}{
		{"no answer", []exchange.Exchange{exchangeOf(at, "", 0, "")}},
		{"a gateway", []exchange.Exchange{exchangeOf(at, "", 502, `{"error":"bad gateway"}`)}},
		{"a page", []exchange.Exchange{exchangeOf(at, "", 403, "<html>no</html>")}},
		{"a firewall", []exchange.Exchange{exchangeOf(at, "", 403, `{"error":"blocked"}`)}},
		{"a redirect", []exchange.Exchange{exchangeOf(at, "", 302, "")}},
		{"slow down", []exchange.Exchange{exchangeOf(at, "", 429, `{"Code":"Throttling.User","RequestId":"R"}`)}},
		{"a body that was not recorded", []exchange.Exchange{cut}},
		{"the same from two proxies", []exchange.Exchange{elsewhere, call}},
		{"another product", []exchange.Exchange{other}},
		{"no permission", []exchange.Exchange{refused("NoPermission")}},
		{"a kind of instance", []exchange.Exchange{refused("ReadDBInstanceNotSupport")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := audited(t, audit.Options{Inventory: inventory(t, "instances: [{id: rm-1, status: Running, exclusive: true, lastBackup: none}]")}, c.xs)
			require.Empty(t, rulesWith(r, reports.Failed), r.Findings)
		})
	}
	wrongly := audited(t, audit.Options{Inventory: inventory(t, "instances: [{id: rm-1, status: Running, exclusive: true, lastBackup: none}]")},
		[]exchange.Exchange{refused("IncorrectDBInstanceState")})
	require.Equal(t, []string{"CB-PRE-1"}, rulesWith(wrongly, reports.Failed))
	twice := audited(t, audit.Options{}, []exchange.Exchange{call, exchangeOf(at.Add(time.Minute), "", 200, accepted)})
	require.Equal(t, []string{"CB-RESPONSE-4"}, rulesWith(twice, reports.Failed))
}
