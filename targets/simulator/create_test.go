package simulator

import (
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestActiveInstanceIsBackedUp(t *testing.T) {
	b := start(t, Options{})
	id := b.provision(targets.Condition{Databases: []string{"app", "orders"}})
	a := b.create(id)
	require.Equal(t, 200, a.status)
	require.Regexp(t, `^[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12}$`, a.doc["RequestId"])
	require.Len(t, a.doc, 1, "the original edition answers only with a RequestId")
	made := b.backups(id)
	require.Len(t, made, 1)
	require.Equal(t, "Physical", made[0].Method)
	require.Equal(t, "instance", made[0].Strategy)
	require.Equal(t, []string{"app", "orders"}, made[0].Databases)
	require.Equal(t, targets.LastRunning, made[0].Status)
}

func TestConditionsThatRefuse(t *testing.T) {
	for _, c := range []struct {
		name      string
		condition targets.Condition
		code      string
	}{
		{"a running backup", targets.Condition{LastBackup: targets.LastRunning}, "OperationDenied.BackupJobExists"},
		{
			"a running backup after others", targets.Condition{LastBackup: targets.LastRunning, BackupsToday: 3},
			"OperationDenied.BackupJobExists",
		},
		{"the quota", targets.Condition{LastBackup: targets.LastCompleted, BackupsToday: 10}, "BackupTimesExceeded"},
		{"a lock", targets.Condition{LockMode: "ManualLock"}, "OperationDenied.LockMode"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := start(t, Options{})
			require.Equal(t, c.code, b.create(b.provision(c.condition)).code())
		})
	}
	for _, status := range targets.Statuses {
		t.Run("status "+status, func(t *testing.T) {
			b := start(t, Options{})
			id := b.provision(targets.Condition{Status: status})
			a := b.create(id)
			require.Equal(t, 403, a.status)
			require.Equal(t, "OperationDenied.DBInstanceStatus", a.code())
			require.Empty(t, b.backups(id))
		})
	}
}

func TestQuotaIsPerDayAndInstance(t *testing.T) {
	for edition, quota := range map[string]int{"original": 10, "current": 20} {
		t.Run(edition, func(t *testing.T) {
			b := start(t, Options{Edition: edition})
			id, other := b.provision(targets.Condition{}), b.provision(targets.Condition{})
			for day := range 2 {
				for i := range quota {
					require.Equal(t, 200, b.create(id).status, "day %d, backup %d", day, i+1)
					b.complete(id, "completed")
				}
				require.Equal(t, "BackupTimesExceeded", b.create(id).code())
				require.Equal(t, 204, b.control("POST", "/v1/instances/"+id+"/next-day", "").Code)
			}
			require.Equal(t, 200, b.create(other).status)
			require.Len(t, b.backups(id), 2*quota)
		})
	}
}

