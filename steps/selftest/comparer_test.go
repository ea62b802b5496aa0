package selftest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/simulator"
)

// comparer compares a simulator of its own with the oracle. It uses an instance again until a call is
// accepted.
type comparer struct {
	model        *generators.Model
	edition      oracle.Edition
	condition    []int // the factors that make up a condition
	api, control http.Handler
	fresh        map[string]instance // by the values of the condition
	failures     int
}

// instance is an instance that has only the backups that it was made with.
type instance struct {
	id      string
	backups int // how many
}

func newComparer(t *testing.T, m *generators.Model, e oracle.Edition) *comparer {
	sim, err := simulator.New(simulator.Options{Edition: e.Name})
	require.NoError(t, err)
	c := &comparer{model: m, edition: e, api: sim.API(), control: sim.Control(), fresh: map[string]instance{}}
	for _, name := range []string{
		generators.Engine, generators.Status, generators.Databases, generators.Today, generators.Last,
		generators.Lock, generators.Storage,
	} {
		if f := m.Index(name); f >= 0 {
			c.condition = append(c.condition, f)
		}
	}
	return c
}

// compare judges the answer of the simulator as a run would.
func (c *comparer) compare(t *testing.T, p generators.Vector) {
	key := ""
	for _, f := range c.condition {
		key += p.Values[f] + "\x00"
	}
	condition, call := c.model.Condition(p), c.model.Call(p, 0)
	in, made := c.fresh[key]
	if !made {
		in = c.provision(t, condition)
		c.fresh[key] = in
	}
	e := runner.Event{Call: call, Expect: c.model.Expect(p), Databases: condition.Databases}
	if condition.Databases == nil {
		e.Databases = []string{}
	}
	w := httptest.NewRecorder()
	c.api.ServeHTTP(w, request(call, in.id))
	e.Decision = targets.Refused
	if w.Code < 300 {
		e.Decision = targets.Accepted
	}
	e.Answer = targets.Answer{Outcome: e.Decision, Status: w.Code}
	e.New = make([][]targets.Backup, 1)
	if e.Decision == targets.Accepted {
		e.New[0] = c.newBackups(t, in)
		delete(c.fresh, key)
		c.do("DELETE", "/v1/instances/"+in.id, nil)
	}
	for _, v := range judge.Judge(c.edition, runner.History{Events: []runner.Event{e}}) {
		if v.Kind == judge.WrongDocument {
			continue // the document was not read
		}
		c.failures++
		t.Errorf("%s\n  the oracle     %s (%s)\n  the simulator  %s: %s",
			c.model.Describe(p), v.Expected, v.Rule(), v.Answered, w.Body)
	}
}

// checkUnchanged checks that the instances that only refused have the backups that they were made with.
func (c *comparer) checkUnchanged(t *testing.T) {
	for condition, in := range c.fresh {
		require.Empty(t, c.newBackups(t, in), "a refused call made a backup of an instance: %q", condition)
	}
}

func (c *comparer) provision(t *testing.T, condition targets.Condition) instance {
	body, err := json.Marshal(condition)
	if err != nil {
		panic(err)
	}
	var made struct{ DBInstanceID string }
	if err := json.Unmarshal([]byte(c.do("POST", "/v1/instances", body)), &made); err != nil {
		t.Error(err)
	}
	backups := condition.BackupsToday
	if backups == 0 && condition.LastBackup != targets.LastNone {
		backups = 1 // of the day before
	}
	return instance{made.DBInstanceID, backups}
}

// newBackups returns the backups that an instance was not made with.
func (c *comparer) newBackups(t *testing.T, in instance) []targets.Backup {
	var list struct{ Backups []json.RawMessage }
	if err := json.Unmarshal([]byte(c.do("GET", "/v1/instances/"+in.id+"/backups", nil)), &list); err != nil {
		t.Error(err)
	}
	if len(list.Backups) < in.backups {
		t.Errorf("an instance that was made with %d backups has %d", in.backups, len(list.Backups))
		return nil
	}
	backups := make([]targets.Backup, len(list.Backups)-in.backups)
	for i, text := range list.Backups[in.backups:] {
		if err := json.Unmarshal(text, &backups[i]); err != nil {
			t.Error(err)
		}
	}
	return backups
}

// do sends a request of the control protocol and returns the body of the answer.
func (c *comparer) do(method, path string, body []byte) string {
	w := httptest.NewRecorder()
	c.control.ServeHTTP(w, &http.Request{
		Method: method, URL: &url.URL{Path: path}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	})
	return w.Body.String()
}

// request is a call on the wire.
func request(call targets.Call, id string) *http.Request {
	query, form := "Version=2014-08-15", ""
	for _, p := range call.Params {
		pair := "&" + url.QueryEscape(p.Name) + "=" + url.QueryEscape(strings.ReplaceAll(p.Value, targets.InstanceRef(0), id))
		if p.In == targets.Body {
			form += pair
		} else {
			query += pair
		}
	}
	return &http.Request{
		Method: call.Method, URL: &url.URL{Path: "/", RawQuery: query}, RequestURI: "/?" + query, Host: "simulator",
		Header:        http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		Body:          io.NopCloser(strings.NewReader(form)),
		ContentLength: int64(len(form)),
	}
}
