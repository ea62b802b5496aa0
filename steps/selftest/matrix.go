package selftest

import (
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/features"
)

// Matrix is the kill matrix.
type Matrix struct {
	Edition  string    `json:"edition"`
	Seeds    int       `json:"seeds"`
	Outcomes []Outcome `json:"outcomes"`
	// Unproven are the must rules that no fault of their own kills, where the whole catalogue was tried.
	Unproven []string `json:"unproven,omitempty"`
}

// Join adds from an earlier matrix what was not tried now and is still in the catalogue as it was, so that one fault can be tried anew without the rest.
func (m *Matrix) Join(earlier *Matrix) error {
	if earlier.Edition != m.Edition {
		return fmt.Errorf("the earlier matrix is of the %s edition, this one of the %s edition", earlier.Edition, m.Edition)
	}
	subjects, err := Options{Edition: m.Edition}.subjects()
	if err != nil {
		return err
	}
	var all []Outcome
	for _, s := range subjects {
		for _, o := range slices.Concat(m.Outcomes, earlier.Outcomes) {
			if o.Kind == s.outcome.Kind && o.Name == s.outcome.Name && slices.Equal(o.Wanted, s.outcome.Wanted) {
				all = append(all, o)
				break
			}
		}
	}
	m.Outcomes, m.Seeds = all, min(m.Seeds, earlier.Seeds)
	return m.finish(len(subjects))
}

// finish lists what is unproven, where the whole catalogue was tried.
func (m *Matrix) finish(whole int) (err error) {
	if len(m.Outcomes) == whole {
		m.Unproven, err = m.unproven()
	}
	return err
}

// unproven lists the must rules that no fault of their own kills.
func (m *Matrix) unproven() ([]string, error) {
	rules, err := features.Catalogue()
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range rules {
		killed := slices.ContainsFunc(m.Outcomes, func(o Outcome) bool {
			return o.Kind == Fault && slices.Contains(o.Wanted, r.ID) && slices.Contains(o.Killed, r.ID)
		})
		if r.Level == "must" && slices.Contains(r.Editions, m.Edition) && !killed {
			ids = append(ids, r.ID)
		}
	}
	return ids, nil
}

// Proven tells whether nothing is left to mend.
func (m *Matrix) Proven() bool {
	return len(m.Unproven) == 0 && !slices.ContainsFunc(m.Outcomes, func(o Outcome) bool { return !o.OK() })
}

// Counts are the numbers of a matrix.
type Counts struct {
	Faults, Caught, Survived, ByOthers int
	Variations, Alarms                 int
	FaultSeeds, VariationSeeds         int // with how many seeds each was tried, at least
	Specials, AsExpected               int
	// MedianRequests is how many requests a run sent until a fault of one factor first failed a rule: the median of those faults.
	MedianRequests int
	Rules          int // that failed for a fault of their own
}

// Counts counts the matrix.
func (m *Matrix) Counts() Counts {
	var c Counts
	var requests []int
	rules := map[string]bool{}
	for _, o := range m.Outcomes {
		switch o.Kind {
		case Fault:
			c.FaultSeeds = least(c.FaultSeeds, o.seeds())
			c.Faults++
			c.Caught += one(o.OK())
			c.Survived += one(o.Survived > 0)
			c.ByOthers += one(o.Survived == 0 && o.Other > 0)
			if o.Factors == 1 && o.KillRequests > 0 {
				requests = append(requests, o.KillRequests)
			}
			for _, id := range o.Killed {
				rules[id] = rules[id] || slices.Contains(o.Wanted, id)
			}
		case Variation:
			c.VariationSeeds = least(c.VariationSeeds, o.seeds())
			c.Variations++
			c.Alarms += one(!o.OK())
		case Special:
			c.Specials++
			c.AsExpected += one(o.OK())
		}
	}
	for _, own := range rules {
		c.Rules += one(own)
	}
	if slices.Sort(requests); len(requests) > 0 {
		c.MedianRequests = requests[len(requests)/2]
	}
	return c
}

// least is the smaller of two numbers, of which 0 is none.
func least(a, b int) int {
	if a == 0 {
		return b
	}
	return min(a, b)
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// Summary says the numbers in words.
func (m *Matrix) Summary() string {
	c := m.Counts()
	s := fmt.Sprintf("%d of %d faults caught by their own rules (%d by others only, %d survived), %d of %d legitimate variations failed, %d of %d specials as expected",
		c.Caught, c.Faults, c.ByOthers, c.Survived, c.Alarms, c.Variations, c.AsExpected, c.Specials)
	if c.MedianRequests > 0 {
		s += fmt.Sprintf("; faults of one factor first failed a rule after %d requests (median)", c.MedianRequests)
	}
	return fmt.Sprintf("%s (%s edition, seeds: %d)", s, m.Edition, m.Seeds)
}

// rules lists those that failed anywhere, in the order of the catalogue.
func (m *Matrix) rules() []string {
	rules, err := features.Catalogue()
	if err != nil {
		return nil // the runs could not have begun
	}
	var ids []string
	for _, r := range rules {
		if slices.ContainsFunc(m.Outcomes, func(o Outcome) bool { return slices.Contains(o.Killed, r.ID) }) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}
