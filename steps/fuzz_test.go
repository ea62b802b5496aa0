package steps_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// FuzzSimulator lets the fuzzer look for a call that the simulator answers wrongly.
func FuzzSimulator(f *testing.F) {
	s, err := simulator.New(simulator.Options{})
	require.NoError(f, err)
	steps.Fuzz(f, s.API(), s.Control())
}
