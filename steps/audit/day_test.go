package audit_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/exchange"
	"github.com/cbspec/cbspec/targets/simulator"
)

// operator works with a server as its users do, and keeps what is said. Its clock is that of the
// server too.
type operator struct {
	t        *testing.T
	api      string // URL
	client   *http.Client
	control  http.Handler
	now      time.Time
	recorded []exchange.Exchange
}

func newOperator(t *testing.T, o simulator.Options) *operator {
	t.Helper()
	op := &operator{t: t, now: time.Date(2026, 11, 30, 1, 0, 0, 0, time.UTC)}
	o.Now, o.CompleteAfter = func() time.Time { return op.now }, 5*time.Minute
	sim, err := simulator.New(o)
	require.NoError(t, err)
	server := httptest.NewServer(sim.API())
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	t.Cleanup(server.Close)
	op.api, op.client, op.control = server.URL, server.Client(), sim.Control()
	return op
}

// send sends an operation on an instance with further parameters, each as NAME=VALUE.
func (op *operator) send(action, id string, params ...string) {
	op.t.Helper()
	form := url.Values{"Action": {action}, "Version": {"2014-08-15"}, "Format": {"JSON"}}
	if id != "" {
		form.Set("DBInstanceId", id)
	}
	for _, p := range params {
		name, value, _ := strings.Cut(p, "=")
		form.Set(name, value)
	}
	x := exchange.Exchange{
		Source: "day.har", Line: len(op.recorded) + 1, Start: op.now, End: op.now.Add(100 * time.Millisecond),
		Request: exchange.Request{Method: http.MethodGet, URL: op.api + "/?" + form.Encode(), Header: http.Header{}},
	}
	request, err := http.NewRequestWithContext(op.t.Context(), http.MethodGet, x.Request.URL, nil)
	require.NoError(op.t, err)
	if answer, err := op.client.Do(request); err == nil { // else there is none
		body, err := io.ReadAll(answer.Body)
		x.Response = exchange.Response{
			Status: answer.StatusCode, Header: answer.Header, Message: exchange.Message{Body: body, Partial: err != nil},
		}
		require.NoError(op.t, answer.Body.Close())
	}
	op.recorded = append(op.recorded, x)
	op.now = x.End.Add(3 * time.Second)
}

// change prepares something by the control protocol, which is not part of the traffic.
func (op *operator) change(method, path, body string) {
	op.t.Helper()
	request := httptest.NewRequestWithContext(op.t.Context(), method, path, strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	op.control.ServeHTTP(answer, request)
	require.Less(op.t, answer.Code, 300, answer.Body.String())
}

// backup makes a backup as tools do: they look at the instance, wait for the job, and look at what
// was made.
func (op *operator) backup(id string, params ...string) {
	op.t.Helper()
	op.send("DescribeDBInstanceAttribute", id)
	op.send("DescribeDatabases", id)
	op.send("CreateBackup", id, params...)
	op.send("DescribeDatabases", id)
	op.send("DescribeDBInstanceAttribute", id)
	op.send("DescribeBackupTasks", id)
	op.send("CreateBackup", id, params...) // somebody else is impatient
	op.send("DescribeBackupTasks", id)
	op.now = op.now.Add(6 * time.Minute)
	op.send("DescribeBackupTasks", id)
	op.send("DescribeBackups", id)
}

// day is a day of an operator: regular backups, mistakes, and more backups than a day allows.
func (op *operator) day(quota int) {
	op.t.Helper()
	op.send("DescribeDBInstances", "")
	op.backup("rm-mysql")
	op.backup("rm-mysql", "BackupMethod=Physical", "BackupType=Auto")
	op.backup("rm-mysql", "BackupMethod=Logical", "BackupStrategy=instance", "Format=XML")
	op.backup("rm-mysql", "BackupMethod=Logical", "BackupStrategy=db", "DBName=app")
	op.backup("rm-sqlserver", "BackupMethod=Physical", "BackupType=FullBackup")
	op.backup("rm-postgresql", "BackupMethod=Physical", "RegionId=cn-hangzhou")
	op.backup("rm-mariadb")
	for _, wrong := range []string{"BackupMethod=Phisical", "BackupType=Incremental"} {
		op.send("CreateBackup", "rm-empty", wrong)
	}
	op.send("CreateBackup", "rm-no-such-instance")
	op.send("CreateBackup", "")
	op.send("DescribeDatabases", "rm-empty")
	op.send("CreateBackup", "rm-empty", "BackupMethod=Logical", "BackupStrategy=instance")
	op.send("DescribeDatabases", "rm-empty")
	op.send("CreateBackup", "rm-mysql", "BackupMethod=Logical", "BackupStrategy=instanc")
	op.backup("rm-empty")
	op.change(http.MethodPatch, "/v1/instances/rm-empty", `{"status":"Rebooting"}`)
	op.send("DescribeDBInstanceAttribute", "rm-empty")
	op.send("CreateBackup", "rm-empty")
	op.send("DescribeDBInstanceAttribute", "rm-empty")
	for range quota {
		op.backup("rm-mysql")
	}
}

// exclusive is what an owner vouches for who has the instances for himself.
const exclusive = `
instances:
  - {id: rm-mysql, status: Running, exclusive: true, lastBackup: none, engine: MySQL, databases: [app, orders]}
  - {id: rm-sqlserver, status: Running, exclusive: true, lastBackup: none, engine: SQLServer, databases: [app]}
  - {id: rm-postgresql, status: Running, exclusive: true, lastBackup: none, engine: PostgreSQL, databases: [app]}
  - {id: rm-mariadb, status: Running, exclusive: true, lastBackup: none, engine: MariaDB, databases: [app]}
`

func quotaOf(edition string) int {
	if edition == "current" {
		return 20
	}
	return 10
}
