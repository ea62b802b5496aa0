package rpc

import (
	"bufio"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
)

// A server may close a kept connection without notice. That is not a dropped call.
func TestNoCallIsLostWhenTheServerClosesKeptConnections(t *testing.T) {
	for _, call := range []targets.Call{plainGet, plainPost} {
		t.Run(call.Method, func(t *testing.T) {
			var requests atomic.Int64
			var s *wire
			s = listen(t, func(_ int, c net.Conn, r *bufio.Reader) {
				if _, ok := s.request(r); ok {
					requests.Add(1)
					io.WriteString(c, okAnswer)
				}
			})
			target := connect(t, Config{Endpoint: s.url()})
			require.Equal(t, targets.Accepted, send(t, target, call).Outcome)
			require.Eventually(t, target.keepsNone.Load, 5*time.Second, time.Millisecond)
			for range 20 {
				a := send(t, target, call)
				require.Equal(t, targets.Accepted, a.Outcome, a.Problem)
			}
			require.EqualValues(t, 21, requests.Load())
			require.EqualValues(t, 21, s.connections.Load())
		})
	}
}

func TestConnectionsAreKeptUnlessConfigured(t *testing.T) {
	var s *wire
	s = listen(t, func(_ int, c net.Conn, r *bufio.Reader) {
		for {
			if _, ok := s.request(r); !ok {
				return
			}
			io.WriteString(c, okAnswer)
		}
	})
	target := connect(t, Config{Endpoint: s.url()})
	for range 20 {
		require.Equal(t, targets.Accepted, send(t, target, plainPost).Outcome)
	}
	require.EqualValues(t, 1, s.connections.Load())
	require.False(t, target.keepsNone.Load())
	ledger, err := budget.Open(budget.Config{Dir: t.TempDir(), Target: s.url(), Limit: 20})
	require.NoError(t, err)
	target = connect(t, Config{Endpoint: s.url(), Ledger: ledger})
	for range 20 {
		require.Equal(t, targets.Accepted, send(t, target, plainPost).Outcome)
	}
	require.EqualValues(t, 21, s.connections.Load())
}

// A server that has read a call may have made a backup, so the call must not be sent again.
func TestACallThatWasReadIsNotSentAgain(t *testing.T) {
	for _, test := range []struct {
		name string
		call targets.Call
		end  func(net.Conn)
	}{
		{"GET closed", plainGet, func(net.Conn) {}}, {"GET reset", plainGet, reset},
		{"POST closed", plainPost, func(net.Conn) {}}, {"POST reset", plainPost, reset},
	} {
		t.Run(test.name, func(t *testing.T) {
			var requests atomic.Int64
			var s *wire
			s = listen(t, func(n int, c net.Conn, r *bufio.Reader) {
				for i := 1; ; i++ {
					if _, ok := s.request(r); !ok {
						return
					}
					requests.Add(1)
					if n == 1 && i == 2 {
						test.end(c)
						return
					}
					io.WriteString(c, okAnswer)
				}
			})
			target := connect(t, Config{Endpoint: s.url()})
			require.Equal(t, targets.Accepted, send(t, target, test.call).Outcome)
			a := send(t, target, test.call)
			require.Equal(t, targets.BrokenDropped, a.Kind, a.Problem)
			require.EqualValues(t, 2, requests.Load())
			// Now every call has its own connection, so that the server cannot close it before the
			// call.
			for i := range 3 {
				require.Equal(t, targets.Accepted, send(t, target, test.call).Outcome)
				require.EqualValues(t, i+2, s.connections.Load())
			}
		})
	}
}
