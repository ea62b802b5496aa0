package generators

import (
	"slices"
	"strconv"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// Model is the parameter model of one edition for one target: its factors as data, and the classes
// that cannot be combined.
type Model struct {
	Edition oracle.Edition
	Factors []Factor
	// Stop ends the making of covering arrays early once it returns true. Nil never ends it.
	Stop func() bool
	// forbidden lists conjunctions that no valid vector contains.
	forbidden [][]choice
	mutations []Mutation
	names     map[string][]string // of the databases, by class
}

// NewModel returns the parameter model of an edition within a scope.
func NewModel(e oracle.Edition, s ModelScope) *Model {
	m := &Model{Edition: e, names: databases}
	if s.SingleInstance != nil {
		m.names = map[string][]string{numberOf(s.SingleInstance.Databases): s.SingleInstance.Databases}
		s = s.narrowed()
	}
	m.addCondition(s)
	m.addStorage(s.Storages)
	m.addIdentity()
	m.addMethod()
	m.addDatabaseSelection()
	m.addType()
	m.addRetention()
	m.addTransport(s)
	m.constrain()
	m.limitToPool(s.FixturePool)
	m.derive()
	return m
}

func (m *Model) add(name string, groups ...[]Class) {
	m.Factors = append(m.Factors, Factor{Name: name, Classes: slices.Concat(groups...)})
}

// addCondition adds the factors of the condition of an instance, except for its disks.
func (m *Model) addCondition(s ModelScope) {
	m.add(Engine, valid(within(FullModelScope().Engines, s.Engines)...))
	m.add(Status, valid(targets.Running), invalid("CB-PRE-2", within(targets.Statuses, s.Statuses)...))
	running := invalid("CB-PRE-3", targets.LastRunning)
	switch {
	case s.SingleInstance != nil:
		m.add(Databases, valid(numberOf(s.SingleInstance.Databases)))
		m.add(Today, valid("0"))
		m.add(Last, valid(targets.LastCompleted))
	case s.FixturePool != nil:
		m.add(Databases, valid(severalDatabases, oneDatabase, noDatabase))
		m.add(Today, valid("0"))
		m.add(Last, valid(targets.LastCompleted), running)
	default:
		quota := m.Edition.Quota
		m.add(Databases, valid(severalDatabases, oneDatabase, noDatabase),
			mustTry(drawn(OnRequest, "", AnyNames, anyNames()), mustTryNames()))
		m.add(Today, valid("0", "1", itoa(quota/2), itoa(quota-1)), invalid("CB-QUOTA-2", itoa(quota), itoa(quota+1)))
		m.add(Last, valid(targets.LastCompleted, targets.LastNone), running,
			named(validIf(m.Edition.NoneOngoing), "", []string{targets.LastFailed}))
	}
	if s.LockMode != "" {
		m.add(Lock, valid(Absent), unspecified(s.LockMode))
	}
}

// addStorage adds the kinds of disk. Snapshots need the cloud kind. The other kind is tried only
// where a scenario asks for it.
func (m *Model) addStorage(kinds []string) {
	if !m.Edition.Snapshot || len(kinds) == 0 {
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
	m.add(Storage, valid(Absent), cs)
}

// addIdentity adds the required parameters.
func (m *Model) addIdentity() {
	m.add(Action, valid("CreateBackup"), invalid("CB-ACTION-1", Absent, Empty),
		mustTry(drawn(Invalid, "CB-ACTION-2", Other, otherAction()), otherActions()),
		drawn(Unspecified, "", AnyCase, letterCase("CreateBackup")))
	m.add(InstanceID, valid(ownID), invalid("CB-INSTANCE-1", Absent, Empty),
		mustTry(drawn(Invalid, "CB-INSTANCE-2", otherID, otherInstance()), otherInstances()))
}

func (m *Model) addMethod() {
	snapshot := invalid("CB-METHOD-3", "Snapshot")
	switch {
	case m.Class(Storage, oracle.CloudDisk) >= 0:
		snapshot = valid("Snapshot")
	case m.Edition.Snapshot:
		snapshot = unspecified("Snapshot")
	}
	m.add(Method, valid(Absent, "Physical", "Logical"), snapshot,
		others("CB-METHOD-3", "Physical", "Logical",
			"Full", "Hot", "Cold", "Xtrabackup", "Dump", "Snapshots", "物理备份", "逻辑备份"),
		spellings("Physical", "Logical"))
}

// addDatabaseSelection adds BackupStrategy and DBName.
func (m *Model) addDatabaseSelection() {
	m.add(Strategy, valid(Absent, "db", "instance"),
		others("CB-STRATEGY-2", "db", "instance",
			"database", "databases", "table", "Db,instance", "single", "whole", "all", "cluster", "full"),
		spellings("db", "instance"))
	classes := slices.Concat(valid(Absent), drawn(Valid, "", Existing, position()),
		mustTry(drawn(Invalid, "CB-DBNAME-4", Unknown, otherDatabase()), otherDatabases()),
		unspecified(Empty), drawn(Unspecified, "", AnyCase, position()),
		drawn(validIf(m.Edition.DatabaseLists), "", List, position()))
	if m.Edition.DatabaseLists {
		classes = slices.Concat(classes, drawn(Valid, "", AllOf, position()),
			drawn(Invalid, "CB-DBNAME-4", Partly, position()), drawn(Unspecified, "", OddList, position()))
	}
	m.add(DBName, classes)
}

func (m *Model) addType() {
	m.add(Type, valid(Absent, "Auto", "FullBackup"), invalid("CB-TYPE-3", "IncrementalBackup"),
		others("CB-TYPE-3", "Auto", "FullBackup",
			"Full", "Incremental", "Automatic", "Backup", "Differential", "DifferentialBackup", "LogBackup", "全量备份"),
		spellings("Auto", "FullBackup"))
}

func (m *Model) addRetention() {
	if !m.Edition.Retention {
		return
	}
	m.add(Retention, valid(Absent, "7", "730", "-1"), drawn(Valid, "", "7 to 730", days()),
		invalid("CB-RETENTION-2", "0", "6", "731", "-2", "4294967303"), // the last is 7 in 32 bits
		mustTry(drawn(Invalid, "CB-RETENTION-2", Other, otherPeriod()), slices.Concat(otherPeriods, hostile[:12])),
		unspecified(Empty), drawn(Unspecified, "", OddNumber, oddPeriod()))
}

// addTransport adds the factors that say how the call is sent.
func (m *Model) addTransport(s ModelScope) {
	m.add(SentBy, valid(within(FullModelScope().SentBy, s.SentBy)...))
	m.add(Format, valid(append([]string{Absent}, s.Formats...)...))
	m.add(Further, valid(noFurther), drawn(Valid, "", "those of official clients", clientParameters()),
		drawn(Unspecified, "", "unknown ones", unknownParameter()))
}

// Index returns the index of the factor of that name, or -1.
func (m *Model) Index(factor string) int {
	return slices.IndexFunc(m.Factors, func(f Factor) bool { return f.Name == factor })
}

// Class returns the index of the class of that name in the factor of that name, or -1.
func (m *Model) Class(factor, class string) int {
	f := m.Index(factor)
	if f < 0 {
		return -1
	}
	return slices.IndexFunc(m.Factors[f].Classes, func(c Class) bool { return c.Name == class })
}

func itoa(n int) string { return strconv.Itoa(n) }
