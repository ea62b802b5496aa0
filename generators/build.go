package generators

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// modelBuilder builds a model.
type modelBuilder struct{ *Model }

func (b modelBuilder) add(name string, groups ...[]Class) {
	b.Factors = append(b.Factors, Factor{Name: name, Classes: slices.Concat(groups...)})
}

// addCondition adds the factors of the condition of an instance, except for its disks.
func (b modelBuilder) addCondition(s ModelScope) {
	b.add(Engine, valid(within(FullModelScope().Engines, s.Engines)...))
	b.add(Status, valid(targets.Running), invalid("CB-PRE-2", within(targets.Statuses, s.Statuses)...))
	running := invalid("CB-PRE-3", targets.LastRunning)
	switch {
	case s.SingleInstance != nil:
		b.add(Databases, valid(numberOf(s.SingleInstance.Databases)))
		b.add(Today, valid("0"))
		b.add(Last, valid(targets.LastCompleted))
	case s.FixturePool != nil:
		b.add(Databases, valid(severalDatabases, oneDatabase, noDatabase))
		b.add(Today, valid("0"))
		b.add(Last, valid(targets.LastCompleted), running)
	default:
		quota := b.Edition.Quota
		b.add(Databases, valid(severalDatabases, oneDatabase, noDatabase),
			mustTry(drawn(OnRequest, "", AnyNames, anyNames()), mustTryNames()))
		b.add(Today, valid("0", "1", itoa(quota/2), itoa(quota-1)), invalid("CB-QUOTA-2", itoa(quota), itoa(quota+1)))
		b.add(Last, valid(targets.LastCompleted, targets.LastNone), running,
			named(validIf(b.Edition.NoneOngoing), "", []string{targets.LastFailed}))
	}
	if s.LockMode != "" {
		b.add(Lock, valid(Absent), unspecified(s.LockMode))
	}
}

// addStorage adds the kinds of disk. Snapshots need the cloud kind. The other kind is tried only
// where a scenario asks for it.
func (b modelBuilder) addStorage(kinds []string) {
	if !b.Edition.Snapshot || len(kinds) == 0 {
		return
	}
	var cs []Class
	for _, kind := range kinds {
		k := OnRequest
		if kind == oracle.CloudDisk {
			k = Valid
		}
		cs = append(cs, Class{Name: kind, Kind: k})
	}
	b.add(Storage, valid(Absent), cs)
}

// addIdentity adds the required parameters.
func (b modelBuilder) addIdentity() {
	b.add(Action, valid("CreateBackup"), invalid("CB-ACTION-1", Absent, Empty),
		mustTry(drawn(Invalid, "CB-ACTION-2", Other, otherAction()), otherActions()),
		drawn(Unspecified, "", AnyCase, letterCase("CreateBackup")))
	b.add(InstanceID, valid(ownID), invalid("CB-INSTANCE-1", Absent, Empty),
		mustTry(drawn(Invalid, "CB-INSTANCE-2", otherID, otherInstance()), otherInstances()),
		drawn(Unspecified, "", AnyCase, rapid.Just(targets.LettersRef(0))),
		drawn(Unspecified, "", Spaced, spaced(targets.InstanceRef(0))))
}

func (b modelBuilder) addMethod() {
	snapshot := invalid("CB-METHOD-3", "Snapshot")
	switch {
	case b.Class(Storage, oracle.CloudDisk) >= 0:
		snapshot = valid("Snapshot")
	case b.Edition.Snapshot:
		snapshot = unspecified("Snapshot")
	}
	b.add(Method, valid(Absent, "Physical", "Logical"), snapshot,
		others("CB-METHOD-3", "Physical", "Logical",
			"Full", "Hot", "Cold", "Xtrabackup", "Dump", "Snapshots", "物理备份", "逻辑备份"),
		spellings("Physical", "Logical"))
}

// addDatabaseSelection adds BackupStrategy and DBName.
func (b modelBuilder) addDatabaseSelection() {
	b.add(Strategy, valid(Absent, "db", "instance"),
		others("CB-STRATEGY-2", "db", "instance",
			"database", "databases", "table", "Db,instance", "single", "whole", "all", "cluster", "full"),
		spellings("db", "instance"))
	classes := slices.Concat(valid(Absent), drawn(Valid, "", Existing, position()),
		mustTry(drawn(Invalid, "CB-DBNAME-4", Unknown, otherDatabase()), otherDatabases()),
		unspecified(Empty), drawn(Unspecified, "", AnyCase, position()), drawn(Unspecified, "", Spaced, position()),
		drawn(validIf(b.Edition.DatabaseLists), "", List, position()))
	if b.Edition.DatabaseLists {
		classes = slices.Concat(classes, drawn(Valid, "", AllOf, position()),
			drawn(Invalid, "CB-DBNAME-4", Partly, position()), drawn(Unspecified, "", OddList, position()))
	}
	b.add(DBName, classes)
}

func (b modelBuilder) addType() {
	b.add(Type, valid(Absent, "Auto", "FullBackup"), invalid("CB-TYPE-3", "IncrementalBackup"),
		others("CB-TYPE-3", "Auto", "FullBackup",
			"Full", "Incremental", "Automatic", "Backup", "Differential", "DifferentialBackup", "LogBackup", "全量备份"),
		spellings("Auto", "FullBackup"))
}

func (b modelBuilder) addRetention() {
	if !b.Edition.Retention {
		return
	}
	b.add(Retention, valid(Absent, "7", "730", "-1"), drawn(Valid, "", "7 to 730", days()),
		invalid("CB-RETENTION-2", "0", "6", "731", "-2", "4294967303"), // the last is 7 in 32 bits
		mustTry(drawn(Invalid, "CB-RETENTION-2", Other, otherPeriod()), slices.Concat(otherPeriods, hostile[:12])),
		unspecified(Empty), drawn(Unspecified, "", OddNumber, oddPeriod()))
}

// addTransport adds the factors that say how the call is sent.
func (b modelBuilder) addTransport(s ModelScope) {
	b.add(SentBy, valid(within(FullModelScope().SentBy, s.SentBy)...))
	b.add(Format, valid(append([]string{Absent}, s.Formats...)...))
	b.add(Further, valid(noFurther), drawn(Valid, "", "those of official clients", clientParameters()),
		drawn(Unspecified, "", unknownFurther, unknownParameter()))
}
