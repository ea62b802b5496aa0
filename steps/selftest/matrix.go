package selftest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
)

// Matrix is the detection matrix: which rules detect which faults.
type Matrix struct {
	Edition string `json:"edition"`
	// MedianRequests is how many requests a run sends until it first sees a fault of one factor: the
	// median over the faults that were tried, to two digits. 0 is not measured.
	MedianRequests int `json:"medianRequests,omitempty"`
	// Unproven are the must rules that detect no fault, if the whole catalogue was tried.
	Unproven []string  `json:"unproven,omitempty"`
	Outcomes []Outcome `json:"outcomes"`
}

// Read reads a matrix that was written as JSON.
func Read(r io.Reader) (*Matrix, error) {
	d := json.NewDecoder(r)
	d.DisallowUnknownFields()
	var m Matrix
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("reading a detection matrix: %w", err)
	}
	return &m, nil
}

// Join adds the outcomes of an earlier matrix that were not tried again, as far as the catalogue
// still has them with the same rules. So one fault can be tried again without the others.
func (m *Matrix) Join(earlier *Matrix) error {
	if earlier.Edition != m.Edition {
		return fmt.Errorf("the earlier matrix is of the %s edition, and this one of the %s edition",
			earlier.Edition, m.Edition)
	}
	subjects := catalogue(m.Edition)
	if len(m.Outcomes) < len(subjects) {
		m.MedianRequests = cmp.Or(earlier.MedianRequests, m.MedianRequests)
	}
	var joined []Outcome
	for _, s := range subjects {
		for _, o := range slices.Concat(m.Outcomes, earlier.Outcomes) {
			if o.Kind == s.outcome.Kind && o.Name == s.outcome.Name && slices.Equal(o.Expected, s.outcome.Expected) {
				o.Description = s.outcome.Description
				joined = append(joined, o)
				break
			}
		}
	}
	m.Outcomes = joined
	return m.listUnproven()
}

// finish sums up outcomes that were just tried.
func (m *Matrix) finish() error {
	var requests []int
	for _, o := range m.Outcomes {
		if o.Kind == Fault && o.Factors == 1 && o.Requests > 0 {
			requests = append(requests, o.Requests)
		}
	}
	if slices.Sort(requests); len(requests) > 0 {
		m.MedianRequests = twoDigits(requests[len(requests)/2])
	}
	return m.listUnproven()
}

// twoDigits rounds a number to two significant digits. Counts of requests differ a little from run
// to run, and a matrix that is kept should not.
func twoDigits(n int) int {
	unit := 1
	for n/unit >= 100 {
		unit *= 10
	}
	return int(math.Round(float64(n)/float64(unit))) * unit
}

// listUnproven lists the must rules that detect no fault, if the whole catalogue was tried.
func (m *Matrix) listUnproven() error {
	m.Unproven = nil
	if len(m.Outcomes) < len(catalogue(m.Edition)) {
		return nil
	}
	rules, err := features.Catalogue()
	if err != nil {
		return err
	}
	for _, r := range rules {
		detects := func(o Outcome) bool { return o.Kind == Fault && slices.Contains(o.Detectors(), r.ID) }
		if r.Level == oracle.Must && slices.Contains(r.Editions, m.Edition) && !slices.ContainsFunc(m.Outcomes, detects) {
			m.Unproven = append(m.Unproven, r.ID)
		}
	}
	return nil
}

// FaultFile is the file, relative to the repository, where faults against a rule stand.
func FaultFile(r features.Rule) string {
	name := strings.TrimSuffix(path.Base(r.File), ".feature")
	if strings.HasPrefix(r.ID, "CB-COMBO-") {
		return "targets/simulator/faults.go" // which adds these rules to the faults of several factors
	}
	return "targets/simulator/faults_" + name + ".go"
}

// Proven reports whether every outcome is OK and every must rule detects a fault.
func (m *Matrix) Proven() bool {
	return len(m.Unproven) == 0 && !slices.ContainsFunc(m.Outcomes, func(o Outcome) bool { return !o.OK() })
}

// Sorted lists the outcomes, those to fix first.
func (m *Matrix) Sorted() []Outcome {
	toFix := func(o Outcome) bool { return !o.OK() }
	ok := slices.DeleteFunc(slices.Clone(m.Outcomes), toFix)
	return append(slices.DeleteFunc(slices.Clone(m.Outcomes), Outcome.OK), ok...)
}

// rules lists the rules that failed anywhere, in the order of the catalogue.
func (m *Matrix) rules() ([]string, error) {
	rules, err := features.Catalogue()
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range rules {
		if slices.ContainsFunc(m.Outcomes, func(o Outcome) bool { return slices.Contains(o.DetectedBy, r.ID) }) {
			ids = append(ids, r.ID)
		}
	}
	return ids, nil
}
