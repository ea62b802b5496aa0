package tap_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/exchange"
	"github.com/cbspec/cbspec/targets/tap"
)

// Compare the two: their difference is what a tap adds to a call.
func BenchmarkCall(b *testing.B) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"RequestId":"DA147739-AEAD-4417-9089-65E9B1D8240D"}`)
	}))
	defer upstream.Close()
	u, err := url.Parse(upstream.URL)
	require.NoError(b, err)
	front := httptest.NewServer(tap.New(u, &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 100}, func(exchange.Exchange) {}))
	defer front.Close()
	for name, address := range map[string]string{"direct": upstream.URL, "tapped": front.URL} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				begun := time.Now()
				answer, err := http.Get(address + "/?Action=CreateBackup&DBInstanceId=rm-1")
				require.NoError(b, err)
				_, _ = io.Copy(io.Discard, answer.Body)
				require.NoError(b, answer.Body.Close())
				took = append(took, time.Since(begun))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
		})
	}
}
