package reports_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
)

func TestSentenceOfABehaviour(t *testing.T) {
	order := func(pairs ...reports.Precedence) reports.Behaviour {
		return reports.Behaviour{Subject: "the fault that is named", Observed: "x", Order: pairs}
	}
	for want, b := range map[string]reports.Behaviour{
		"an unknown parameter is ignored":       {Subject: "an unknown parameter", Observed: "ignored"},
		"a name: empty: refused; long: ignored": {Subject: "a name", Observed: "empty: refused; long: ignored"},
		"a name: refused when the engine is MySQL, accepted when the engine is MariaDB": {
			Subject: "a name", Observed: "refused when the engine is MySQL, accepted when the engine is MariaDB",
		},
		"ignored": {Observed: "ignored"},
		"the fault that is named: the first of C, A, B":               order(reports.Precedence{"A", "B"}, reports.Precedence{"C", "A"}),
		"the fault that is named: no order fits every pair of faults": order(reports.Precedence{"A", "B"}, reports.Precedence{"B", "C"}, reports.Precedence{"C", "A"}),
	} {
		require.Equal(t, want, b.Sentence())
	}
	require.Equal(t, []string{"A", "C"}, order(reports.Precedence{"B", "C"}, reports.Precedence{"B", "A"}, reports.Precedence{"B", "C"}).Precedes("B"))
}
