package steps_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/simulator"
)

// FuzzSimulator is how an implementer in Go lets the fuzzer look for what breaks a rule: go test -fuzz FuzzSimulator.
func FuzzSimulator(f *testing.F) {
	s, err := simulator.New(simulator.Options{})
	require.NoError(f, err)
	steps.Fuzz(f, s.API(), s.Control())
}
