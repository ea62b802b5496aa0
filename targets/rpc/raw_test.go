package rpc

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/http2"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/redact"
	"github.com/cbspec/cbspec/targets/simulator"
)

// sentAs is a pattern for the bytes of each raw request. Q is the query of a plain call, H its
// host, F the content type of a form, and <9> stands for nine letters x.
var sentAs = map[string]string{
	"a value with a lone percent sign":                      `^GET /\?Q&X=% HTTP/1\.1\r\n`,
	"a value with a percent sign and no hexadecimal digits": `^GET /\?Q&X=%zz HTTP`,
	"a value that ends within a percent-encoding":           `^GET /\?Q&X=%2 HTTP`,
	"a name with a lone percent sign":                       `^GET /\?Q&%=1 HTTP`,
	"a value that is not UTF-8, encoded":                    `^GET /\?Q&X=%ff%fe HTTP`,
	"a value with an encoded NUL":                           `^GET /\?Q&X=%00 HTTP`,
	"bytes over 127 in the query":                           `^GET /\?Q&X=\xff\xfe HTTP`,
	"a NUL in the query":                                    `^GET /\?Q&X=\x00 HTTP`,
	"a query of 7 KiB":                                      `^GET /\?Q&X=<7168> HTTP`,
	"a query of 64 KiB":                                     `^GET /\?Q&X=<65536> HTTP`,
	"a query of 1 MiB":                                      `^GET /\?Q&X=<1048576> HTTP`,
	"a header of 4 KiB":                                     `\r\nX-Long: <4096>\r\n`,
	"a header of 64 KiB":                                    `\r\nX-Long: <65536>\r\n`,
	"300 headers":                                           `\r\n(?:X-Many: x\r\n){300}`,
	"500 parameters":                                        `^GET /\?Q(?:&X=1){500} HTTP`,
	"empty parameters":                                      `^GET /\?Q&&&=&=1&X HTTP`,
	"Action twice":                                          `^GET /\?Action=CreateBackup&.*&Action=CreateBackup HTTP`,
	"Version twice":                                         `^GET /\?.*Version=2014-08-15&Version=2014-08-15 HTTP`,
	"two Formats":                                           `^GET /\?Q&Format=XML&Format=JSON HTTP`,
	"two Signatures":                                        `^GET /\?Q&Signature=x HTTP`,
	"a form without a content type":                         `^POST / HTTP/1\.1\r\nHost: H\r\nContent-Length: \d+\r\nConnection: close\r\n\r\nQ$`,
	"no parameter at all":                                   `^GET / HTTP/1.1\r\n.*\r\n\r\n$`,
	"an empty query":                                        `^GET /\? HTTP/1.1\r\n.*\r\n\r\n$`,
	"an empty form":                                         `^POST / .*\r\nContent-Length: 0\r\n.*\r\n\r\n$`,
	"a form that says it is text":                           `^POST / .*\r\nContent-Type: text/plain\r\n.*\r\n\r\nQ$`,
	"a form that says it is JSON":                           `^POST / .*\r\nContent-Type: application/json\r\n.*\r\n\r\nQ$`,
	"a form with an invalid content type":                   `^POST / .*\r\nContent-Type: ;;;/\r\n.*\r\n\r\nQ$`,
	"a form in another character set":                       `^POST / .*\r\nContent-Type: F; charset=utf-16\r\n.*\r\n\r\nQ$`,
	"a multipart form without a boundary":                   `^POST / .*\r\nContent-Type: multipart/form-data\r\n.*\r\n\r\nQ$`,
	"a form that says it is compressed":                     `^POST / .*\r\nContent-Encoding: gzip\r\n.*\r\n\r\nQ$`,
	"a form in chunks":                                      `^POST / .*\r\nTransfer-Encoding: chunked\r\n.*\r\n\r\n[0-9a-f]+\r\n.+\r\n[0-9a-f]+\r\n.+\r\n0\r\n\r\n$`,
	"a form in chunks with extensions":                      `\r\nTransfer-Encoding: chunked\r\n.*\r\n\r\n[0-9a-f]+;x=y\r\n.*\r\n0\r\n\r\n$`,
	"a form in chunks with a trailer":                       `\r\nTrailer: X-T\r\n.*\r\n0\r\nX-T: 1\r\n\r\n$`,
	"a chunk with an invalid length":                        `\r\n\r\nzz\r\nQ\r\n0\r\n\r\n$`,
	"a POST without a length":                               `^POST /\?Q HTTP/1\.1\r\nHost: H\r\nConnection: close\r\n\r\n$`,
	"two different lengths":                                 `\r\nContent-Length: 0\r\nContent-Length: 5\r\n`,
	"a length that is not a number":                         `\r\nContent-Length: five\r\n`,
	"a length beyond the body":                              `^POST / .*\r\n\r\nQ$`,
	"a body under GET":                                      `^GET /\?Q .*\r\nContent-Length: 3\r\n.*\r\n\r\nx=y$`,
	"the method PUT":                                        `^PUT /\?Q HTTP`,
	"the method DELETE":                                     `^DELETE /\?Q HTTP`,
	"the method PATCH":                                      `^PATCH /\?Q HTTP`,
	"the method OPTIONS":                                    `^OPTIONS /\?Q HTTP`,
	"the method TRACE":                                      `^TRACE /\?Q HTTP`,
	"an unknown method":                                     `^BREW /\?Q HTTP`,
	"a method in lower-case letters":                        `^get /\?Q HTTP`,
	"HTTP/1.0":                                              `^GET /\?Q HTTP/1\.0\r\nHost: H\r\n\r\n$`,
	"an unknown HTTP version":                               `^GET /\?Q HTTP/9\.9\r\nHost: H\r\n\r\n$`,
	"a whole URL in the request line":                       `^GET http://H/\?Q HTTP`,
	"another path":                                          `^GET /elsewhere\?Q HTTP`,
	"a path with dots":                                      `^GET /\.\./\.\.//\?Q HTTP`,
	"no Host":                                               `^GET /\?Q HTTP/1\.1\r\nConnection: close\r\n\r\n$`,
	"two Hosts":                                             `\r\nHost: H\r\nHost: H\r\n`,
	"a space before a colon":                                `\r\nX-Odd : 1\r\n`,
	"a folded header":                                       `\r\nX-Folded: a\r\n b\r\n`,
	"lines that end in LF alone":                            `^GET /\?Q HTTP/1\.1\nHost: H\nConnection: close\n\n$`,
	"an empty line before the request":                      `^\r\nGET /\?Q HTTP`,
	"an expectation to continue":                            `\r\nExpect: 100-continue\r\n.*\r\n\r\nQ$`,
	"an unknown expectation":                                `\r\nExpect: the-unexpected\r\n`,
	"an Accept of an image":                                 `\r\nAccept: image/png\r\n`,
	"a range":                                               `\r\nRange: bytes=0-1\r\n`,
	"two requests at once":                                  `^GET /\?Q HTTP/1\.1\r\nHost: H\r\n\r\nGET /\?Action=CbspecNoSuchAction HTTP`,
	"a request sent in small pieces":                        `^POST / .*\r\n\r\nQ$`,
	"bytes that are not HTTP":                               `^\x16\x03\x01\x00`,
}

