package selftest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets/simulator/proxy"
)

// adversary is a server that answers wrongly on purpose, or an unreliable network in front of the
// faithful server. The control protocol works with both.
type adversary struct {
	name, description string
	handler           http.HandlerFunc // answers in place of the simulator; nil for a network
	trouble           proxy.Trouble    // of the network
	ending            ending           // how a run against it must end
}

var adversaries = []adversary{
	{
		name:        "always-yes",
		description: "A server that answers every request with success and does nothing.",
		handler:     alwaysYes,
		ending: ending{
			verdicts: []string{reports.NotConformant},
			fails:    []string{"CB-METHOD-3", "CB-QUOTA-2", "CB-PRE-2"},
		},
	},
	{
		name:        "always-no",
		description: "A server that refuses every request.",
		handler:     alwaysNo,
		ending:      ending{verdicts: []string{reports.NotConformant}, fails: []string{"CB-PRE-1"}},
	},
	{
		name:        "silent",
		description: "A server that takes every request and answers none.",
		handler:     silent,
		ending:      ending{unreachable: true},
	},
	{
		name:        "gone-after-a-hundred",
		description: "A server that resets every connection after it has answered 100 requests.",
		trouble:     proxy.Reset,
		ending:      ending{cutShort: true},
	},
	{
		name:        "network-delays",
		description: "A network that delays every answer by up to 10 ms.",
		trouble:     proxy.Delay,
		ending:      ending{verdicts: []string{reports.Conformant}},
	},
	{
		name:        "network-duplicates",
		description: "A network that delivers every request twice, so that the answer may be that to the second.",
		trouble:     proxy.Twice,
		ending:      ending{verdicts: []string{reports.NotConformant, reports.AsFarAsTested}},
	},
	{
		name:        "network-drops",
		description: "A network that drops one answer in 97.",
		trouble:     proxy.Drop,
		ending:      ending{fails: []string{"CB-ROBUST-1"}, decidesRightly: true},
	},
	{
		name:        "network-cuts",
		description: "A network that cuts one answer in 97 in the middle.",
		trouble:     proxy.Cut,
		ending:      ending{fails: []string{"CB-ROBUST-1"}, decidesRightly: true},
	},
}

// start starts the adversary in front of the faithful server at the URL.
func (a *adversary) start(ctx context.Context, faithful string) (endpoint string, stop func(), err error) {
	if a.handler == nil {
		p, err := proxy.Start(ctx, faithful, a.trouble)
		if err != nil {
			return "", nil, err
		}
		return p.Endpoint, func() { _ = p.Close() }, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: a.handler}
	go func() { _ = server.Serve(l) }() // ends with Close
	return "http://" + l.Addr().String() + "/", func() { _ = server.Close() }, nil
}

// requestID is the RequestId of the document's example.
const requestID = "DA147739-AEAD-4417-9089-65E9B1D8240D"

func alwaysYes(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusOK, map[string]string{
		"JSON": fmt.Sprintf(`{"RequestId":%q}`, requestID),
		"XML":  "<CreateBackupResponse><RequestId>" + requestID + "</RequestId></CreateBackupResponse>",
	})
}

func alwaysNo(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusBadRequest, map[string]string{
		"JSON": fmt.Sprintf(`{"RequestId":%q,"HostId":"no","Code":"InvalidParameter","Message":"No."}`, requestID),
		"XML": "<Error><RequestId>" + requestID + "</RequestId><HostId>no</HostId>" +
			"<Code>InvalidParameter</Code><Message>No.</Message></Error>",
	})
}

func silent(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// answer answers in the format that the request asks for.
func answer(w http.ResponseWriter, r *http.Request, status int, body map[string]string) {
	format := strings.ToUpper(cmp.Or(r.FormValue("Format"), "XML"))
	contentType := map[string]string{"JSON": "application/json;charset=utf-8"}[format]
	if contentType == "" {
		format, contentType = "XML", "text/xml;charset=utf-8"
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body[format]) // fails only if the client is gone
}