func TestParameters(t *testing.T) {
	const (
		fullOfApp    = "BackupType=FullBackup BackupStrategy=db DBName=app"
		badRetention = "InvalidBackupRetentionPeriod.ValueNotSupported"
	)
	two := []string{"app", "orders"}
	for _, c := range []struct {
		edition, engine string
		databases       []string
		parameters      string // name=value, separated by spaces
		code            string // of the refusal; empty: accepted
		made            string // method/strategy/databases/type of the backup
	}{
		{"", "MySQL", two, "BackupMethod=Physical", "", "Physical/instance/app,orders/FullBackup"},
		{"", "MySQL", two, "BackupMethod=Logical", "", "Logical/instance/app,orders/FullBackup"},
		{"", "MySQL", two, "BackupMethod=Logical BackupStrategy=instance", "", "Logical/instance/app,orders/FullBackup"},
		{"", "MySQL", two, "BackupMethod=Logical BackupStrategy=db DBName=orders", "", "Logical/db/orders/FullBackup"},
		{"", "PostgreSQL", two, "BackupMethod=Logical BackupStrategy=db DBName=app", "", "Logical/db/app/FullBackup"},
		{"", "MariaDB", two, "BackupMethod=Logical", "", "Logical/instance/app,orders/FullBackup"},
		{"", "MySQL", two, "BackupMethod=Logical BackupStrategy=db DBName=none", "InvalidDBName.NotFound", ""},
		{"", "MySQL", two, "BackupMethod=Logical BackupStrategy=db", "MissingParameter", ""},
		{"", "MySQL", two, "BackupMethod=Logical BackupStrategy=all", "InvalidBackupStrategy.ValueNotSupported", ""},
		{"", "MySQL", two, "BackupStrategy=db DBName=app", "", "Physical/instance/app,orders/FullBackup"},
		{"", "MySQL", two, "BackupStrategy=nonsense", "", "Physical/instance/app,orders/FullBackup"},
		{"", "MySQL", nil, "BackupMethod=Logical", "OperationDenied.NoDatabase", ""},
		{"", "MySQL", nil, "", "", "Physical/instance//FullBackup"},
		{"original", "SQLServer", two, "BackupMethod=Logical", "OperationDenied.BackupMethod", ""},
		{"", "SQLServer", two, "BackupMethod=Physical", "", "Physical/instance/app,orders/FullBackup"},
		{"original", "MySQL", two, "BackupMethod=Snapshot", "InvalidBackupMethod.ValueNotSupported", ""},
		{"original", "MySQL", two, "BackupMethod=", "InvalidBackupMethod.ValueNotSupported", ""},
		{"original", "MySQL", two, "BackupMethod=physical", "InvalidBackupMethod.ValueNotSupported", ""},
		{"", "MySQL", two, "BackupMethod=Physical BackupMethod=Physical", "InvalidParameter", ""},
		{"original", "MySQL", two, "BackupType=IncrementalBackup", "InvalidBackupType.ValueNotSupported", ""},
		{"", "MySQL", two, "BackupType=FullBackup", "", "Physical/instance/app,orders/FullBackup"},
		{"", "MySQL", two, "BackupType=Auto", "", "Physical/instance/app,orders/FullBackup"},
		{
			"", "MySQL", two, "RegionId=cn-hangzhou SignatureType= OwnerId=1 ResourceOwnerId=1 SecureTransport=true " +
				"SourceIp=::1 ClientToken=x Whatever=1", "", "Physical/instance/app,orders/FullBackup",
		},
		{"current", "SQLServer", two, "BackupMethod=Logical", "", "Logical/instance/app,orders/FullBackup"},
		{"current", "MariaDB", two, "BackupMethod=Snapshot", "InvalidBackupMethod.ValueNotSupport", ""},
		{"current", "MariaDB", two, "BackupMethod=Physical", "", "Physical/instance/app,orders/FullBackup"},
		{"current", "MySQL", two, "BackupMethod=Snapshot", "", "Snapshot/instance/app,orders/FullBackup"},
		{
			"current", "MySQL", two, "BackupMethod=Logical BackupStrategy=db DBName=orders,app",
			"", "Logical/db/orders,app/FullBackup",
		},
		{"current", "MySQL", two, "BackupMethod=Logical BackupStrategy=db DBName=app,none", "InvalidDBName.NotFound", ""},
		{"current", "MySQL", two, "BackupMethod=Nonsense", "InvalidBackupMethod.ValueNotSupport", ""},
		{"current", "MySQL", two, "BackupType=Nonsense", "", "Physical/instance/app,orders/FullBackup"},
		{"current", "SQLServer", two, "BackupType=Nonsense", "BackupType.NotSupport", ""},
		{"current", "SQLServer", two, "BackupMethod=Physical " + fullOfApp, "", "Physical/db/app/FullBackup"},
		{"current", "SQLServer", two, fullOfApp + " BackupRetentionPeriod=7", "", "Physical/db/app/FullBackup"},
		{"current", "SQLServer", two, fullOfApp + " BackupRetentionPeriod=-1", "", "Physical/db/app/FullBackup"},
		{"current", "SQLServer", two, fullOfApp + " BackupRetentionPeriod=6", badRetention, ""},
		{"current", "SQLServer", two, fullOfApp + " BackupRetentionPeriod=731", badRetention, ""},
		{"current", "MySQL", two, "BackupRetentionPeriod=soon", "", "Physical/instance/app,orders/FullBackup"},
	} {
		for _, edition := range []string{"original", "current"} {
			if c.edition != "" && c.edition != edition {
				continue
			}
			t.Run(edition+"/"+c.engine+"/"+c.parameters, func(t *testing.T) {
				b := start(t, Options{Edition: edition})
				id := b.provision(targets.Condition{Engine: c.engine, Databases: c.databases})
				var pairs []string
				for p := range strings.FieldsSeq(c.parameters) {
					name, value, _ := strings.Cut(p, "=")
					pairs = append(pairs, name, value)
				}
				a := b.create(id, pairs...)
				require.Equal(t, c.code, a.code())
				made := b.backups(id)
				if c.code != "" {
					require.GreaterOrEqual(t, a.status, 400)
					require.Less(t, a.status, 500)
					require.Empty(t, made)
					return
				}
				require.Equal(t, 200, a.status)
				require.Len(t, made, 1)
				databases := strings.Join(made[0].Databases, ",")
				require.Equal(t, c.made, strings.Join([]string{made[0].Method, made[0].Strategy, databases, made[0].Type}, "/"))
			})
		}
	}
}

func TestSnapshotByDisk(t *testing.T) {
	for storage, code := range map[string]string{"": "", "cloud": "", "local": "InvalidBackupMethod.ValueNotSupport"} {
		b := start(t, Options{Edition: "current"})
		id := b.provision(targets.Condition{Engine: targets.SQLServer, Databases: []string{"app"}, Storage: storage})
		require.Equal(t, code, b.create(id, "BackupMethod", "Snapshot").code(), "storage %q", storage)
	}
}

