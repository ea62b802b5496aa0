package control_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/simulator"
)

const (
	capabilities = "GET /v1/capabilities"
	provision    = "POST /v1/instances"
	change       = "PATCH /v1/instances/{id}"
	complete     = "POST /v1/instances/{id}/complete"
	list         = "GET /v1/instances/{id}/backups"
	nextDay      = "POST /v1/instances/{id}/next-day"
	remove       = "DELETE /v1/instances/{id}"
)

// fault is a faithful server with one thing wrong, and what the check must say about it.
type fault struct {
	wrong    string
	bend     bend
	level    string
	endpoint string
	expected string // a part of the finding's Expected
}

func TestCheckFindsEveryFault(t *testing.T) {
	for area, faults := range map[string]func(*testing.T) []fault{
		"capabilities":                    capabilitiesFaults,
		"provision":                       provisionFaults,
		"list":                            listFaults,
		"change":                          changeFaults,
		"complete":                        completeFaults,
		"next day":                        nextDayFaults,
		"remove":                          removeFaults,
		"an instance that does not exist": unknownInstanceFaults,
		"api":                             apiFaults,
	} {
		for _, c := range faults(t) {
			t.Run(area+"/"+c.wrong, func(t *testing.T) {
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
}

func without(name string) func(map[string]any) { return func(doc map[string]any) { delete(doc, name) } }

func with(name string, value any) func(map[string]any) {
	return func(doc map[string]any) { doc[name] = value }
}

// doneLists bends the lists of backups in which none is running.
func doneLists(change func(text string) string) bend {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		text := rec.Body.String()
		if asks(r, list) && !strings.Contains(text, "running") {
			text = change(text)
		}
		answer(w, rec.Code, text)
	}
}

// forAll does a request for one instance for every instance that was made.
func forAll(endpoint, text string) bend {
	var mu sync.Mutex
	var all []string
	method, path, _ := strings.Cut(endpoint, " ")
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		mu.Lock()
		defer mu.Unlock()
		if asks(r, endpoint) {
			for _, other := range all {
				do(next, method, strings.Replace(path, "{id}", other, 1), text)
			}
		}
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		if rec.Code == http.StatusCreated {
			all = append(all, madeID(rec))
		}
		answer(w, rec.Code, rec.Body.String())
	}
}

// unknown answers requests for an instance that does not exist.
func unknown(code int, text string) bend {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if strings.Contains(r.URL.Path, "nobody") {
			answer(w, code, text)
			return
		}
		next.ServeHTTP(w, r)
	}
}

// capabilitiesFaults lists faults of GET /v1/capabilities.
func capabilitiesFaults(t *testing.T) []fault {
	return []fault{
		{"capabilities are not found", instead(capabilities, 404, `{"error":"no"}`), control.LevelError, capabilities, "200"},
		{"capabilities are created", status(capabilities, 201), control.LevelError, capabilities, "200"},
		{"capabilities are an HTML page", instead(capabilities, 200, "<html>"), control.LevelError, capabilities, "a JSON object"},
		{"capabilities are a list", instead(capabilities, 200, "[]"), control.LevelError, capabilities, "a JSON object"},
		{"capabilities are null", instead(capabilities, 200, "null"), control.LevelError, capabilities, "a JSON object"},
		{"a capability is a word", body(capabilities, with("observe", "yes")), control.LevelError, capabilities, "observe as true or false"},
		{"a capability is missing", body(capabilities, without("nextDay")), control.LevelHint, capabilities, "nextDay as true or false"},
		{"a capability is null", body(capabilities, with("complete", nil)), control.LevelHint, capabilities, "complete as true or false"},
		{"no engines", body(capabilities, without("engines")), control.LevelError, capabilities, "the engines"},
		{"engines in one string", body(capabilities, with("engines", "MySQL")), control.LevelError, capabilities, "engines as a list"},
		{"statuses as an object", body(capabilities, with("statuses", map[string]any{"Running": true})), control.LevelError, capabilities, "statuses as a list"},
		{"lockModes as a number", body(capabilities, with("lockModes", 1)), control.LevelError, capabilities, "lockModes as a list"},
		{"no status Running", body(capabilities, with("statuses", []string{"Creating"})), control.LevelError, capabilities, "Running among"},
		{"an engine with another spelling", body(capabilities, with("engines", []string{"MySQL", "mysql"})), control.LevelHint, capabilities, "engines of"},
	}
}

// provisionFaults lists faults of POST /v1/instances.
func provisionFaults(t *testing.T) []fault {
	return []fault{
		{"provisioning answers 200", status(provision, 200), control.LevelError, provision, "201"},
		{"provisioning answers 500", instead(provision, 500, `{"error":"oops"}`), control.LevelError, provision, "a 4xx"},
		{"no provisioning", instead(provision, 404, `{"error":"no such thing"}`), control.LevelError, provision, "201"},
		{"a refusal as plain text", instead(provision, 400, "no"), control.LevelError, provision, `{"error":"…"}`},
		{"other backups than are listed", body(provision, with("backups", []any{})), control.LevelError, provision, "the backups that GET"},
		{"no backups in the answer", body(provision, without("backups")), control.LevelHint, provision, "backups in the answer"},
		{"no id", body(provision, without("dbInstanceId")), control.LevelError, provision, "dbInstanceId"},
		{"an id that is a number", body(provision, with("dbInstanceId", 7)), control.LevelError, provision, "dbInstanceId"},
		{"an id under another name", body(provision, func(doc map[string]any) { doc["id"] = doc["dbInstanceId"]; delete(doc, "dbInstanceId") }), control.LevelError, provision, "dbInstanceId"},
		{"every instance has the same id", body(provision, with("dbInstanceId", "rm-mysql")), control.LevelError, provision, "a different id for every instance"},
		{"a listed engine is refused", body(capabilities, with("engines", []string{"MySQL", "Oracle"})), control.LevelError, provision, "201"},
		{"a listed status is refused", body(capabilities, with("statuses", []string{"Running", "Dreaming"})), control.LevelError, provision, "201"},
		{"a listed lockMode is refused", body(capabilities, with("lockModes", []string{"Padlock"})), control.LevelError, provision, "201"},
		{"any status is accepted", asked(provision, func(doc map[string]any) {
			if doc["status"] == "CbspecNoSuchStatus" {
				doc["status"] = "Running"
			}
		}), control.LevelHint, provision, "a 4xx for a status"},
		{"a failed last backup cannot be provisioned", refuses(`"failed"`), control.LevelHint, provision, "201"},
		{"provisioning drops the connection", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if asks(r, provision) {
				panic(http.ErrAbortHandler)
			}
			next.ServeHTTP(w, r)
		}, control.LevelError, provision, "an answer"},
	}
}