func TestRawRequestsSendWhatTheirNamesSay(t *testing.T) {
	const query = "Action=CreateBackup&DBInstanceId=rm-1&Version=2014-08-15"
	call := targets.Call{Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup", In: targets.Body}, {Name: "DBInstanceId", Value: "rm-1", In: targets.Body},
	}}
	require.Len(t, sentAs, len(rawRequests))
	for _, raw := range rawRequests {
		t.Run(raw.name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var got []byte
			var size int
			s := listen(t, func(_ int, c net.Conn, r *bufio.Reader) {
				text := make([]byte, size)
				n, err := io.ReadFull(r, text)
				if raw.how == halfClosed {
					var more []byte
					more, err = io.ReadAll(r) // the client ends the stream
					text = append(text, more...)
				}
				mu.Lock()
				defer mu.Unlock()
				got = text[:min(n, len(text))]
				if err == nil {
					_, _ = io.WriteString(c, okAnswer)
				}
			})
			target := connect(t, Config{Endpoint: s.url()})
			size = len(raw.text(&request{path: "/", query: query}, s.Addr().String()))
			sent := call
			sent.Wire = raw.name
			a := send(t, target, sent)
			require.Equal(t, targets.Accepted, a.Outcome, a.Problem)
			require.Equal(t, targets.Body, call.Params[0].In, "the call itself must not change")
			require.EqualValues(t, 1, s.connections.Load())
			mu.Lock()
			defer mu.Unlock()
			host := regexp.QuoteMeta(s.Addr().String())
			pattern := strings.NewReplacer(`Q`, regexp.QuoteMeta(query), `H\`, host+`\`, ` H\r`, " "+host+`\r`,
				`//H/`, "//"+host+"/", `F;`, regexp.QuoteMeta(formType)+";").Replace(sentAs[raw.name])
			if !regexp.MustCompile("(?s)" + pattern).MatchString(counted(got)) {
				require.Fail(t, "other bytes were sent", "%s\n%.600q", pattern, got)
			}
		})
	}
}

