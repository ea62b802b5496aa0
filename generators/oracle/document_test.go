package oracle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// The document, sentence by sentence. An accepted call is accepted by every rule that speaks about
// it, so each of them names CB-PRE-1.
var document = []sentence{
	{"Up to 10 backups can be created for an instance in a single day.", []example{
		{"the 1st", instance(targets.MySQL), create(), "accepted by CB-PRE-1"},
		{"the 2nd", instance(targets.MySQL, today(1)), create(), "accepted by CB-QUOTA-1, CB-PRE-1"},
		{"the 10th", instance(targets.MySQL, today(9)), create(), "accepted by CB-QUOTA-1, CB-PRE-1"},
		{"the 11th", instance(targets.MySQL, today(10)), create(), "refused by CB-QUOTA-2"},
		{"the 12th", instance(targets.MySQL, today(11)), create(), "refused by CB-QUOTA-2"},
	}},
	{"The instance is active.", []example{
		{"running", instance(targets.MySQL, status("Running")), create(), "accepted by CB-PRE-1"},
		{"being created", instance(targets.MySQL, status("Creating")), create(), "refused by CB-PRE-2"},
		{"restarting", instance(targets.MySQL, status("Rebooting")), create(), "refused by CB-PRE-2"},
		{"released", instance(targets.MySQL, status("Released")), create(), "refused by CB-PRE-2"},
	}},
	{"The last backup has been completed.", []example{
		{"completed", instance(targets.MySQL, last("completed")), create(), "accepted by CB-PRE-1"},
		{"there is none", instance(targets.MySQL, last("none")), create(), "accepted by CB-PRE-1"},
		{"running", instance(targets.MySQL, last("running")), create(), "refused by CB-PRE-3"},
		{"running, on an instance that is not active", instance(targets.MySQL, status("Rebooting"), last("running")), create(),
			"refused by CB-PRE-2, CB-PRE-3"},
	}},
	{"Action: Required parameter. Value: CreateBackup.", []example{
		{"missing", instance(targets.MySQL), create().Without("Action"), "refused by CB-ACTION-1"},
		{"empty", instance(targets.MySQL), create().With("Action", ""), "refused by CB-ACTION-1"},
		{"another operation", instance(targets.MySQL), create().With("Action", "DescribeBackups"), "no backup by CB-ACTION-2"},
	}},
	{"DBInstanceId: Required. Instance ID.", []example{
		{"missing", instance(targets.MySQL), create().Without("DBInstanceId"), "refused by CB-INSTANCE-1"},
		{"empty", instance(targets.MySQL), create().With("DBInstanceId", ""), "refused by CB-INSTANCE-1"},
		{"the id of no instance", instance(targets.MySQL), create().With("DBInstanceId", "rm-none"), "refused by CB-INSTANCE-2"},
		{"an id with one more character", instance(targets.MySQL), create().With("DBInstanceId", targets.InstanceRef(0)+"x"),
			"refused by CB-INSTANCE-2"},
	}},
	{"BackupMethod: Logical: logical backup.", []example{
		{"MySQL", instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "instance"),
			"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1"},
		{"PostgreSQL", instance(targets.PostgreSQL), create("BackupMethod", "Logical", "BackupStrategy", "instance"),
			"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1"},
		{"MariaDB", instance(targets.MariaDB), create("BackupMethod", "Logical", "BackupStrategy", "instance"),
			"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1"},
		{"an engine that the document does not know", instance("PPAS"),
			create("BackupMethod", "Logical", "BackupStrategy", "instance"), "unspecified by CB-METHOD-2"},
	}},
	{"BackupMethod: Physical: physical backup.", []example{
		{"Physical", instance(targets.MySQL), create("BackupMethod", "Physical"), "accepted by CB-PRE-1, CB-METHOD-1"},
		{"any other value", instance(targets.MySQL), create("BackupMethod", "Hot"), "refused by CB-METHOD-3"},
		{"Snapshot", instance(targets.MySQL), create("BackupMethod", "Snapshot"), "refused by CB-METHOD-3"},
	}},
	{"The default value is Physical.", []example{
		{"MySQL", instance(targets.MySQL), create(), "accepted by CB-PRE-1"},
		{"SQL Server, which makes no logical backups", instance(targets.SQLServer), create(), "accepted by CB-PRE-1"},
		{"without databases, of which there are no logical backups", instance(targets.MySQL, databases()), create(),
			"accepted by CB-PRE-1"},
	}},
	{"Logical backup does not support instances without databases.", []example{
		{"Logical", instance(targets.MySQL, databases()), create("BackupMethod", "Logical"), "refused by CB-METHOD-5"},
		{"Logical, one database", instance(targets.MySQL, databases("app")),
			create("BackupMethod", "Logical", "BackupStrategy", "instance"), "accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1"},
		{"Physical", instance(targets.MySQL, databases()), create("BackupMethod", "Physical"),
			"accepted by CB-PRE-1, CB-METHOD-1"},
	}},
	{"SQL Server only supports physical backup.", []example{
		{"Logical", instance(targets.SQLServer), create("BackupMethod", "Logical"), "refused by CB-METHOD-6"},
		{"Logical without databases", instance(targets.SQLServer, databases()), create("BackupMethod", "Logical"),
			"refused by CB-METHOD-6, CB-METHOD-5"},
		{"Physical", instance(targets.SQLServer), create("BackupMethod", "Physical"), "accepted by CB-PRE-1, CB-METHOD-1"},
	}},
	{"BackupStrategy: Range of logical backup.", []example{
		{"not required", instance(targets.MySQL), create("BackupMethod", "Logical"),
			"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-7 (should)"},
		{"any other value", instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "table"),
			"refused by CB-STRATEGY-2"},
	}},
	{"db: single-database backup.", []example{
		{"db", instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app"),
			"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1"},
	}},
	{"instance: instance backup.", []example{
		{"instance", instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "instance"),
			"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1"},
	}},
	{"BackupStrategy: This parameter is valid only when BackupMethod is Logical.", []example{
		{"Physical", instance(targets.MySQL), create("BackupMethod", "Physical", "BackupStrategy", "instance"),
			"unspecified by CB-STRATEGY-4"},
		{"no BackupMethod", instance(targets.MySQL), create("BackupStrategy", "db"), "unspecified by CB-STRATEGY-4"},
		{"any other value with Physical", instance(targets.MySQL), create("BackupMethod", "Physical", "BackupStrategy", "table"),
			"unspecified by CB-STRATEGY-4"},
		{"even so only on an active instance", instance(targets.MySQL, status("Creating")), create("BackupStrategy", "db"),
			"refused by CB-PRE-2"},
	}},
	{"DBName: Name of the database for single-database logical backup.", []example{
		{"the first database", instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app"),
			"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1"},
		{"the other one", instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "orders"),
			"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1"},
		{"the name of no database", instance(targets.MySQL),
			create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app2"), "refused by CB-DBNAME-4 (should)"},
	}},
	{"DBName: This parameter is valid only when BackupMethod is Logical and BackupStrategy is db.", []example{
		{"Physical", instance(targets.MySQL), create("BackupMethod", "Physical", "DBName", "app"), "unspecified by CB-DBNAME-3"},
		{"no BackupMethod", instance(targets.MySQL), create("DBName", "no_such"), "unspecified by CB-DBNAME-3"},
		{"a BackupStrategy too", instance(targets.MySQL), create("BackupStrategy", "db", "DBName", "app"),
			"unspecified by CB-STRATEGY-4, CB-DBNAME-3"},
		{"Logical and instance", instance(targets.MySQL),
			create("BackupMethod", "Logical", "BackupStrategy", "instance", "DBName", "app"), "unspecified by CB-DBNAME-3"},
		{"Logical without a BackupStrategy", instance(targets.MySQL), create("BackupMethod", "Logical", "DBName", "app"),
			"unspecified by CB-STRATEGY-5"},
	}},
	{"Auto: determines whether it is a full backup or an incremental backup through automatic calculation.", []example{
		{"Auto", instance(targets.MySQL), create("BackupType", "Auto"), "accepted by CB-PRE-1, CB-TYPE-1"},
		{"IncrementalBackup cannot be asked for", instance(targets.MySQL), create("BackupType", "IncrementalBackup"),
			"refused by CB-TYPE-3"},
	}},
	{"FullBackup: indicates a full backup. The default value is Auto.", []example{
		{"FullBackup", instance(targets.MySQL), create("BackupType", "FullBackup"), "accepted by CB-PRE-1, CB-TYPE-2"},
		{"absent", instance(targets.MySQL), create(), "accepted by CB-PRE-1"},
		{"any other value", instance(targets.MySQL), create("BackupType", "Full"), "refused by CB-TYPE-3"},
		{"Logical", instance(targets.MySQL),
			create("BackupMethod", "Logical", "BackupStrategy", "instance", "BackupType", "FullBackup"),
			"accepted by CB-PRE-1, CB-METHOD-2, CB-STRATEGY-1, CB-TYPE-5 (should)"},
	}},
	{"<Public Request Parameters>", []example{
		{"Version", instance(targets.MySQL), create("Version", "2014-08-15"), "accepted by CB-PRE-1"},
		{"another Version", instance(targets.MySQL), create("Version", "2015-08-15"), "refused by CB-PUBLIC-3 (should)"},
		{"what official clients send too", instance(targets.MySQL), create("RegionId", "cn-hangzhou"),
			"accepted by CB-PUBLIC-2 (should), CB-PRE-1"},
		{"what no client sends", instance(targets.MySQL), create("RegionId", "?"), "unspecified by CB-PUBLIC-4"},
		{"what nobody knows", instance(targets.MySQL), create("Xyz", "1"), "unspecified by CB-PUBLIC-4"},
	}},
	{"XML format, JSON format", []example{
		{"XML", instance(targets.MySQL), create("Format", "XML"), "accepted by CB-RESPONSE-2, CB-PRE-1"},
		{"JSON", instance(targets.MySQL), create("Format", "JSON"), "accepted by CB-RESPONSE-3, CB-PRE-1"},
		{"in lower case, as official clients write it", instance(targets.MySQL), create("Format", "json"),
			"accepted by CB-PUBLIC-2 (should), CB-PRE-1"},
		{"another format", instance(targets.MySQL), create("Format", "YAML"), "unspecified by CB-RESPONSE-9"},
	}},
}