// listFaults lists faults of the backups of a new instance.
func listFaults(t *testing.T) []fault {
	return []fault{
		{"lastBackup is ignored", asked(provision, with("lastBackup", "none")), control.LevelError, list, "1 backups"},
		{"backupsToday is ignored", asked(provision, with("backupsToday", 0)), control.LevelError, list, "3 backups"},
		{"the last backup is always completed", asked(provision, func(doc map[string]any) {
			if doc["lastBackup"] != "none" {
				doc["lastBackup"] = "completed"
			}
		}), control.LevelError, list, "the last backup running"},
		{"lastBackup is added to backupsToday", asked(provision, func(doc map[string]any) {
			if doc["backupsToday"].(float64) > 0 {
				doc["backupsToday"] = doc["backupsToday"].(float64) + 1
			}
		}), control.LevelHint, list, "3 backups"},
		{"a backup that the condition does not have", asked(provision, func(doc map[string]any) {
			if doc["lastBackup"] == "none" {
				doc["lastBackup"] = "completed"
			}
		}), control.LevelError, list, "no backups"},
		{"every backup is running", backups(func(l []any) []any {
			for _, b := range l {
				b.(map[string]any)["status"] = "running"
			}
			return l
		}), control.LevelError, list, "no backup but the last one running"},
		{"the list has the newest backup first", backups(func(l []any) []any { slices.Reverse(l); return l }), control.LevelError, list, "oldest first"},
		{"no list", body(list, without("backups")), control.LevelError, list, `{"backups":[…]}`},
		{"a list without an object", instead(list, 200, "[]"), control.LevelError, list, `{"backups":[…]}`},
		{"the list is not JSON", instead(list, 200, "none"), control.LevelError, list, `{"backups":[…]}`},
		{"an empty list is null", body(list, func(doc map[string]any) {
			if len(doc["backups"].([]any)) == 0 {
				doc["backups"] = nil
			}
		}), control.LevelHint, list, `{"backups":[…]}`},
		{"the list is an object", body(list, with("backups", map[string]any{"1": 1})), control.LevelError, list, "as in the protocol"},
		{"the list answers 202", status(list, 202), control.LevelError, list, "200"},
		{"backupId is a list", member("backupId", []any{7}), control.LevelError, list, "as in the protocol"},
		{"backupId is empty", member("backupId", ""), control.LevelError, list, "a backupId in every backup"},
		{"every backup has the same id", backups(func(l []any) []any {
			for _, b := range l {
				b.(map[string]any)["backupId"] = "1"
			}
			return l
		}), control.LevelError, list, "a different backupId"},
		{"the method in lower case", member("method", "physical"), control.LevelError, list, "a method of"},
		{"no method", member("method", nil), control.LevelError, list, "a method in every backup"},
		{"an unknown strategy", member("strategy", "whole"), control.LevelError, list, "a strategy of"},
		{"no type", member("type", ""), control.LevelError, list, "a type in every backup"},
		{"an unknown status", member("status", "Success"), control.LevelError, list, "a status of"},
		{"two databases with the strategy db", member("strategy", "db"), control.LevelError, list, "one database"},
		{"databases that the instance does not have", member("databases", []string{"mysql"}), control.LevelError, list, "databases [\"db1\" \"db2\"]"},
	}
}