// counted makes a character of every byte, so that a pattern can name it, and shortens long runs of
// x.
func counted(text []byte) string {
	var latin strings.Builder
	for _, b := range text {
		latin.WriteRune(rune(b))
	}
	return regexp.MustCompile("x{100,}").ReplaceAllStringFunc(latin.String(), func(xs string) string {
		return fmt.Sprintf("<%d>", len(xs))
	})
}

func TestRawRequestsHaveTheLengthThatTheySay(t *testing.T) {
	r := &request{path: "/", query: "Action=CreateBackup"}
	for _, raw := range rawRequests {
		text := raw.text(r, "h")
		head, body, _ := strings.Cut(text, "\r\n\r\n")
		req, err := http.ReadRequest(bufio.NewReader(strings.NewReader(strings.TrimPrefix(text, "\r\n"))))
		if raw.valid {
			require.NoError(t, err, raw.name)
		}
		switch {
		case err != nil:
		case raw.how == halfClosed:
			require.Greater(t, req.ContentLength, int64(len(body)), "this one must be shorter than it says")
		case raw.valid && req.ContentLength > 0 && strings.Contains(head, "Content-Length"):
			require.EqualValues(t, len(body), req.ContentLength, raw.name)
		}
	}
}

// The signature of a raw request fits what is sent, so a server that reads it never answers that it
// does not.
func TestTheSimulatorAnswersRawRequests(t *testing.T) {
	for _, algorithm := range []string{targets.HMACSHA1, targets.ACS3HMACSHA256} {
		sim, err := simulator.New(simulator.Options{AccessKeyID: testID, AccessKeySecret: testSecret, CompleteAfter: time.Nanosecond})
		require.NoError(t, err)
		server, err := sim.Start(t.Context(), "127.0.0.1:0", "127.0.0.1:0")
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, server.Close()) })
		target := connect(t, Config{Endpoint: server.Endpoint, Signature: algorithm, AccessKeyID: testID, AccessKeySecret: testSecret})
		for _, name := range target.RawRequests() {
			t.Run(algorithm+" "+name, func(t *testing.T) {
				a := send(t, target, targets.Call{Wire: name, Params: []targets.Param{
					{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: sim.Instances()[0]},
				}})
				require.Contains(t, []targets.Outcome{targets.Accepted, targets.Refused}, a.Outcome, a.Problem)
				switch name {
				case "HTTP/1.0", "a range", "a form in chunks with a trailer", "a request sent in small pieces",
					"an expectation to continue", "lines that end in LF alone":
					require.NotContains(t, a.Code, "Signature", a.Message)
				}
			})
		}
	}
}

func TestAnUnknownRawRequestIsAnError(t *testing.T) {
	target := connect(t, Config{Endpoint: "http://127.0.0.1:1"})
	_, err := target.Send(t.Context(), targets.Call{Wire: "unknown"})
	require.EqualError(t, err, `no raw request is named "unknown"`)
}

