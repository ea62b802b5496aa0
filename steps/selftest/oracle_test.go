package selftest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
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

// The oracle and the simulator were written from the document, neither from the other: where they differ one of them misreads it. Compared is
//
//   - every valid case of the parameter model;
//   - each of them, sent in a third of the ways there are, with every single class of every factor that makes it other than valid;
//   - the product of all classes, valid or not, of what decides together: engine, databases, BackupMethod, BackupStrategy, DBName, BackupType, and whether
//     the instance is active, has a backup under way, or has used up its day; of snapshots on every kind of disk.
//
// The product of everything would be some 10^10 cases. Where the document leaves open what is decided, it is still compared what comes of it.
func TestOracleAndSimulatorAgree(t *testing.T) {
	for _, edition := range oracle.Editions() {
		t.Run(edition.Name, func(t *testing.T) {
			scope := generators.FullModelScope()
			scope.Storages = []string{"local", "cloud"}
			m := generators.NewModel(edition, scope)
			values := sampled(m)
			stride := 1
			if testing.Short() {
				stride = 97
			}
			rows := make(chan []int, 1024)
			var compared atomic.Int64
			var workers sync.WaitGroup
			for range runtime.NumCPU() {
				s := newSide(t, edition)
				workers.Go(func() {
					for row := range rows {
						if s.failures < 5 {
							s.compare(t, m, point(m, values, row))
						}
						compared.Add(1)
					}
				})
			}
			sent := 0
			send := func(row []int) {
				if sent++; sent%stride == 0 {
					rows <- slices.Clone(row)
				}
			}
			way := 0 // the ways of sending come one after the other
			for row := range product(m, valid(m), m.Allowed) {
				send(row)
				way++
				n := 0
				for other := range neighbours(m, row) {
					if n++; (way+n)%3 == 0 {
						send(other)
					}
				}
			}
			for row := range product(m, deciding(m), disksMatter(m)) {
				send(row)
			}
			close(rows)
			workers.Wait()
			t.Logf("%d cases compared", compared.Load())
		})
	}
}

// valid lists the valid classes of each factor.
func valid(m *generators.Model) [][]int {
	return classes(m, func(_ generators.Factor, _ int, c generators.Class) bool { return c.Kind == generators.Valid })
}

// deciding lists every class of the factors that decide together; of the states of the instance two each, of what else there is the plainest.
func deciding(m *generators.Model) [][]int {
	return classes(m, func(f generators.Factor, i int, c generators.Class) bool {
		switch f.Name {
		case generators.Engine, generators.Databases, generators.Storage, generators.Method, generators.Strategy, generators.DBName, generators.Type:
			return true
		case generators.Status, generators.Last:
			return i == 0 || c.Kind == generators.Invalid && f.Classes[i-1].Kind != generators.Invalid
		case generators.Today:
			return i == 1 || i == len(f.Classes)-1
		}
		return i == 0
	})
}

// disksMatter allows no other disks than the plainest but for snapshots.
func disksMatter(m *generators.Model) func(row []int) bool {
	disk, method, snapshot := m.Index(generators.Storage), m.Index(generators.Method), m.Class(generators.Method, "Snapshot")
	return func(row []int) bool { return disk < 0 || row[disk] <= 0 || row[method] < 0 || row[method] == snapshot }
}

func classes(m *generators.Model, in func(generators.Factor, int, generators.Class) bool) [][]int {
	list := make([][]int, len(m.Factors))
	for f, factor := range m.Factors {
		for i, c := range factor.Classes {
			if in(factor, i, c) {
				list[f] = append(list[f], i)
			}
		}
	}
	return list
}

// product yields the rows of those classes; rows that are begun are followed while they are allowed, what is not set in them being -1.
func product(m *generators.Model, classes [][]int, allowed func([]int) bool) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		row := slices.Repeat([]int{-1}, len(m.Factors))
		var from func(f int) bool
		from = func(f int) bool {
			if !allowed(row) {
				return true
			}
			if f == len(row) {
				return yield(row)
			}
			defer func() { row[f] = -1 }()
			for _, c := range classes[f] {
				row[f] = c
				if !from(f + 1) {
					return false
				}
			}
			return true
		}
		from(0)
	}
}

// neighbours yields the rows that differ from a valid one in a single class and are not valid.
func neighbours(m *generators.Model, row []int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		other := slices.Clone(row)
		for f, factor := range m.Factors {
			for i, c := range factor.Classes {
				other[f] = i
				if (c.Kind != generators.Valid || !m.Allowed(other)) && !yield(other) {
					return
				}
			}
			other[f] = row[f]
		}
	}
}

// samples of each class are enough: its values are those that the document treats alike.
const samples = 4

// sampled draws values of every class of every factor.
func sampled(m *generators.Model) [][][]string {
	values := make([][][]string, len(m.Factors))
	for f, factor := range m.Factors {
		for _, c := range factor.Classes {
			drawn := []string{c.Name}
			if c.Value != nil {
				drawn = nil
				for i := range samples {
					drawn = append(drawn, generators.DrawNth(c.Value, 1, factor.Name+c.Name, i))
				}
			}
			values[f] = append(values[f], drawn)
		}
	}
	return values
}

