package selftest

import (
	"cmp"
	"fmt"
	"strings"
)

// Counts are the numbers of a matrix.
type Counts struct {
	Faults, Detected, Undetected, ByOthers int
	FaultSeeds                             int // the fewest seeds that a fault was tried with
	Variations, FalseAlarms                int
	VariationSeeds                         int // the fewest seeds that a variation was tried with
	Adversaries, AsExpected                int
}

// Counts counts the outcomes.
func (m *Matrix) Counts() Counts {
	var c Counts
	for _, o := range m.Outcomes {
		switch o.Kind {
		case Fault:
			c.Faults++
			c.Detected += oneIf(o.OK())
			c.Undetected += oneIf(o.Seeds.None > 0)
			c.ByOthers += oneIf(o.Seeds.None == 0 && o.Seeds.Others > 0)
			c.FaultSeeds = fewest(c.FaultSeeds, o.Seeds.total())
		case Variation:
			c.Variations++
			c.FalseAlarms += oneIf(!o.OK())
			c.VariationSeeds = fewest(c.VariationSeeds, o.Seeds.total())
		case Adversary:
			c.Adversaries++
			c.AsExpected += oneIf(o.OK())
		}
	}
	return c
}

// fewest is the smaller number; a before of 0 is no number yet.
func fewest(before, n int) int { return min(cmp.Or(before, n), n) }

func oneIf(is bool) int {
	if is {
		return 1
	}
	return 0
}

// Summary says the numbers in one sentence.
func (m *Matrix) Summary() string {
	c := m.Counts()
	var parts []string
	if c.Faults > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d faults detected by an expected rule (%d only by others, %d undetected)",
			c.Detected, c.Faults, c.ByOthers, c.Undetected))
	}
	if c.Variations > 0 {
		parts = append(parts, fmt.Sprintf("%d false alarms on %d legitimate variations", c.FalseAlarms, c.Variations))
	}
	if c.Adversaries > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d adversarial servers as expected", c.AsExpected, c.Adversaries))
	}
	if text := m.explained(); text != "" {
		parts = append(parts, text)
	}
	if m.MedianRequests > 0 {
		parts = append(parts,
			fmt.Sprintf("a fault of one factor is first seen after about %d requests (median)", m.MedianRequests))
	}
	return m.Edition + " edition: " + strings.Join(parts, "; ")
}
