// Package clients drives cbspec serve with Alibaba's own SDKs for Go, unmodified.
package clients

import (
	"slices"
	"strings"
	"testing"
)

// client is one SDK in one way of signing. Each method is one call of it.
type client interface {
	createBackup(id string, optional map[string]string) (requestID, job string, err error)
	tasks(id, job string) ([]task, error)
	backups(id string) ([]backup, error)
	attribute(id string) (engine, status string, err error)
	// failure is what the SDK made of an error answer.
	failure(err error) (code string, status int, requestID string)
}

type task struct{ job, status, backup string }

type backup struct{ id, status, method string }

// way makes clients: one SDK in one way of signing.
type way struct {
	name string
	dial func(t *testing.T, keyID, secret, token, scheme string) client
}

var ways = []way{{"alibaba-cloud-sdk-go", dialOld}, {"darabonba ACS3-HMAC-SHA256", dialACS3}, {"darabonba HMAC-SHA1", dialSHA1}}

// each runs a test with every client.
func each(t *testing.T, test func(t *testing.T, w way)) {
	for _, w := range ways {
		t.Run(w.name, func(t *testing.T) { test(t, w) })
	}
}

func (w way) client(t *testing.T) client { return w.dial(t, keyID, secret, "", "http") }

// A name whose signature is right only where client and server encode alike.
const oddName = "a b*~c+d/ü%"

func TestCreatePollDescribe(t *testing.T) {
	for _, c := range []struct {
		name     string
		optional map[string]string
		want     covered
	}{
		{"default", nil, covered{"Physical", "instance", "FullBackup", []string{"app", oddName}}},
		{"physical", map[string]string{"BackupMethod": "Physical"}, covered{"Physical", "instance", "FullBackup", []string{"app", oddName}}},
		{"logical", map[string]string{"BackupMethod": "Logical", "BackupStrategy": "db", "DBName": "app"}, covered{"Logical", "db", "FullBackup", []string{"app"}}},
		{"odd name", map[string]string{"BackupMethod": "Logical", "BackupStrategy": "db", "DBName": oddName}, covered{"Logical", "db", "FullBackup", []string{oddName}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, w way) { createPollDescribe(t, w.client(t), c.optional, c.want) })
		})
	}
}

func createPollDescribe(t *testing.T, c client, optional map[string]string, want covered) {
	id := provision(t, "MySQL", "app", oddName)
	requestID, job, err := c.createBackup(id, optional)
	if err != nil {
		t.Fatal(err)
	}
	if requestID == "" {
		t.Error("the client shows no RequestId")
	}
	if (job != "") != (edition == "current") {
		t.Errorf("BackupJobId is %q in the %s edition", job, edition)
	}
	if got := lastMade(t, id); got.Method != want.Method || got.Strategy != want.Strategy || got.Type != want.Type || !slices.Equal(got.Databases, want.Databases) {
		t.Errorf("the server made %+v, want %+v", got, want)
	}

	running, err := c.tasks(id, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(running) != 1 || running[0].job == "" || running[0].status != "Uploading" {
		t.Fatalf("the tasks that run are %+v", running)
	}
	if job != "" && running[0].job != job {
		t.Errorf("the task is %q, CreateBackup said %q", running[0].job, job)
	}
	if before, err := c.backups(id); err != nil || len(before) != 0 {
		t.Fatalf("while it runs DescribeBackups shows %+v, %v", before, err)
	}

	complete(t, id)
	ended, err := c.tasks(id, running[0].job)
	if err != nil {
		t.Fatal(err)
	}
	if len(ended) != 1 || ended[0].status != "Finished" || ended[0].backup == "" {
		t.Fatalf("the ended task is %+v", ended)
	}
	after, err := c.backups(id)
	if err != nil {
		t.Fatal(err)
	}
	if want := (backup{ended[0].backup, "Success", want.Method}); !slices.Equal(after, []backup{want}) {
		t.Errorf("DescribeBackups shows %+v, want %+v", after, want)
	}
	engine, status, err := c.attribute(id)
	if err != nil || engine != "MySQL" || status != "Running" {
		t.Errorf("the attribute is %q %q, %v", engine, status, err)
	}
}

// What only the current edition has is made in it, and refused or passed over in the original one.
func TestEditions(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		c := w.client(t)
		id := provision(t, "MySQL", "app")
		_, _, err := c.createBackup(id, map[string]string{"BackupMethod": "Snapshot"})
		if edition == "original" {
			refused(t, c, err, "InvalidBackupMethod.ValueNotSupported", 400)
		} else if err != nil || lastMade(t, id).Method != "Snapshot" {
			t.Errorf("Snapshot: %v", err)
		}

		id = provision(t, "SQLServer", "app", "orders", "more")
		_, _, err = c.createBackup(id, map[string]string{"BackupMethod": "Physical", "BackupType": "FullBackup", "BackupStrategy": "db", "DBName": "app,orders"})
		want := covered{"Physical", "instance", "FullBackup", []string{"app", "orders", "more"}}
		if edition == "current" {
			want = covered{"Physical", "db", "FullBackup", []string{"app", "orders"}}
		}
		if got := lastMade(t, id); err != nil || got.Strategy != want.Strategy || !slices.Equal(got.Databases, want.Databases) {
			t.Errorf("the server made %+v, want %+v, %v", got, want, err)
		}
	})
}

// refused checks that the client made of the refusal what the server said.
func refused(t *testing.T, c client, err error, code string, status int) {
	t.Helper()
	if err == nil {
		t.Errorf("accepted; want %s", code)
		return
	}
	gotCode, gotStatus, requestID := c.failure(err)
	if gotCode != code || gotStatus != status || requestID == "" {
		t.Errorf("the client shows %d %s, RequestId %q; want %d %s\n%v", gotStatus, gotCode, requestID, status, code, err)
	}
}

func TestErrors(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		c := w.client(t)
		_, _, err := c.createBackup("rm-unknown", nil)
		refused(t, c, err, "InvalidDBInstanceId.NotFound", 404)
		_, err = c.backups("rm-unknown")
		refused(t, c, err, "InvalidDBInstanceId.NotFound", 404)

		id := provision(t, "MySQL", "app")
		if _, _, err := c.createBackup(id, nil); err != nil {
			t.Fatal(err)
		}
		_, _, err = c.createBackup(id, nil)
		refused(t, c, err, "OperationDenied.BackupJobExists", 403)

		_, _, err = w.dial(t, keyID, "wrong", "", "http").createBackup(id, nil)
		refused(t, c, err, "SignatureDoesNotMatch", 400)
		_, _, err = w.dial(t, "wrong", secret, "", "http").createBackup(id, nil)
		refused(t, c, err, "InvalidAccessKeyId.NotFound", 404)
	})
}

// The token of STS is signed as well, in the query or in a header.
func TestSecurityToken(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		id := provision(t, "MySQL", "app")
		if _, _, err := w.dial(t, keyID, secret, "token/of+STS=", "http").createBackup(id, nil); err != nil {
			t.Error(err)
		}
	})
}

// Without --tls the simulator speaks no TLS: an SDK left at https, which they are unless told,
// fails on the way and not with an error code.
func TestTLSFailsOnTheWay(t *testing.T) {
	each(t, func(t *testing.T, w way) {
		_, _, err := w.dial(t, keyID, secret, "", "https").createBackup("rm-mysql", nil)
		if err == nil || !strings.Contains(err.Error(), "server gave HTTP response to HTTPS client") {
			t.Errorf("over https: %v", err)
		}
	})
}
