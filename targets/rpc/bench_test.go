package rpc

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// canned is a transport without a network: it answers whatever it is sent with the same refusal.
type canned []byte

func (c canned) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusBadRequest, Body: io.NopCloser(bytes.NewReader(c)), ContentLength: int64(len(c)),
		Header: http.Header{"Content-Type": {"application/json"}, "Date": {"Mon, 23 Nov 2026 00:00:00 GMT"}, "X-Acs-Request-Id": {"DA147739-AEAD-4417-9089-65E9B1D8240D"}},
	}, nil
}

// BenchmarkSend is what the adapter adds to a call: what net/http does is not in it.
func BenchmarkSend(b *testing.B) {
	answer := canned(`{"RequestId":"DA147739-AEAD-4417-9089-65E9B1D8240D","HostId":"rds.aliyuncs.com","Code":"InvalidDBInstanceId.NotFound","Message":"The specified instance does not exist."}`)
	for _, algorithm := range []string{targets.Unsigned, targets.HMACSHA1, targets.ACS3HMACSHA256} {
		b.Run(algorithm, func(b *testing.B) {
			target, err := New(Config{Endpoint: "http://rds.example", Signature: algorithm, AccessKeyID: testID, AccessKeySecret: testSecret, Transport: answer})
			require.NoError(b, err)
			call := targets.Call{Method: "POST", Params: []targets.Param{
				{Name: "Action", Value: "CreateBackup", In: targets.Body}, {Name: "DBInstanceId", Value: "rm-none", In: targets.Body}, {Name: "Format", Value: "JSON", In: targets.Body},
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
