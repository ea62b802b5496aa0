package mapped_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestACallBecomesTheMappedRequest(t *testing.T) {
	const form = `
  createBackup:
    method: POST
    path: /b
    body: form
    parameters: {DBInstanceId: instance}
    others: send
    requestId: {header: X-Seen}
`
	const query = `
  authentication: {apiKey: {query: key, value: "t k"}}
  createBackup:
    method: GET
    path: /b
    query: {id: "x-{DBInstanceId}"}
    others: drop
    requestId: {header: X-Seen}
`

	for _, c := range []struct {
		name, mapping string
		call          targets.Call
		want          string
	}{
		{"only the instance", jsonBody, call("DBInstanceId", "rm-1"), `PUT /base/i/rm-1/backups?tenant=a+b Bearer tok application/json {"origin":"manual"}`},
		{"a value as the server spells it", jsonBody, call("DBInstanceId", "rm-1", "BackupMethod", "Logical"), `PUT /base/i/rm-1/backups?tenant=a+b Bearer tok application/json {"origin":"manual","spec":{"kind":"LOG"}}`},
		{"an unknown value is sent as it is", jsonBody, call("DBInstanceId", "rm-1", "BackupMethod", "logical\"<"), `PUT /base/i/rm-1/backups?tenant=a+b Bearer tok application/json {"origin":"manual","spec":{"kind":"logical\"<"}}`},
		{"an empty value is sent", jsonBody, call("DBInstanceId", "rm-1", "BackupMethod", ""), `PUT /base/i/rm-1/backups?tenant=a+b Bearer tok application/json {"origin":"manual","spec":{"kind":""}}`},
		{"values with a type", jsonBody, call("DBInstanceId", "rm-1", "DBName", "a,b", "BackupRetentionPeriod", "7"), `PUT /base/i/rm-1/backups?tenant=a+b Bearer tok application/json {"days":7,"origin":"manual","spec":{"databases":["a","b"]}}`},
		{"a value that is not of its type is sent as text", jsonBody, call("DBInstanceId", "rm-1", "BackupRetentionPeriod", "7; x"), `PUT /base/i/rm-1/backups?tenant=a+b Bearer tok application/json {"days":"7; x","origin":"manual"}`},
		{"a parameter in the query", jsonBody, call("DBInstanceId", "rm-1", "Format", "J&N"), `PUT /base/i/rm-1/backups?tenant=a+b&f=J%26N Bearer tok application/json {"origin":"manual"}`},
		{"a value stays within its segment of the path", jsonBody, call("DBInstanceId", "../x?y"), `PUT /base/i/..%2Fx%3Fy/backups?tenant=a+b Bearer tok application/json {"origin":"manual"}`},
		{"so do dots alone", jsonBody, call("DBInstanceId", ".."), `PUT /base/i/%2E%2E/backups?tenant=a+b Bearer tok application/json {"origin":"manual"}`},
		{"no instance", jsonBody, call(), `PUT /base/i//backups?tenant=a+b Bearer tok application/json {"origin":"manual"}`},
		{"the Version that every client sends", jsonBody, call("DBInstanceId", "rm-1", "Version", "2014-08-15"), `PUT /base/i/rm-1/backups?tenant=a+b Bearer tok application/json {"origin":"manual"}`},
		{"a form", form, call("DBInstanceId", "rm 1", "X", "1", "X", "\xff"), `POST /base/b  application/x-www-form-urlencoded instance=rm+1&X=1&X=%FF`},
		{"a query without a body", query, call("DBInstanceId", "rm-1", "X", "1"), `GET /base/b?id=x-rm-1&key=t+k`},
		{"another Action", jsonBody, call().With("Action", "Make/It"), `PUT /base/Make%2FIt Bearer tok`},
		{"no Action", jsonBody, call().Without("Action"), `PUT /base/ Bearer tok`},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := target(t, echo(t).URL+"/base/", c.mapping).Send(context.Background(), c.call)
			require.NoError(t, err)
			require.Equal(t, c.want, a.RequestID)
			require.Equal(t, targets.Accepted, a.Outcome)
		})
	}
}