func TestAnswersToRawRequests(t *testing.T) {
	const valid, invalid = "a range", "no Host"
	head := "HTTP/1.1 "
	for _, c := range []struct {
		name, raw, answer string
		outcome           targets.Outcome
		kind              string
	}{
		{"an answer", valid, okAnswer, targets.Accepted, ""},
		{"an answer after others", valid, head + "100 Continue\r\n\r\n" + head + "103 Early Hints\r\n\r\n" + okAnswer, targets.Accepted, ""},
		{"an answer in gzip", valid, head + "200 OK\r\nContent-Encoding: gzip\r\n\r\n" + zipped(`{"RequestId":"R"}`), targets.Accepted, ""},
		{"an answer that is not gzip", valid, head + "200 OK\r\nContent-Encoding: gzip\r\n\r\nno", targets.Broken, targets.BrokenDropped},
		{"a part, as asked for", valid, head + "206 Partial Content\r\nContent-Range: bytes 0-1/17\r\n\r\n{\"", targets.Accepted, ""},
		{"a part that nobody asked for", "a folded header", head + "206 Partial Content\r\n\r\n{\"", targets.Refused, ""},
		{"a refusal without a document", valid, head + "416 No\r\n\r\nno", targets.Refused, ""},
		{"a method that the server does not have", valid, head + "501 No\r\n\r\n", targets.Refused, ""},
		{"a version that the server does not have", valid, head + "505 No\r\n\r\n", targets.Refused, ""},
		{"a redirect", valid, head + "301 No\r\nLocation: /\r\n\r\n", targets.Refused, ""},
		{"another page", valid, head + "200 OK\r\n\r\nhello", targets.Refused, ""},
		{"a server error", valid, head + "500 No\r\n\r\n", targets.Broken, targets.BrokenStatus},
		{"no answer to a valid request", valid, "", targets.Broken, targets.BrokenDropped},
		{"no answer to an invalid request", invalid, "", targets.Refused, ""},
		{"half an answer", valid, head + "200 OK\r\nContent-Length: 10\r\n\r\n{", targets.Broken, targets.BrokenDropped},
		{"a page without a status line, to a request with an error", invalid, "<!DOCTYPE HTML><p>400", targets.Refused, ""},
		{"a page without a status line", valid, "<!DOCTYPE HTML><p>400", targets.Broken, targets.BrokenTransport},
		{"an answer that is not HTTP", invalid, "nonsense\r\n\r\n", targets.Broken, targets.BrokenTransport},
		{"a body that is too large", valid, head + "200 OK\r\n\r\n" + strings.Repeat(" ", targets.MaxBody+1), targets.Broken, targets.BrokenTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := listen(t, func(_ int, conn net.Conn, r *bufio.Reader) {
				for {
					line, err := r.ReadBytes('\n')
					if err != nil || len(bytes.TrimSpace(line)) == 0 {
						break
					}
				}
				_, _ = io.WriteString(conn, c.answer)
			})
			call := plainGet
			call.Wire = c.raw
			a := send(t, connect(t, Config{Endpoint: s.url()}), call)
			require.Equal(t, c.outcome, a.Outcome, a.Problem)
			require.Equal(t, c.kind, a.Kind)
		})
	}
}

// A raw request is HTTP/1.1, so it does not apply to a server that speaks HTTP/2 alone.
func TestARawRequestIsNotSentOverHTTP2(t *testing.T) {
	endpoint, ca := listenHTTP2(t, func(f *http2.Framer, stream uint32) bool { return answerHTTP2(f, stream, 'a') })
	target := connect(t, Config{Endpoint: endpoint, CAFile: ca})
	require.Equal(t, "HTTP/2.0", send(t, target, plainGet).Proto)
	_, err := target.Send(t.Context(), targets.Call{Wire: "a range", Params: plainGet.Params})
	require.ErrorIs(t, err, targets.ErrUnmet)
	require.ErrorContains(t, err, "HTTP/2 alone")
}

func zipped(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return b.String()
}

func TestARawRequestIsShownWithoutItsSignature(t *testing.T) {
	s := listen(t, func(_ int, c net.Conn, r *bufio.Reader) {
		if _, err := http.ReadRequest(r); err == nil {
			_, _ = io.WriteString(c, okAnswer)
		}
	})
	target := connect(t, Config{Endpoint: s.url(), AccessKeyID: testID, AccessKeySecret: testSecret})
	a := send(t, target, targets.Call{Wire: "the method PUT", Params: plainGet.Params})
	require.Equal(t, "PUT", a.Sent.Method)
	u, err := url.Parse(a.Sent.URL)
	require.NoError(t, err)
	require.Equal(t, redact.Redacted, u.Query().Get("Signature"))
}

// A replay file of an older report can still be sent.
func TestRawRequestsAreKnownByTheirOlderNames(t *testing.T) {
	target := connect(t, Config{Endpoint: listen(t, func(_ int, c net.Conn, r *bufio.Reader) {
		_, _ = r.ReadString('\n')
		_, _ = io.WriteString(c, okAnswer)
	}).url()})
	for older, name := range renamed {
		require.Contains(t, target.RawRequests(), name)
		require.NotContains(t, target.RawRequests(), older)
		require.NotEmpty(t, send(t, target, targets.Call{Wire: older}).Outcome, older)
	}
}
