package steps_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// The credentials of the simulators that the tests start.
const (
	keyID  = "testid"
	secret = "testsecret-0123456789"
)

// start starts a simulator.
func start(t testing.TB, o simulator.Options) *simulator.Server {
	t.Helper()
	s, err := simulator.New(o)
	require.NoError(t, err)
	server, err := s.Start(t.Context(), "127.0.0.1:0", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { server.Close() })
	return server
}

// serve starts a simulator that checks signatures, and returns the target at its address.
func serve(t testing.TB, o simulator.Options) targets.Target {
	t.Helper()
	o.AccessKeyID, o.AccessKeySecret = keyID, secret
	server := start(t, o)
	return connect(t, rpc.Config{Endpoint: server.Endpoint, AccessKeyID: keyID, AccessKeySecret: secret}, server.ControlURL)
}

// faulty starts a simulator with one fault.
func faulty(t testing.TB, fault string) targets.Target {
	t.Helper()
	return serve(t, simulator.Options{Faults: []string{fault}})
}

// serveHandler serves an API that changes what a simulator without signatures does, and returns the
// target at its address.
func serveHandler(t testing.TB, change func(api http.Handler) http.Handler) targets.Target {
	t.Helper()
	s, err := simulator.New(simulator.Options{})
	require.NoError(t, err)
	return connect(t, rpc.Config{Endpoint: listen(t, change(s.API()))}, listen(t, s.Control()))
}

// listen serves a handler on loopback, and returns its URL.
func listen(t testing.TB, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

func connect(t testing.TB, api rpc.Config, controlURL string) targets.Target {
	t.Helper()
	target, err := steps.Connect(api, control.Config{URL: controlURL})
	require.NoError(t, err)
	return target
}

// refuse answers with a documented error document.
func refuse(w http.ResponseWriter, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = fmt.Fprintf(w, `{"RequestId":"DA147739-AEAD-4417-9089-%012X","HostId":"h","Code":%q,"Message":"No."}`, rand.Uint64N(1<<48), code)
}

// The environment variable CBSPEC_SEEDS asks for the long proofs. Tests that hold for every seed
// try as many seeds as it says, and tests that take little effort otherwise take the effort of a
// real run. Without it, go test takes one seed and little effort; -short takes fewer servers too.

// seeds returns the seeds that a test tries whose promise holds for every seed: as many as few
// says, or as CBSPEC_SEEDS says where that is more.
func seeds(t testing.TB, few int) []uint64 {
	t.Helper()
	list := make([]uint64, max(few, moreSeeds(t)))
	for i := range list {
		list[i] = uint64(i + 1)
	}
	return list
}

// moreSeeds returns CBSPEC_SEEDS, or 0 where that is not set.
func moreSeeds(t testing.TB) int {
	t.Helper()
	s, set := os.LookupEnv("CBSPEC_SEEDS")
	if !set {
		return 0
	}
	n, err := strconv.Atoi(s)
	require.NoError(t, err, "CBSPEC_SEEDS is a number of seeds")
	return n
}

// brief lowers the effort of a run, where CBSPEC_SEEDS asks for no more.
func brief(t testing.TB, o steps.Options) steps.Options {
	t.Helper()
	if moreSeeds(t) == 0 {
		o.Checks, o.Strength = 3, 2
	}
	return o
}

// run judges a target.
func run(t testing.TB, o steps.Options) *reports.Report {
	t.Helper()
	r, err := steps.Run(t.Context(), o)
	require.NoError(t, err)
	return r
}

// ruleOf returns a rule of a report.
func ruleOf(t testing.TB, r *reports.Report, id string) reports.Rule {
	t.Helper()
	i := slices.IndexFunc(r.Rules, func(rule reports.Rule) bool { return rule.ID == id })
	require.GreaterOrEqual(t, i, 0, "the report has no rule %s", id)
	return r.Rules[i]
}

// sentencesOf lists the sentences of the failures of a rule.
func sentencesOf(t testing.TB, r *reports.Report, rule string) []string {
	t.Helper()
	var sentences []string
	for _, f := range ruleOf(t, r, rule).Failures {
		sentences = append(sentences, f.Law)
	}
	return sentences
}

// failedRules lists the rules that failed.
func failedRules(r *reports.Report) []string {
	var ids []string
	for _, rule := range r.Rules {
		if rule.Verdict == reports.Failed {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}

// keep writes a failure to a replay file and reads it back.
func keep(t testing.TB, r *reports.Report, rule string, f reports.Failure) reports.Replay {
	t.Helper()
	text, err := json.Marshal(reports.ReplayOf(r, rule, f))
	require.NoError(t, err)
	var kept reports.Replay
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	require.NoError(t, d.Decode(&kept))
	return kept
}