func TestAutoIsIncrementalAfterAFullBackup(t *testing.T) {
	b := start(t, Options{})
	id := b.provision(targets.Condition{Databases: []string{"app"}, LastBackup: targets.LastCompleted})
	for i, kind := range []string{"", "Auto", "FullBackup"} {
		pairs := []string{"BackupType", kind}
		if kind == "" {
			pairs = nil
		}
		require.Equal(t, 200, b.create(id, pairs...).status)
		b.complete(id, "completed")
		require.Equal(t, []string{"IncrementalBackup", "IncrementalBackup", "FullBackup"}[i], b.backups(id)[i+1].Type)
	}
}

func TestCurrentEditionAnswersWithAJob(t *testing.T) {
	b := start(t, Options{Edition: "current"})
	id := b.provision(targets.Condition{})
	a := b.create(id)
	job, ok := a.doc["BackupJobId"].(string)
	require.True(t, ok, a.body)
	require.Equal(t, job, b.backups(id)[0].JobID)
	tasks := b.ask("DescribeBackupTasks", "DBInstanceId", id, "BackupJobId", job)
	require.Contains(t, tasks.body, `"BackupJobId":"`+job+`"`)
	require.NotContains(t, tasks.body, `"BackupId"`, "only a finished task names its backup")
	b.complete(id, "completed")
	tasks = b.ask("DescribeBackupTasks", "DBInstanceId", id, "BackupJobId", job)
	require.Contains(t, tasks.body, `"BackupStatus":"Finished"`)
}

func TestRequiredParameters(t *testing.T) {
	b := start(t, Options{})
	id := b.provision(targets.Condition{})
	for _, c := range []struct {
		query, code string
		status      int
	}{
		{"Version=2014-08-15&DBInstanceId=" + id, "MissingParameter", 400},
		{"Action=&Version=2014-08-15&DBInstanceId=" + id, "MissingParameter", 400},
		{"Action=createbackup&Version=2014-08-15&DBInstanceId=" + id, "InvalidAction", 403},
		{"Action=+CreateBackup&Version=2014-08-15&DBInstanceId=" + id, "InvalidAction", 403},
		{"Action=CreateBackup&DBInstanceId=" + id, "MissingParameter", 400},
		{"Action=CreateBackup&Version=&DBInstanceId=" + id, "MissingParameter", 400},
		{"Action=CreateBackup&Version=2016-11-01&DBInstanceId=" + id, "InvalidParameter", 400},
		{"Action=CreateBackup&Version=2014-08-15", "MissingParameter", 400},
		{"Action=CreateBackup&Version=2014-08-15&DBInstanceId=", "MissingParameter", 400},
		{"Action=CreateBackup&Version=2014-08-15&DBInstanceId=rm-none", "InvalidDBInstanceId.NotFound", 404},
	} {
		a := b.do(httptest.NewRequest("POST", "/?Format=json&"+c.query, nil))
		require.Equal(t, c.code, a.code(), c.query)
		require.Equal(t, c.status, a.status, c.query)
	}
	require.Empty(t, b.backups(id))
}

func TestAnswerFormat(t *testing.T) {
	b := start(t, Options{})
	for _, c := range []struct{ format, accept, media string }{
		{"", "", "text/xml"},
		{"", "*/*", "text/xml"},
		{"", "application/json", "application/json"},
		{"XML", "", "text/xml"},
		{"xml", "application/json", "text/xml"},
		{"JSON", "", "application/json"},
		{"json", "", "application/json"},
	} {
		for _, id := range []string{b.provision(targets.Condition{}), "rm-<none>"} {
			query := values("Action", "CreateBackup", "Version", "2014-08-15", "DBInstanceId", id, "Format", c.format)
			r := httptest.NewRequest("GET", "/?"+query.Encode(), nil)
			r.Header.Set("Accept", c.accept)
			a := b.do(r)
			require.Equal(t, c.media+";charset=utf-8", a.header.Get("Content-Type"), c)
			require.Equal(t, strconv.Itoa(len(a.body)), a.header.Get("Content-Length"))
		}
	}
	a := b.do(httptest.NewRequest("GET", "/?Action=CreateBackup&Version=2014-08-15", nil))
	require.Regexp(t, `<Error><RequestId>[-0-9A-F]{36}</RequestId><HostId>example.com</HostId>`+
		`<Code>MissingParameter</Code><Message>.+</Message></Error>$`, a.body)
}

func TestFormWinsOverQuery(t *testing.T) {
	b := start(t, Options{})
	id := b.provision(targets.Condition{})
	form := strings.NewReader("Version=2014-08-15&DBInstanceId=" + id)
	r := httptest.NewRequest("POST", "/?Action=CreateBackup&DBInstanceId=rm-none&Format=JSON", form)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	require.Equal(t, 200, b.do(r).status)
	require.Len(t, b.backups(id), 1)
}

func TestSimultaneousCallsMakeOneBackup(t *testing.T) {
	b := start(t, Options{})
	ids := []string{b.provision(targets.Condition{BackupsToday: 9}), b.provision(targets.Condition{})}
	accepted := newCounter()
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			if id := ids[i%2]; b.create(id).status == 200 {
				accepted.add(id)
			}
		})
	}
	wg.Wait()
	for _, id := range ids {
		require.Equal(t, 1, accepted.of(id))
	}
}
