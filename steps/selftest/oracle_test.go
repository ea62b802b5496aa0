package selftest_test

import (
	"context"
	"flag"
	"runtime"
	"runtime/debug"
	"slices"
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

// The oracle and the simulator were written from the document, and neither from the other. Where they
// differ, one of them misreads it. They are compared on
//
//   - every valid case of the parameter model;
//   - each of these with every class of one factor that makes it invalid or unspecified, sent in one of
//     the 24 ways to send it;
//   - the product of all classes, valid or not, of the factors that decide together: engine,
//     databases, BackupMethod, BackupStrategy, DBName and BackupType, and every kind of disk for
//     snapshots. Each of these is sent to an instance that accepts backups, and a quarter of them to one
//     in another state: not active, with a running backup, with its quota used up, or several of these.
//
// With -every-case it is a third of the ways, and all states. The product of everything would be some
// 10^10 cases. Where the document leaves the decision open, the effect is still compared.
func TestOracleAndSimulatorAgree(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
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
