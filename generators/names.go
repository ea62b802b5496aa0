package generators

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func lastRune(s string) (rune, int) { return utf8.DecodeLastRuneInString(s) }

// namesOf are the databases of the point's condition.
func (m *Model) namesOf(p Vector) []string {
	if m.ClassName(p, Databases) == AnyNames {
		return strings.Split(m.value(p, Databases), ",")
	}
	return m.names[m.value(p, Databases)]
}

// DatabaseCount is the class that says how many databases the point's condition has.
func (m *Model) DatabaseCount(p Vector) string { return numberOf(m.namesOf(p)) }

// databaseName draws a name as databases have them: 2 to 64 of a-z, 0-9, _ and -, the first a letter, the last none of the signs (wire.md §5).
func databaseName() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[a-z][a-z0-9]`), rapid.StringMatching(`[a-z][a-z0-9_-]{0,14}[a-z0-9]`), rapid.StringMatching(`[a-z][a-z0-9_-]{28,62}[a-z0-9]`),
		rapid.SampledFrom(plainNames()),
	)
}

// anyNames draws the names of one to a few databases, no two alike, as they are joined.
func anyNames() *rapid.Generator[string] {
	return rapid.Map(rapid.SliceOfNDistinct(databaseName(), 1, 6, rapid.ID[string]), func(names []string) string { return strings.Join(names, ",") })
}

// plainNames are names that mean something elsewhere, to a server or to the language that it is written in.
func plainNames() []string {
	return []string{"db", "instance", "null", "none", "true", "all", "physical", "logical", "auto", "select", "default", "mysql2", "undefined", "app-1", "app_1", "a-b-c", "x0"}
}

// mustTryNames are the databases of instances that are tried every one: each length at which a column or a check may end, names that are the beginning of others,
// in either order, names that mean something elsewhere, and many.
func mustTryNames() []string {
	name := func(n int) string { return strings.Repeat("abcdefghij", 7)[:n] }
	var many []string
	for i := range 121 {
		many = append(many, fmt.Sprintf("shop_%d", i+1))
	}
	join := func(names ...string) string { return strings.Join(names, ",") }
	return []string{
		name(2), name(3), name(16), name(17), name(32), name(33), name(63), name(64), "my-app", "app2", "a-1_b-2",
		join(name(40)+"a", name(40)+"b"), join(name(40)+"a", name(40)+"b"), join("app", "app2"), join("app", "app2"), join("app2", "app"), join("app2", "app"), join("orders", "app"), join("orders", "app"),
		join("db", "instance", "null"), join("db", "instance", "null"), join("instance", "db"), join("instance", "db"), join("my-app", "my_app", "myapp"), join("app", "app-1", "app1", "application", "ap"),
		join(many[:5]...), join(many...), join(many...),
	}
}
