package simulator

import (
	"slices"
	"strconv"
	"strings"
)

// coercedFaults are mistakes of a server that turns a text into an enumeration with more tolerance
// than the document allows: by a number, a truth value, an abbreviation, a translation.
var coercedFaults = []Fault{
	coerced("method-by-number", "BackupMethod", "a number from 0", byNumber(0, "Physical", "Logical")),
	coerced("method-by-number-from-1", "BackupMethod", "a number from 1", byNumber(1, "Physical", "Logical")),
	coerced("method-false-logical", "BackupMethod", "false", byName("false", "Logical")),
	coerced("method-by-yes", "BackupMethod", "yes or no", byName("yes", "Physical", "no", "Logical")),
	coerced("method-abbreviated", "BackupMethod", "an abbreviation of four letters",
		byPrefix(4, "Physical", "Logical")),
	coerced("method-in-chinese", "BackupMethod", "a Chinese word", byName("物理", "Physical", "逻辑", "Logical")),
	coerced("method-with-accents", "BackupMethod", "a value with accents", alike(accentsIgnored, "Physical", "Logical")),
	coerced("method-in-full-width", "BackupMethod", "a value in full-width letters",
		alike(compatible, "Physical", "Logical")),
	coerced("method-qualified", "BackupMethod", "a value after a name and a dot",
		alike(lastAfter("."), "Physical", "Logical")),
	coerced("method-null", "BackupMethod", "NULL", byName("NULL", "Physical")),
	coerced("method-escaped", "BackupMethod", "a value with escapes of JSON", alike(unescapedJSON, "Physical", "Logical")),
	coerced("strategy-by-number-from-1", "BackupStrategy", "a number from 1", byNumber(1, "db", "instance")),
	coerced("strategy-by-truth", "BackupStrategy", "true or false", byName("false", "db", "true", "instance")),
	coerced("strategy-database", "BackupStrategy", "database", byName("database", "db")),
	coerced("strategy-abbreviated", "BackupStrategy", "an abbreviation of four letters", byPrefix(4, "instance")),
	coerced("strategy-in-chinese", "BackupStrategy", "a Chinese word",
		byName("单库备份", "db", "实例备份", "instance")),
	coerced("strategy-with-accents", "BackupStrategy", "a value with accents", alike(accentsIgnored, "db", "instance")),
	coerced("strategy-in-full-width", "BackupStrategy", "a value in full-width letters",
		alike(compatible, "db", "instance")),
	coerced("type-by-number-from-1", "BackupType", "a number from 1", byNumber(1, "Auto", "FullBackup")),
	coerced("type-initial", "BackupType", "a first letter", byName("A", "Auto", "F", "FullBackup")),
	coerced("type-small-full", "BackupType", "full", byName("full", "FullBackup")),
	coerced("type-underlined", "BackupType", "FULL_BACKUP", byName("FULL_BACKUP", "FullBackup")),
	coerced("type-with-accents", "BackupType", "a value with accents", alike(accentsIgnored, "Auto", "FullBackup")),
	coerced("type-in-full-width", "BackupType", "a value in full-width letters",
		alike(compatible, "Auto", "FullBackup")),
}

// valueRules are the rules that refuse other values of a parameter.
var valueRules = map[string]string{
	"BackupMethod": "CB-METHOD-3", "BackupStrategy": "CB-STRATEGY-2", "BackupType": "CB-TYPE-3",
}

// coerced is a server that reads a documented value from further texts.
func coerced(name, parameter, what string, read func(asked string) string) Fault {
	return Fault{
		Name: name, Kind: value, Rules: []string{valueRules[parameter]},
		Description: parameter + " may be " + what + ".",
		apply: rewrites(func(e *exchange) {
			if v := read(e.params.value(parameter)); v != "" {
				e.params.set(parameter, v)
			}
		}),
	}
}

// byNumber takes the number of a value, counted from first.
func byNumber(first int, values ...string) func(string) string {
	return func(asked string) string {
		n, err := strconv.Atoi(asked)
		if err != nil || n < first || n >= first+len(values) {
			return ""
		}
		return values[n-first]
	}
}

// byName takes further names of values; it is given name and value in turn.
func byName(names ...string) func(string) string {
	return func(asked string) string {
		if i := slices.Index(names, asked); i >= 0 && i%2 == 0 {
			return names[i+1]
		}
		return ""
	}
}

// byPrefix takes the first letters of a value, as many as length says.
func byPrefix(length int, values ...string) func(string) string {
	return alike(func(name, asked string) bool { return len(asked) == length && strings.HasPrefix(name, asked) }, values...)
}

// alike takes texts that a server takes for a value.
func alike(like likeness, values ...string) func(string) string {
	return func(asked string) string {
		i := slices.IndexFunc(values, func(v string) bool { return like(v, asked) })
		if i < 0 {
			return ""
		}
		return values[i]
	}
}
