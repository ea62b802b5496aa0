package simulator

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// rows returns the rows of a list, which is wrapped twice.
func rows(t *testing.T, a answer, wrapper, name string) []map[string]any {
	t.Helper()
	require.Equal(t, 200, a.status, a.body)
	inner, ok := a.doc[wrapper].(map[string]any)
	require.True(t, ok, a.body)
	list, ok := inner[name].([]any)
	require.True(t, ok, a.body)
	found := []map[string]any{}
	for _, row := range list {
		found = append(found, row.(map[string]any))
	}
	return found
}

func TestReadyMadeInstancesCompleteByThemselves(t *testing.T) {
	now := authNow()
	b := start(t, Options{Now: func() time.Time { return now }, CompleteAfter: time.Minute})
	list := func(action, wrapper, name string, pairs ...string) []map[string]any {
		t.Helper()
		return rows(t, b.ask(action, append([]string{"DBInstanceId", "rm-mysql"}, pairs...)...), wrapper, name)
	}
	backups := func(pairs ...string) []map[string]any { return list("DescribeBackups", "Items", "Backup", pairs...) }
	tasks := func(pairs ...string) []map[string]any {
		return list("DescribeBackupTasks", "Items", "BackupJob", pairs...)
	}
	require.Equal(t, []string{"rm-mysql", "rm-sqlserver", "rm-postgresql", "rm-mariadb", "rm-empty"}, b.sim.Instances())
	require.Equal(t, 200, b.create("rm-mysql").status)
	require.Equal(t, "OperationDenied.BackupJobExists", b.create("rm-mysql").code())
	require.Empty(t, backups(), "a running backup is not listed")
	running := tasks()
	require.Len(t, running, 1)
	now = now.Add(time.Minute)
	require.Empty(t, tasks())
	finished := tasks("BackupJobId", running[0]["BackupJobId"].(string))
	require.Equal(t, "Finished", finished[0]["BackupStatus"])
	backup := backups("BackupId", finished[0]["BackupId"].(string))
	require.Len(t, backup, 1)
	require.Equal(t, "Success", backup[0]["BackupStatus"])
	require.Equal(t, "app,orders", backup[0]["BackupDBNames"])
	require.Equal(t, 200, b.create("rm-mysql").status)
}

func TestDescribeBackupsPagesAndFilters(t *testing.T) {
	b := start(t, Options{Now: authNow})
	id := b.provision(targets.Condition{BackupsToday: 35, LastBackup: targets.LastFailed})
	list := func(pairs ...string) []map[string]any {
		t.Helper()
		return rows(t, b.ask("DescribeBackups", append([]string{"DBInstanceId", id}, pairs...)...), "Items", "Backup")
	}
	require.Len(t, list(), 30)
	require.Len(t, list("PageNumber", "2"), 5)
	require.Empty(t, list("PageNumber", "3"))
	require.Empty(t, list("PageNumber", "9223372036854775807"))
	require.Len(t, list("PageSize", "50"), 35)
	require.Len(t, list("BackupStatus", "Failed"), 1)
	require.Len(t, list("PageSize", "50", "BackupStatus", "Success"), 34)
	require.Len(t, list("PageSize", "50", "BackupMode", "Manual"), 35)
	require.Empty(t, list("BackupMode", "Automated"))
	require.Len(t, list("StartTime", "2026-11-23T11:00Z", "EndTime", "2026-11-23T13:00Z", "PageSize", "50"), 35)
	require.Empty(t, list("StartTime", "2026-11-23T13:00Z"))
	require.Empty(t, list("EndTime", "2026-11-23T11:00Z"))
	for _, wrong := range [][]string{
		{"PageSize", "0"}, {"PageSize", "x"}, {"PageSize", "1000"}, {"PageNumber", "0"}, {"StartTime", "today"},
	} {
		require.Equal(t, 400, b.ask("DescribeBackups", append([]string{"DBInstanceId", id}, wrong...)...).status, wrong)
	}
	a := b.ask("DescribeBackups", "DBInstanceId", id)
	numbers := []any{a.doc["PageNumber"], a.doc["PageRecordCount"], a.doc["TotalRecordCount"]}
	require.Equal(t, []any{"1", "30", "35"}, numbers, "SDKs read strings here")
}

