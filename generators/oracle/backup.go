package oracle

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// expectedBackups lists the ways in which the backup may turn out if the call is accepted.
func (r *ruling) expectedBackups() []ExpectedBackup {
	if r.method == "Logical" && r.edition.LogicalOfMySQL && r.state.Engine != targets.MySQL {
		return []ExpectedBackup{{}} // no page says that there are such backups, so none says what they are
	}
	var b ExpectedBackup
	b.Method, b.MethodRule = r.expectedMethod()
	r.expectCoverage(&b)
	if r.in.backupType.text == "FullBackup" && r.typeValid() {
		b.Full, b.TypeRule, b.TypeLevel = true, "CB-TYPE-2", Must
		if b.Method == "Logical" {
			b.TypeRule, b.TypeLevel = "CB-TYPE-5", Should
		}
	}
	b.Retention = r.expectedRetention()
	if !r.mayBeSnapshot() {
		return []ExpectedBackup{b}
	}
	other := b
	other.Method = map[string]string{"Physical": "Snapshot", "Snapshot": "Physical"}[r.method]
	return []ExpectedBackup{b, other}
}

func (r *ruling) expectedMethod() (method, rule string) {
	switch {
	case r.in.method.absent:
		return "Physical", "CB-METHOD-4"
	case slices.Contains([]string{"Physical", "Logical"}, r.method):
		return r.method, "CB-METHOD-7"
	case r.method == "Snapshot" && r.edition.Snapshot:
		return r.method, "CB-METHOD-11"
	default:
		return "", ""
	}
}

// mayBeSnapshot reports whether the backup may be listed as Snapshot and as Physical alike. A
// snapshot can be asked for as Physical, and MariaDB must be asked so. Disks of an unknown kind may
// be cloud disks.
func (r *ruling) mayBeSnapshot() bool {
	if !r.edition.Snapshot {
		return false
	}
	engine := r.state.Engine
	return r.method == "Snapshot" ||
		r.method == "Physical" && (engine == targets.MariaDB || !documentedEngine(engine) || r.state.Storage != localDisk)
}

// expectCoverage says which databases the backup covers.
func (r *ruling) expectCoverage(b *ExpectedBackup) {
	strategy, dbName := r.in.strategy, r.in.dbName
	rules := r.edition.selectionRules()
	switch selection := r.selection(); {
	case selection == validityUnknown || selection == notValid && b.Method == "":
		return
	case selection == notValid:
		b.WholeInstance, b.CoverageRule = true, rules.whole
		if !dbName.absent && strategy.absent {
			b.CoverageRule = rules.wholeByName
		}
	case strategy.text == "instance":
		b.WholeInstance, b.CoverageRule = true, "CB-STRATEGY-6"
		if !dbName.absent {
			b.CoverageRule = rules.wholeByName
		}
	case strategy.text == "db" && !dbName.absent && r.find(dbName.text) == namesFound:
		b.Databases, b.CoverageRule = []string{dbName.text}, "CB-DBNAME-1"
		if !slices.Contains(r.state.Databases, dbName.text) {
			b.Databases, b.CoverageRule = strings.Split(dbName.text, ","), "CB-DBNAME-7"
		}
	case strategy.text == "db" && !dbName.absent:
		if name := spelledOtherwise(dbName.text, r.state.Databases); name != "" {
			b.Databases, b.CoverageRule = []string{name}, "CB-DBNAME-1"
		}
	}
}
