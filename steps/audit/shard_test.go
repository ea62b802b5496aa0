package audit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/audit"
	"github.com/cbspec/cbspec/targets/simulator"
)

// Parts of the instances, judged apart, say what the whole says.
func TestShardsMerge(t *testing.T) {
	for _, fault := range []string{"", "method-any", "running-ignored"} {
		o := simulator.Options{}
		if fault != "" {
			o.Faults = []string{fault}
		}
		op := newOperator(t, o)
		op.day(10)
		given := inventory(t, exclusive)
		var parts []*reports.Report
		for shard := range 3 {
			parts = append(parts, audited(t, audit.Options{Inventory: given, Shard: shard + 1, Shards: 3}, op.recorded))
		}
		merged, err := reports.Merge(parts)
		require.NoError(t, err)
		whole := audited(t, audit.Options{Inventory: given}, op.recorded)
		for _, verdict := range []string{reports.Failed, reports.Passed} {
			require.Equal(t, rulesWith(whole, verdict), rulesWith(merged, verdict), fault)
		}
		require.Equal(t, whole.Verdict, merged.Verdict)
		require.Equal(t, whole.Backups, merged.Backups)
	}
}
