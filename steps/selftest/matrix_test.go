package selftest

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
)

// detected is a matrix of the whole catalogue in which every fault is detected by all rules it
// names.
func detected(edition string) *Matrix {
	m := &Matrix{Edition: edition}
	for _, s := range catalogue(edition) {
		out := s.outcome
		switch out.Kind {
		case Fault:
			out.Seeds.Expected, out.DetectedBy = 1, slices.Sorted(slices.Values(out.Expected))
		case Variation:
			out.Seeds.None = 1
		}
		m.Outcomes = append(m.Outcomes, out)
	}
	return m
}

func TestMustRuleIsUnprovenUntilItDetectsAFault(t *testing.T) {
	m := detected("original")
	require.NoError(t, m.finish())
	require.Empty(t, m.Unproven)
	require.True(t, m.Proven())
	const unproven = "CB-QUOTA-2"
	for i, o := range m.Outcomes {
		m.Outcomes[i].DetectedBy = slices.DeleteFunc(o.DetectedBy, func(id string) bool { return id == unproven })
	}
	require.NoError(t, m.finish())
	require.Equal(t, []string{unproven}, m.Unproven)
	require.False(t, m.Proven())
	for _, format := range Formats() {
		var b bytes.Buffer
		require.NoError(t, m.Write(&b, format))
		require.Contains(t, b.String(), unproven, format)
		if format != "json" {
			require.Contains(t, b.String(), "targets/simulator/faults_quota.go", format)
		}
	}
}

func TestUnprovenIsUnknownUntilTheWholeCatalogueWasTried(t *testing.T) {
	m := Matrix{Edition: "original", Outcomes: []Outcome{{Kind: Fault, Name: "type-any"}}}
	require.NoError(t, m.finish())
	require.Empty(t, m.Unproven)
}

func TestJSONKeepsOneLineForEachOutcome(t *testing.T) {
	m := detected("original")
	m.MedianRequests = 120
	var b bytes.Buffer
	require.NoError(t, m.Write(&b, "json"))
	require.Equal(t, len(m.Outcomes)+2, strings.Count(b.String(), "\n"))
	require.Contains(t, b.String(), "\n"+`{"kind":"fault","name":"quota-ignored","factors":1,`+
		`"expected":["CB-QUOTA-2"],"detectedBy":["CB-QUOTA-2"],"seeds":{"expected":1}},`+"\n")
	read, err := Read(&b)
	require.NoError(t, err)
	for i := range m.Outcomes {
		m.Outcomes[i].Description = "" // which the catalogue has
	}
	require.Equal(t, m, read)
}

func TestReadRefusesUnknownFields(t *testing.T) {
	_, err := Read(strings.NewReader(`{"edition":"original","outcomes":[{"kind":"fault","killed":["CB-PRE-1"]}]}`))
	require.ErrorContains(t, err, "killed")
}

func TestJoinReplacesOnlyWhatWasTriedAgain(t *testing.T) {
	earlier := detected("original")
	earlier.MedianRequests = 120
	earlier.Outcomes[0].Name = "no-longer-in-the-catalogue"
	retried := earlier.Outcomes[1]
	retried.Seeds = Seeds{None: 3}
	m := &Matrix{Edition: "original", MedianRequests: 7, Outcomes: []Outcome{retried}}
	require.NoError(t, m.Join(earlier))
	require.Equal(t, slices.Concat([]Outcome{retried}, earlier.Outcomes[2:]), m.Outcomes)
	require.Equal(t, 120, m.MedianRequests, "one fault does not change the median")
	require.Error(t, m.Join(&Matrix{Edition: "current"}))
}

func TestTwoDigits(t *testing.T) {
	for n, rounded := range map[int]int{0: 0, 7: 7, 99: 99, 117: 120, 114: 110, 999: 1000, 22483: 22000} {
		require.Equal(t, rounded, twoDigits(n), n)
	}
}

func TestSummary(t *testing.T) {
	m := Matrix{Edition: "original", MedianRequests: 120, Outcomes: []Outcome{
		{Kind: Fault, Seeds: Seeds{Expected: 2}},
		{Kind: Fault, Seeds: Seeds{Expected: 1, Others: 1}},
		{Kind: Fault, Seeds: Seeds{Others: 1, None: 1}},
		{Kind: Variation, Seeds: Seeds{None: 1}},
		{Kind: Adversary},
	}}
	require.Equal(t, "original edition: 1 of 3 faults detected by an expected rule (1 only by others, 1 undetected); "+
		"0 false alarms on 1 legitimate variations; 1 of 1 adversarial servers as expected; "+
		"a fault of one factor is first seen after about 120 requests (median)", m.Summary())
	require.Equal(t, 2, m.Counts().FaultSeeds)
}

func TestFaultFileOfEveryMustRule(t *testing.T) {
	rules, err := features.Catalogue()
	require.NoError(t, err)
	for _, r := range rules {
		if r.Level == "must" {
			require.FileExists(t, "../../"+FaultFile(r), r.ID)
		}
	}
}
