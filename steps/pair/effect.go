package pair

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// effects says which backups resulted from the call: how many and of which instance or, where each
// target made one, the first thing in which they differ, as far as both show it.
func effects(v views) (a, b string) {
	if !v[0].Observed() || !v[1].Observed() {
		return "", ""
	}
	if a, b := made(v[0]), made(v[1]); a != b {
		return a, b
	}
	one, other := v[0].Made(), v[1].Made()
	if one.ID == "" || other.ID == "" {
		return "", ""
	}
	for _, read := range []func(view, targets.Backup) string{method, coverage, strategy, result, retention} {
		a, b := read(v[0], one), read(v[1], other)
		if a != b && a != "" && b != "" {
			return "made a backup " + a, "made a backup " + b
		}
	}
	return "", ""
}

// made says how many backups resulted from the call, and whether they are of its instance.
func made(v view) string {
	own, all := 0, 0
	for i, bs := range v.New {
		all += len(bs)
		if i == v.Expect.Instance {
			own = len(bs)
		}
	}
	what := "made a backup"
	switch {
	case all == 0:
		what = "made no backup"
	case all > own:
		what = "made a backup of another instance"
	case all > 1:
		what = "made several backups"
	}
	return string(v.Decision) + " the call, and " + what
}

func method(_ view, b targets.Backup) string {
	return said("of the method ", strings.ToLower(b.Method))
}

func strategy(_ view, b targets.Backup) string {
	return said("of the strategy ", strings.ToLower(b.Strategy))
}

// result says whether the backup is full or incremental. A target may show the type that was asked
// for instead.
func result(_ view, b targets.Backup) string {
	t := strings.ToLower(b.Type)
	switch {
	case strings.Contains(t, "incr"):
		return "of the type incremental"
	case strings.Contains(t, "full"):
		return "of the type full"
	default:
		return ""
	}
}

func retention(_ view, b targets.Backup) string {
	if b.RetentionPeriod == 0 {
		return ""
	}
	return fmt.Sprintf("kept for %d days", b.RetentionPeriod)
}

// said returns nothing where the target does not show a value.
func said(words, value string) string {
	if value == "" {
		return ""
	}
	return words + value
}

// coverage says which of the databases of its instance a backup covers. Others, such as those of
// the system, are left out.
func coverage(v view, b targets.Backup) string {
	if b.Databases == nil {
		return ""
	}
	asked, given := v.Call.Get(generators.DBName)
	var covered []string
	for _, name := range v.Databases {
		if named(b.Databases, name) {
			covered = append(covered, name)
		}
	}
	switch {
	case len(covered) == len(v.Databases):
		return "of every database"
	case len(covered) == 1 && given && named([]string{asked}, covered[0]):
		return "of the database asked for"
	case len(covered) == 0:
		return "of no database"
	default:
		return "of some databases"
	}
}

// named reports whether a name is among the names, which may be spelled as they were asked for.
func named(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool { return !oracle.Unlike(n, []string{name}) })
}
