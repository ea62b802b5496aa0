package simulator

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The tables of faults_public.go, faults_response.go and faults_hostile.go are filed by what is
// wrong, and not here.
func TestFaultsStandInTheFileOfTheirFirstRule(t *testing.T) {
	for area, table := range map[string][]Fault{
		"CB-PRE-": preconditionFaults, "CB-QUOTA-": quotaFaults, "CB-ACTION-": actionFaults,
		"CB-INSTANCE-": instanceFaults, "CB-METHOD-": methodFaults, "CB-STRATEGY-": strategyFaults,
		"CB-DBNAME-": dbNameFaults, "CB-TYPE-": typeFaults, "CB-RETENTION-": retentionFaults,
		"CB-AUTH-": authenticationFaults, "CB-SEQ-": sequenceFaults, "CB-RACE-": raceFaults,
		"CB-ROBUST-": robustnessFaults,
	} {
		for _, f := range table {
			require.True(t, strings.HasPrefix(f.Rules[0], area),
				"%s stands with the faults against %s* and breaks %s", f.Name, area, f.Rules[0])
		}
	}
}

func TestHostileAnswersStandTogether(t *testing.T) {
	for _, f := range faults() {
		require.Equal(t, f.Kind == HostileAnswer || f.Kind == slowness, isIn(hostileFaults, f.Name), f.Name)
	}
}

func isIn(table []Fault, name string) bool {
	for _, f := range table {
		if f.Name == name {
			return true
		}
	}
	return false
}

func TestFaultsThatNeedSeveralFactorsBreakTheCombinations(t *testing.T) {
	for _, f := range Faults() {
		require.GreaterOrEqual(t, f.Factors, 1, f.Name)
		if f.Kind == interaction {
			require.Contains(t, f.Rules, "CB-COMBO-1", f.Name)
		}
	}
}
