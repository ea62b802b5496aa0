package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cucumber/godog"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/targets"
)

// tables reads the tables of the steps of a scenario.
type tables struct{ *Scenario }

// pin reads a table of factors and the classes that they may have.
func (s tables) pin(t *godog.Table) error {
	for _, row := range t.Rows {
		factor, classes, err := s.row(row.Cells[0].Value, row.Cells[1].Value)
		if err != nil {
			return err
		}
		if factor != "" {
			s.build.pinned[factor] = classes
		}
	}
	return nil
}

// oneFault reads a table of one factor and its wrong classes, of which any is tried.
func (s tables) oneFault(t *godog.Table) (err error) {
	s.build.fault, err = s.faultIn(t)
	return err
}

// eachFault reads a table of one factor and its wrong classes, each of which is tried.
func (s tables) eachFault(t *godog.Table) error {
	if err := s.oneFault(t); err != nil {
		return err
	}
	s.build.fault.each = true
	return nil
}

func (s tables) faultIn(t *godog.Table) (*fault, error) {
	factor, classes, err := s.row(t.Rows[0].Cells[0].Value, t.Rows[0].Cells[1].Value)
	if slices.Equal(classes, []string{generators.Other}) {
		// Values that a backup has elsewhere are classes of their own.
		switch {
		case factor == generators.Method && !s.env.edition().Snapshot:
			classes = append(classes, "Snapshot")
		case factor == generators.Type:
			classes = append(classes, "IncrementalBackup")
		}
	}
	return &fault{factor: factor, classes: classes}, err
}

// row finds a factor of the model and its classes, which are joined by "or". The factor is empty
// where the target makes no difference between its classes.
func (s tables) row(factor, cell string) (name string, classes []string, err error) {
	model := s.build.model
	f := model.Index(factor)
	switch {
	case f >= 0:
	case factor == generators.Lock:
		return factor, []string{cell}, nil // no instance of the target is locked, so there is no case
	case factor == generators.Storage:
		if !strings.HasPrefix(cell, generators.Absent) { // where it may be absent, no kind of disk is asked for
			s.skip("the target makes no difference between kinds of disk")
		}
		return "", nil, nil
	default:
		return "", nil, fmt.Errorf("no factor is named %q", factor)
	}
	for c := range strings.SplitSeq(cell, " or ") {
		switch {
		case factor == generators.Today && strings.Contains(c, "the quota"):
			classes = append(classes, quotaClass(c, s.build.quota()))
		case c == "any other" || c == "any" && factor == generators.Lock:
			for _, class := range model.Factors[f].Classes[1:] {
				classes = append(classes, class.Name)
			}
		default:
			// There is no case of a class that this target does not offer. A misspelt class is
			// found by a test of the features.
			classes = append(classes, c)
		}
	}
	return factor, classes, nil
}

// quotaClass returns the class of the backups of today that is relative to the quota.
func quotaClass(words string, quota int) string {
	switch words {
	case "one less than the quota":
		quota--
	case "one more than the quota":
		quota++
	}
	return strconv.Itoa(quota)
}

// eachRow makes a valid call, and adds a mutation for each row of a table.
func (s tables) eachRow(add func(b *builder, name string) error) func(*godog.Table) error {
	return func(t *godog.Table) error {
		s.build.do(callOnce)
		for _, row := range t.Rows {
			if err := add(s.build, row.Cells[0].Value); err != nil {
				return err
			}
		}
		return nil
	}
}

// signatureFaults reads a table with one signature fault in each row.
func (s tables) signatureFaults(t *godog.Table) error {
	faults, err := signatureFaults(t)
	if err != nil {
		return err
	}
	addSignatureFaults(s.build, faults)
	return nil
}

// usedUp pins the quota of the instance as used up.
func (s tables) usedUp() {
	s.build.pinned[generators.Today] = []string{strconv.Itoa(s.build.quota())}
	s.build.pinned[generators.Last] = []string{targets.LastCompleted}
}
