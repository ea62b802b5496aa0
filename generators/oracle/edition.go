package oracle

import "fmt"

// Names of the editions.
const (
	Original = "original"
	Current  = "current"
)

// Edition is what an edition of the document says, as far as the editions differ. The table below is the only place
// where they do; sections are those of the reference, "wire.md" §4.1, editions A and G.
type Edition struct {
	Name string
	// Quota is the number of backups that can be created for an instance in a day.
	Quota int
	// Snapshot is a value of BackupMethod.
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
	{Name: Current, Quota: 20, Snapshot: true, JobID: true, DatabaseLists: true, SQLServerDatabases: true, TypeOnlySQLServerPhysical: true, Retention: true},
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
