package oracle

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// Kinds of disk. Snapshots can be made only of cloud disks.
const (
	CloudDisk = "cloud"
	localDisk = "local"
)

// methods lists the documented values of BackupMethod.
func (e Edition) methods() []string {
	if e.Snapshot {
		return []string{"Physical", "Logical", "Snapshot"}
	}
	return []string{"Physical", "Logical"}
}

// backupMethod applies the description of BackupMethod.
func (r *ruling) backupMethod() {
	switch r.method {
	case "Physical":
		if !r.in.method.absent {
			r.mustAccept("CB-METHOD-1", "BackupMethod", "Physical is a documented BackupMethod")
		}
	case "Logical":
		r.logical()
	case "Snapshot":
		r.snapshot()
	default:
		r.mustRefuse("CB-METHOD-3", "BackupMethod", "BackupMethod has a value that is not documented")
	}
}

func (r *ruling) logical() {
	engine := r.state.Engine
	switch {
	case r.edition.LogicalOfMySQL && engine != targets.MySQL:
		r.leaveOpen("CB-METHOD-10")
	case engine == targets.SQLServer:
		r.mustRefuse("CB-METHOD-6", "engine", "SQL Server only supports physical backup")
	case !documentedEngine(engine):
		r.leaveOpen("CB-METHOD-2")
	}
	switch {
	case r.state.Databases == nil:
		r.leaveOpen("CB-METHOD-5")
	case len(r.state.Databases) == 0:
		r.mustRefuse("CB-METHOD-5", "databases", "logical backup does not support instances without databases")
	}
	r.mustAccept("CB-METHOD-2", "BackupMethod",
		"Logical is a documented BackupMethod, and the engine and the instance allow it")
}

// snapshot decides a call for a snapshot. Every engine makes snapshots, and needs cloud disks for
// them. MariaDB is asked for them as Physical.
func (r *ruling) snapshot() {
	engine := r.state.Engine
	switch {
	case !r.edition.Snapshot:
		r.mustRefuse("CB-METHOD-3", "BackupMethod", "BackupMethod has a value that is not documented")
	case r.state.Storage == CloudDisk && documentedEngine(engine) && engine != targets.MariaDB:
		r.mustAccept("CB-METHOD-11", "BackupMethod",
			"Snapshot is a documented BackupMethod, and the instance has cloud disks")
	default:
		r.leaveOpen("CB-METHOD-9")
	}
}

func documentedEngine(engine string) bool {
	return slices.Contains([]string{targets.MySQL, targets.SQLServer, targets.PostgreSQL, targets.MariaDB}, engine)
}
