package simulator

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// Names of the editions.
const (
	original = "original"
	current  = "current"
)

// edition is what differs between the editions of the document. In wire.md §4.1 the original
// edition is row A and the current one is row G.
type edition struct {
	name    string
	quota   int      // backups of one instance in one day
	methods []string // values of BackupMethod
	// logicalMySQL: only MySQL makes logical backups. One page says so and another does not.
	logicalMySQL bool
	// snapshots: cloud disks have snapshots. MariaDB makes nothing else and calls them Physical.
	snapshots bool
	// snapshotsOfAny: every kind of disk has snapshots, and MariaDB makes them by name.
	snapshotsOfAny bool
	jobID          bool // the answer to an accepted call has a BackupJobId
	dbList         bool // DBName is a comma-separated list
	// sqlServerDB: BackupStrategy and DBName are valid for a full physical backup of SQL Server too.
	sqlServerDB bool
	// typeOnlySQLServer: BackupType takes effect only with physical backups of SQL Server.
	typeOnlySQLServer bool
	retention         bool // BackupRetentionPeriod exists
	codes             codes
}

// codes are the Codes of refusals that differ between the editions (wire.md §3.4, §4.2).
type codes struct {
	badMethod, badType, badTypeMessage string
}

var editions = []edition{
	{
		name: original, quota: 10, methods: []string{"Physical", "Logical"},
		codes: codes{
			badMethod: "InvalidBackupMethod.ValueNotSupported", badType: "InvalidBackupType.ValueNotSupported",
			badTypeMessage: `The specified parameter "BackupType" is not valid.`,
		},
	},
	{
		name: current, quota: 20, methods: []string{"Physical", "Logical", "Snapshot"},
		snapshots: true, jobID: true, dbList: true, sqlServerDB: true, typeOnlySQLServer: true, retention: true,
		codes: codes{
			badMethod: "InvalidBackupMethod.ValueNotSupport", badType: "BackupType.NotSupport",
			badTypeMessage: "the specified backup type not support",
		},
	},
}

// engines can be provisioned.
var engines = []string{targets.MySQL, targets.SQLServer, targets.PostgreSQL, targets.MariaDB}

// statuses can be given to an instance.
var statuses = append([]string{targets.Running}, targets.Statuses...)

// lastBackups are what an instance can be given as its last backup.
var lastBackups = []string{targets.LastNone, targets.LastCompleted, targets.LastRunning, targets.LastFailed}

// Kinds of disk.
const (
	localDisk = "local"
	cloudDisk = "cloud"
)

var storages = []string{localDisk, cloudDisk}

// unlocked is the LockMode of an instance that is not locked.
const unlocked = "Unlock"

// lockModes are all values of LockMode (wire.md §5).
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
