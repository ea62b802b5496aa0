package simulator

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// serve starts the simulator on loopback.
func serve(t testing.TB) (tester, *Server) {
	t.Helper()
	b := start(t, Options{})
	server, err := b.sim.Start(context.Background(), "127.0.0.1:0", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return b, server
}

// raw writes bytes to a new connection and reads the first answer.
func raw(t *testing.T, server *Server, parts ...string) (*http.Response, string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.Trim(strings.TrimPrefix(server.Endpoint, "http://"), "/"))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	go func() {
		for _, p := range parts {
			if _, err := io.WriteString(conn, p); err != nil {
				return
			}
		}
	}()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response, string(body)
}

// Every broken request is answered with a well-formed error document and a 4xx status.
func TestEveryRequestIsAnswered(t *testing.T) {
	b, server := serve(t)
	id := b.provision(targets.Condition{})
	query := "Action=CreateBackup&Version=2014-08-15&DBInstanceId=" + id
	send := func(line string, headers ...string) string {
		return line + " HTTP/1.1\r\nHost: h\r\n" + strings.Join(append(headers, ""), "\r\n") + "\r\n"
	}
	get := func(target string, headers ...string) string { return send("GET "+target, headers...) }
	post := func(headers ...string) string { return send("POST /?"+query, headers...) }
	for name, request := range map[string]string{
		"a NUL in the URL":                  get("/?" + query + "&X=\x00"),
		"a path that does not decode":       get("/%zz?" + query),
		"a percent sign at the end":         get("/?" + query + "&X=%"),
		"a percent sign and no hexadecimal": get("/?" + query + "&X=%zz"),
		"a URI of a megabyte":               get("/?" + query + "&X=" + strings.Repeat("x", 1<<20)),
		"headers of ten megabytes":          get("/?"+query, "X-Long: "+strings.Repeat("x", 10<<20)),
		"no Host":                           "GET /?" + query + " HTTP/1.1\r\n\r\n",
		"two Hosts":                         get("/?"+query, "Host: other"),
		"a malformed header":                get("/?"+query, "X Odd: 1"),
		"an unknown transfer coding":        post("Transfer-Encoding: nonsense"),
		"an unknown HTTP version":           "GET /?" + query + " HTTP/9.9\r\nHost: h\r\n\r\n",
		"not HTTP":                          "\x16\x03\x01\x00\xa5\x01\x00\x00\r\n\r\n",
		"an impossible expectation":         get("/?"+query, "Expect: the-unexpected"),
		"another path":                      get("/elsewhere?" + query),
		"an unknown HTTP method":            "BREW /?" + query + " HTTP/1.1\r\nHost: h\r\n\r\n",
		"a malformed Content-Length":        post("Content-Length: five"),
		"a malformed chunk":                 post("Transfer-Encoding: chunked") + "zz\r\nx\r\n0\r\n\r\n",
		"a body of two megabytes":           post("Content-Length: 2097152") + strings.Repeat("x", 2<<20),
		"an unknown Format":                 get("/?" + query + "&Format=YAML"),
		"markup in DBInstanceId":            get("/?Action=CreateBackup&Version=2014-08-15&DBInstanceId=%3Cx%3E%00%ff%1b"),
		"markup in Host":                    "GET /?Action=%3Cx HTTP/1.1\r\nHost: [::1]%3Cx%3E\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			response, body := raw(t, server, request)
			require.GreaterOrEqual(t, response.StatusCode, 400)
			require.Less(t, response.StatusCode, 500)
			require.Equal(t, "text/xml;charset=utf-8", response.Header.Get("Content-Type"), body)
			requireXML(t, body)
			require.Regexp(t, `<Error><RequestId>[-0-9A-F]{36}</RequestId><HostId>.*</HostId>`+
				`<Code>\w[\w.]*</Code><Message>.+</Message></Error>$`, body)
		})
	}
	require.Empty(t, b.backups(id))
	require.Equal(t, 200, b.create(id).status)
}