func TestTheDocumentSentenceBySentence(t *testing.T) {
	check(t, edition(t, oracle.Original), document)
}

// The document is silent about these calls, or ambiguous.
var silence = []sentence{
	{"whether a backup that failed has been completed", []example{
		{"failed", instance(targets.MySQL, last("failed")), create(), "unspecified by CB-PRE-5"},
	}},
	{"whether the quota counts a backup that failed", []example{
		{"9 backups and one that failed", instance(targets.MySQL, today(10), last("failed")), create(),
			"unspecified by CB-PRE-5, CB-QUOTA-6"},
		{"10 backups and one that failed", instance(targets.MySQL, today(11), last("failed")), create(), "refused by CB-QUOTA-2"},
	}},
	{"whether a locked instance is active", []example{
		{"locked", instance(targets.MySQL, locked("ManualLock")), create(), "unspecified by CB-PRE-6"},
		{"unlocked", instance(targets.MySQL, locked("Unlock")), create(), "accepted by CB-PRE-1"},
	}},
	{"which database db means without a DBName", []example{
		{"absent", instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "db"),
			"unspecified by CB-DBNAME-5"},
	}},
	{"other spellings of a documented value", []example{
		{"lower case", instance(targets.MySQL), create("BackupMethod", "physical"), "unspecified by CB-METHOD-8"},
		{"white space", instance(targets.MySQL), create("BackupMethod", " Physical"), "unspecified by CB-METHOD-8"},
		{"empty", instance(targets.MySQL), create("BackupMethod", ""), "unspecified by CB-METHOD-8"},
		{"on an instance that refuses every call", instance(targets.MySQL, last("running")), create("BackupMethod", "physical"),
			"refused by CB-PRE-3"},
		{"where every spelling is refused", instance(targets.SQLServer), create("BackupMethod", "logical"),
			"refused by CB-METHOD-6"},
	}},
	{"other spellings of a database name", []example{
		{"upper case", instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "APP"),
			"unspecified by CB-DBNAME-6"},
		{"a list", instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app,orders"),
			"unspecified by CB-DBNAME-6"},
		{"a comma at the end", instance(targets.MySQL), create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app,"),
			"unspecified by CB-DBNAME-6"},
		{"a list with an unknown name", instance(targets.MySQL),
			create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "app,app2"), "refused by CB-DBNAME-4 (should)"},
		{"a database of the system", instance(targets.MySQL),
			create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "mysql"), "unspecified by CB-DBNAME-6"},
		{"a database of another system", instance(targets.PostgreSQL),
			create("BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "mysql"), "refused by CB-DBNAME-4 (should)"},
	}},
	{"a parameter that is given twice", []example{
		{"the same value", instance(targets.MySQL), create("BackupMethod", "Physical", "BackupMethod", "Physical"),
			"unspecified by CB-PUBLIC-6"},
		{"a right and a wrong value", instance(targets.MySQL), create("BackupMethod", "Physical", "BackupMethod", "Hot"),
			"unspecified by CB-PUBLIC-6"},
		{"two wrong values", instance(targets.MySQL), create("BackupMethod", "Cold", "BackupMethod", "Hot"),
			"refused by CB-METHOD-3"},
		{"another Action, then CreateBackup", instance(targets.MySQL),
			with(create().With("Action", "DescribeBackups"), "Action", "CreateBackup"), "unspecified by CB-PUBLIC-6"},
		{"two other Actions", instance(targets.MySQL),
			with(create().With("Action", "DescribeBackups"), "Action", "DescribeRegions"), "no backup by CB-ACTION-2"},
		{"a public one", instance(targets.MySQL), create("Format", "XML", "Format", "XML"), "unspecified by CB-PUBLIC-4"},
		{"one of official clients", instance(targets.MySQL), create("RegionId", "cn-hangzhou", "RegionId", "cn-hangzhou"),
			"unspecified by CB-PUBLIC-4"},
	}},
	{"the name of a parameter in another letter case", []example{
		{"a wrong value may be ignored", instance(targets.MySQL), create("backupmethod", "Hot"), "unspecified by CB-PUBLIC-7"},
		{"Action may be missing", instance(targets.MySQL), with(create().Without("Action"), "action", "CreateBackup"),
			"unspecified by CB-PUBLIC-7"},
	}},
	{"where the parameters stand, and the HTTP method", []example{
		{"a body under GET", instance(targets.MySQL), targets.Call{Method: "GET", Params: []targets.Param{
			{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)},
			{Name: "BackupMethod", Value: "Hot", In: targets.Body},
		}}, "unspecified by CB-METHOD-8"},
		{"the Format in a body under GET", instance(targets.MySQL), targets.Call{Method: "GET", Params: []targets.Param{
			{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)},
			{Name: "Format", Value: "XML", In: targets.Body},
		}}, "unspecified by CB-RESPONSE-9"},
		{"PUT", instance(targets.MySQL), targets.Call{Method: "PUT", Params: create().Params}, "unspecified by CB-PUBLIC-1"},
		{"a request that no client sends", instance(targets.MySQL),
			targets.Call{Method: "POST", Params: create().Params, Wire: "http10"}, "unspecified by CB-ROBUST-1"},
	}},
	{"the ways to say the same, which ordinary HTTP sense takes for the same", []example{
		{"GET", instance(targets.MySQL), targets.Call{Method: "GET", Params: create().Params}, "accepted by CB-PRE-1"},
		{"a form with a character set", instance(targets.MySQL),
			targets.Call{Method: "POST", Params: create().Params, Form: targets.FormCharset},
			"accepted by CB-PUBLIC-1 (should), CB-PRE-1"},
		{"every byte encoded", instance(targets.MySQL),
			targets.Call{Method: "POST", Params: create().Params, Encoding: targets.EncodingAll},
			"accepted by CB-PUBLIC-5 (should), CB-PRE-1"},
	}},
}

func TestWhatTheDocumentDoesNotSay(t *testing.T) {
	check(t, edition(t, oracle.Original), silence)
}

func TestEveryOtherStatusIsNotActive(t *testing.T) {
	for _, e := range oracle.Editions() {
		for _, s := range targets.Statuses {
			require.Equal(t, "refused by CB-PRE-2", outcome(expect(e, instance(targets.MySQL, status(s)), create())), "%s, %s", e.Name, s)
		}
	}
}
