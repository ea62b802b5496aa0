package reports_test

import (
	"fmt"

	"github.com/cbspec/cbspec/reports"
)

func ExampleSentence() {
	fmt.Println(reports.Sentence(reports.Cause{
		Kind: reports.KindWronglyAccepted,
		When: []reports.Condition{
			{Factor: "backups today", Classes: []string{"10", "11"}},
			{Factor: "BackupMethod", Classes: []string{"absent", "Physical"}},
		},
		Exact: true,
	}))
	// Output: Wrongly accepted when backups today is 10 or 11 and BackupMethod is absent or Physical.
}
