package steps_test

import (
	"testing"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// TestSimulator is how an implementer in Go runs the suite: every rule is a subtest, as in go test -run 'TestSimulator/CB-QUOTA-2'.
func TestSimulator(t *testing.T) {
	steps.Test(t, serve(t, simulator.Options{}), func(o *steps.Options) {
		if testing.Short() {
			o.Checks, o.Strength = 3, 2
		}
	})
}
