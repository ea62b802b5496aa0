package features_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
)

func TestCatalogue(t *testing.T) {
	rules, err := features.Catalogue()
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, r := range rules {
		require.False(t, seen[r.ID], "%s stands twice", r.ID)
		seen[r.ID] = true
		require.NotEmpty(t, r.Examples, "%s has no example", r.ID)
		require.Contains(t, features.Phases(), r.Phase, r.ID)
		require.Regexp(t, `^CB-[A-Z]+-\d+$`, r.ID)
	}
	for _, id := range []string{
		"PRE-1", "PRE-2", "PRE-3", "PRE-4", "PRE-5", "PRE-6", "QUOTA-1", "QUOTA-2", "QUOTA-3", "QUOTA-4", "QUOTA-5", "QUOTA-6", "ACTION-1", "ACTION-2",
		"INSTANCE-1", "INSTANCE-2", "INSTANCE-3", "METHOD-1", "METHOD-2", "METHOD-3", "METHOD-4", "METHOD-5", "METHOD-6", "METHOD-7", "METHOD-8",
		"STRATEGY-1", "STRATEGY-2", "STRATEGY-3", "STRATEGY-4", "STRATEGY-5", "STRATEGY-6", "DBNAME-1", "DBNAME-2", "DBNAME-3", "DBNAME-4", "DBNAME-5",
		"TYPE-1", "TYPE-2", "TYPE-3", "TYPE-4", "RESPONSE-1", "RESPONSE-2", "RESPONSE-3", "RESPONSE-4", "RESPONSE-5", "RESPONSE-6", "RESPONSE-7",
		"RESPONSE-8", "RESPONSE-9", "PUBLIC-1", "PUBLIC-2", "PUBLIC-3", "AUTH-1", "COMBO-1", "SEQ-1", "RACE-1", "RACE-2", "ROBUST-1", "ROBUST-2", "ROBUST-3", "ROBUST-4",
	} {
		require.True(t, slices.ContainsFunc(rules, func(r features.Rule) bool { return r.ID == "CB-"+id && slices.Contains(r.Editions, "original") }), id)
	}
}
