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

func TestCheckFindsNothingInAFaithfulServer(t *testing.T) {
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

func TestCheckDeletesWhatItMade(t *testing.T) {
	var mu sync.Mutex
	var there []string
	s := serve(t, simulator.Options{}, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case rec.Code == http.StatusCreated:
			var made struct{ DBInstanceID string }
			_ = json.Unmarshal(rec.Body.Bytes(), &made)
			there = append(there, made.DBInstanceID)
		case r.Method == http.MethodDelete && rec.Code == http.StatusNoContent:
			there = slices.DeleteFunc(there, func(one string) bool { return one == id(r) })
		}
		answer(w, rec.Code, rec.Body.String())
	})
	_, err := control.Check(t.Context(), s.client(t, control.Config{}), s.target(t))
	require.NoError(t, err)
	require.Empty(t, there)
}

const (
	capabilities = "GET /v1/capabilities"
	provision    = "POST /v1/instances"
	change       = "PATCH /v1/instances/{id}"
	complete     = "POST /v1/instances/{id}/complete"
	list         = "GET /v1/instances/{id}/backups"
	nextDay      = "POST /v1/instances/{id}/next-day"
	remove       = "DELETE /v1/instances/{id}"
)

// Every case is a faithful server with one thing wrong, and what is to be said of it.
func TestCheckFindsWhatIsWrong(t *testing.T) {
	without := func(name string) func(map[string]any) { return func(doc map[string]any) { delete(doc, name) } }
	with := func(name string, value any) func(map[string]any) {
		return func(doc map[string]any) { doc[name] = value }
	}
	unknown := func(code int, text string) bend {
		return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if strings.Contains(r.URL.Path, "nobody") {
				answer(w, code, text)
				return
			}
			next.ServeHTTP(w, r)
		}
	}
	for _, c := range []struct {
		wrong    string
		bend     bend
		level    string
		endpoint string
		expected string // part of what is said to be expected
	}{
		{"capabilities are not found", instead(capabilities, 404, `{"error":"no"}`), control.LevelError, capabilities, "200"},
		{"capabilities are created", status(capabilities, 201), control.LevelError, capabilities, "200"},
		{"capabilities are a page", instead(capabilities, 200, "<html>"), control.LevelError, capabilities, "a JSON object"},
		{"capabilities are a list", instead(capabilities, 200, "[]"), control.LevelError, capabilities, "a JSON object"},
		{"capabilities are null", instead(capabilities, 200, "null"), control.LevelError, capabilities, "a JSON object"},
		{"a capability is a word", body(capabilities, with("observe", "yes")), control.LevelError, capabilities, "observe as true or false"},
		{"a capability is not said", body(capabilities, without("nextDay")), control.LevelHint, capabilities, "nextDay as true or false"},
		{"a capability is null", body(capabilities, with("complete", nil)), control.LevelHint, capabilities, "complete as true or false"},
		{"no engines", body(capabilities, without("engines")), control.LevelError, capabilities, "the engines"},
		{"engines in one string", body(capabilities, with("engines", "MySQL")), control.LevelError, capabilities, "engines as a list"},
		{"statuses as an object", body(capabilities, with("statuses", map[string]any{"Running": true})), control.LevelError, capabilities, "statuses as a list"},
		{"lockModes as a number", body(capabilities, with("lockModes", 1)), control.LevelError, capabilities, "lockModes as a list"},
		{"no status Running", body(capabilities, with("statuses", []string{"Creating"})), control.LevelError, capabilities, "Running among"},
		{"an engine that is spelled otherwise", body(capabilities, with("engines", []string{"MySQL", "mysql"})), control.LevelHint, capabilities, "engines of"},

		{"provisioning answers 200", status(provision, 200), control.LevelError, provision, "201"},
		{"provisioning answers 500", instead(provision, 500, `{"error":"oops"}`), control.LevelError, provision, "a 4xx"},
		{"provisioning is not there", instead(provision, 404, `{"error":"no such thing"}`), control.LevelError, provision, "201"},
		{"a refusal in plain words", instead(provision, 400, "no"), control.LevelError, provision, `{"error":"…"}`},
		{"no id", body(provision, without("dbInstanceId")), control.LevelError, provision, "dbInstanceId"},
		{"an id that is a number", body(provision, with("dbInstanceId", 7)), control.LevelError, provision, "dbInstanceId"},
		{"an id under another name", body(provision, func(doc map[string]any) { doc["id"] = doc["dbInstanceId"]; delete(doc, "dbInstanceId") }), control.LevelError, provision, "dbInstanceId"},
		{"the same id always", body(provision, with("dbInstanceId", "rm-mysql")), control.LevelError, provision, "an id of its own"},
		{"a listed engine is refused", body(capabilities, with("engines", []string{"MySQL", "Oracle"})), control.LevelError, provision, "201"},
		{"a listed status is refused", body(capabilities, with("statuses", []string{"Running", "Dreaming"})), control.LevelError, provision, "201"},
		{"a listed lockMode is refused", body(capabilities, with("lockModes", []string{"Padlock"})), control.LevelError, provision, "201"},
		{"any status is taken", asked(provision, func(doc map[string]any) {
			if doc["status"] == "CbspecNoSuchStatus" {
				doc["status"] = "Running"
			}
		}), control.LevelHint, provision, "a 4xx for a status"},
		{"no last backup fails", refuses(`"failed"`), control.LevelHint, provision, "201"},
		{"the server hangs up on provisioning", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if asks(r, provision) {
				panic(http.ErrAbortHandler)
			}
			next.ServeHTTP(w, r)
		}, control.LevelError, provision, "an answer"},

		{"lastBackup is forgotten", asked(provision, with("lastBackup", "none")), control.LevelError, list, "1 backups"},
		{"backupsToday is forgotten", asked(provision, with("backupsToday", 0)), control.LevelError, list, "3 backups"},
		{"the last backup is always completed", asked(provision, func(doc map[string]any) {
			if doc["lastBackup"] != "none" {
				doc["lastBackup"] = "completed"
			}
		}), control.LevelError, list, "the last backup running"},
		{"lastBackup comes on top of backupsToday", asked(provision, func(doc map[string]any) {
			if doc["backupsToday"].(float64) > 0 {
				doc["backupsToday"] = doc["backupsToday"].(float64) + 1
			}
		}), control.LevelHint, list, "3 backups"},
		{"a backup where none was", asked(provision, func(doc map[string]any) {
			if doc["lastBackup"] == "none" {
				doc["lastBackup"] = "completed"
			}
		}), control.LevelError, list, "no backups"},
		{"every backup runs", backups(func(l []any) []any {
			for _, b := range l {
				b.(map[string]any)["status"] = "running"
			}
			return l
		}), control.LevelError, list, "no backup but the last one running"},
		{"the list is turned round", backups(func(l []any) []any { slices.Reverse(l); return l }), control.LevelError, list, "oldest first"},
		{"no list", body(list, without("backups")), control.LevelError, list, `{"backups":[…]}`},
		{"the list by itself", instead(list, 200, "[]"), control.LevelError, list, `{"backups":[…]}`},
		{"the list is no JSON", instead(list, 200, "none"), control.LevelError, list, `{"backups":[…]}`},
		{"an empty list is null", body(list, func(doc map[string]any) {
			if len(doc["backups"].([]any)) == 0 {
				doc["backups"] = nil
			}
		}), control.LevelHint, list, `{"backups":[…]}`},
		{"the list is an object", body(list, with("backups", map[string]any{"1": 1})), control.LevelError, list, "as the protocol has them"},
		{"the list answers 202", status(list, 202), control.LevelError, list, "200"},
		{"backupId is a list", member("backupId", []any{7}), control.LevelError, list, "as the protocol has them"},
		{"backupId is empty", member("backupId", ""), control.LevelError, list, "a backupId in every backup"},
		{"every backup has the same id", backups(func(l []any) []any {
			for _, b := range l {
				b.(map[string]any)["backupId"] = "1"
			}
			return l
		}), control.LevelError, list, "a backupId of its own"},
		{"method in small letters", member("method", "physical"), control.LevelError, list, "a method of"},
		{"no method", member("method", nil), control.LevelError, list, "a method in every backup"},
		{"strategy of another kind", member("strategy", "whole"), control.LevelError, list, "a strategy of"},
		{"no type", member("type", ""), control.LevelError, list, "a type in every backup"},
		{"status in other words", member("status", "Success"), control.LevelError, list, "a status of"},
		{"db of two databases", member("strategy", "db"), control.LevelError, list, "one database"},
		{"databases that are not there", member("databases", []string{"mysql"}), control.LevelError, list, "databases [\"db1\" \"db2\"]"},

		{"a change answers 200", status(change, 200), control.LevelError, change, "204"},
		{"a change is not there", instead(change, 405, `{"error":"no"}`), control.LevelError, change, "204"},
		{"a change is for nothing", instead(change, 204, ""), control.LevelError, change, "the instance active again"},
		{"databases are not changed", asked(change, without("databases")), control.LevelError, change, "to cover these databases"},
		{"a change of databases makes the instance active", asked(change, func(doc map[string]any) {
			if doc["status"] == nil {
				doc["status"] = "Running"
			}
		}), control.LevelError, change, "the status left as it is"},
		{"an instance stays active", asked(change, func(doc map[string]any) {
			if doc["status"] != nil {
				doc["status"] = "Running"
			}
		}), control.LevelError, change, "no longer active"},
		{"a change ends the running backup", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if asks(r, change) {
				do(next, "POST", r.URL.Path+"/complete", `{"result":"completed"}`)
			}
			next.ServeHTTP(w, r)
		}, control.LevelError, change, "the backups left as they are"},

		{"completing answers 200", status(complete, 200), control.LevelError, complete, "204"},
		{"completing does nothing", instead(complete, 204, ""), control.LevelError, complete, "the last backup completed"},
		{"failed is completed", asked(complete, with("result", "completed")), control.LevelError, complete, "the last backup failed"},
		{"nothing running is an error", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if asks(r, complete) && !strings.Contains(do(next, "GET", "/v1/instances/"+id(r)+"/backups", "").Body.String(), "running") {
				answer(w, 409, `{"error":"nothing is running"}`)
				return
			}
			next.ServeHTTP(w, r)
		}, control.LevelError, complete, "204 where nothing is running"},
		{"completing loses backups", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			text := rec.Body.String()
			if asks(r, list) && !strings.Contains(text, "running") {
				text = `{"backups":[]}`
			}
			answer(w, rec.Code, text)
		}, control.LevelError, complete, "the same backups"},
		{"completing renames the backup", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			text := rec.Body.String()
			if asks(r, list) && !strings.Contains(text, "running") {
				text = strings.ReplaceAll(text, `"backupId":"`, `"backupId":"done-`)
			}
			answer(w, rec.Code, text)
		}, control.LevelError, complete, "its old id"},
		{"completing one completes all", func() bend {
			var mu sync.Mutex
			var all []string
			return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				mu.Lock()
				defer mu.Unlock()
				if asks(r, complete) {
					for _, other := range all {
						do(next, "POST", "/v1/instances/"+other+"/complete", `{"result":"completed"}`)
					}
				}
				rec := httptest.NewRecorder()
				next.ServeHTTP(rec, r)
				if rec.Code == http.StatusCreated {
					var made struct{ DBInstanceID string }
					_ = json.Unmarshal(rec.Body.Bytes(), &made)
					all = append(all, made.DBInstanceID)
				}
				answer(w, rec.Code, rec.Body.String())
			}
		}(), control.LevelError, complete, "other instances"},

		{"the next day answers 200", status(nextDay, 200), control.LevelError, nextDay, "204"},
		{"the next day is not there", instead(nextDay, 501, `{"error":"no"}`), control.LevelError, nextDay, "a 4xx"},
		{"the next day does not come", instead(nextDay, 204, ""), control.LevelError, nextDay, "on the day after"},
		{"the next day comes for all", func() bend {
			var mu sync.Mutex
			var all []string
			return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				mu.Lock()
				defer mu.Unlock()
				if asks(r, nextDay) && len(all) > 0 && slices.Contains(all, id(r)) {
					for _, other := range all {
						do(next, "POST", "/v1/instances/"+other+"/next-day", "")
					}
					w.WriteHeader(http.StatusNoContent)
					return
				}
				rec := httptest.NewRecorder()
				next.ServeHTTP(rec, r)
				if rec.Code == http.StatusCreated {
					var made struct{ DBInstanceID string }
					_ = json.Unmarshal(rec.Body.Bytes(), &made)
					all = append(all, made.DBInstanceID)
				}
				answer(w, rec.Code, rec.Body.String())
			}
		}(), control.LevelError, nextDay, "the day of other instances"},
		{"the next day ends the running backup", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if asks(r, nextDay) {
				do(next, "POST", "/v1/instances/"+id(r)+"/complete", `{"result":"completed"}`)
			}
			next.ServeHTTP(w, r)
		}, control.LevelError, nextDay, "the backups left as they are"},

		{"deleting answers 200", status(remove, 200), control.LevelError, remove, "204"},
		{"deleting does nothing", instead(remove, 204, ""), control.LevelError, remove, "the instance gone"},

		{"an unknown instance is a server error", unknown(500, `{"error":"oops"}`), control.LevelError, remove, "a 4xx"},
		{"an unknown instance is refused in plain words", unknown(404, "404 page not found"), control.LevelError, complete, `{"error":"…"}`},
		{"an unknown instance has no backups", unknown(200, `{"backups":[]}`), control.LevelHint, list, "does not exist"},

		{"the API has other instances", func() bend {
			other, err := simulator.New(simulator.Options{})
			require.NoError(t, err)
			return func(w http.ResponseWriter, r *http.Request, _ http.Handler) { other.Control().ServeHTTP(w, r) }
		}(), control.LevelError, provision, "an instance that CreateBackup knows"},
		{"backups of the API are not listed", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			body(list, func(doc map[string]any) {
				doc["backups"] = slices.DeleteFunc(doc["backups"].([]any), func(b any) bool {
					names, _ := b.(map[string]any)["databases"].([]any)
					return len(names) == 3
				})
			})(w, r, next)
		}, control.LevelError, list, "one more backup"},
		{"backups of the API end by themselves", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			body(list, func(doc map[string]any) {
				for _, b := range doc["backups"].([]any) {
					if b := b.(map[string]any); len(b["databases"].([]any)) == 3 {
						b["status"] = "completed"
					}
				}
			})(w, r, next)
		}, control.LevelError, list, "CreateBackup made running"},
		{"backups of the API come first", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			body(list, func(doc map[string]any) {
				l := doc["backups"].([]any)
				if n := len(l); n == 2 && len(l[1].(map[string]any)["databases"].([]any)) == 3 {
					slices.Reverse(l)
				}
			})(w, r, next)
		}, control.LevelError, list, "made as the last one"},
	} {
		t.Run(c.wrong, func(t *testing.T) {
			t.Parallel()
			s := serve(t, simulator.Options{}, c.bend)
			found, err := control.Check(t.Context(), s.client(t, control.Config{}), s.target(t))
			require.NoError(t, err)
			require.True(t, slices.ContainsFunc(found, func(f control.Finding) bool {
				return f.Level == c.level && f.Endpoint == c.endpoint && strings.Contains(f.Expected, c.expected)
			}), "%s %s %s, not among\n%s", c.level, c.endpoint, c.expected, lines(found))
			for _, f := range found {
				require.NotEmpty(t, f.Sent)
				require.NotEmpty(t, f.Got)
				require.NotEmpty(t, f.Fix)
				require.NotContains(t, f.String(), "\n")
			}
		})
	}
}

