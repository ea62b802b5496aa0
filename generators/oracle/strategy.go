package oracle

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// validity is whether BackupStrategy and DBName, which select databases, are valid in a call.
type validity int

const (
	valid           validity = iota
	notValid                 // they have no effect
	validityUnknown          // the document does not say
)

// selection reports whether BackupStrategy and DBName are valid in the call.
func (r *ruling) selection() validity {
	given := !r.in.strategy.absent || !r.in.dbName.absent
	full := r.in.backupType.text == "FullBackup"
	engine := r.state.Engine
	switch {
	case !r.edition.SQLServerDatabases:
		return validIf(r.method == "Logical", notValid)
	case !documentedEngine(engine):
		return unknownIf(given)
	case engine == targets.SQLServer && r.method == "Physical":
		// A backup that is not asked to be full may turn out full. One page looks at what is asked
		// for, an older one at what results.
		return validIf(full, unknownIf(given))
	case engine == targets.SQLServer:
		return unknownIf(full)
	case r.method == "Logical":
		return validIf(engine == targets.MySQL, validityUnknown) // no page says that other engines have such backups
	default:
		return notValid
	}
}

func validIf(is bool, otherwise validity) validity {
	if is {
		return valid
	}
	return otherwise
}

func unknownIf(is bool) validity {
	if is {
		return validityUnknown
	}
	return notValid
}

// selectionRules are the rules about BackupStrategy and DBName where they are not valid. The
// editions have different ones, for they differ in the calls in which they are valid.
type selectionRules struct {
	strategy, dbName string // what the server makes of each of them is recorded
	spelling         string // what it makes of an unusual spelling of a name is recorded
	whole            string // the backup is of the whole instance, whatever BackupStrategy says
	wholeByName      string // the backup is of the whole instance, whatever DBName says
}

func (e Edition) selectionRules() selectionRules {
	if e.SQLServerDatabases {
		return selectionRules{"CB-STRATEGY-10", "CB-DBNAME-10", "CB-DBNAME-8", "CB-STRATEGY-9", "CB-DBNAME-9"}
	}
	return selectionRules{"CB-STRATEGY-4", "CB-DBNAME-3", "CB-DBNAME-6", "CB-STRATEGY-3", "CB-DBNAME-2"}
}

// databases applies the descriptions of BackupStrategy and DBName. Where they are not valid they
// have no effect: the server refuses the call or ignores them.
func (r *ruling) databases() {
	strategy, dbName := r.in.strategy, r.in.dbName
	rules := r.edition.selectionRules()
	if r.selection() != valid {
		if !strategy.absent {
			r.leaveOpen(rules.strategy)
		}
		if !dbName.absent {
			r.leaveOpen(rules.dbName)
		}
		return
	}
	switch {
	case strategy.absent && !dbName.absent:
		r.leaveOpen("CB-STRATEGY-5")
	case strategy.absent && r.method == "Logical":
		r.shouldAccept("CB-STRATEGY-7", "BackupStrategy", "BackupStrategy is not required")
	case strategy.absent:
	case strategy.text == "instance":
		r.mustAccept(r.strategyRule(), "BackupStrategy", "instance is a documented BackupStrategy")
		if !dbName.absent {
			r.leaveOpen(rules.dbName)
		}
	case strategy.text == "db" && dbName.absent:
		r.leaveOpen("CB-DBNAME-5")
	case strategy.text == "db":
		r.dbName()
	default:
		r.mustRefuse("CB-STRATEGY-2", "BackupStrategy", "BackupStrategy has a value that is not documented")
	}
}

// dbName decides a call for the backup of single databases by their names.
func (r *ruling) dbName() {
	switch text := r.in.dbName.text; r.find(text) {
	case namesFound:
		r.mustAccept(r.strategyRule(), "BackupStrategy",
			"db is a documented BackupStrategy and DBName names a database of the instance")
		if !slices.Contains(r.state.Databases, text) {
			r.mustAccept("CB-DBNAME-7", "DBName", "DBName is a list of databases of the instance")
		}
	case namesMissing:
		r.shouldRefuse("CB-DBNAME-4", "DBName", "the instance has no database of that name")
	case namesUnclear:
		r.leaveOpen(r.edition.selectionRules().spelling)
	}
}

// strategyRule returns the rule by which a documented BackupStrategy is accepted.
func (r *ruling) strategyRule() string {
	if r.method == "Physical" {
		return "CB-STRATEGY-8"
	}
	return "CB-STRATEGY-1"
}
