package format

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/reports"
)

func TestPlotsStayWithinTheirWidth(t *testing.T) {
	count := rapid.IntRange(-1, 1_000_000)
	ms := rapid.Float64Range(0, 1e7)
	rapid.Check(t, func(t *rapid.T) {
		r := &reports.Report{Latency: reports.Latency{P50: ms.Draw(t, "p50"), P90: ms.Draw(t, "p90"), P99: ms.Draw(t, "p99"), Max: ms.Draw(t, "max")}}
		for range rapid.IntRange(0, 6).Draw(t, "phases") {
			r.Phases = append(r.Phases, reports.Phase{Name: "random", Requests: count.Draw(t, "requests")})
		}
		for i := range rapid.IntRange(0, 4).Draw(t, "strengths") {
			r.Coverage.Tuples = append(r.Coverage.Tuples, reports.Tuples{
				Strength: i + 1, Reached: count.Draw(t, "reached"), Possible: count.Draw(t, "possible"), Growth: rapid.SliceOfN(count, 0, 10).Draw(t, "growth"),
			})
		}
		rules := make([]ruleView, rapid.IntRange(0, 500).Draw(t, "rules"))
		for _, d := range withContent(plotVerdicts([]areaView{{Rules: rules}}, nil), plotRequests(r.Phases, &budget{}), plotCoverage(r.Coverage.Tuples), plotLatency(r.Latency)) {
			for _, b := range d.Boxes {
				require.GreaterOrEqual(t, b.X, 0.0, d.Title)
				require.LessOrEqual(t, b.X+b.Width, plotWidth+0.5, d.Title)
				require.LessOrEqual(t, b.Y+b.Height, d.Height, d.Title)
				require.False(t, math.IsNaN(b.X+b.Width))
			}
		}
	})
}

func TestPlotsOfNothing(t *testing.T) {
	require.Empty(t, withContent(plotVerdicts(nil, nil), plotRequests(nil, &budget{}), plotCoverage(nil), plotLatency(reports.Latency{})))
}
