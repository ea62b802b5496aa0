package reports_test

import (
	"encoding/json"
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
		"schema", "tool", "rule", "edition", "seed", "law", "expected", "answered", "check", "case", "other", "codes", "race",
	}, list)
	for _, required := range []string{"schema", "tool", "rule", "edition", "seed", "law", "expected", "answered", "check", "case"} {
		empty, err := json.Marshal(reports.Replay{})
		require.NoError(t, err)
		require.Contains(t, string(empty), `"`+required+`":`)
	}
}

func TestAnOlderReplayIsRead(t *testing.T) {
	var read reports.Replay
	old := `{"schema": 1, "rule": "CB-METHOD-3", "case": {"conditions": [], "steps": []}, "twin": {"conditions": [], "steps": []}}`
	require.NoError(t, json.Unmarshal([]byte(old), &read))
	require.Equal(t, "CB-METHOD-3", read.Rule)
}
