package format

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLinkRulesLinksTheRulesThatThePageHas(t *testing.T) {
	anchors := map[string]bool{"CB-METHOD-2": true, "CB-QUOTA-1": true}
	require.Equal(t, []piece{{Text: "every case already fails because of "}, {"CB-METHOD-2", "CB-METHOD-2"}, {Text: ", CB-GONE-1 and "}, {"CB-QUOTA-1", "CB-QUOTA-1"}},
		linkRules("every case already fails because of CB-METHOD-2, CB-GONE-1 and CB-QUOTA-1", anchors))
	require.Equal(t, []piece{{Text: "CB-METHOD-22"}}, linkRules("CB-METHOD-22", anchors), "it is another rule")
	require.Empty(t, linkRules("", anchors))
}
