package proxy_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/simulator/proxy"
)

func TestTroubleRates(t *testing.T) {
	const calls = 500
	const delayed = 100 // calls, because each of them waits
	for _, test := range []struct {
		trouble                    proxy.Trouble
		calls                      int
		minFailed, maxFailed       int // calls
		minDelivered, maxDelivered int // requests that reach the server
	}{
		{proxy.Delay, delayed, 0, 0, delayed, delayed},
		{proxy.Twice, calls, 0, 0, calls + 1, 2 * calls},
		{proxy.Drop, calls, calls / 100, calls / 50, calls - calls/100, calls},
		{proxy.Cut, calls, calls / 100, calls / 90, calls, calls},
		{proxy.Reset, calls, calls - 100, calls - 100, 100, calls},
	} {
		t.Run(string(test.trouble), func(t *testing.T) {
			t.Parallel()
			var delivered atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				delivered.Add(1)
				_, _ = io.WriteString(w, "answer")
			}))
			defer server.Close()
			p, err := proxy.Start(context.Background(), server.URL, test.trouble)
			require.NoError(t, err)
			defer func() { require.NoError(t, p.Close()) }()
			failed := 0
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for range test.calls {
				// Go's client would retry a GET.
				res, err := client.Post(p.Endpoint, "text/plain", nil)
				if err == nil {
					var body []byte
					body, err = io.ReadAll(res.Body)
					require.NoError(t, res.Body.Close())
					if err == nil {
						require.Equal(t, "answer", string(body))
					}
				}
				if err != nil {
					failed++
				}
			}
			require.GreaterOrEqual(t, failed, test.minFailed)
			require.LessOrEqual(t, failed, test.maxFailed)
			require.GreaterOrEqual(t, delivered.Load(), int64(test.minDelivered))
			require.LessOrEqual(t, delivered.Load(), int64(test.maxDelivered))
		})
	}
}
