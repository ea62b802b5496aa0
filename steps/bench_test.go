package steps_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// acceptingTarget is a target without a server: it accepts every call at once.
type acceptingTarget struct{ made atomic.Int64 }

func (x *acceptingTarget) Provision(context.Context, targets.Condition) (string, error) {
	return "rm-1", nil
}

func (x *acceptingTarget) Release(context.Context, string) error { return nil }

func (x *acceptingTarget) Send(context.Context, targets.Call) (targets.Answer, error) {
	n := x.made.Add(1)
	id := fmt.Sprintf("DA147739-AEAD-4417-9089-%012X", n)
	return targets.Answer{
		Outcome: targets.Accepted, Status: 200, Format: "JSON", RequestID: id, Attempts: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"RequestId":"` + id + `"}`),
	}, nil
}

// BenchmarkCase measures what one case costs the harness itself, without a server: it is drawn, run
// and judged.
func BenchmarkCase(b *testing.B) {
	edition, err := oracle.EditionOf(oracle.Original)
	require.NoError(b, err)
	session, ctx, err := runner.NewSession(b.Context(), runner.Config{Target: &acceptingTarget{}, Edition: edition})
	require.NoError(b, err)
	model := generators.NewModel(edition, generators.FullModelScope())
	vectors, err := model.Vectors(nil)
	require.NoError(b, err)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		h, err := session.Run(ctx, model.Case(generators.DrawNth(vectors, 1, "bench", i)))
		if err != nil {
			b.Fatal(err)
		}
		judge.Judge(edition, h)
	}
}

// BenchmarkRun measures the default run against the simulator.
func BenchmarkRun(b *testing.B) {
	target := serve(b, simulator.Options{})
	requests, cases := 0, 0
	for b.Loop() {
		r := run(b, steps.Options{Target: target})
		requests += r.Requests
		cases += r.Totals.Cases
	}
	b.ReportMetric(float64(requests)/b.Elapsed().Seconds(), "requests/s")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(cases), "µs/case")
}

// BenchmarkAgainstBareClient sends the same plain call with the harness's adapter and with a bare
// loop of net/http's client, in turn, to the same server with the same concurrency. The metric
// ratio is how many calls the adapter sends for each call of the bare loop, which neither signs a
// call nor reads its answer.
func BenchmarkAgainstBareClient(b *testing.B) {
	server := start(b, simulator.Options{})
	target := connect(b, rpc.Config{Endpoint: server.Endpoint, AccessKeyID: keyID, AccessKeySecret: secret}, server.ControlURL)
	for _, algorithm := range []string{targets.Unsigned, targets.HMACSHA1} {
		b.Run(algorithm, func(b *testing.B) { againstBareClient(b, server.Endpoint, target, algorithm) })
	}
}

func againstBareClient(b *testing.B, endpoint string, target targets.Target, algorithm string) {
	b.Helper()
	const concurrency = 8
	form := url.Values{"Action": {"CreateBackup"}, "DBInstanceId": {"rm-none"}, "Format": {"JSON"}, "Version": {"2014-08-15"}}.Encode()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: concurrency}}
	defer client.CloseIdleConnections()
	bare := func() error {
		res, err := client.Post(endpoint, "application/x-www-form-urlencoded", strings.NewReader(form))
		if err != nil {
			return err
		}
		defer res.Body.Close()
		_, err = io.Copy(io.Discard, res.Body)
		return err
	}
	call := targets.Call{Method: "POST", Algorithm: algorithm, Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup", In: targets.Body}, {Name: "DBInstanceId", Value: "rm-none", In: targets.Body},
		{Name: "Format", Value: "JSON", In: targets.Body},
	}}
	adapter := func() error {
		_, err := target.Send(b.Context(), call)
		return err
	}
	var took [2]time.Duration
	for b.Loop() {
		for i, send := range []func() error{bare, adapter} {
			begun := time.Now()
			var wg sync.WaitGroup
			for range concurrency {
				wg.Go(func() {
					for range 100 {
						if err := send(); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			wg.Wait()
			took[i] += time.Since(begun)
		}
	}
	b.ReportMetric(took[0].Seconds()/took[1].Seconds(), "ratio")
	b.ReportMetric(float64(b.N)*concurrency*100/took[1].Seconds(), "requests/s")
}
