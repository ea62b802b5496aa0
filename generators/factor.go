package generators

import (
	"slices"

	"pgregory.net/rapid"
)

// ClassKind says what the document makes of the values of a class.
type ClassKind int

// Kinds of a class.
const (
	Valid       ClassKind = iota // accepted, within the constraints of the model
	Invalid                      // refused, whatever the other factors are
	Unspecified                  // the document does not mention it
	OnRequest                    // accepted, but tried only where a scenario names the class
)

// Class is an equivalence class of a factor: values that the document treats alike.
type Class struct {
	Name string
	Kind ClassKind
	// Rule is the rule by which an Invalid class is refused.
	Rule string
	// Value draws a value of the class. It is nil where the name of the class is its only value.
	Value *rapid.Generator[string]
	// MustTry lists values of the class that every run tries, whatever it draws.
	MustTry []MustTry
}

// MustTry is a value that every run tries.
type MustTry struct {
	Value string
	// InPlaceOf is the class of the valid call in which the value is tried: a server that takes the
	// value for a documented one may accept it only where that one fits. It is empty for any class.
	InPlaceOf string
}

// Factor is one thing that a case varies: a parameter, a part of the condition, or the way in which
// the call is sent.
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

// Names of classes that stand for a value.
const (
	ownID            = "its id" // the id of the instance
	otherID          = "that of no instance"
	noFurther        = "none"
	unknownFurther   = "unknown ones"
	noDatabase       = "none"
	oneDatabase      = "one"
	severalDatabases = "several"
)

// Ways to send a call: the classes of SentBy.
const (
	GetQuery  = "GET"
	PostQuery = "POST with a query"
	PostForm  = "POST with a form"
	PostSplit = "POST with both"
)

// conditionFactors are the factors that make up the condition of an instance.
var conditionFactors = []string{Engine, Status, Databases, Today, Last, Lock, Storage}

func valid(names ...string) []Class { return named(Valid, "", names) }

func invalid(rule string, names ...string) []Class { return named(Invalid, rule, names) }

func unspecified(names ...string) []Class { return named(Unspecified, "", names) }

// named returns classes each of which is its own value.
func named(k ClassKind, rule string, names []string) []Class {
	var cs []Class
	for _, n := range names {
		cs = append(cs, Class{Name: n, Kind: k, Rule: rule})
	}
	return cs
}

// drawn returns a class whose values are drawn.
func drawn(k ClassKind, rule, name string, g *rapid.Generator[string]) []Class {
	return []Class{{Name: name, Kind: k, Rule: rule, Value: g}}
}

// others returns the class of every value except the two documented ones. near lists plausible
// mistakes.
func others(rule, one, two string, near ...string) []Class {
	cs := drawn(Invalid, rule, Other, otherValue(one, two, near...))
	cs[0].MustTry = otherValues(one, two, near...)
	return cs
}

// spellings returns the classes of other spellings of the documented values, which the document
// does not mention.
func spellings(documented ...string) []Class {
	return slices.Concat(unspecified(Empty), drawn(Unspecified, "", AnyCase, letterCase(documented...)),
		drawn(Unspecified, "", Spaced, spaced(documented...)))
}

// mustTry adds values that every run tries to a class.
func mustTry(cs []Class, values []string) []Class {
	for _, v := range values {
		cs[0].MustTry = append(cs[0].MustTry, MustTry{Value: v})
	}
	return cs
}

// validIf is the kind of a class that one edition allows and another does not mention.
func validIf(is bool) ClassKind {
	if is {
		return Valid
	}
	return Unspecified
}
