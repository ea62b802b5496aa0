package oracle

import "fmt"

// Names of the editions.
const (
	Original = "original"
	Current  = "current"
)

// Edition says where an edition of the document differs from the other one. The rules that depend
// on these differences are listed by [Differences].
//
// The original edition is edition A of the reference, wire.md §4.1, and the current one is edition
// G. The text of the current edition is that of help.aliyun.com/document_detail/26272.html as of
// 2026. The repository aliyun/aliyun-openapi-meta has it parameter by parameter
// (zh-CN/rds/CreateBackup.json, 2026-01-27). Its English form is one revision older
// (en-US/rds/CreateBackup.json there, and the comments of alibabacloud-go/rds-20140815,
// 2026-02-27). Where the two contradict each other the oracle leaves the decision open.
type Edition struct {
	Name string
	// Quota is the number of backups that can be created for an instance in a day.
	Quota int
	// NoneOngoing reports that a call needs an instance without a running backup task, so that a
	// last backup that failed is no obstacle. Without it the last backup has to be completed.
	NoneOngoing bool
	// LogicalOfMySQL reports that only MySQL is sure to make logical backups. The pages contradict
	// each other about the other engines.
	LogicalOfMySQL bool
	// Snapshot reports that Snapshot is a value of BackupMethod. MariaDB makes only snapshots and
	// is asked for them as Physical.
	Snapshot bool
	// JobID reports that the answer has a BackupJobId.
	JobID bool
	// DatabaseLists reports that DBName takes several names, separated by commas.
	DatabaseLists bool
	// SQLServerDatabases reports that BackupStrategy and DBName are also valid for a full physical
	// backup of SQL Server.
	SQLServerDatabases bool
	// TypeOnlySQLServerPhysical reports that BackupType is valid only for a physical backup of SQL
	// Server.
	TypeOnlySQLServerPhysical bool
	// Retention reports that BackupRetentionPeriod is a parameter.
	Retention bool
}

var (
	original = Edition{Name: Original, Quota: 10}
	current  = Edition{
		Name: Current, Quota: 20, NoneOngoing: true, LogicalOfMySQL: true, Snapshot: true, JobID: true, DatabaseLists: true,
		SQLServerDatabases: true, TypeOnlySQLServerPhysical: true, Retention: true,
	}
)

// Editions lists the editions, the original one first.
func Editions() []Edition { return []Edition{original, current} }

// EditionOf returns the edition of that name.
func EditionOf(name string) (Edition, error) {
	for _, e := range Editions() {
		if e.Name == name {
			return e, nil
		}
	}
	return Edition{}, fmt.Errorf("unknown edition %q: it is %s or %s", name, Original, Current)
}
