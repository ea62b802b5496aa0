package oracle

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// lookup is the result of looking up the names in DBName among the databases of an instance.
type lookup int

const (
	namesFound lookup = iota
	namesMissing
	namesUnclear // the document does not say
)

// systemDatabases lists the databases that every instance of an engine has beside those of its
// users.
var systemDatabases = map[string][]string{
	targets.MySQL:      {"mysql", "information_schema", "performance_schema", "sys"},
	targets.MariaDB:    {"mysql", "information_schema", "performance_schema", "sys"},
	targets.PostgreSQL: {"postgres", "template0", "template1"},
	targets.SQLServer:  {"master", "model", "msdb", "tempdb"},
}

// find looks up the names in DBName. A name in another letter case may be the name of the same
// database. In the original edition a list is not a database name, but a server may accept one.
func (r *ruling) find(dbName string) lookup {
	has := r.state.Databases
	if has == nil {
		return namesUnclear
	}
	if slices.Contains(has, dbName) {
		return namesFound
	}
	list := strings.Split(dbName, ",")
	ofSystem := slices.Contains(systemDatabases[r.state.Engine], strings.ToLower(clean(dbName)))
	switch {
	case len(list) == 1 && (resembles(list, has) || ofSystem):
		return namesUnclear
	case len(list) == 1:
		return namesMissing
	case r.edition.DatabaseLists && distinct(list) && contains(has, list):
		return namesFound
	case resembles(list, has) || slices.Contains(list, ""):
		return namesUnclear
	default:
		return namesMissing
	}
}

// resembles reports whether a tolerant server could take each of the names for one of the
// databases.
func resembles(names, databases []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool {
		return !slices.ContainsFunc(databases, func(db string) bool { return strings.EqualFold(db, clean(name)) })
	})
}

// spelledOtherwise returns the only database that a tolerant server could take the name for. If it
// accepts the name, the backup is of that database. It is empty where there are several or none.
func spelledOtherwise(name string, databases []string) string {
	var found []string
	for _, db := range databases {
		if resembles([]string{name}, []string{db}) {
			found = append(found, db)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

func contains(databases, names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return !slices.Contains(databases, name) })
}

func distinct(list []string) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) == len(list)
}
