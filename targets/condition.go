package targets

import "encoding/json"

// Engines that the document and later editions of it name.
const (
	MySQL      = "MySQL"
	SQLServer  = "SQLServer"
	PostgreSQL = "PostgreSQL"
	MariaDB    = "MariaDB"
)

// Engines lists the engines.
func Engines() []string { return []string{MySQL, SQLServer, PostgreSQL, MariaDB} }

// Running is the status of an active instance (wire.md: "Day", "active", "completed").
const Running = "Running"

// States of the last backup of an instance, as in the control protocol.
const (
	LastNone      = "none"
	LastCompleted = "completed"
	LastRunning   = "running"
	LastFailed    = "failed"
)

// Statuses lists the documented states of an instance other than Running.
var Statuses = []string{
	"Creating", "Deleting", "Rebooting", "DBInstanceClassChanging", "TRANSING", "EngineVersionUpgrading",
	"TransingToOthers", "GuardDBInstanceCreating", "Restoring", "Importing", "ImportingFromOthers",
	"DBInstanceNetTypeChanging", "GuardSwitching", "INS_CLONING", "Released",
}

// Condition is the state that an instance must have before a call. Its JSON form is the body of
// POST /v1/instances of the control protocol.
type Condition struct {
	Engine       string   `json:"engine"`
	Status       string   `json:"status"`
	Databases    []string `json:"databases"`
	BackupsToday int      `json:"backupsToday"`
	// LastBackup is none, completed, running or failed. It is one of BackupsToday if that is above
	// 0, and was made on the day before otherwise.
	LastBackup string `json:"lastBackup"`
	// LockMode is empty for an unlocked instance.
	LockMode string `json:"lockMode,omitempty"`
	// Storage is the kind of disk, "local" or "cloud" (current edition). It is empty if any will
	// do.
	Storage string `json:"storage,omitempty"`
}

// Backup is one backup as the target lists it.
type Backup struct {
	ID       string `json:"backupId"`
	Method   string `json:"method"`
	Strategy string `json:"strategy"`
	// Databases is nil if the target does not say which databases the backup covers.
	Databases []string `json:"databases"`
	// Type is the requested type (Auto, FullBackup) or the resulting one (full, incremental).
	Type   string `json:"type"`
	Status string `json:"status"` // running, completed or failed
	// JobID is the BackupJobId of the answer that announced the backup (current edition). It is
	// empty if the target does not list it.
	JobID string `json:"backupJobId,omitempty"`
	// RetentionPeriod is in days (current edition). It is 0 if the target does not list it.
	RetentionPeriod int `json:"backupRetentionPeriod,omitempty"`
}

// UnmarshalJSON reads a backup. Ids may be numbers, since clients of the API accept them too
// (wire.md §3.3).
func (b *Backup) UnmarshalJSON(data []byte) error {
	type plain Backup
	read := struct {
		*plain
		ID    id `json:"backupId"`
		JobID id `json:"backupJobId"`
	}{plain: (*plain)(b)}
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	b.ID, b.JobID = string(read.ID), string(read.JobID)
	return nil
}

// id is a JSON string, or a JSON number as it is written.
type id string

func (i *id) UnmarshalJSON(data []byte) error {
	var n json.Number
	if err := json.Unmarshal(data, &n); err == nil {
		*i = id(n)
		return nil
	}
	return json.Unmarshal(data, (*string)(i))
}

// Capabilities is what a target can do beyond being called. Its JSON form is the answer to GET
// /v1/capabilities.
type Capabilities struct {
	Provision bool     `json:"provision"`
	Observe   bool     `json:"observe"`
	Complete  bool     `json:"complete"`
	NextDay   bool     `json:"nextDay"`
	Engines   []string `json:"engines"`
	Statuses  []string `json:"statuses"`
	LockModes []string `json:"lockModes,omitempty"`
	// Storages lists the kinds of disk that instances can be made with, of "local" and "cloud"
	// (current edition). It is empty if the kind of disk makes no difference.
	Storages []string `json:"storages,omitempty"`
}
