package oracle

import "strconv"

// Difference is one thing in which the editions differ, and what that means for the rules.
type Difference struct {
	What     string // a noun phrase
	Original string // what the original edition says
	Current  string // what the current edition says
	// Rules lists the rules that exist in one edition only, or that decide differently.
	Rules []string
	// AsOriginal lists the rules that a server of the current edition breaks if it is tested
	// against the original one.
	AsOriginal []string
	// AsCurrent lists the rules that a server of the original edition breaks if it is tested
	// against the current one.
	AsCurrent []string
}

// Differences lists the differences between the two editions. It does not name the rules that are
// about all cases alike, such as CB-COMBO-1.
func Differences() []Difference {
	return []Difference{
		{
			What:       "backups per instance and day",
			Original:   strconv.Itoa(original.Quota),
			Current:    strconv.Itoa(current.Quota),
			Rules:      []string{"CB-QUOTA-1", "CB-QUOTA-2", "CB-QUOTA-3", "CB-QUOTA-4", "CB-QUOTA-5"},
			AsOriginal: []string{"CB-QUOTA-2"},
			AsCurrent:  []string{"CB-QUOTA-1"},
		},
		{
			What:     "last backup",
			Original: "completed",
			Current:  "not running",
			Rules:    []string{"CB-PRE-5", "CB-PRE-7"},
		},
		{
			What:       "BackupMethod Logical",
			Original:   "every engine except SQL Server",
			Current:    "MySQL; the pages contradict each other about other engines",
			Rules:      []string{"CB-METHOD-2", "CB-METHOD-6", "CB-METHOD-10"},
			AsOriginal: []string{"CB-METHOD-6"},
		},
		{
			What:       "BackupMethod Snapshot",
			Original:   "refused",
			Current:    "documented; MariaDB makes only snapshots and is asked for them as Physical",
			Rules:      []string{"CB-METHOD-3", "CB-METHOD-9", "CB-METHOD-11"},
			AsOriginal: []string{"CB-METHOD-3"},
		},
		{
			What:     "BackupStrategy and DBName",
			Original: "logical backups",
			Current:  "logical backups of MySQL, full physical ones of SQL Server",
			Rules: []string{
				"CB-STRATEGY-1", "CB-STRATEGY-2", "CB-STRATEGY-3", "CB-STRATEGY-4", "CB-STRATEGY-6",
				"CB-STRATEGY-7", "CB-STRATEGY-8", "CB-STRATEGY-9", "CB-STRATEGY-10",
				"CB-DBNAME-1", "CB-DBNAME-2", "CB-DBNAME-3", "CB-DBNAME-4", "CB-DBNAME-9", "CB-DBNAME-10",
			},
			AsOriginal: []string{"CB-STRATEGY-3"},
			AsCurrent:  []string{"CB-DBNAME-1"},
		},
		{
			What:      "DBName",
			Original:  "one name",
			Current:   "a list of names, separated by commas",
			Rules:     []string{"CB-DBNAME-6", "CB-DBNAME-7", "CB-DBNAME-8"},
			AsCurrent: []string{"CB-DBNAME-7"},
		},
		{
			What:       "BackupType",
			Original:   "any backup",
			Current:    "physical backups of SQL Server",
			Rules:      []string{"CB-TYPE-1", "CB-TYPE-2", "CB-TYPE-3", "CB-TYPE-4", "CB-TYPE-5", "CB-TYPE-6", "CB-TYPE-7"},
			AsOriginal: []string{"CB-TYPE-3"},
		},
		{
			What:      "BackupRetentionPeriod",
			Original:  "unknown",
			Current:   "7 to 730 days or -1, for full physical backups of single databases of SQL Server",
			Rules:     []string{"CB-RETENTION-1", "CB-RETENTION-2", "CB-RETENTION-3", "CB-RETENTION-4", "CB-RETENTION-5"},
			AsCurrent: []string{"CB-RETENTION-2"},
		},
		{
			What:      "BackupJobId in the answer",
			Original:  "unknown",
			Current:   "present; DescribeBackupTasks knows it",
			Rules:     []string{"CB-RESPONSE-11", "CB-RESPONSE-12", "CB-RESPONSE-13"},
			AsCurrent: []string{"CB-RESPONSE-12"},
		},
	}
}