func TestACallThatTheMappingCannotExpressIsNotSent(t *testing.T) {
	sent := atomic.Int32{}
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { sent.Add(1) }))
	defer srv.Close()
	m := target(t, srv.URL, jsonBody)
	wire, auth := call("DBInstanceId", "rm-1"), call("DBInstanceId", "rm-1")
	wire.Wire, auth.Auth = "any", targets.AuthExpired
	for name, c := range map[string]targets.Call{
		"an unnamed parameter":             call("DBInstanceId", "rm-1", "BackupType", "Auto"),
		"another Version":                  call("DBInstanceId", "rm-1", "Version", "2000-01-01"),
		"a repeated parameter in JSON":     call("DBInstanceId", "rm-1", "BackupMethod", "Logical", "BackupMethod", "Physical"),
		"a repeated parameter in a path":   call("DBInstanceId", "rm-1", "DBInstanceId", "rm-2"),
		"two Actions":                      call("Action", "X"),
		"bytes in JSON that are not UTF-8": call("DBInstanceId", "rm-1", "BackupMethod", "\xff"),
		"a line break in a header":         call("DBInstanceId", "rm-1", "BackupStrategy", "a\nb"),
		"the server's own spelling":        call("DBInstanceId", "rm-1", "BackupMethod", "PHYS"),
		"a raw request":                    wire,
		"a signature fault":                auth,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := m.Send(context.Background(), c)
			require.ErrorIs(t, err, targets.ErrUnmet)
			require.Contains(t, m.Curl(c), "# "+targets.ErrUnmet.Error())
		})
	}
	require.Zero(t, sent.Load())
}

func TestDroppedParametersAreNotSent(t *testing.T) {
	m := target(t, echo(t).URL, "\n  createBackup: {method: POST, path: /b, others: drop, requestId: {header: X-Seen}}\n")
	_, err := m.Send(context.Background(), call("Format", "JSON"))
	require.ErrorIs(t, err, targets.ErrUnmet, "the server cannot give that format")
	a, err := m.Send(context.Background(), call("RegionId", "x", "X", "1"))
	require.NoError(t, err)
	require.Equal(t, "POST /b", a.RequestID)
}

func TestAnAnswerIsReadAsTheMappingSays(t *testing.T) {
	const inJSON = `
  createBackup:
    method: POST
    path: /b
    accepted: {status: [200-202], where: {json: $.ok}, equals: [true]}
    refused: {status: [200, 4xx], where: {json: $.error.code}}
    requestId: {json: $.meta.id}
    code: {json: $.error.code}
    codes: {E1: Documented}
    message: {json: "$.error.reasons[0]"}
    jobId: {json: $.job}
`
	const inXML = `
  createBackup:
    method: POST
    path: /b
    requestId: {xml: /*/@id}
    code: {xml: //Fault/Code}
    message: {xml: "string(//Fault/Text)"}
    jobId: {xml: //Job}
`
	type want struct {
		outcome            targets.Outcome
		kind, id           string
		code, message, job string
	}
	for _, c := range []struct {
		name, mapping string
		status        int
		body          string
		want          want
	}{
		{"accepted", inJSON, 202, `{"ok":true,"meta":{"id":"r1"},"job":12345678901234567890}`, want{targets.Accepted, "", "r1", "", "", "12345678901234567890"}},
		{"refused with status 200", inJSON, 200, `{"ok":false,"meta":{"id":"r1"},"error":{"code":"E1","reasons":["no","way"]}}`, want{targets.Refused, "", "r1", "Documented", "no", ""}},
		{"refused", inJSON, 404, `{"error":{"code":404},"meta":{"id":7}}`, want{targets.Refused, "", "7", "404", "", ""}},
		{"neither accepted nor refused", inJSON, 200, `{"meta":{"id":"r1"}}`, want{targets.Broken, targets.BrokenStatus, "r1", "", "", ""}},
		{"both accepted and refused", inJSON, 200, `{"ok":true,"error":{"code":"E1"}}`, want{targets.Broken, targets.BrokenDocument, "", "", "", ""}},
		{"not a document", inJSON, 200, `ok`, want{targets.Broken, targets.BrokenStatus, "", "", "", ""}},
		{"two documents", inJSON, 200, `{"ok":true}{}`, want{targets.Broken, targets.BrokenStatus, "", "", "", ""}},
		{"nested too deeply", inJSON, 200, strings.Repeat("[", 70) + strings.Repeat("]", 70), want{targets.Broken, targets.BrokenStatus, "", "", "", ""}},
		{"XML", inXML, 201, `<?xml version="1.0"?><Made id="r1"><Job> j1 </Job></Made>`, want{targets.Accepted, "", "r1", "", "", "j1"}},
		{"XML refused", inXML, 400, `<Fault id="r2"><Code>E</Code><Text>a &amp; b</Text></Fault>`, want{targets.Refused, "", "r2", "E", "a & b", ""}},
		{"XML refused, with the error further down", inXML, 400, `<F id="r2"><Fault><Code>E</Code></Fault></F>`, want{targets.Refused, "", "r2", "E", "", ""}},
		{"XML of too many elements", inXML, 200, "<Job>" + strings.Repeat("<a/>", 20_000) + "</Job>", want{targets.Broken, targets.BrokenDocument, "", "", "", ""}},
		{"XML nested too deeply", inXML, 200, strings.Repeat("<Job>", 70) + strings.Repeat("</Job>", 70), want{targets.Broken, targets.BrokenDocument, "", "", "", ""}},
		{"JSON instead of XML", inXML, 200, `{}`, want{targets.Broken, targets.BrokenDocument, "", "", "", ""}},
		{"an entity of the document", inXML, 200, `<!DOCTYPE x [<!ENTITY a "b">]><x id="r">&a;</x>`, want{targets.Broken, targets.BrokenDocument, "", "", "", ""}},
		{"a server error", inXML, 500, `<x id="r"/>`, want{targets.Broken, targets.BrokenStatus, "r", "", "", ""}},
		{"a redirect", inXML, 302, `<x id="r"/>`, want{targets.Broken, targets.BrokenStatus, "r", "", "", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			hits := 0
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				hits++
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			defer srv.Close()
			a, err := target(t, srv.URL, c.mapping).Send(context.Background(), call())
			require.NoError(t, err)
			require.Equal(t, c.want, want{a.Outcome, a.Kind, a.RequestID, a.Code, a.Message, a.BackupJobID}, a.Problem)
			require.Equal(t, 1, hits, "redirects are not followed")
			require.Equal(t, c.body[:min(len(c.body), 4<<10)], string(a.Body))
		})
	}
}

