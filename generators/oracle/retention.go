package oracle

import (
	"strconv"

	"github.com/cbspec/cbspec/targets"
)

// retention: BackupRetentionPeriod of the current edition, valid for a full physical single-database backup of SQL Server:
// 7 to 730 days, or -1 to keep it for ever.
func (w *World) retention(s State, u understood, method string, full bool, d *decision) {
	if u.retention.absent {
		return
	}
	if !retains(s, u, method, full) {
		d.leave("CB-RETENTION-3")
		return
	}
	days, err := strconv.Atoi(u.retention.text)
	if err == nil && (days == -1 || days >= 7 && days <= 730) {
		d.allow("CB-RETENTION-1", Must, "BackupRetentionPeriod", "the period is -1 or from 7 to 730 days")
		return
	}
	d.must("CB-RETENTION-2", "BackupRetentionPeriod", "the period is neither -1 nor from 7 to 730 days")
}

func retains(s State, u understood, method string, full bool) bool {
	return s.Engine == targets.SQLServer && method == "Physical" && full && u.strategy.text == "db" && !u.dbName.absent
}

// kept says how long the backup is to be kept.
func (w *World) kept(s State, u understood, m *Made) {
	if u.retention.absent || !retains(s, u, m.Method, u.kind.text == "FullBackup") {
		return
	}
	if days, err := strconv.Atoi(u.retention.text); err == nil {
		m.Retention = days
	}
}