// refuses turns down the conditions that have a word in them.
func refuses(word string) bend {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if asks(r, provision) {
			var doc json.RawMessage
			_ = json.NewDecoder(r.Body).Decode(&doc)
			if strings.Contains(string(doc), word) {
				answer(w, 400, `{"error":"that cannot be brought about"}`)
				return
			}
			answerAs(w, do(next, r.Method, r.URL.Path, string(doc)))
			return
		}
		next.ServeHTTP(w, r)
	}
}

func answerAs(w http.ResponseWriter, rec *httptest.ResponseRecorder) {
	answer(w, rec.Code, rec.Body.String())
}

func lines(found []control.Finding) string {
	var b strings.Builder
	for _, f := range found {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

// What the protocol leaves open is nobody's fault.
func TestCheckLeavesOpenWhatTheProtocolDoes(t *testing.T) {
	for name, b := range map[string]bend{
		"nothing at all": instead(capabilities, 200, `{"provision":false,"observe":false,"complete":false,"nextDay":false,"engines":[],"statuses":[]}`),
		"provisioning alone": body(capabilities, func(doc map[string]any) {
			doc["observe"], doc["complete"], doc["nextDay"] = false, false, false
			delete(doc, "lockModes")
		}),
		"further members": func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			answer(w, rec.Code, strings.Replace(rec.Body.String(), "{", `{"further":{"a":[1,null]},`, 1))
		},
		"a backup that does not say its databases": backups(func(l []any) []any {
			for _, b := range l {
				delete(b.(map[string]any), "databases")
			}
			return l
		}),
		"a backup that says its type in full": member("type", "full"),
		"deleting what is not there": func(w http.ResponseWriter, r *http.Request, next http.Handler) {
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

func TestCheckOfAnAPIThatTakesNoBackupSaysSo(t *testing.T) {
	s := serve(t, simulator.Options{AccessKeyID: "some-key-id", AccessKeySecret: "some-secret"}, nil)
	found, err := control.Check(t.Context(), s.client(t, control.Config{}), s.target(t))
	require.NoError(t, err)
	require.Len(t, found, 1)
	require.Equal(t, control.LevelHint, found[0].Level)
	require.Contains(t, found[0].Expected, "a plain CreateBackup")
}

func TestCheckOfTokens(t *testing.T) {
	t.Run("a wrong one", func(t *testing.T) {
		s := serve(t, simulator.Options{ControlToken: "right-token"}, nil)
		found, err := control.Check(t.Context(), s.client(t, control.Config{Token: "wrong-token"}), nil)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, control.LevelError, found[0].Level)
		require.Contains(t, found[0].Fix, "token")
	})
	t.Run("one that nobody looks at", func(t *testing.T) {
		s := serve(t, simulator.Options{}, nil)
		found, err := control.Check(t.Context(), s.client(t, control.Config{Token: "some-token"}), nil)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, control.LevelHint, found[0].Level)
	})
	t.Run("one that is echoed", func(t *testing.T) {
		c := listen(t, control.Config{Token: "some-token"}, func(w http.ResponseWriter, r *http.Request) {
			answer(w, 403, `{"error":"`+r.Header.Get("Authorization")+` is wrong"}`)
		})
		found, err := control.Check(t.Context(), c, nil)
		require.NoError(t, err)
		require.NotEmpty(t, found)
		require.NotContains(t, lines(found), "some-token")
	})
}

func TestCheckOfWhatDoesNotAnswer(t *testing.T) {
	t.Run("nobody there", func(t *testing.T) {
		s := httptest.NewServer(http.NotFoundHandler())
		c, err := control.New(control.Config{URL: s.URL})
		require.NoError(t, err)
		s.Close()
		_, err = control.Check(t.Context(), c, nil)
		require.ErrorIs(t, err, targets.ErrUnreachable)
	})
	t.Run("a hang is waited for a few times only", func(t *testing.T) {
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

// The server that stands for those of other languages.
func TestCheckOfTheServerInPython(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("there is no python3")
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
