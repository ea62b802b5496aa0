package oracle

import (
	"strconv"

	"github.com/cbspec/cbspec/targets"
)

// retention: BackupRetentionPeriod of the current edition, valid for a full physical single-database backup of SQL Server:
// 7 to 730 days, or -1 to keep it for ever.
func (w *World) retention(s State, u understood, method string, d *decision) {
	if u.retention.absent {
		return
	}
	if !retains(s, u, method) {
		d.leave("CB-RETENTION-5")
		return
	}
	switch _, is := period(u.retention.text); is {
	case aPeriod:
		d.allow("CB-RETENTION-1", Must, "BackupRetentionPeriod", "the period is -1 or from 7 to 730 days")
	case spelledOtherwise:
		d.leave("CB-RETENTION-3")
	default:
		d.must("CB-RETENTION-2", "BackupRetentionPeriod", "the period is neither -1 nor from 7 to 730 days")
	}
}

type periodKind int

const (
	noPeriod periodKind = iota
	aPeriod
	spelledOtherwise // a number within the limits, but not as numbers are written: 007, +7, 7.0
)

// period reads a number of days.
func period(text string) (days int, is periodKind) {
	n, err := strconv.ParseFloat(text, 64)
	if days = int(n); err != nil || float64(days) != n || days != -1 && (days < 7 || days > 730) {
		return 0, noPeriod
	}
	if strconv.Itoa(days) != text {
		return days, spelledOtherwise
	}
	return days, aPeriod
}

func retains(s State, u understood, method string) bool {
	return s.Engine == targets.SQLServer && method == "Physical" && u.kind.text == "FullBackup" && u.strategy.text == "db" && !u.dbName.absent
}

// kept says how long the backup is to be kept.
func (w *World) kept(s State, u understood, method string, m *ExpectedBackup) {
	if u.retention.absent || !retains(s, u, method) {
		return
	}
	m.Retention, _ = period(u.retention.text)
}
