package simulator

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// edition is what differs between the editions of the document (wire.md §4.1): original is row A, current is row G.
type edition struct {
	name    string
	quota   int      // backups of one instance in one day
	methods []string // values of BackupMethod
	// logicalMySQL leaves logical backups to MySQL, which one page says and another does not.
	logicalMySQL bool
	// snapshots are made of cloud disks; MariaDB makes nothing else, and calls it Physical.
	snapshots bool
	// snapshotsOfAny are made of every disk and of MariaDB too.
	snapshotsOfAny bool
	jobID          bool // a success carries BackupJobId
	dbList         bool // DBName is a comma-separated list
	// sqlServerDB lets BackupStrategy and DBName hold for a full physical backup of SQL Server too.
	sqlServerDB bool
	// typeOnlySQLServer makes BackupType hold only for physical backups of SQL Server.
	typeOnlySQLServer bool
	retention         bool // BackupRetentionPeriod exists
	codes             codes
}

// codes are the spellings of the refusals that differ (wire.md §3.4, §4.2).
type codes struct {
	badMethod, badType, badTypeMessage string
}

var editions = []edition{
	{
		name: "original", quota: 10, methods: []string{"Physical", "Logical"},
		codes: codes{
			badMethod: "InvalidBackupMethod.ValueNotSupported", badType: "InvalidBackupType.ValueNotSupported",
			badTypeMessage: `The specified parameter "BackupType" is not valid.`,
		},
	},
	{
		name: "current", quota: 20, methods: []string{"Physical", "Logical", "Snapshot"},
		snapshots: true, jobID: true, dbList: true, sqlServerDB: true, typeOnlySQLServer: true, retention: true,
		codes: codes{
			badMethod: "InvalidBackupMethod.ValueNotSupport", badType: "BackupType.NotSupport",
			badTypeMessage: "the specified backup type not support",
		},
	},
}

// engines are those that can be provisioned.
var engines = []string{targets.MySQL, targets.SQLServer, targets.PostgreSQL, targets.MariaDB}

// statuses are those that an instance can be given.
var statuses = append([]string{targets.Running}, targets.Statuses...)

// storages are the kinds of disk.
const localDisk, cloudDisk = "local", "cloud"

var storages = []string{localDisk, cloudDisk}

// unlocked is the LockMode of an instance that is not locked; lockModes are all of them (wire.md §5).
const unlocked = "Unlock"

var lockModes = []string{unlocked, "ManualLock", "LockByExpiration", "LockByRestoration", "LockByDiskQuota"}

func editionNamed(name string) (edition, bool) {
	i := slices.IndexFunc(editions, func(e edition) bool { return e.name == name })
	if i < 0 {
		return edition{}, false
	}
	e := editions[i]
	e.methods = slices.Clone(e.methods)
	return e, true
}
