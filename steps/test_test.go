package steps_test

import (
	"testing"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// TestSimulator judges the simulator as an implementer in Go judges a server: every rule is a
// subtest, so that go test -run 'TestSimulator/CB-QUOTA-2' runs one of them.
func TestSimulator(t *testing.T) {
	steps.Test(t, serve(t, simulator.Options{}), func(o *steps.Options) { *o = brief(t, *o) })
}
