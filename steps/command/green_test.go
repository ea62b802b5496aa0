package command

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/targets/simulator"
)

// serveYes starts a server that accepts every request and makes no backup. The control protocol
// beside it works.
func serveYes(t *testing.T) (endpoint, control string) {
	sim, err := simulator.New(simulator.Options{})
	require.NoError(t, err)
	var answered atomic.Int64
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := fmt.Sprintf("DA147739-AEAD-4417-9089-%012X", answered.Add(1))
		if strings.EqualFold(r.FormValue("Format"), "JSON") {
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"RequestId":%q}`, id)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		_, _ = fmt.Fprintf(w, "<CreateBackupResponse><RequestId>%s</RequestId></CreateBackupResponse>", id)
	}))
	t.Cleanup(api.Close)
	controlServer := httptest.NewServer(sim.Control())
	t.Cleanup(controlServer.Close)
	return api.URL, controlServer.URL
}

// No choice of flags and variables makes a run green against a server that is wrong everywhere.
func TestNoFlagsMakeAWrongServerPass(t *testing.T) {
	endpoint, control := serveYes(t)
	rules, err := features.Catalogue()
	require.NoError(t, err)
	variables := []string{"GATE", "CHECKS", "SEED", "RULE", "LEVEL", "PHASE", "SHARD", "KNOWN", "TARGET", "MIN_JUDGED", "EDITION"}
	if os.Getenv("CBSPEC_SEEDS") == "" { // with it, .ci/run draws as many as rapid does by itself
		checks := flag.Lookup("rapid.checks")
		t.Cleanup(func() { require.NoError(t, checks.Value.Set(checks.DefValue)) })
		require.NoError(t, checks.Value.Set("30"))
	}
	dir, setenv := t.TempDir(), t.Setenv
	rapid.Check(t, func(t *rapid.T) {
		empty := rapid.Bool().Draw(t, "empty variables")
		for _, name := range variables {
			setenv("CBSPEC_"+name, "")
			if !empty {
				require.NoError(t, os.Unsetenv("CBSPEC_"+name))
			}
		}
		d := drawer{t, rules, dir}
		args := append([]string{"run", "-q", "--out", filepath.Join(dir, "report")}, d.target(endpoint, control)...)
		args = append(args, d.flags()...)
		out, err := os.Create(filepath.Join(dir, "output"))
		require.NoError(t, err)
		code := Main(args, nil, out, out)
		require.NoError(t, out.Close())
		require.NotZero(t, code, "%q", args)
	})
}

// drawer draws the command line of a run.
type drawer struct {
	*rapid.T
	rules []features.Rule
	dir   string
}

// target draws what the run knows of its target.
func (d drawer) target(endpoint, control string) []string {
	flags := []string{"--endpoint", endpoint}
	switch rapid.SampledFrom([]string{"instance", "nothing", "control", "file"}).Draw(d.T, "target") {
	case "instance":
		return append(flags, "--instance", "rm-mysql", "--databases", "app")
	case "control":
		return append(flags, "--control", control)
	case "file":
		path := filepath.Join(d.dir, "target.yaml")
		text := "endpoint: " + endpoint + "\nauth: {signature: none}\nfixtures: [{id: rm-mysql, engine: MySQL, databases: [app]}]\n"
		require.NoError(d.T, os.WriteFile(path, []byte(text), 0o600))
		return []string{"--target", path}
	}
	return flags
}

// flags draws what runs, how much, and what passes. A small effort is enough: what passes with it
// might pass with more.
func (d drawer) flags() []string {
	flags := []string{"--checks", rapid.SampledFrom([]string{"1", "3"}).Draw(d.T, "checks"), "--strength", "1"}
	some := func(name string, values ...string) {
		if rapid.Bool().Draw(d.T, "with "+name) {
			flags = append(flags, name, rapid.SampledFrom(values).Draw(d.T, name))
		}
	}
	var ids []string
	for _, r := range d.rules {
		ids = append(ids, r.ID, r.ID[:strings.LastIndex(r.ID, "-")+1]+"*")
	}
	flags = append(flags, "--rule", strings.Join(rapid.SliceOfN(rapid.SampledFrom(ids), 1, 2).Draw(d.T, "rules"), ","))
	some("--skip", ids...)
	some("--level", "must", "should", "may", "must,should", "should,may", "must,should,may")
	some("--phase", "examples", "combinations", "random", "sequences,races", "wire", "examples,wire")
	some("--shard", "1/2", "2/2", "3/50")
	some("--gate", "must", "should", "conclusive", "new")
	some("--seed", "1", "2", "18446744073709551615")
	some("--edition", "original", "current")
	some("--min-judged", "0", "1%", "90%")
	some("--refusal", "sync", "async")
	if rapid.Bool().Draw(d.T, "with --known") {
		path := filepath.Join(d.dir, "known.yaml")
		text := rapid.SampledFrom([]string{"", "known: []\n", "# nothing\n", "known:\n"}).Draw(d.T, "known")
		require.NoError(d.T, os.WriteFile(path, []byte(text), 0o600))
		flags = append(flags, "--known", path)
		if rapid.Bool().Draw(d.T, "update") {
			flags = append(flags, "--update-known")
		}
	}
	for _, flag := range []string{"--read-only", "--quota", "--yes"} {
		if rapid.Bool().Draw(d.T, flag) {
			flags = append(flags, flag)
		}
	}
	return flags
}
