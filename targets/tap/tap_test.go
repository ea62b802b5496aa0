package tap_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/exchange"
	"github.com/cbspec/cbspec/targets/tap"
)

// shown collects what a tap shows.
type shown struct {
	mu  sync.Mutex
	all []exchange.Exchange
}

func (s *shown) add(x exchange.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = append(s.all, x)
}

func tapped(t *testing.T, upstream http.Handler) (*httptest.Server, *shown) {
	t.Helper()
	server := httptest.NewServer(upstream)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	require.NoError(t, err)
	s := &shown{}
	front := httptest.NewServer(tap.New(u, &http.Transport{DisableCompression: true}, s.add))
	t.Cleanup(front.Close)
	return front, s
}

// What a signature covers, and what a server sees, is as the client has sent it.
func TestPassesRequestsAsTheyAre(t *testing.T) {
	var got *http.Request
	var body []byte
	front, s := tapped(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("X-Own", "1")
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, "no")
	}))
	const raw = "POST /a%2Fb?x=%zz&;y=1&x=2 HTTP/1.1\r\nHost: rds.example:99\r\nX-Forwarded-For: 1.2.3.4\r\n" +
		"Content-Length: 3\r\nConnection: close\r\n\r\na=1"
	conn, err := net.Dial("tcp", front.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, raw)
	require.NoError(t, err)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	said, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	front.Close() // waits for the handler

	require.Equal(t, "/a%2Fb?x=%zz&;y=1&x=2", got.RequestURI)
	require.Equal(t, "rds.example:99", got.Host)
	require.Equal(t, []string{"1.2.3.4"}, got.Header["X-Forwarded-For"])
	require.NotContains(t, got.Header, "User-Agent")
	require.NotContains(t, got.Header, "Accept-Encoding")
	require.Equal(t, "a=1", string(body))
	require.Equal(t, http.StatusForbidden, answer.StatusCode)
	require.Equal(t, "no", string(said))
	require.Equal(t, "1", answer.Header.Get("X-Own"))

	require.Len(t, s.all, 1)
	x := s.all[0]
	require.Equal(t, "http://rds.example:99/a%2Fb?x=%zz&;y=1&x=2", x.Request.URL)
	require.Equal(t, "a=1", string(x.Request.Body))
	require.Equal(t, "no", string(x.Response.Body))
	require.False(t, x.Request.Partial || x.Response.Partial)
	require.False(t, x.End.Before(x.Start))
}

// A long answer reaches the client while the server still writes it, and whole.
func TestStreams(t *testing.T) {
	proceed := make(chan struct{})
	front, s := tapped(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "first\n")
		w.(http.Flusher).Flush()
		<-proceed
		_, _ = io.WriteString(w, strings.Repeat("x", 2*exchange.MaxBody))
	}))
	answer, err := front.Client().Get(front.URL)
	require.NoError(t, err)
	defer answer.Body.Close()
	reader := bufio.NewReader(answer.Body)
	line, err := reader.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "first\n", line)
	close(proceed)
	rest, err := io.ReadAll(reader)
	require.NoError(t, err)
	require.Len(t, rest, 2*exchange.MaxBody)
	front.Close()
	require.Len(t, s.all, 1)
	require.True(t, s.all[0].Response.Partial)
	require.Len(t, s.all[0].Response.Body, exchange.MaxBody)
}

// A call without an answer is shown, for it may have made a backup. It is sent once.
func TestShowsCallsWithoutAnAnswer(t *testing.T) {
	var calls atomic.Int64
	front, s := tapped(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1) == 1 {
			return // and the connection is kept
		}
		panic(http.ErrAbortHandler)
	}))
	for _, want := range []int{http.StatusOK, http.StatusBadGateway} {
		answer, err := front.Client().Get(front.URL)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, want, answer.StatusCode)
	}
	front.Close()
	require.EqualValues(t, 2, calls.Load())
	require.Len(t, s.all, 2)
	require.Equal(t, 0, s.all[1].Response.Status)
}

// Over HTTP/2 too, a body is whole where all of it was sent.
func TestBodiesAreWholeOverHTTP2(t *testing.T) {
	upstream := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	upstream.EnableHTTP2 = true
	upstream.StartTLS()
	defer upstream.Close()
	u, err := url.Parse(upstream.URL)
	require.NoError(t, err)
	s := &shown{}
	front := httptest.NewUnstartedServer(tap.New(u, upstream.Client().Transport, s.add))
	front.EnableHTTP2 = true
	front.StartTLS()
	defer front.Close()
	for range 20 {
		answer, err := front.Client().Post(front.URL, "application/x-www-form-urlencoded", strings.NewReader("DBInstanceId=rm-1"))
		require.NoError(t, err)
		require.Equal(t, 2, answer.ProtoMajor)
		said, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
		require.Equal(t, "DBInstanceId=rm-1", string(said))
	}
	front.Close()
	require.Len(t, s.all, 20)
	for _, x := range s.all {
		require.False(t, x.Request.Partial || x.Response.Partial)
		require.Equal(t, "DBInstanceId=rm-1", string(x.Request.Body))
	}
}