func TestUnusualRequestsAreAccepted(t *testing.T) {
	b, server := serve(t)
	const (
		host = " HTTP/1.1\r\nHost: h\r\n"
		form = "Content-Type: application/x-www-form-urlencoded\r\n"
	)
	for name, request := range map[string]string{
		"an encoded letter":           "GET /?%41ction=Create%42ackup&Version=2014%2d08-15&DBInstanceId=ID" + host + "\r\n",
		"HTTP/1.0":                    "GET /?QUERY HTTP/1.0\r\n\r\n",
		"an absolute URL":             "GET http://h/?QUERY" + host + "\r\n",
		"empty parameters":            "GET /?&&&=&=1&X&QUERY" + host + "\r\n",
		"a value that is not UTF-8":   "GET /?QUERY&X=%ff%fe%00" + host + "\r\n",
		"500 parameters":              "GET /?QUERY" + strings.Repeat("&X=1", 500) + "" + host + "\r\n",
		"a form in chunks":            "POST /" + host + form + "Transfer-Encoding: chunked\r\n\r\nCHUNKS",
		"a form without Content-Type": "POST /" + host + "Content-Length: LENGTH\r\n\r\nQUERY",
		"a form with GET":             "GET /" + host + form + "Content-Length: LENGTH\r\n\r\nQUERY",
		"Expect: 100-continue":        "POST /?QUERY" + host + "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n",
		"a body of JSON":              "POST /?QUERY" + host + "Content-Type: text/json\r\nContent-Length: 2\r\n\r\n{}",
		"a bracket and a semicolon":   "GET /?QUERY&X[0]=a;b" + host + "\r\n",
		"an unknown type in Accept":   "GET /?QUERY" + host + "Accept: image/png\r\n\r\n",
		"lines that end in LF":        "GET /?QUERY HTTP/1.1\nHost: h\n\n",
		"bytes over 127 in the query": "GET /?QUERY&X=\xc3\xa9" + host + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			id := b.provision(targets.Condition{})
			query := "Action=CreateBackup&Version=2014-08-15&DBInstanceId=" + id
			request = strings.NewReplacer("QUERY", query, "LENGTH", fmt.Sprint(len(query)), "ID", id,
				"CHUNKS", fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(query), query)).Replace(request)
			response, body := raw(t, server, request)
			require.Equal(t, 200, response.StatusCode, body)
			require.Len(t, b.backups(id), 1)
		})
	}
}

func TestSlowSenderIsAnswered(t *testing.T) {
	b, server := serve(t)
	id := b.provision(targets.Condition{})
	form := "DBInstanceId=" + id
	request := fmt.Sprintf("POST /?Action=CreateBackup&Version=2014-08-15 HTTP/1.1\r\nHost: h\r\n"+
		"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s", len(form), form)
	response, body := raw(t, server, strings.SplitAfter(request, "")...)
	require.Equal(t, 200, response.StatusCode, body)
}

func FuzzAnswersAreWellFormed(f *testing.F) {
	f.Add("Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-mysql", "", "")
	f.Add("Action=DescribeBackups&Version=2014-08-15&DBInstanceId=rm-mysql&PageNumber=9999999999999999&Format=json",
		"", "h")
	f.Add("Action=%00%ff<>&Version=\"", "Format=JSON&BackupMethod=</Message>", "\x1b]0;x\x07<>")
	f.Add("AccessKeyId=key&Signature=x&SignatureMethod=HMAC-SHA1&SignatureVersion=1.0&SignatureNonce=1&"+
		"Timestamp=2026-11-23T12:00:00Z&<>=%00", "", "")
	plain, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	checking, err := New(Options{AccessKeyID: "key", AccessKeySecret: "secret", Now: authNow, Edition: "current"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query, form, host string) {
		for _, sim := range []*Simulator{plain, checking} {
			r, err := http.NewRequest("POST", "http://h/", bytes.NewReader([]byte(form)))
			require.NoError(t, err)
			r.URL.RawQuery, r.Host = query, host
			a := tester{t, sim}.do(r)
			require.True(t, a.status == 200 || a.status >= 400 && a.status < 500, a.status)
		}
	})
}