// changeFaults lists faults of PATCH /v1/instances/{id}.
func changeFaults(t *testing.T) []fault {
	return []fault{
		{"changing answers 200", status(change, 200), control.LevelError, change, "204"},
		{"no changing", instead(change, 405, `{"error":"no"}`), control.LevelError, change, "204"},
		{"a change has no effect", instead(change, 204, ""), control.LevelError, change, "the instance active again"},
		{"databases are not changed", asked(change, without("databases")), control.LevelError, change, "to cover these databases"},
		{"a change of databases makes the instance active", asked(change, func(doc map[string]any) {
			if doc["status"] == nil {
				doc["status"] = "Running"
			}
		}), control.LevelError, change, "the status unchanged"},
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
		}, control.LevelError, change, "the backups unchanged"},
	}
}

// completeFaults lists faults of POST /v1/instances/{id}/complete.
func completeFaults(t *testing.T) []fault {
	return []fault{
		{"completing answers 200", status(complete, 200), control.LevelError, complete, "204"},
		{"completing has no effect", instead(complete, 204, ""), control.LevelError, complete, "the last backup completed"},
		{"failed backups become completed", asked(complete, with("result", "completed")), control.LevelError, complete, "the last backup failed"},
		{"completing is an error when no backup is running", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if asks(r, complete) && !strings.Contains(do(next, "GET", "/v1/instances/"+id(r)+"/backups", "").Body.String(), "running") {
				answer(w, 409, `{"error":"nothing is running"}`)
				return
			}
			next.ServeHTTP(w, r)
		}, control.LevelError, complete, "204 when no backup is running"},
		{"completing loses backups", doneLists(func(text string) string { return `{"backups":[]}` }), control.LevelError, complete, "the same backups"},
		{"completing renames the backup", doneLists(func(text string) string { return strings.ReplaceAll(text, `"backupId":"`, `"backupId":"done-`) }), control.LevelError, complete, "its old id"},
		{"completing one instance completes all", forAll(complete, `{"result":"completed"}`), control.LevelError, complete, "other instances"},
	}
}

