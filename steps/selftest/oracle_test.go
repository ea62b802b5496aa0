package selftest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

var everyCase = flag.Bool("every-case", false, "compare oracle and simulator on every case, which takes minutes")

// The oracle and the simulator were written from the document, and neither from the other. Where
// they differ, one of them misreads it. They are compared on
//
//   - every valid case of the parameter model;
//   - each of these with every class of one factor that makes it invalid or unspecified: every
//     second of them, in one of the 24 ways to send it;
//   - the product of all classes, valid or not, of the factors that decide together: engine,
//     databases, BackupMethod, BackupStrategy, DBName and BackupType, and every kind of disk for
//     snapshots. Each of these is sent to an instance that accepts backups, and a quarter of them
//     to one in another state: not active, with a running backup, with its quota used up, or
//     several of these.
//
// With -every-case it is a third of the ways, and all states. The product of everything would be
// some 10^10 cases. Where the document leaves the decision open, the effect is still compared.
func TestOracleAndSimulatorAgree(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(800))
	for _, edition := range oracle.Editions() {
		t.Run(edition.Name, func(t *testing.T) {
			scope := generators.FullModelScope()
			scope.Storages = []string{"local", "cloud"}
			m := generators.NewModel(edition, scope)
			values := sampled(m)
			stride := 1
			if testing.Short() {
				stride = 31
			}
			rows := make(chan []int, 1024)
			var compared atomic.Int64
			var workers sync.WaitGroup
			var comparers []*comparer
			for range runtime.NumCPU() {
				c := newComparer(t, m, edition)
				comparers = append(comparers, c)
				workers.Go(func() {
					for row := range rows {
						if c.failures < 5 {
							c.compare(t, vector(values, row))
						}
						compared.Add(1)
					}
				})
			}
			n := 0
			for row := range comparedRows(m) {
				if n++; n%stride == 0 {
					rows <- slices.Clone(row)
				}
			}
			close(rows)
			workers.Wait()
			for _, c := range comparers {
				c.checkUnchanged(t)
			}
			t.Logf("%d cases compared", compared.Load())
		})
	}
}

// comparer compares a simulator of its own with the oracle. It uses an instance again until a call
// is accepted.
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

// checkUnchanged checks that the instances that only refused have the backups that they were made
// with.
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

// Sequences cannot all be tried. Random ones are judged as a run would.
func TestOracleAndSimulatorAgreeOnSequences(t *testing.T) {
	type judged struct {
		edition   oracle.Edition
		session   *runner.Session
		ctx       context.Context
		sequences *rapid.Generator[targets.Case]
	}
	editions := map[string]judged{}
	for _, edition := range oracle.Editions() {
		sim, err := simulator.New(simulator.Options{Edition: edition.Name})
		require.NoError(t, err)
		server, err := sim.Start(t.Context(), "127.0.0.1:0", "127.0.0.1:0")
		require.NoError(t, err)
		defer func() { require.NoError(t, server.Close()) }()
		target, err := steps.Connect(rpc.Config{Endpoint: server.Endpoint}, control.Config{URL: server.ControlURL})
		require.NoError(t, err)
		session, ctx, err := runner.NewSession(t.Context(), runner.Config{Target: target, Edition: edition})
		require.NoError(t, err)
		model := generators.NewModel(edition, generators.FullModelScope())
		able := generators.SequenceSteps{Complete: true, Change: true, NextDay: true}
		editions[edition.Name] = judged{edition, session, ctx, model.Sequences(able)}
	}
	rapid.Check(t, func(t *rapid.T) {
		e := editions[rapid.SampledFrom([]string{oracle.Original, oracle.Current}).Draw(t, "edition")]
		h, err := e.session.Run(e.ctx, e.sequences.Draw(t, "sequence"))
		require.NoError(t, err)
		for _, v := range judge.Judge(e.edition, h) {
			t.Errorf("%s edition, step %d: %s: %s, expected %s, answered %s",
				e.edition.Name, v.Step+1, v.Rule(), v.Kind, v.Expected, v.Answered)
		}
	})
}
