package control_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// server is a correct server on loopback, unless its control protocol is bent.
type server struct {
	*simulator.Simulator
	url, api string
}

// bend answers a request in place of next, the correct server. A nil bend changes nothing.
type bend func(w http.ResponseWriter, r *http.Request, next http.Handler)

func serve(t *testing.T, o simulator.Options, b bend) server {
	t.Helper()
	sim, err := simulator.New(o)
	require.NoError(t, err)
	next := sim.Control()
	handler := next
	if b != nil {
		handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b(w, r, next) })
	}
	front, api := httptest.NewServer(handler), httptest.NewServer(sim.API())
	t.Cleanup(front.Close)
	t.Cleanup(api.Close)
	return server{sim, front.URL, api.URL}
}

func (s server) client(t *testing.T, c control.Config) *control.Client {
	t.Helper()
	c.URL = s.url
	client, err := control.New(c)
	require.NoError(t, err)
	return client
}

func (s server) target(t *testing.T) targets.Target {
	t.Helper()
	target, err := rpc.New(rpc.Config{Endpoint: s.api})
	require.NoError(t, err)
	t.Cleanup(target.Close)
	return target
}

// listen serves a handler, and returns a client of it.
func listen(t *testing.T, c control.Config, h http.HandlerFunc) *control.Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c.URL = s.URL
	client, err := control.New(c)
	require.NoError(t, err)
	return client
}

// answer writes a status and a body.
func answer(w http.ResponseWriter, status int, body string) {
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// asks reports whether the request is for an endpoint, such as "POST /v1/instances/{id}/complete".
func asks(r *http.Request, endpoint string) bool {
	mux := http.NewServeMux()
	mux.HandleFunc(endpoint, func(http.ResponseWriter, *http.Request) {})
	_, pattern := mux.Handler(r)
	return pattern != ""
}

// madeID returns the id of a new instance.
func madeID(rec *httptest.ResponseRecorder) string {
	var made struct{ DBInstanceID string }
	_ = json.Unmarshal(rec.Body.Bytes(), &made) // the answer of the simulator
	return made.DBInstanceID
}

// id returns the id of the instance in the path of a request.
func id(r *http.Request) string {
	return string(bytes.Split([]byte(r.URL.Path), []byte("/"))[3])
}

// do sends the correct server another request.
func do(next http.Handler, method, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	next.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), method, path, bytes.NewBufferString(body)))
	return w
}

// status changes the status of successful answers of an endpoint.
func status(endpoint string, code int) bend {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		if asks(r, endpoint) && rec.Code < 300 {
			rec.Code = code
		}
		answer(w, rec.Code, rec.Body.String())
	}
}

// body changes the body of successful answers of an endpoint.
func body(endpoint string, change func(doc map[string]any)) bend {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		text := rec.Body.String()
		if asks(r, endpoint) && rec.Code < 300 {
			var doc map[string]any
			_ = json.Unmarshal([]byte(text), &doc) // the answer of the simulator
			change(doc)
			changed, _ := json.Marshal(doc)
			text = string(changed)
		}
		answer(w, rec.Code, text)
	}
}

// backups changes the lists of backups.
func backups(change func(list []any) []any) bend {
	return body("GET /v1/instances/{id}/backups", func(doc map[string]any) {
		doc["backups"] = change(doc["backups"].([]any))
	})
}

// member changes one member of the last backup in a list.
func member(name string, value any) bend {
	return backups(func(list []any) []any {
		if n := len(list); n > 0 {
			list[n-1].(map[string]any)[name] = value
		}
		return list
	})
}

// asked changes the body of a request to an endpoint.
func asked(endpoint string, change func(doc map[string]any)) bend {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if asks(r, endpoint) {
			var doc map[string]any
			if json.NewDecoder(r.Body).Decode(&doc) == nil {
				change(doc)
			}
			text, _ := json.Marshal(doc)
			r.Body = io.NopCloser(bytes.NewReader(text))
		}
		next.ServeHTTP(w, r)
	}
}

// instead answers requests to an endpoint and does nothing.
func instead(endpoint string, code int, text string) bend {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if asks(r, endpoint) {
			answer(w, code, text)
			return
		}
		next.ServeHTTP(w, r)
	}
}