func TestHostileServersCostLittle(t *testing.T) {
	const plain = "\n  createBackup: {method: POST, path: /b}\n"
	const impatient = "limits: {timeout: 100ms}"
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
		outcome targets.Outcome
		kind    string
	}{
		{"an endless body", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = w.Write(make([]byte, 1<<16))
			}
		}, targets.Broken, targets.BrokenTooLarge},
		{"silence", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, targets.Broken, targets.BrokenTimeout},
		{"a dropped connection", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, targets.Broken, targets.BrokenDropped},
	} {
		t.Run(c.name, func(t *testing.T) {
			srv := httptest.NewServer(c.handler)
			defer srv.Close()
			a, err := target(t, srv.URL, plain, impatient).Send(context.Background(), call())
			require.NoError(t, err)
			require.Equal(t, c.outcome, a.Outcome)
			require.Equal(t, c.kind, a.Kind)
			require.LessOrEqual(t, len(a.Body), targets.MaxBody)
		})
	}
	t.Run("a closed port", func(t *testing.T) {
		srv := httptest.NewServer(nil)
		srv.Close()
		a, err := target(t, srv.URL, plain).Send(context.Background(), call())
		require.NoError(t, err)
		require.Equal(t, targets.Lost, a.Outcome)
	})
	t.Run("the run ends", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { cancel(); <-r.Context().Done() }))
		defer srv.Close()
		_, err := target(t, srv.URL, plain).Send(ctx, call())
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestAThrottledCallIsSentAgain(t *testing.T) {
	hits := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if hits++; hits < 3 {
			w.WriteHeader(429)
		}
	}))
	defer srv.Close()
	a, err := target(t, srv.URL, "\n  createBackup: {method: POST, path: /b}\n").Send(context.Background(), call())
	require.NoError(t, err)
	require.Equal(t, targets.Accepted, a.Outcome)
	require.Equal(t, 3, a.Attempts)
}

func TestTheRateOfRequestsIsLimited(t *testing.T) {
	m := target(t, echo(t).URL, "\n  createBackup: {method: POST, path: /b}\n", "limits: {requestsPerSecond: 20}")
	begun := time.Now()
	for range 4 {
		_, err := m.Send(context.Background(), call())
		require.NoError(t, err)
	}
	require.GreaterOrEqual(t, time.Since(begun), 140*time.Millisecond)
}
