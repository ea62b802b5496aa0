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

// special is a server that is wrong on purpose, or a network before the faithful one. Either way the control protocol works.
type special struct {
	name, description string
	handler           http.HandlerFunc // answers instead of the simulator
	trouble           proxy.Trouble    // or stands before it
	want              want
}

var specials = []special{
	{name: "always-yes", description: "A server that answers every request with success and does nothing.", handler: alwaysYes,
		want: want{verdicts: []string{reports.NotConformant}, fails: []string{"CB-METHOD-3", "CB-QUOTA-2", "CB-PRE-2"}}},
	{name: "always-no", description: "A server that refuses everything.", handler: alwaysNo,
		want: want{verdicts: []string{reports.NotConformant}, fails: []string{"CB-PRE-1"}}},
	{name: "silent", description: "A server that takes every request and answers none.", handler: silent, want: want{unreachable: true}},
	{name: "gone-after-a-hundred", description: "A server that resets every connection once it has answered a hundred requests.", trouble: proxy.Reset,
		want: want{cutShort: true}},
	{name: "network-delays", description: "A network that delays every answer by up to 10 ms.", trouble: proxy.Delay,
		want: want{verdicts: []string{reports.Conformant}}},
	{name: "network-duplicates", description: "A network that delivers every request twice, so that the answer may be that to the second.", trouble: proxy.Twice,
		want: want{verdicts: []string{reports.NotConformant, reports.AsFarAsTested}}},
	{name: "network-drops", description: "A network that drops one answer in 97.", trouble: proxy.Drop,
		want: want{fails: []string{"CB-ROBUST-1"}, honest: true}},
	{name: "network-cuts", description: "A network that cuts one answer in 97 in two.", trouble: proxy.Cut,
		want: want{fails: []string{"CB-ROBUST-1"}, honest: true}},
}

const requestID = "DA147739-AEAD-4417-9089-65E9B1D8240D"

func alwaysYes(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusOK, fmt.Sprintf(`{"RequestId":%q}`, requestID), "<CreateBackupResponse><RequestId>"+requestID+"</RequestId></CreateBackupResponse>")
}

func alwaysNo(w http.ResponseWriter, r *http.Request) {
	answer(w, r, http.StatusBadRequest, fmt.Sprintf(`{"RequestId":%q,"HostId":"no","Code":"InvalidParameter","Message":"No."}`, requestID),
		"<Error><RequestId>"+requestID+"</RequestId><HostId>no</HostId><Code>InvalidParameter</Code><Message>No.</Message></Error>")
}

// answer answers in the format asked for.
func answer(w http.ResponseWriter, r *http.Request, status int, json, xml string) {
	contentType, body := "text/xml;charset=utf-8", xml
	if strings.EqualFold(cmp.Or(r.FormValue("Format"), "XML"), "JSON") {
		contentType, body = "application/json;charset=utf-8", json
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // a client that has gone is no concern of the server
}

func silent(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// start brings the special up before the faithful server at that URL.
func (s *special) start(ctx context.Context, faithful string) (endpoint string, stop func(), err error) {
	if s.handler == nil {
		p, err := proxy.Start(ctx, faithful, s.trouble)
		if err != nil {
			return "", nil, err
		}
		return p.Endpoint, func() { _ = p.Close() }, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: s.handler}
	go func() { _ = server.Serve(l) }() // ends with Close
	return "http://" + l.Addr().String() + "/", func() { _ = server.Close() }, nil
}
