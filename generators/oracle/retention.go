package oracle

import (
	"strconv"

	"github.com/cbspec/cbspec/targets"
)

// retention applies the description of BackupRetentionPeriod in the current edition: 7 to 730 days,
// or -1 to keep the backup for ever, valid for a full physical backup of single databases of SQL
// Server.
func (r *ruling) retention() {
	if r.in.retention.absent {
		return
	}
	if !r.retentionValid() {
		r.leaveOpen("CB-RETENTION-5")
		return
	}
	switch _, spelling := parsePeriod(r.in.retention.text); spelling {
	case periodPlain:
		r.mustAccept("CB-RETENTION-1", "BackupRetentionPeriod", "the period is -1 or from 7 to 730 days")
	case periodUnusual:
		r.leaveOpen("CB-RETENTION-3")
	default:
		r.mustRefuse("CB-RETENTION-2", "BackupRetentionPeriod", "the period is neither -1 nor from 7 to 730 days")
	}
}

// periodSpelling says how a retention period is written.
type periodSpelling int

const (
	noPeriod      periodSpelling = iota
	periodPlain                  // as numbers of days are written
	periodUnusual                // a number within the limits, but written as 007, +7 or 7.0
)

// parsePeriod reads a number of days.
func parsePeriod(text string) (days int, spelling periodSpelling) {
	n, err := strconv.ParseFloat(text, 64)
	if days = int(n); err != nil || float64(days) != n || days != -1 && (days < 7 || days > 730) {
		return 0, noPeriod
	}
	if strconv.Itoa(days) != text {
		return days, periodUnusual
	}
	return days, periodPlain
}

// retentionValid reports whether BackupRetentionPeriod is valid in the call.
func (r *ruling) retentionValid() bool {
	return r.state.Engine == targets.SQLServer && r.method == "Physical" && r.in.backupType.text == "FullBackup" &&
		r.in.strategy.text == "db" && !r.in.dbName.absent
}

// expectedRetention returns how many days the backup is kept, or 0 where the document does not say.
func (r *ruling) expectedRetention() int {
	if r.in.retention.absent || !r.retentionValid() {
		return 0
	}
	days, _ := parsePeriod(r.in.retention.text)
	return days
}
