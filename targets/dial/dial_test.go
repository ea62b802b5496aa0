package dial_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/dial"
)

// apart starts a server that writes the header and the body of an answer apart, with Nagle's
// algorithm.
func apart(tb testing.TB) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	tb.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_ = c.(*net.TCPConn).SetNoDelay(false)
				b := make([]byte, 4096)
				for {
					if _, err := c.Read(b); err != nil {
						return
					}
					_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"))
					_, _ = c.Write([]byte("ok"))
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

func TestConnectionsCarryRequests(t *testing.T) {
	client := &http.Client{Transport: &http.Transport{DialContext: dial.Context(0)}}
	for range 3 {
		res, err := client.Get(apart(t))
		require.NoError(t, err)
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, "ok", string(body))
	}
}

// BenchmarkServerWithNagle compares connections that acknowledge at once with plain ones.
func BenchmarkServerWithNagle(b *testing.B) {
	for name, connect := range map[string]func(context.Context, string, string) (net.Conn, error){
		"at once": dial.Context(0), "plain": (&net.Dialer{}).DialContext,
	} {
		b.Run(name, func(b *testing.B) {
			url := apart(b)
			client := &http.Client{Transport: &http.Transport{DialContext: connect}}
			for b.Loop() {
				res, err := client.Get(url)
				require.NoError(b, err)
				_, err = io.Copy(io.Discard, res.Body)
				require.NoError(b, err)
				require.NoError(b, res.Body.Close())
			}
		})
	}
}
