package rpc

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// canned is a transport without a network. It answers every request with the same refusal.
type canned []byte

func (c canned) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusBadRequest, Body: io.NopCloser(bytes.NewReader(c)), ContentLength: int64(len(c)),
		Header: http.Header{
			"Content-Type": {"application/json"}, "Date": {"Mon, 23 Nov 2026 00:00:00 GMT"},
			"X-Acs-Request-Id": {"DA147739-AEAD-4417-9089-65E9B1D8240D"},
		},
	}, nil
}

// BenchmarkSend measures what the adapter adds to a call, without net/http.
func BenchmarkSend(b *testing.B) {
	answer := canned(`{"RequestId":"DA147739-AEAD-4417-9089-65E9B1D8240D","HostId":"rds.aliyuncs.com",` +
		`"Code":"InvalidDBInstanceId.NotFound","Message":"The specified instance does not exist."}`)
	for _, algorithm := range []string{targets.Unsigned, targets.HMACSHA1, targets.ACS3HMACSHA256} {
		b.Run(algorithm, func(b *testing.B) {
			target, err := New(Config{
				Endpoint: "http://rds.example", Signature: algorithm, AccessKeyID: testID, AccessKeySecret: testSecret, Transport: answer,
			})
			require.NoError(b, err)
			call := targets.Call{Method: "POST", Params: []targets.Param{
				{Name: "Action", Value: "CreateBackup", In: targets.Body},
				{Name: "DBInstanceId", Value: "rm-none", In: targets.Body},
				{Name: "Format", Value: "JSON", In: targets.Body},
			}}
			b.ReportAllocs()
			for b.Loop() {
				if a, err := target.Send(b.Context(), call); err != nil || a.Outcome != targets.Refused {
					b.Fatal(a, err)
				}
			}
		})
	}
}

// BenchmarkServerWithNagle calls a server that writes the header and the body of an answer apart,
// with Nagle's algorithm: it holds the body back until the header is acknowledged.
func BenchmarkServerWithNagle(b *testing.B) {
	head, body, _ := strings.Cut(okAnswer, "\r\n\r\n")
	s := listen(b, func(_ int, c net.Conn, r *bufio.Reader) {
		_ = c.(*net.TCPConn).SetNoDelay(false)
		for {
			req, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, req.Body)
			_, _ = io.WriteString(c, head+"\r\n\r\n")
			_, _ = io.WriteString(c, body)
		}
	})
	target, err := New(Config{Endpoint: s.url()})
	require.NoError(b, err)
	defer target.Close()
	for b.Loop() {
		if a, err := target.Send(b.Context(), plainPost); err != nil || a.Outcome != targets.Accepted {
			b.Fatal(a, err)
		}
	}
}
