package targets

import "encoding/json"

// Engines that the document and its successors name.
const (
	MySQL      = "MySQL"
	SQLServer  = "SQLServer"
	PostgreSQL = "PostgreSQL"
	MariaDB    = "MariaDB"
)

// Running is the status of an active instance (wire.md: "Day", "active", "completed").
const Running = "Running"

// States of the last backup of an instance, as the control protocol spells them.
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

// Condition is what must be so of an instance before a call. Its JSON form is the body of POST /v1/instances of the
// control protocol.
type Condition struct {
	Engine       string   `json:"engine"`
	Status       string   `json:"status"`
	Databases    []string `json:"databases"`
	BackupsToday int      `json:"backupsToday"`
	// LastBackup is none, completed, running or failed. It counts within BackupsToday where that is above 0, and is
	// of the day before otherwise.
	LastBackup string `json:"lastBackup"`
	// LockMode is empty for an unlocked instance.
	LockMode string `json:"lockMode,omitempty"`
	// Storage is the kind of disk, "local" or "cloud", where it matters (current edition); empty says nothing of it.
	Storage string `json:"storage,omitempty"`
}

// Backup is one backup as the target shows it.
type Backup struct {
	ID       string `json:"backupId"`
	Method   string `json:"method"`
	Strategy string `json:"strategy"`
	// Databases is nil where the target does not say which databases the backup covers.
	Databases []string `json:"databases"`
	// Type is as asked for (Auto, FullBackup) or what came of it (full, incremental).
	Type   string `json:"type"`
	Status string `json:"status"` // running, completed or failed
	// JobID is the BackupJobId that the backup was announced with, where the target shows it (current edition).
	JobID string `json:"backupJobId,omitempty"`
	// RetentionPeriod in days, where the target shows it (current edition); 0 says nothing of it.
	RetentionPeriod int `json:"backupRetentionPeriod,omitempty"`
}

// UnmarshalJSON reads a backup. Ids may be numbers, as clients of the API take them too (wire.md §3.3).
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

// id is text, or a number as it was written.
type id string

func (i *id) UnmarshalJSON(data []byte) error {
	var n json.Number
	if err := json.Unmarshal(data, &n); err == nil {
		*i = id(n)
		return nil
	}
	return json.Unmarshal(data, (*string)(i))
}

// Capabilities is what a target can do beyond being called: the answer to GET /v1/capabilities.
type Capabilities struct {
	Provision bool     `json:"provision"`
	Observe   bool     `json:"observe"`
	Complete  bool     `json:"complete"`
	NextDay   bool     `json:"nextDay"`
	Engines   []string `json:"engines"`
	Statuses  []string `json:"statuses"`
	LockModes []string `json:"lockModes,omitempty"`
	// Storages are the kinds of disk that instances can be made with, where that makes a difference: of "local" and "cloud" (current edition).
	Storages []string `json:"storages,omitempty"`
}
