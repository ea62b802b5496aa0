package targets_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// bare is a target that can only be called.
type bare struct{}

func (bare) Send(context.Context, targets.Call) (targets.Answer, error) {
	return targets.Answer{Outcome: targets.Accepted}, nil
}

// signing is a target that signs with the algorithms of its name.
type signing struct {
	bare
	algorithms []string
}

func (s signing) Algorithms() []string { return s.algorithms }

// wrapper adds nothing to the target that it wraps.
type wrapper struct{ targets.Target }

func (w wrapper) Unwrap() targets.Target { return w.Target }

// limiting hides the algorithms of the target that it wraps.
type limiting struct{ wrapper }

func (limiting) Algorithms() []string { return nil }

func TestAsFindsTheOutermostTargetThatImplementsAnInterface(t *testing.T) {
	inner := signing{algorithms: []string{targets.HMACSHA1}}
	tests := []struct {
		name   string
		target targets.Target
		found  bool
		want   []string
	}{
		{"no target", nil, false, nil},
		{"a target without it", bare{}, false, nil},
		{"a target with it", inner, true, inner.algorithms},
		{"a wrapped target", wrapper{inner}, true, inner.algorithms},
		{"a target wrapped twice", wrapper{wrapper{inner}}, true, inner.algorithms},
		{"a wrapper around a target without it", wrapper{bare{}}, false, nil},
		{"a wrapper around nothing", wrapper{nil}, false, nil},
		{"a wrapper that limits comes before what it wraps", limiting{wrapper{inner}}, true, nil},
		{"also below another wrapper", wrapper{limiting{wrapper{inner}}}, true, nil},
		{"embedding alone does not unwrap", struct{ targets.Target }{inner}, false, nil},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			signer, found := targets.As[targets.Signer](c.target)
			require.Equal(t, c.found, found)
			if found {
				require.Equal(t, c.want, signer.Algorithms())
			}
		})
	}
}

func TestAsFindsConcreteTypes(t *testing.T) {
	found, ok := targets.As[signing](wrapper{signing{algorithms: []string{"x"}}})
	require.True(t, ok)
	require.Equal(t, []string{"x"}, found.algorithms)
}

func ExampleAs() {
	var target targets.Target = wrapper{signing{algorithms: []string{targets.HMACSHA1}}}
	if signer, ok := targets.As[targets.Signer](target); ok {
		fmt.Println("signs with", signer.Algorithms())
	}
	if _, ok := targets.As[targets.Observer](target); !ok {
		fmt.Println("does not list backups")
	}
	// Output:
	// signs with [hmac-sha1]
	// does not list backups
}
