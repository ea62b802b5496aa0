package format

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// Steps that are repeated are said once.
func TestCaseWords(t *testing.T) {
	call := targets.Step{Do: targets.StepCall, Call: &targets.Call{Method: "GET", Params: []targets.Param{{Name: "Action", Value: "CreateBackup", In: targets.Query}}}}
	complete := targets.Step{Do: targets.StepComplete, Result: targets.LastCompleted}
	given := "Given a MySQL instance that is Running, without databases, never backed up"
	for _, test := range []struct {
		name  string
		steps []targets.Step
		want  []string
	}{
		{"one step", []targets.Step{call}, []string{"GET Action=CreateBackup"}},
		{"twice the same", []targets.Step{call, call}, []string{"1. GET Action=CreateBackup", "2. GET Action=CreateBackup"}},
		{"three times the same, and one more", []targets.Step{call, call, call, complete}, []string{
			"1. GET Action=CreateBackup", "2.–3. the same, 2 times more", "4. the running backup of the instance completes",
		}},
		{"pairs", []targets.Step{call, complete, call, complete, call, complete, call}, []string{
			"1. GET Action=CreateBackup", "2. the running backup of the instance completes", "3.–6. the same, 2 times more", "7. GET Action=CreateBackup",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := targets.Case{Conditions: []targets.Condition{{Engine: targets.MySQL, Status: targets.Running, LastBackup: targets.LastNone}}, Steps: test.steps}
			require.Equal(t, append([]string{given}, test.want...), caseWords(&c))
		})
	}
}
