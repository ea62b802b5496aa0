package oracle

import "github.com/cbspec/cbspec/targets"

// backupType applies the description of BackupType.
func (r *ruling) backupType() {
	switch t := r.in.backupType; {
	case t.absent:
		return
	case !r.typeValid():
		r.leaveOpen("CB-TYPE-6")
	case t.text != "Auto" && t.text != "FullBackup":
		r.mustRefuse("CB-TYPE-3", "BackupType", "BackupType has a value that is not documented")
	case r.method == "Logical":
		r.shouldAccept("CB-TYPE-5", "BackupType", "BackupType is documented for every method")
	case t.text == "Auto":
		r.mustAccept("CB-TYPE-1", "BackupType", "Auto is a documented BackupType")
	default:
		r.mustAccept("CB-TYPE-2", "BackupType", "FullBackup is a documented BackupType")
	}
}

// typeValid reports whether BackupType is valid in the call.
func (r *ruling) typeValid() bool {
	return !r.edition.TypeOnlySQLServerPhysical || r.state.Engine == targets.SQLServer && r.method == "Physical"
}
