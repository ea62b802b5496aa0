package generators

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
)

// databases holds the databases of an instance by the class that says how many there are.
var databases = map[string][]string{
	noDatabase: {}, oneDatabase: {"app"}, severalDatabases: {"app", "orders", "audit_log"},
}

// namesIn returns the names of databases by their class: those that all instances of a pool with so
// many have, as far as there are any. What is shown of a case is then what is sent.
func namesIn(pool []targets.Condition) map[string][]string {
	names := maps.Clone(databases)
	for number, generic := range databases {
		var common []string
		for i, c := range slices.DeleteFunc(slices.Clone(pool), func(c targets.Condition) bool { return numberOf(c.Databases) != number }) {
			if i == 0 {
				common = slices.Clone(c.Databases)
			}
			common = slices.DeleteFunc(common, func(name string) bool { return !slices.Contains(c.Databases, name) })
		}
		if len(common) > 0 && numberOf(common) == number {
			names[number] = common[:min(len(common), len(generic))]
		}
	}
	return names
}

// numberOf returns the class that says how many databases there are.
func numberOf(databases []string) string {
	return []string{noDatabase, oneDatabase, severalDatabases}[min(len(databases), 2)]
}

// databasesOf returns the databases of the vector's condition.
func (m *Model) databasesOf(v Vector) []string {
	if m.ClassName(v, Databases) == AnyNames {
		return strings.Split(m.value(v, Databases), ",")
	}
	return m.names[m.value(v, Databases)]
}

// DatabaseCount returns the class that says how many databases the vector's condition has.
func (m *Model) DatabaseCount(v Vector) string { return numberOf(m.databasesOf(v)) }

// DatabaseAt returns which database of the condition the vector's DBName names, counted from 0, and
// how many there are. It is -1 where the DBName is of a class other than [Existing].
func (m *Model) DatabaseAt(v Vector) (i, of int) {
	of = len(m.databasesOf(v))
	n, err := strconv.Atoi(m.value(v, DBName))
	if err != nil || of == 0 || m.ClassName(v, DBName) != Existing {
		return -1, of
	}
	return n % of, of
}

// databaseName draws a valid name: 2 to 64 of a-z, 0-9, _ and -, beginning with a letter and ending
// with a letter or a digit (wire.md §5).
func databaseName() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[a-z][a-z0-9]`),
		rapid.StringMatching(`[a-z][a-z0-9_-]{0,14}[a-z0-9]`),
		rapid.StringMatching(`[a-z][a-z0-9_-]{28,62}[a-z0-9]`),
		rapid.SampledFrom(reservedNames()),
	)
}

// anyNames draws the distinct names of one to six databases, joined by commas.
func anyNames() *rapid.Generator[string] {
	return rapid.Map(rapid.SliceOfNDistinct(databaseName(), 1, 6, rapid.ID[string]),
		func(names []string) string { return strings.Join(names, ",") })
}

// reservedNames lists names that have a meaning elsewhere, to a server or to the language that it
// is written in.
func reservedNames() []string {
	return []string{
		"db", "instance", "null", "none", "true", "all", "physical", "logical", "auto", "select", "default", "mysql2",
		"undefined", "app-1", "app_1", "a-b-c", "x0",
	}
}

// mustTryNames lists the databases of instances that every run tries: a name of each length at
// which a column or a check may end, names that are the beginning of others in either order, names
// that have a meaning elsewhere, and many names. Some stand twice, so that more than one of their
// databases is backed up.
func mustTryNames() []string {
	name := func(n int) string { return strings.Repeat("abcdefghij", 7)[:n] }
	var many []string
	for i := range 121 {
		many = append(many, fmt.Sprintf("shop_%d", i+1))
	}
	join := func(names ...string) string { return strings.Join(names, ",") }
	twice := func(names ...string) []string { return []string{join(names...), join(names...)} }
	list := []string{
		name(2), name(3), name(16), name(17), name(30), name(32), name(33), name(63), name(64), "my-app", "app2", "a-1_b-2",
	}
	for _, more := range [][]string{
		twice(name(40)+"a", name(40)+"b"), twice("app", "app2"), twice("app2", "app"), twice("orders", "app"),
		twice("db", "instance", "null"), twice("instance", "db"), twice("my-app", "my_app"), twice("app1", "app01"),
		{join("my-app", "my_app", "myapp"), join("app", "app-1", "app1", "application", "ap"), join(many[:5]...)},
		twice(many...),
	} {
		list = append(list, more...)
	}
	return list
}
