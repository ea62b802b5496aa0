package generators

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// ModelScope is what a target lets a model vary.
type ModelScope struct {
	Engines  []string // empty for all of them
	Statuses []string // other than Running; empty for all of them
	LockMode string   // empty where instances cannot be locked
	Storages []string // kinds of disk that instances can be made with
	SentBy   []string // ways to send a call that the target understands; empty for all of them
	Formats  []string // JSON, XML
	// SingleInstance is the condition of the only instance, or nil where instances can be made or
	// leased.
	SingleInstance *targets.Condition
	// FixturePool lists the conditions of the instances that are leased, or is nil. A case cannot
	// choose how many backups such an instance has today.
	FixturePool []targets.Condition
}

// FullModelScope returns the scope of a target that lets a model vary everything.
func FullModelScope() ModelScope {
	return ModelScope{
		Engines:  []string{targets.MySQL, targets.PostgreSQL, targets.MariaDB, targets.SQLServer},
		Statuses: append([]string{targets.Running}, targets.Statuses...),
		LockMode: "ManualLock",
		SentBy:   []string{GetQuery, PostQuery, PostForm, PostSplit},
		Formats:  []string{"JSON", "XML"},
	}
}

// narrowed limits the scope to the single instance, where there is one.
func (s ModelScope) narrowed() ModelScope {
	if s.SingleInstance != nil {
		s.Engines, s.Statuses, s.LockMode = []string{s.SingleInstance.Engine}, []string{targets.Running}, ""
	}
	return s
}

// within returns what the target has of the known values, in the order of known. A target that says
// nothing has all of them.
func within(known, has []string) []string {
	if len(has) == 0 {
		return known
	}
	return slices.DeleteFunc(slices.Clone(known), func(k string) bool { return !slices.Contains(has, k) })
}
