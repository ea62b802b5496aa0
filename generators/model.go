package generators

import (
	"slices"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// ClassKind says what the document makes of a class.
type ClassKind int

// Kinds of a class.
const (
	Valid       ClassKind = iota // allowed, within the model's constraints
	Invalid                      // refused, whatever the other factors are
	Unspecified                  // the document does not speak of it
	OnRequest                    // allowed, but tried only where a scenario asks for it by name
)

// Class is an equivalence class of a factor: values that the document treats alike.
type Class struct {
	Name string
	Kind ClassKind
	// Rule is the one by which an Invalid class is refused.
	Rule string
	// Value draws a value of the class; nil where the class is its own value.
	Value *rapid.Generator[string]
	// MustTry are values of the class that are tried every one, whatever is drawn.
	MustTry []string
}

// Factor is one thing that a case varies: a parameter, a part of the condition, or the way in which the call is sent.
type Factor struct {
	Name    string
	Classes []Class
}

// Names of the factors.
const (
	Engine     = "engine"
	Status     = "status"
	Databases  = "databases"
	Today      = "backups today"
	Last       = "last backup"
	Lock       = "lock"
	Storage    = "storage"
	Action     = "Action"
	InstanceID = "DBInstanceId"
	Method     = "BackupMethod"
	Strategy   = "BackupStrategy"
	DBName     = "DBName"
	Type       = "BackupType"
	Retention  = "BackupRetentionPeriod"
	SentBy     = "sent by"
	Format     = "Format"
	Further    = "further parameters"
)

// Names of classes that several factors share.
const (
	Absent    = "absent"
	Empty     = "empty"
	Other     = "any other value"
	AnyCase   = "another letter case"
	Spaced    = "white space around it"
	Existing  = "one of its databases"
	Unknown   = "a database that it does not have"
	List      = "a list of its databases"
	AllOf     = "a list of all its databases"
	Partly    = "a list with a database that it does not have"
	OddNumber = "a number written otherwise"
	OddList   = "an unusual list of its databases"
	AnyNames  = "of any names"
)

// Ways to send a call: the classes of SentBy.
const (
	GetQuery  = "GET"
	PostQuery = "POST with a query"
	PostForm  = "POST with a form"
	PostSplit = "POST with both"
)

// Model is the parameter model of one edition for one target: its factors as data, and which classes cannot stand together.
type Model struct {
	Edition oracle.Edition
	Factors []Factor
	// Stop, where set, cuts the making of covering arrays short once it says so.
	Stop func() bool
	// forbidden lists conjunctions that no valid point contains.
	forbidden [][]choice
	mutations []Mutation
	names     map[string][]string // of the databases, by class
}

// choice is a set of classes of one factor.
type choice struct {
	factor  int
	classes uint64
}

// ModelScope is what a target lets a model vary.
type ModelScope struct {
	Engines  []string
	Statuses []string
	LockMode string   // empty where instances cannot be locked
	Storages []string // kinds of disk that instances can be made with
	SentBy   []string // ways to send a call that the target understands
	Formats  []string // JSON, XML
	// SingleInstance, where set, is the condition of the only instances there are.
	SingleInstance *targets.Condition
	// FixturePool, where set, are the conditions of the instances that are lent; what was made of them today is not chosen.
	FixturePool []targets.Condition
}

// FullModelScope is that of a target which lets everything vary.
func FullModelScope() ModelScope {
	return ModelScope{
		Engines:  []string{targets.MySQL, targets.PostgreSQL, targets.MariaDB, targets.SQLServer},
		Statuses: append([]string{targets.Running}, targets.Statuses...),
		LockMode: "ManualLock",
		SentBy:   []string{GetQuery, PostQuery, PostForm, PostSplit},
		Formats:  []string{"JSON", "XML"},
	}
}

// NewModel returns the parameter model of an edition within a scope.
func NewModel(e oracle.Edition, s ModelScope) *Model {
	m := &Model{Edition: e, names: databases}
	if s.SingleInstance != nil {
		s = m.only(s)
	}
	m.add(Engine, valid(within(FullModelScope().Engines, s.Engines)...))
	m.add(Status, valid(targets.Running), invalid("CB-PRE-2", within(targets.Statuses, s.Statuses)...))
	switch {
	case s.SingleInstance != nil:
		m.add(Databases, valid(numberOf(s.SingleInstance.Databases)))
		m.add(Today, valid("0"))
		m.add(Last, valid(targets.LastCompleted))
	case s.FixturePool != nil:
		m.add(Databases, valid("several", "one", "none"))
		m.add(Today, valid("0"))
		m.add(Last, valid(targets.LastCompleted), invalid("CB-PRE-3", targets.LastRunning))
	default:
		m.add(Databases, valid("several", "one", "none"), mustTry(drawn(OnRequest, "", AnyNames, anyNames()), mustTryNames()))
		m.add(Today, valid(todayClasses(e.Quota)...), invalid("CB-QUOTA-2", itoa(e.Quota), itoa(e.Quota+1)))
		m.add(Last, valid(targets.LastCompleted, targets.LastNone), invalid("CB-PRE-3", targets.LastRunning), named(kindIf(e.NoneOngoing), "", []string{targets.LastFailed}))
	}
	if s.LockMode != "" {
		m.add(Lock, valid(Absent), unspecified(s.LockMode))
	}
	m.addStorage(s.Storages)
	m.add(Action, valid("CreateBackup"), invalid("CB-ACTION-1", Absent, Empty), mustTry(drawn(Invalid, "CB-ACTION-2", Other, otherAction()), otherActions()),
		drawn(Unspecified, "", AnyCase, letterCase("CreateBackup")))
	m.add(InstanceID, valid("its id"), invalid("CB-INSTANCE-1", Absent, Empty), mustTry(drawn(Invalid, "CB-INSTANCE-2", "that of no instance", otherInstance()), otherInstances()))
	m.addMethod()
	m.add(Strategy, valid(Absent, "db", "instance"), others("CB-STRATEGY-2", "db", "instance", "database", "databases", "table", "Db,instance", "single", "whole", "all", "cluster", "full"),
		unspecified(Empty), drawn(Unspecified, "", AnyCase, letterCase("db", "instance")), drawn(Unspecified, "", Spaced, spaced("db", "instance")))
	m.add(DBName, valid(Absent), drawn(Valid, "", Existing, position()), mustTry(drawn(Invalid, "CB-DBNAME-4", Unknown, otherDatabase()), otherDatabases()),
		unspecified(Empty), drawn(Unspecified, "", AnyCase, position()), drawn(kindIf(e.DatabaseLists), "", List, position()), m.lists())
	m.add(Type, valid(Absent, "Auto", "FullBackup"), invalid("CB-TYPE-3", "IncrementalBackup"), others("CB-TYPE-3", "Auto", "FullBackup", "Full", "Incremental", "Automatic", "Backup", "Differential", "DifferentialBackup", "LogBackup", "全量备份"),
		unspecified(Empty), drawn(Unspecified, "", AnyCase, letterCase("Auto", "FullBackup")), drawn(Unspecified, "", Spaced, spaced("Auto", "FullBackup")))
	if e.Retention {
		m.add(Retention, valid(Absent, "7", "730", "-1"), drawn(Valid, "", "7 to 730", days()), invalid("CB-RETENTION-2", "0", "6", "731", "-2", "4294967303"), // the last is 7 in 32 bits
			mustTry(drawn(Invalid, "CB-RETENTION-2", Other, otherPeriod()), slices.Concat(otherPeriods, hostile[:12])),
			unspecified(Empty), drawn(Unspecified, "", OddNumber, oddPeriod()))
	}
	m.add(SentBy, valid(within(FullModelScope().SentBy, s.SentBy)...))
	m.add(Format, valid(append([]string{Absent}, s.Formats...)...))
	m.add(Further, valid("none"), drawn(Valid, "", "those of official clients", clientParameters()), drawn(Unspecified, "", "unknown ones", unknownParameter()))
	m.constrain()
	m.offer(s.FixturePool)
	m.derive()
	return m
}

// only narrows a scope to instances of one condition.
func (m *Model) only(s ModelScope) ModelScope {
	s.Engines, s.Statuses, s.LockMode = []string{s.SingleInstance.Engine}, []string{targets.Running}, ""
	m.names = map[string][]string{numberOf(s.SingleInstance.Databases): s.SingleInstance.Databases}
	return s
}

func numberOf(databases []string) string {
	return []string{"none", "one", "several"}[min(len(databases), 2)]
}

// addStorage adds the kinds of disk, of which one is for snapshots, and the other tried only where a scenario asks for it.
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

func (m *Model) addMethod() {
	documented := valid(Absent, "Physical", "Logical")
	snapshot := invalid("CB-METHOD-3", "Snapshot")
	switch {
	case m.Class(Storage, oracle.CloudDisk) >= 0:
		snapshot = valid("Snapshot")
	case m.Edition.Snapshot:
		snapshot = unspecified("Snapshot")
	}
	m.add(Method, documented, snapshot, others("CB-METHOD-3", "Physical", "Logical", "Full", "Hot", "Cold", "Xtrabackup", "Dump", "Snapshots", "物理备份", "逻辑备份"),
		unspecified(Empty), drawn(Unspecified, "", AnyCase, letterCase("Physical", "Logical")), drawn(Unspecified, "", Spaced, spaced("Physical", "Logical")))
}

// lists are the classes of DBName that only a list has.
func (m *Model) lists() []Class {
	if !m.Edition.DatabaseLists {
		return nil
	}
	return slices.Concat(drawn(Valid, "", AllOf, position()), drawn(Invalid, "CB-DBNAME-4", Partly, position()), drawn(Unspecified, "", OddList, position()))
}

// kindIf is that of a class which an edition allows, or does not speak of.
func kindIf(allowed bool) ClassKind {
	if allowed {
		return Valid
	}
	return Unspecified
}

func todayClasses(quota int) []string {
	return []string{"0", "1", itoa(quota / 2), itoa(quota - 1)}
}

func (m *Model) add(name string, groups ...[]Class) {
	m.Factors = append(m.Factors, Factor{Name: name, Classes: slices.Concat(groups...)})
}

func valid(names ...string) []Class { return named(Valid, "", names) }

func invalid(rule string, names ...string) []Class { return named(Invalid, rule, names) }

func unspecified(names ...string) []Class { return named(Unspecified, "", names) }

func named(k ClassKind, rule string, names []string) []Class {
	var cs []Class
	for _, n := range names {
		cs = append(cs, Class{Name: n, Kind: k, Rule: rule})
	}
	return cs
}

// others is the class of every value but the two documented ones; near are plausible slips.
func others(rule, one, two string, near ...string) []Class {
	return mustTry(drawn(Invalid, rule, Other, otherValue(one, two, near...)), otherValues(one, two, near...))
}

// mustTry gives a class values that are tried every one.
func mustTry(cs []Class, values []string) []Class {
	cs[0].MustTry = values
	return cs
}

func drawn(k ClassKind, rule, name string, g *rapid.Generator[string]) []Class {
	return []Class{{Name: name, Kind: k, Rule: rule, Value: g}}
}

// within keeps the order of known, and what of it the target has; nothing said is everything.
func within(known, has []string) []string {
	if len(has) == 0 {
		return known
	}
	return slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !slices.Contains(has, k) })
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