// point gives the row values, other ones in other rows.
func point(m *generators.Model, values [][][]string, row []int) generators.Vector {
	p := generators.Vector{Classes: row, Values: make([]string, len(row))}
	var n uint
	for f, c := range row {
		n = n*31 + uint(c)
		drawn := values[f][c]
		p.Values[f] = drawn[n%uint(len(drawn))]
	}
	return p
}

// side is a simulator with the instances that were made on it and are still as they were made.
type side struct {
	edition      oracle.Edition
	api, control http.Handler
	fresh        map[string]instance // by condition
	failures     int
}

// instance is one with its backups, as control shows them.
type instance struct {
	id      string
	backups string
}

func newSide(t *testing.T, e oracle.Edition) *side {
	sim, err := simulator.New(simulator.Options{Edition: e.Name})
	require.NoError(t, err)
	return &side{edition: e, api: sim.API(), control: sim.Control(), fresh: map[string]instance{}}
}

// compare judges what the simulator does with a case as a run would.
func (s *side) compare(t *testing.T, m *generators.Model, p generators.Vector) {
	condition, call := m.Condition(p), m.Call(p, 0)
	key := fmt.Sprint(condition)
	in, made := s.fresh[key]
	if !made {
		in = s.provision(t, condition)
		s.fresh[key] = in
	}
	e := runner.Event{Call: call, Expect: m.Expect(p), Databases: condition.Databases}
	if condition.Databases == nil {
		e.Databases = []string{}
	}
	w := httptest.NewRecorder()
	s.api.ServeHTTP(w, request(call, in.id))
	e.Decision = targets.Refused
	if w.Code < 300 {
		e.Decision = targets.Accepted
	}
	e.Answer = targets.Answer{Outcome: e.Decision, Status: w.Code}
	e.New = make([][]targets.Backup, 1)
	if after := s.backups(in.id); after != in.backups {
		e.New[0] = backups(t, after)[len(backups(t, in.backups)):]
		delete(s.fresh, key)
		s.do("DELETE", "/v1/instances/"+in.id, nil)
	}
	for _, v := range judge.Judge(s.edition, runner.History{Events: []runner.Event{e}}) {
		if v.Kind == judge.WrongDocument {
			continue // the document that came back was not read
		}
		s.failures++
		t.Errorf("%s\n  the oracle     %s (%s)\n  the simulator  %s: %s", m.Describe(p), v.Expected, v.Rule(), v.Answered, w.Body)
	}
}

func (s *side) provision(t *testing.T, c targets.Condition) instance {
	body, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	var made struct{ DBInstanceID string }
	if err := json.Unmarshal([]byte(s.do("POST", "/v1/instances", body)), &made); err != nil {
		t.Error(err)
	}
	return instance{made.DBInstanceID, s.backups(made.DBInstanceID)}
}

func (s *side) backups(id string) string { return s.do("GET", "/v1/instances/"+id+"/backups", nil) }

func backups(t *testing.T, shown string) []targets.Backup {
	var list struct{ Backups []targets.Backup }
	if err := json.Unmarshal([]byte(shown), &list); err != nil {
		t.Error(err)
	}
	return list.Backups
}

// do makes a request of the control protocol and returns the body of its answer.
func (s *side) do(method, path string, body []byte) string {
	w := httptest.NewRecorder()
	s.control.ServeHTTP(w, &http.Request{Method: method, URL: &url.URL{Path: path}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body))})
	return w.Body.String()
}

// request is the call on the wire.
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

// Of sequences there is no end: those that are drawn are judged as a run would.
func TestOracleAndSimulatorAgreeOnSequences(t *testing.T) {
	for _, edition := range oracle.Editions() {
		t.Run(edition.Name, func(t *testing.T) {
			sim, err := simulator.New(simulator.Options{Edition: edition.Name})
			require.NoError(t, err)
			server, err := sim.Start(t.Context(), "127.0.0.1:0", "127.0.0.1:0")
			require.NoError(t, err)
			defer func() { require.NoError(t, server.Close()) }()
			target, err := steps.Connect(rpc.Config{Endpoint: server.Endpoint}, control.Config{URL: server.ControlURL})
			require.NoError(t, err)
			session, ctx, err := runner.NewSession(t.Context(), runner.Config{Target: target, Edition: edition})
			require.NoError(t, err)
			sequences := generators.NewModel(edition, generators.FullModelScope()).Sequences(generators.SequenceSteps{Complete: true, Change: true, NextDay: true})
			rapid.Check(t, func(t *rapid.T) {
				h, err := session.Run(ctx, sequences.Draw(t, "sequence"))
				require.NoError(t, err)
				for _, v := range judge.Judge(edition, h) {
					t.Errorf("step %d: %s: %s, expected %s, answered %s", v.Step+1, v.Rule(), v.Kind, v.Expected, v.Answered)
				}
			})
		})
	}
}
