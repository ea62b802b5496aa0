package reports_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

// aReplay is a replay with every field set, and a value that is not UTF-8.
func aReplay() reports.Replay {
	r := samples.Broken()
	failure := samples.Rule(r, "CB-METHOD-3").Failures[0]
	failure.Check, failure.Other, failure.Codes, failure.Race = reports.CheckRace, failure.Case, []string{"A", "B."}, &reports.Race{Completing: true, Rounds: 12, Illegal: 9}
	failure.Effect, failure.ReplayFlags = reports.EffectElsewhere, []string{"--endpoint", "http://127.0.0.1/"}
	failure.Case.Steps[0].Call.Params[2].Value = "\xff\x00"
	return reports.ReplayOf(r, "CB-METHOD-3", failure)
}

func TestAReplayIsReadAsItWasWritten(t *testing.T) {
	data, err := json.Marshal(aReplay())
	require.NoError(t, err)
	var read reports.Replay
	require.NoError(t, json.Unmarshal(data, &read))
	require.Equal(t, aReplay().Rule, read.Rule)
	again, err := json.Marshal(read)
	require.NoError(t, err)
	require.Equal(t, string(data), string(again))
}

func TestTheFieldsOfAReplay(t *testing.T) {
	data, err := json.Marshal(aReplay())
	require.NoError(t, err)
	var names map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &names))
	var list []string
	for name := range names {
		list = append(list, name)
	}
	require.ElementsMatch(t, []string{
		"schema", "tool", "rule", "edition", "seed", "fingerprint", "law", "kind", "effect", "when", "exact", "expected", "answered",
		"replayFlags", "reproduced", "tries", "check", "case", "other", "codes", "race",
	}, list)
	for _, required := range []string{"schema", "tool", "rule", "edition", "seed", "law", "expected", "answered", "check", "case"} {
		empty, err := json.Marshal(reports.Replay{})
		require.NoError(t, err)
		require.Contains(t, string(empty), `"`+required+`":`)
	}
}

func TestWhetherAReplayIsIntermittent(t *testing.T) {
	for _, c := range []struct {
		name string
		kept reports.Replay
		want bool
	}{
		{"each time", reports.Replay{Kind: reports.KindServerError, Reproduced: 3, Tries: 3}, false},
		{"of an older cbspec", reports.Replay{}, false},
		{"not each time", reports.Replay{Kind: reports.KindServerError, Reproduced: 2, Tries: 3}, true},
		{"never again", reports.Replay{Kind: reports.KindIntermittent}, true},
		{"a race in every round", reports.Replay{Race: &reports.Race{Rounds: 12, Illegal: 12}}, false},
		{"a race in some rounds", reports.Replay{Race: &reports.Race{Rounds: 12, Illegal: 5}}, true},
	} {
		require.Equal(t, c.want, c.kept.Intermittent(), c.name)
	}
}

func TestAnOlderReplayIsRead(t *testing.T) {
	var read reports.Replay
	old := `{"schema": 1, "rule": "CB-METHOD-3", "case": {"conditions": [], "steps": []}, "twin": {"conditions": [], "steps": []}}`
	require.NoError(t, json.Unmarshal([]byte(old), &read))
	require.Equal(t, "CB-METHOD-3", read.Rule)
}

func TestAReplayFileIsChecked(t *testing.T) {
	for _, kind := range []struct{ name, text, says string }{
		{"a case that can be sent", `{"rule": "R", "case": {"conditions": [{}], "steps": [{"do": "call", "call": {}}]}}`, ""},
		{"a call without an instance", `{"rule": "R", "case": {"steps": [{"do": "call", "call": {}}]}}`, ""},
		{"a byte order mark", "\ufeff" + `{"rule": "R", "case": {"steps": [{"do": "call", "call": {}}]}}`, ""},
		{"not JSON", `rule`, "not a replay file"},
		{"no rule", `{"case": {"steps": [{"do": "call", "call": {}}]}}`, "it has no rule"},
		{"an unknown check", `{"rule": "R", "check": "x", "case": {"steps": [{"do": "call", "call": {}}]}}`, `unknown check "x"`},
		{"no step", `{"rule": "R", "case": {}}`, "no step that makes a call"},
		{"no call step", `{"rule": "R", "case": {"conditions": [{}], "steps": [{"do": "complete"}]}}`, "no step that makes a call"},
		{"a call step without its call", `{"rule": "R", "case": {"steps": [{"do": "call"}]}}`, "step 1 has no call"},
		{"an unknown step", `{"rule": "R", "case": {"steps": [{"do": "jump"}]}}`, `unknown "jump"`},
		{"instance -1", `{"rule": "R", "case": {"conditions": [{}], "steps": [{"do": "call", "call": {}, "instance": -1}]}}`, "instance -1"},
		{"an instance too many", `{"rule": "R", "case": {"conditions": [{}], "steps": [{"do": "call", "call": {}, "instance": 1}]}}`, "instance 1"},
		{"a step of no instance", `{"rule": "R", "case": {"steps": [{"do": "complete"}]}}`, "instance 0"},
		{"a race of no instance", `{"rule": "R", "check": "race", "case": {"steps": [{"do": "call", "call": {}}]}}`, "race without an instance"},
		{"a wrong other case", `{"rule": "R", "case": {"steps": [{"do": "call", "call": {}}]}, "other": {}}`, "no step that makes a call"},
	} {
		t.Run(kind.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "F1.json")
			require.NoError(t, os.WriteFile(path, []byte(kind.text), 0o600))
			_, err := reports.ReadReplay(path)
			if kind.says == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, kind.says)
			}
		})
	}
}
