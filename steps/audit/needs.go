package audit

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/features"
)

// made is what is needed of rules about what ordinary clients do not do.
const made = "needs cases that are made on purpose: cbspec run tries it"

// needed says what would have to be seen to judge a rule, by its id or the area of it.
var needed = map[string]string{
	"CB-PRE-1": "needs an accepted call on an instance that the inventory lists as exclusive, with its status",
	"CB-PRE-2": "needs a refused call on an instance that is not Running: as the inventory says, or as DescribeDBInstanceAttribute " +
		"shows within a minute before and after it; and the same call accepted at another time",
	"CB-PRE-3": "needs a refused call while a job runs: DescribeBackupTasks shows the same BackupJobId before and after it; " +
		"and the same call accepted at another time",
	"CB-QUOTA-1": "needs an accepted call on an instance that the inventory lists as exclusive, with its status",
	"CB-QUOTA-2": "needs a call after DescribeBackups has listed as many successful manual backups of one day as the quota allows",
	"CB-QUOTA-3": made, "CB-ACTION-1": made, "CB-ACTION-2": made, "CB-RESPONSE-7": made, "CB-RESPONSE-13": made,
	"CB-PUBLIC-1": made, "CB-PUBLIC-3": made, "CB-PUBLIC-5": made,
	"CB-INSTANCE-2": "needs a refused call on an instance that is known not to exist, which traffic does not show: cbspec run tries it",
	"CB-RESPONSE-2": "needs an accepted call with Format=XML",
	"CB-RESPONSE-3": "needs an accepted call with Format=JSON",
	"CB-RESPONSE-4": "needs two accepted calls",
	"CB-RESPONSE-6": "needs a refused call",
}

// needs says what would have to be seen to judge a rule.
func (a *Auditor) needs(rule features.Rule) string {
	switch text := needed[rule.ID]; {
	case slices.Contains(rule.Needs, "signature") && a.o.Secret == "":
		return "needs the secret of the calls: --access-key-id and --access-key-secret"
	case a.counts.calls == 0:
		return "the traffic has no call of CreateBackup"
	case text != "":
		return text
	case rule.Level == "may":
		return "traffic does not show what the server does by itself here: cbspec run records it"
	case rule.Phase != "examples", slices.Contains(rule.Needs, "next-day"), slices.Contains(rule.Needs, "complete"):
		return made
	case slices.Contains(rule.Needs, "observe"):
		return "needs to know which backup a call has made, which traffic does not show: cbspec run tries it"
	case rule.Refuses:
		return "needs a call that is refused for " + strings.Join(about(rule), " or ") + " alone and says so by its Code, and the same call " +
			"without the fault accepted"
	}
	return "needs an accepted call that is about " + strings.Join(about(rule), " or ") +
		", on an instance of which engine and databases are known where that matters"
}

// about names what a rule is about.
func about(rule features.Rule) []string {
	if len(rule.About) > 0 {
		return rule.About
	}
	return []string{rule.Area}
}
