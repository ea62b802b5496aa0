package format

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

// sarifOf writes a report as SARIF and reads it with a library that validates against the official
// schema.
func sarifOf(t *testing.T, r *reports.Report) (*sarif.Report, string) {
	t.Helper()
	data := render(t, func(b *bytes.Buffer) error { return writeSARIF(b, r) })
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	require.NoError(t, strict.Decode(&sarif.Report{}), "SARIF knows each field")
	read, err := sarif.FromBytes(data)
	require.NoError(t, err)
	for _, run := range read.Runs { // the library leaves these empty where they are absent
		run.Language, run.Tool.Driver.Language, run.NewlineSequences = "en-US", "en-US", []string{"\n"}
	}
	require.NoError(t, read.Validate())
	return read, string(data)
}

func TestSARIFFitsItsSchema(t *testing.T) {
	for _, s := range samples.All() {
		sarifOf(t, s.Make())
	}
	sarifOf(t, hostile())
	sarifOf(t, &reports.Report{})
	sarifOf(t, samples.Finish(&reports.Report{Rules: []reports.Rule{{ID: "CB-X-1", Verdict: reports.Failed, Reason: "it is so"}}}))
}

func TestSARIFPointsAtTheRule(t *testing.T) {
	r := samples.Broken()
	read, _ := sarifOf(t, r)
	run := read.Runs[0]
	require.Len(t, run.Results, 61)
	require.Len(t, run.Tool.Driver.Rules, len(r.Rules))
	for _, result := range run.Results {
		rule := r.Rules[result.RuleIndex]
		require.Equal(t, rule.ID, *result.RuleID)
		require.Equal(t, rule.ID, *run.Tool.Driver.Rules[result.RuleIndex].ID)
		at := result.Locations[0].PhysicalLocation
		require.Equal(t, rule.Feature, *at.ArtifactLocation.URI)
		require.Equal(t, rule.Line, *at.Region.StartLine)
		require.Equal(t, map[string]string{reports.Must: "error", reports.Should: "warning"}[rule.Level], result.Level)
	}
}

func TestSARIFSaysHowTheRunWent(t *testing.T) {
	notices := func(r *reports.Report) (list []string, successful bool) {
		read, _ := sarifOf(t, r)
		invocation := read.Runs[0].Invocations[0]
		require.Equal(t, "2026-03-01T10:20:30Z", *invocation.StartTimeUtc)
		for _, n := range invocation.ToolExecutionNotifications {
			list = append(list, n.Level+": "+*n.Message.Text)
		}
		return list, *invocation.ExecutionSuccessful
	}

	list, successful := notices(samples.Clean())
	require.True(t, successful)
	require.Empty(t, list)

	list, successful = notices(samples.Broken())
	require.True(t, successful)
	require.Equal(t, []string{"warning: The target accepts a made-up Action: an accepted call proves little."}, list)

	list, successful = notices(samples.Untested())
	require.False(t, successful)
	require.Equal(t, []string{
		"error: The run was cut short: --max-time is over",
		"error: Nothing was measured: no case could be sent, observed and judged",
	}, list)
}

func TestSARIFHasAllRulesAndOnlyFailures(t *testing.T) {
	for _, r := range []*reports.Report{samples.Clean(), samples.Untested()} {
		read, _ := sarifOf(t, r)
		require.Empty(t, read.Runs[0].Results)
		require.Len(t, read.Runs[0].Tool.Driver.Rules, 77)
		require.Equal(t, "cbspec/acme-rds/original/", *read.Runs[0].AutomationDetails.ID)
		require.Equal(t, r.Verdict, read.Runs[0].Properties.Properties["verdict"])
	}
}

func TestSARIFIdentifiesAFailure(t *testing.T) {
	prints := func(r *reports.Report) []string {
		read, _ := sarifOf(t, r)
		var list []string
		for _, result := range read.Runs[0].Results {
			list = append(list, result.PartialFingerprints["law/v1"])
		}
		slices.Sort(list)
		return list
	}
	first := prints(samples.Broken())
	require.Len(t, slices.Compact(slices.Clone(first)), len(first), "each is unique")
	later := samples.Broken()
	later.Seed = 8
	slices.Reverse(later.Rules)
	for i := range later.Rules {
		later.Rules[i].Line += 3
		for j := range later.Rules[i].Failures {
			f := &later.Rules[i].Failures[j]
			f.Count, f.Answered = f.Count+1, "something else"
		}
	}
	require.Equal(t, first, prints(later))
}

func TestSARIFSuppressesWhatIsWaived(t *testing.T) {
	read, text := sarifOf(t, samples.Mixed())
	suppressed := 0
	for _, result := range read.Runs[0].Results {
		suppressed += len(result.Suppressions)
	}
	require.Equal(t, 1, suppressed)
	require.Contains(t, text, "waived: fixed in the next release")
}

func TestSARIFMakesNoLinks(t *testing.T) {
	read, _ := sarifOf(t, hostile())
	require.NotEmpty(t, read.Runs[0].Results)
	for _, result := range read.Runs[0].Results {
		require.False(t, strings.Contains(*result.Message.Text, "]("))
		require.True(t, strings.Contains(*result.Message.Text, "[x] (javascript:alert)"))
	}
}