func TestDeleteBackup(t *testing.T) {
	b := start(t, Options{})
	id := b.provision(targets.Condition{BackupsToday: 10, LastBackup: targets.LastCompleted})
	listed := rows(t, b.ask("DescribeBackups", "DBInstanceId", id), "Items", "Backup")
	gone := listed[9]["BackupId"].(string)
	require.Equal(t, 200, b.ask("DeleteBackup", "DBInstanceId", id, "BackupId", gone).status)
	require.Len(t, rows(t, b.ask("DescribeBackups", "DBInstanceId", id), "Items", "Backup"), 9)
	require.Len(t, b.backups(id), 9)
	require.Equal(t, "OperationDenied.NotFoundBackup", b.ask("DeleteBackup", "DBInstanceId", id, "BackupId", gone).code())
	require.Equal(t, "BackupTimesExceeded", b.create(id).code(), "a deleted backup still counts towards the quota")
}

func TestDescribeInstancesAndDatabases(t *testing.T) {
	b := start(t, Options{})
	id := b.provision(targets.Condition{
		Engine: "PostgreSQL", Status: "Rebooting", Databases: []string{"a", "b"}, LockMode: "ManualLock",
	})
	described := b.ask("DescribeDBInstanceAttribute", "DBInstanceId", id+",rm-mysql")
	attribute := rows(t, described, "Items", "DBInstanceAttribute")
	require.Len(t, attribute, 2)
	require.Equal(t, []any{id, "Rebooting", "PostgreSQL", "ManualLock"},
		[]any{
			attribute[0]["DBInstanceId"], attribute[0]["DBInstanceStatus"], attribute[0]["Engine"], attribute[0]["LockMode"],
		})
	unknown := b.ask("DescribeDBInstanceAttribute", "DBInstanceId", "rm-none")
	require.Equal(t, "InvalidDBInstanceId.NotFound", unknown.code())
	require.Len(t, rows(t, b.ask("DescribeDBInstances"), "Items", "DBInstance"), 6)
	require.Len(t, rows(t, b.ask("DescribeDBInstances", "Engine", "PostgreSQL"), "Items", "DBInstance"), 2)
	require.Len(t, rows(t, b.ask("DescribeDBInstances", "DBInstanceStatus", "Rebooting"), "Items", "DBInstance"), 1)
	require.Len(t, rows(t, b.ask("DescribeDBInstances", "DBInstanceId", "rm-mysql"), "Items", "DBInstance"), 1)
	require.Len(t, rows(t, b.ask("DescribeDatabases", "DBInstanceId", id), "Databases", "Database"), 2)
	one := rows(t, b.ask("DescribeDatabases", "DBInstanceId", id, "DBName", "b"), "Databases", "Database")
	require.Equal(t, "b", one[0]["DBName"])
	second := b.ask("DescribeDatabases", "DBInstanceId", id, "PageSize", "1", "PageNumber", "2")
	require.Len(t, rows(t, second, "Databases", "Database"), 1)
}

func TestXMLWrapsListsTwice(t *testing.T) {
	b := start(t, Options{})
	id := b.provision(targets.Condition{Databases: []string{"<a>", "b"}})
	a := b.do(httptest.NewRequest("GET", "/?Action=DescribeDatabases&Version=2014-08-15&DBInstanceId="+id, nil))
	require.Regexp(t, `<DescribeDatabasesResponse>.*<Databases><Database><DBName>&lt;a&gt;</DBName>.*</Database>`+
		`<Database><DBName>b</DBName>.*</Database></Databases></DescribeDatabasesResponse>$`, a.body)
}
