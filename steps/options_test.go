package steps

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// pool is a target whose instances exist.
type pool struct{ nothing }

func (pool) Conditions(context.Context) ([]targets.Condition, error) { return nil, nil }

func TestOptionsHaveDefaults(t *testing.T) {
	o, err := Options{Target: nothing{}}.withDefaults()
	require.NoError(t, err)
	require.Equal(t, Options{
		Target: nothing{}, Edition: oracle.Original, Phases: features.Phases(), Checks: 20, Strength: 3, Seed: 1, Concurrency: 16, Version: "devel",
	}, o)
}

func TestOptionsKeepWhatIsSet(t *testing.T) {
	set := Options{
		Target: nothing{}, Edition: oracle.Current, Phases: []string{"wire"}, Checks: 1, Strength: 6, Seed: 7, Concurrency: 1, Version: "1.2.3",
		Levels: []string{oracle.Must, oracle.Should, oracle.May}, Shard: Shard{Index: 2, Count: 2},
	}
	o, err := set.withDefaults()
	require.NoError(t, err)
	require.Equal(t, set, o)
}

// Fixtures have few backups a day, so that a run on them tries the examples with few cases. Whoever
// asks for more gets it.
func TestOptionsSpareFixtures(t *testing.T) {
	for _, c := range []struct {
		name   string
		o      Options
		phases []string
		checks int
	}{
		{"by default", Options{}, []string{"examples"}, 3},
		{"phases that are asked for", Options{Phases: []string{"random"}}, []string{"random"}, 3},
		{"rules that are asked for", Options{Rules: []string{"CB-COMBO-1"}}, features.Phases(), 3},
		{"checks that are asked for", Options{Checks: 9}, []string{"examples"}, 9},
	} {
		c.o.Target = pool{}
		o, err := c.o.withDefaults()
		require.NoError(t, err)
		require.Equal(t, c.phases, o.Phases, c.name)
		require.Equal(t, c.checks, o.Checks, c.name)
	}
}

func TestOptionsThatCannotBeFollowed(t *testing.T) {
	for _, c := range []struct {
		name string
		o    Options
		want string
	}{
		{"a phase", Options{Phases: []string{"examples", "exmples"}}, `options: unknown phase "exmples", did you mean examples?: it is one of examples, combinations, random, sequences, races, wire`},
		{"a level", Options{Levels: []string{"shall"}}, `options: unknown level "shall": it is must, should or may`},
		{"checks", Options{Checks: -1}, "options: checks and concurrency must be 1 or more, strength 1 to 6"},
		{"concurrency", Options{Concurrency: -1}, "options: checks and concurrency must be 1 or more, strength 1 to 6"},
		{"too little strength", Options{Strength: -1}, "options: checks and concurrency must be 1 or more, strength 1 to 6"},
		{"too much strength", Options{Strength: 7}, "options: checks and concurrency must be 1 or more, strength 1 to 6"},
		{"a shard after the last", Options{Shard: Shard{Index: 3, Count: 2}}, "options: shard 3 of 2: it is 1 to 2"},
		{"a shard before the first", Options{Shard: Shard{Index: 0, Count: 2}}, "options: shard 0 of 2: it is 1 to 2"},
	} {
		c.o.Target = nothing{}
		_, err := c.o.withDefaults()
		require.ErrorIs(t, err, ErrOptions, c.name)
		require.EqualError(t, err, c.want, c.name)
	}
	_, err := Options{}.withDefaults()
	require.EqualError(t, err, "options: no target")
}

// silentAtFirst fails the test that sends anything.
type silentAtFirst struct{ t *testing.T }

func (s silentAtFirst) Send(context.Context, targets.Call) (targets.Answer, error) {
	s.t.Error("something was sent")
	return targets.Answer{}, nil
}

func TestOptionsAreCheckedBeforeAnythingIsSent(t *testing.T) {
	for _, o := range []Options{
		{Edition: "newest"}, {Rules: []string{"CB-NONE-1"}}, {Areas: []string{"none"}}, {Levels: []string{"none"}}, {Strength: 9},
	} {
		o.Target = silentAtFirst{t}
		r, err := Run(t.Context(), o)
		require.ErrorIs(t, err, ErrOptions)
		require.Nil(t, r, "there is no report")
	}
}
