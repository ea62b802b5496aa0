package oracle

import "fmt"

// Names of the editions.
const (
	Original = "original"
	Current  = "current"
)

// Edition is what an edition of the document says, as far as the editions differ. The table below is the only place
// where they do, beside what it means for the rules, in [Differences]; sections are those of the reference, "wire.md" §4.1, editions A and G.
//
// The text of the current edition is that of help.aliyun.com/document_detail/26272.html as of 2026, which the repository aliyun/aliyun-openapi-meta has
// parameter by parameter (zh-CN/rds/CreateBackup.json, 2026-01-27). Its English form (en-US/rds/CreateBackup.json there, and the comments of
// alibabacloud-go/rds-20140815, 2026-02-27) is older by a revision; where the two are at odds the matter is left open.
type Edition struct {
	Name string
	// Quota is the number of backups that can be created for an instance in a day.
	Quota int
	// NoneOngoing: the condition is not that the last backup is completed but that no backup task is going on, as none is that has failed.
	NoneOngoing bool
	// LogicalOfMySQL: Logical is for MySQL alone; of other engines the pages are at odds.
	LogicalOfMySQL bool
	// Snapshot is a value of BackupMethod. MariaDB makes nothing but snapshots, and is asked for them as Physical.
	Snapshot bool
	// JobID: the answer carries a BackupJobId.
	JobID bool
	// DatabaseLists: DBName takes several names, separated by commas.
	DatabaseLists bool
	// SQLServerDatabases: BackupStrategy and DBName are valid for a full physical backup of SQL Server too.
	SQLServerDatabases bool
	// TypeOnlySQLServerPhysical: BackupType is valid only for a physical backup of SQL Server.
	TypeOnlySQLServerPhysical bool
	// Retention: BackupRetentionPeriod is a parameter.
	Retention bool
}

var editions = []Edition{
	{Name: Original, Quota: 10},
	{
		Name: Current, Quota: 20, NoneOngoing: true, LogicalOfMySQL: true, Snapshot: true, JobID: true, DatabaseLists: true, SQLServerDatabases: true,
		TypeOnlySQLServerPhysical: true, Retention: true,
	},
}

// Editions lists the editions, the governing document's first.
func Editions() []Edition { return append([]Edition(nil), editions...) }

// EditionOf returns the edition of that name.
func EditionOf(name string) (Edition, error) {
	for _, e := range editions {
		if e.Name == name {
			return e, nil
		}
	}
	return Edition{}, fmt.Errorf("unknown edition %q: it is %s or %s", name, Original, Current)
}
