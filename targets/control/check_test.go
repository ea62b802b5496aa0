package control_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

func TestCheckFindsNothingInACorrectServer(t *testing.T) {
	for name, o := range map[string]simulator.Options{
		"original": {}, "current": {Edition: "current"}, "with a token": {ControlToken: "t0ken-of-control"},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, o, nil)
			for _, api := range []targets.Target{nil, s.target(t)} {
				found, err := control.Check(t.Context(), s.client(t, control.Config{Token: o.ControlToken}), api)
				require.NoError(t, err)
				require.Empty(t, found)
			}
		})
	}
}

func TestCheckDeletesTheInstancesThatItMakes(t *testing.T) {
	var mu sync.Mutex
	var there []string
	s := serve(t, simulator.Options{}, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case rec.Code == http.StatusCreated:
			there = append(there, madeID(rec))
		case r.Method == http.MethodDelete && rec.Code == http.StatusNoContent:
			there = slices.DeleteFunc(there, func(one string) bool { return one == id(r) })
		}
		answer(w, rec.Code, rec.Body.String())
	})
	_, err := control.Check(t.Context(), s.client(t, control.Config{}), s.target(t))
	require.NoError(t, err)
	require.Empty(t, there)
}

func TestCheckAllowsWhatTheProtocolAllows(t *testing.T) {
	for name, b := range map[string]bend{
		"no capability": instead(capabilities, 200, `{"provision":false,"observe":false,"complete":false,"nextDay":false,"engines":[],"statuses":[]}`),
		"provisioning only": body(capabilities, func(doc map[string]any) {
			doc["observe"], doc["complete"], doc["nextDay"] = false, false, false
			delete(doc, "lockModes")
		}),
		"further members": func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			answer(w, rec.Code, strings.Replace(rec.Body.String(), "{", `{"further":{"a":[1,null]},`, 1))
		},
		"a backup without databases": backups(func(l []any) []any {
			for _, b := range l {
				delete(b.(map[string]any), "databases")
			}
			return l
		}),
		"a backup with its resulting type": member("type", "full"),
		"deleting an instance that does not exist": func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method == http.MethodDelete {
				do(next, r.Method, r.URL.Path, "")
				w.WriteHeader(http.StatusNoContent)
				return
			}
			next.ServeHTTP(w, r)
		},
		"another media type": func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			w.Header().Set("Content-Type", "text/plain")
			answerAs(w, rec)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, simulator.Options{}, b)
			found, err := control.Check(t.Context(), s.client(t, control.Config{}), s.target(t))
			require.NoError(t, err)
			require.Empty(t, found)
		})
	}
}

func TestCheckReportsAnAPIThatRefusesEveryBackup(t *testing.T) {
	s := serve(t, simulator.Options{AccessKeyID: "some-key-id", AccessKeySecret: "some-secret"}, nil)
	found, err := control.Check(t.Context(), s.client(t, control.Config{}), s.target(t))
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, control.LevelHint, found[0].Level)
	require.Contains(t, found[0].Expected, "a plain CreateBackup")
}

func TestCheckReportsProblemsWithTheToken(t *testing.T) {
	t.Run("a wrong token", func(t *testing.T) {
		s := serve(t, simulator.Options{ControlToken: "right-token"}, nil)
		found, err := control.Check(t.Context(), s.client(t, control.Config{Token: "wrong-token"}), nil)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, control.LevelError, found[0].Level)
		require.Contains(t, found[0].Fix, "token")
	})
	t.Run("a server that ignores tokens", func(t *testing.T) {
		s := serve(t, simulator.Options{}, nil)
		found, err := control.Check(t.Context(), s.client(t, control.Config{Token: "some-token"}), nil)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, control.LevelHint, found[0].Level)
	})
	t.Run("a server that echoes the token", func(t *testing.T) {
		c := listen(t, control.Config{Token: "some-token"}, func(w http.ResponseWriter, r *http.Request) {
			answer(w, 403, `{"error":"`+r.Header.Get("Authorization")+` is wrong"}`)
		})
		found, err := control.Check(t.Context(), c, nil)
		require.NoError(t, err)
		require.NotEmpty(t, found)
		require.NotContains(t, lines(found), "some-token")
	})
}

func TestCheckEndsSoonWithoutAnswers(t *testing.T) {
	t.Run("a closed port", func(t *testing.T) {
		s := httptest.NewServer(http.NotFoundHandler())
		c, err := control.New(control.Config{URL: s.URL})
		require.NoError(t, err)
		s.Close()
		_, err = control.Check(t.Context(), c, nil)
		require.ErrorIs(t, err, targets.ErrUnreachable)
	})
	t.Run("a server that hangs", func(t *testing.T) {
		sim, err := simulator.New(simulator.Options{})
		require.NoError(t, err)
		c := listen(t, control.Config{Timeout: 50 * time.Millisecond}, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/v1/capabilities" {
				<-t.Context().Done()
				return
			}
			sim.Control().ServeHTTP(w, r)
		})
		begun := time.Now()
		found, err := control.Check(t.Context(), c, nil)
		require.NoError(t, err)
		require.NotEmpty(t, found)
		require.Less(t, time.Since(begun), 3*time.Second)
	})
	t.Run("a context that ended", func(t *testing.T) {
		s := serve(t, simulator.Options{}, nil)
		why := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(why)
		_, err := control.Check(ctx, s.client(t, control.Config{}), nil)
		require.ErrorIs(t, err, why)
	})
}

// The server in Python stands for servers in other languages.
func TestCheckFindsNoErrorsInTheServerInPython(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("install python3 to run this test")
	}
	cmd := exec.CommandContext(t.Context(), "python3", "../testdata/servers/server.py", "control", "--token", "t0ken-of-control")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	var ready struct{ Control, Endpoint string }
	require.NoError(t, json.Unmarshal([]byte(line), &ready))

	c, err := control.New(control.Config{URL: ready.Control, Token: "t0ken-of-control"})
	require.NoError(t, err)
	api, err := rpc.New(rpc.Config{Endpoint: ready.Endpoint})
	require.NoError(t, err)
	t.Cleanup(api.Close)
	found, err := control.Check(t.Context(), c, api)
	require.NoError(t, err)
	found = slices.DeleteFunc(found, func(f control.Finding) bool { return f.Level == control.LevelHint })
	require.Empty(t, lines(found))
}
