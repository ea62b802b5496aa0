package selftest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets/simulator"
	"github.com/cbspec/cbspec/targets/simulator/proxy"
)

// adversary is a server that answers wrongly on purpose, or an unreliable network in front of the
// faithful server.
type adversary struct {
	name, description string
	// serve and control make a server of the faithful one, for the API and for the control protocol;
	// nil for the faithful server itself.
	serve, control func(faithful http.Handler) http.Handler
	trouble        proxy.Trouble // of a network in front of it; empty for none
	timeout        time.Duration // of one request; 0 is that of every other run
	rules          []string      // that are run; empty for all
	ending         ending        // how a run against it must end
}

var misbehaving = []adversary{
	{
		name:        "always-yes",
		description: "A server that answers every request with success and does nothing.",
		serve:       always(alwaysYes),
		ending: ending{
			verdicts: []string{reports.NotConformant},
			fails:    []string{"CB-METHOD-3", "CB-QUOTA-2", "CB-PRE-2"},
		},
	},
	{
		name:        "always-no",
		description: "A server that refuses every request.",
		serve:       always(alwaysNo),
		ending:      ending{verdicts: []string{reports.NotConformant}, fails: []string{"CB-PRE-1"}},
	},
	{
		name:        "silent",
		description: "A server that takes every request and answers none.",
		serve:       always(silent),
		timeout:     impatient,
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

// adversaries lists those that misbehave and those that do harm.
func adversaries() []adversary { return slices.Concat(misbehaving, hostile) }

// start puts the adversary in front of the faithful server, whose addresses it replaces by its own.
func (a *adversary) start(ctx context.Context, faithful *simulator.Simulator, at *simulator.Server) (stop func(), err error) {
	var open []io.Closer
	stop = func() {
		for _, c := range open {
			_ = c.Close()
		}
	}
	if a.trouble != "" {
		p, err := proxy.Start(ctx, at.Endpoint, a.trouble)
		if err != nil {
			return stop, err
		}
		open, at.Endpoint = append(open, p), p.Endpoint
	}
	for _, part := range []struct {
		change func(http.Handler) http.Handler
		next   http.Handler
		url    *string
	}{{a.serve, faithful.API(), &at.Endpoint}, {a.control, faithful.Control(), &at.ControlURL}} {
		if part.change == nil {
			continue
		}
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return stop, err
		}
		server := &http.Server{Handler: part.change(part.next)}
		open, *part.url = append(open, server), "http://"+l.Addr().String()+"/"
		go func() { _ = server.Serve(l) }() // ends with Close
	}
	return stop, nil
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
