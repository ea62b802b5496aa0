package generators

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// Every run tries the must-try values, whatever it draws. They are values that servers are known to
// take for a documented one.

// otherValues lists the must-try values of a parameter that has two documented values. What may be
// taken for one of them is tried in its place, and the rest is spread over both.
func otherValues(one, two string, near ...string) []MustTry {
	var tries []MustTry
	add := func(inPlaceOf string, values ...string) {
		slices.Sort(values)
		for _, v := range slices.Compact(values) {
			if v != "" && oracle.Unlike(v, []string{one, two}) {
				tries = append(tries, MustTry{v, inPlaceOf})
			}
		}
	}
	rest := slices.Concat([]string{
		one + two, two + one, one + "," + two, one + "|" + two, one + " " + two, two + "\n" + one,
		"Physical", "Logical", "db", "instance", "Auto", "FullBackup",
	}, hostile)
	half := len(rest) / 2
	add(one, slices.Concat(nearTo(one), coerced(one), numberOrTruth, wordsForAny, near, rest[:half])...)
	add(two, slices.Concat(nearTo(two), coerced(two), numberOrTruth, wordsForAny, near, rest[half:])...)
	return tries
}

// nearTo lists texts that begin or end with a value, are cut short, or have it before or after a
// byte at which some languages end a text or a line.
func nearTo(v string) []string {
	return []string{
		v + v, "<" + v + ">", v + "s", v + "1", v + "x", "x" + v, v + "Backup", "Backup" + v, v[:len(v)-1], v[1:],
		v + "\x00x", v + "\nx", "x\n" + v, v + "," + v, v + "|x", v + "%", "'" + v + "'", `"` + v + `"`, v + "&x=1", v + "=x",
		v + ";", v + "é", v[:1] + "é" + v[1:], "<b>" + v + "</b>", v + "\u200b", "\ufeff" + v, v[:1] + "\u00ad" + v[1:],
		string(rune(v[0])+128) + v[1:], string(rune(v[0])+256) + v[1:],
	}
}

// otherInstances lists ids that are similar to that of the instance, and texts that some servers
// take for any id. The latter stand several times, because the instance that such a server picks
// may refuse the call for a reason of its own.
func otherInstances() []string {
	id, cut := targets.InstanceRef(0), targets.CutRef(0)
	anyID := []string{"%", "*", "_", ".*", "?", "0", "' OR '1'='1", "1 OR 1=1", id + "' OR '1'='1"}
	return slices.Concat(anyID, anyID, anyID, anyID, almost(id), []string{
		cut, id + "x", "x" + id, id + "-", "-" + id, id + ",", id + ",rm-none", id + "/", id + "/x", id + "#x",
		id + "?x", id + "&x", id + "%", id + "*", id + id, id + "." + id, cut + "_", cut + "%", cut + "*", cut + "?",
		cut + ".", "_" + id, targets.TailRef(0), "%" + targets.TailRef(0), targets.WideRef(0), targets.EncodedRef(0),
		"null", "true", "[]",
	})
}

// almost lists texts that are not a name, and that a database, a library or a front takes for it:
// one beyond the width of a column after blanks that are not compared, one with a letter that the
// character set of a column does not have, with an accent that a collation overlooks, in quotes,
// escaped, as the end of a path or the first item of a list.
func almost(name string) []string {
	return []string{
		name + strings.Repeat(" ", widestColumn) + "x", name + "\U0001F4BE", name + "\xffx", name + "\u0301",
		name + "\x00x", name + "\nx", name + " x", name + "\tx", name + ";", name + ";x", name + "|x", name + ":x",
		"'" + name + "'", `"` + name + `"`, "`" + name + "`", "[" + name + "]", `["` + name + `"]`, "{" + name + "}",
		"<" + name + ">", `\` + name, name + "' -- ", name + "/*x*/", "&#32;" + name,
		"x/" + name, "../" + name, "x:" + name, "x." + name, "x," + name, "x " + name,
	}
}

// widestColumn is the width of the widest column that names of any kind usually have.
const widestColumn = 255

// otherActions lists the Actions of neighbouring operations, which need parameters that no call
// here has, and texts that are similar to CreateBackup.
func otherActions() []string {
	return []string{
		"CreateBackups", "CreateBackupSet", "CreateBackup1", "XCreateBackup", "Createbackupx",
		"CreateBackup,CreateBackup", "CreateBackup\x00x", "CreateBackup\nx", "BackupCreate", "Create", "Backup",
		"DescribeBackups", "DescribeBackupTasks", "DescribeBackupPolicy", "ModifyBackupPolicy", "DeleteBackup", "null",
	}
}

// Placeholders for the name of a database in a value.
const (
	aDatabase       = "<name>"
	cutDatabase     = "<name less its last letter>"
	tailOfDatabase  = "<name less its first letter>"
	wideDatabase    = "<name in full width>"
	encodedDatabase = "<name percent-encoded>"
)

// LongerName is a value of the class [Unknown] of DBName: the name of a database, and more.
const LongerName = aDatabase + "x"

// otherDatabases lists names that are similar to that of a database, texts that some servers take
// for any name, and names of databases that only other engines have.
func otherDatabases() []string {
	return slices.Concat(almost(aDatabase), []string{
		cutDatabase, LongerName, aDatabase + "1", "x" + aDatabase, aDatabase + "%", aDatabase + "*",
		cutDatabase + "_", cutDatabase + "%", cutDatabase + ".", tailOfDatabase, "%" + tailOfDatabase,
		wideDatabase, encodedDatabase,
		"%", "*", "_", ".*", "' OR '1'='1", "null", "0", "all", "db", "instance", "master", "mysql", "postgres",
	})
}

// nearly puts the name of a database into the placeholders of a value. The result is not one of
// names.
func nearly(value, name string, names []string) string {
	_, last := utf8.DecodeLastRuneInString(name)
	_, first := utf8.DecodeRuneInString(name)
	v := strings.NewReplacer(
		aDatabase, name, cutDatabase, name[:len(name)-last], tailOfDatabase, name[first:],
		wideDatabase, targets.FullWidth(name), encodedDatabase, targets.PercentEncoded(name),
	).Replace(value)
	for slices.Contains(names, v) || v == "" {
		v += "_no"
	}
	return v
}