// nextDayFaults lists faults of POST /v1/instances/{id}/next-day.
func nextDayFaults(t *testing.T) []fault {
	return []fault{
		{"the next day answers 200", status(nextDay, 200), control.LevelError, nextDay, "204"},
		{"no next day", instead(nextDay, 501, `{"error":"no"}`), control.LevelError, nextDay, "a 4xx"},
		{"the next day does not begin", instead(nextDay, 204, ""), control.LevelError, nextDay, "on the day after"},
		{"the next day begins for all instances", forAll(nextDay, ""), control.LevelError, nextDay, "the day of other instances"},
		{"the next day ends the running backup", func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if asks(r, nextDay) {
				do(next, "POST", "/v1/instances/"+id(r)+"/complete", `{"result":"completed"}`)
			}
			next.ServeHTTP(w, r)
		}, control.LevelError, nextDay, "the backups unchanged"},
	}
}

// removeFaults lists faults of DELETE /v1/instances/{id}.
func removeFaults(t *testing.T) []fault {
	return []fault{
		{"deleting answers 200", status(remove, 200), control.LevelError, remove, "204"},
		{"deleting has no effect", instead(remove, 204, ""), control.LevelError, remove, "the instance gone"},
	}
}

// unknownInstanceFaults lists faults in answers about an instance that does not exist.
func unknownInstanceFaults(t *testing.T) []fault {
	return []fault{
		{"a server error", unknown(500, `{"error":"oops"}`), control.LevelError, remove, "a 4xx"},
		{"a refusal as plain text", unknown(404, "404 page not found"), control.LevelError, complete, `{"error":"…"}`},
		{"a list of no backups", unknown(200, `{"backups":[]}`), control.LevelHint, list, "does not exist"},
	}
}

// apiFaults lists faults that only a backup by the API shows.
func apiFaults(t *testing.T) []fault {
	return []fault{
		{"the API has other instances", func() bend {
			other, err := simulator.New(simulator.Options{})
			require.NoError(t, err)
			return func(w http.ResponseWriter, r *http.Request, _ http.Handler) { other.Control().ServeHTTP(w, r) }
		}(), control.LevelError, provision, "an instance that CreateBackup knows"},
		{"backups of the API are not listed", body(list, func(doc map[string]any) {
			doc["backups"] = slices.DeleteFunc(doc["backups"].([]any), func(b any) bool {
				names, _ := b.(map[string]any)["databases"].([]any)
				return len(names) == 3
			})
		}), control.LevelError, list, "one more backup"},
		{"backups of the API end by themselves", body(list, func(doc map[string]any) {
			for _, b := range doc["backups"].([]any) {
				if b := b.(map[string]any); len(b["databases"].([]any)) == 3 {
					b["status"] = "completed"
				}
			}
		}), control.LevelError, list, "CreateBackup running"},
		{"backups of the API come first", body(list, func(doc map[string]any) {
			l := doc["backups"].([]any)
			if n := len(l); n == 2 && len(l[1].(map[string]any)["databases"].([]any)) == 3 {
				slices.Reverse(l)
			}
		}), control.LevelError, list, "of CreateBackup as the last one"},
	}
}

// refuses refuses the conditions that contain a word.
func refuses(word string) bend {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if asks(r, provision) {
			var doc json.RawMessage
			_ = json.NewDecoder(r.Body).Decode(&doc)
			if strings.Contains(string(doc), word) {
				answer(w, 400, `{"error":"this condition cannot be met"}`)
				return
			}
			answerAs(w, do(next, r.Method, r.URL.Path, string(doc)))
			return
		}
		next.ServeHTTP(w, r)
	}
}

// answerAs writes a recorded answer.
func answerAs(w http.ResponseWriter, rec *httptest.ResponseRecorder) {
	answer(w, rec.Code, rec.Body.String())
}

// lines returns findings, one a line.
func lines(found []control.Finding) string {
	var b strings.Builder
	for _, f := range found {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}
