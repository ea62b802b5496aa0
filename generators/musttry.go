package generators

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// Standing values are tried every one, once a run, whatever is drawn beside them: those that servers are known to take for a documented one.

// otherValues are those of a parameter that has two documented values: what begins or ends with one, joins them, is cut short, or hides one behind a byte at
// which some languages end a text or a line.
func otherValues(one, two string, near ...string) []string {
	var vs []string
	for _, v := range []string{one, two} {
		vs = append(vs, v+"s", v+"1", v+"x", "x"+v, v+"Backup", "Backup"+v, v[:len(v)-1], v[1:], v+"\x00x", v+"\nx", "x\n"+v, v+","+v, v+"|x", v+"%", "'"+v+"'", `"`+v+`"`, v+"&x=1", v+"=x", v+";", v+"é", v[:1]+"é"+v[1:], "<b>"+v+"</b>",
			v+"\u200b", "\ufeff"+v, v[:1]+"\u00ad"+v[1:], string(rune(v[0])+128)+v[1:], string(rune(v[0])+256)+v[1:])
	}
	vs = append(vs, one+two, two+one, one+","+two, one+"|"+two, one+" "+two, two+"\n"+one)
	vs = slices.Concat(vs, near, hostile, []string{"Physical", "Logical", "db", "instance", "Auto", "FullBackup"}) // those of its neighbours are none of its own
	slices.Sort(vs)
	return slices.DeleteFunc(slices.Compact(vs), func(v string) bool { return v == "" || !oracle.Unlike(v, []string{one, two}) })
}

// otherInstances are ids that are nearly that of the instance, and texts that some servers take for any id: these several times, for whichever instance is
// taken may refuse for a reason of its own.
func otherInstances() []string {
	id, cut := targets.InstanceRef(0), targets.CutRef(0)
	anyID := []string{"%", "*", "_", ".*", "?", "' OR '1'='1", "1 OR 1=1", id + "' OR '1'='1"}
	return slices.Concat(anyID, anyID, anyID, anyID, []string{
		cut, id + "x", "x" + id, id + "-", "-" + id, id + ",", id + ",rm-none", id + ";", id + "/", id + "/x", id + "#x", id + "?x", id + "&x", id + "\x00x", id + "\nx", id + "%", id + "*",
		id + id, id + "." + id, cut + "_", cut + "%", cut + "*", cut + "?", "_" + id, "null", "0", "true", "[]",
	})
}

// otherActions are those of neighbouring operations, which need what none of the calls here gives.
func otherActions() []string {
	return []string{
		"CreateBackups", "CreateBackupSet", "CreateBackup1", "XCreateBackup", "Createbackupx", "CreateBackup,CreateBackup", "CreateBackup\x00x", "CreateBackup\nx", "BackupCreate", "Create", "Backup",
		"DescribeBackups", "DescribeBackupTasks", "DescribeBackupPolicy", "ModifyBackupPolicy", "DeleteBackup", "null",
	}
}

// Names of a database in a standing value.
const (
	aDatabase   = "<name>"
	cutDatabase = "<name less its last letter>"
)

// otherDatabases are names that are nearly one, and texts that some servers take for any. Of the names that a system itself has only other engines have none.
func otherDatabases() []string {
	return []string{
		cutDatabase, aDatabase + "x", aDatabase + "1", "x" + aDatabase, aDatabase + "%", aDatabase + "*", cutDatabase + "_", cutDatabase + "%", aDatabase + "\x00x", aDatabase + ";",
		"%", "*", "_", ".*", "' OR '1'='1", "null", "0", "all", "db", "instance", "master", "mysql", "postgres",
	}
}

// nearly puts the name of a database into a standing value. The value is to name none of the databases.
func nearly(value, name string, names []string) string {
	_, size := lastRune(name)
	v := strings.ReplaceAll(strings.ReplaceAll(value, aDatabase, name), cutDatabase, name[:len(name)-size])
	for slices.Contains(names, v) || v == "" {
		v += "_no"
	}
	return v
}
