package simulator

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestProvision(t *testing.T) {
	ten := strings.TrimSpace(strings.Repeat("completed ", 10))
	for _, c := range []struct {
		condition string // without its engine
		statuses  string // of the backups
		accepted  int    // how many backups the quota leaves; -1: another condition refuses all
	}{
		{`"status":"Running","databases":["db1","db2"],"backupsToday":0,"lastBackup":"none"}`, "", 10},
		{`"status":"Running","databases":[],"backupsToday":0,"lastBackup":"completed"}`, "completed", 10},
		{`"status":"Running","databases":[],"backupsToday":0,"lastBackup":"failed"}`, "failed", 10},
		{`"status":"Running","databases":[],"backupsToday":0,"lastBackup":"running"}`, "running", -1},
		{`"status":"Running","databases":[],"backupsToday":3,"lastBackup":"completed"}`, "completed completed completed", 7},
		{`"status":"Running","databases":[],"backupsToday":3,"lastBackup":"running"}`, "completed completed running", -1},
		{`"status":"Running","databases":[],"backupsToday":2,"lastBackup":"failed"}`, "completed failed", 8},
		{`"status":"Rebooting","databases":[],"backupsToday":0,"lastBackup":"none"}`, "", -1},
		{`"status":"Running","databases":[],"backupsToday":10,"lastBackup":"completed"}`, ten, 0},
	} {
		t.Run(c.condition, func(t *testing.T) {
			b := start(t, Options{})
			w := b.control("POST", "/v1/instances", `{"engine":"MySQL",`+c.condition)
			require.Equal(t, 201, w.Code, w.Body.String())
			var made struct {
				ID string `json:"dbInstanceId"`
			}
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &made))
			require.Regexp(t, "^rm-", made.ID)
			var statuses []string
			for _, k := range b.backups(made.ID) {
				require.NotNil(t, k.Databases)
				statuses = append(statuses, k.Status)
			}
			require.Equal(t, c.statuses, strings.Join(statuses, " "))
			for range max(c.accepted, 0) {
				require.Equal(t, 200, b.create(made.ID).status)
				b.complete(made.ID, "completed")
			}
			require.GreaterOrEqual(t, b.create(made.ID).status, 400)
		})
	}
}

func TestControlRefusesUnsupportedRequests(t *testing.T) {
	b := start(t, Options{})
	id := b.provision(targets.Condition{})
	for _, c := range []struct {
		method, path, body string
		status             int
	}{
		{"POST", "/v1/instances", `{"engine":"Oracle","status":"Running"}`, 400},
		{"POST", "/v1/instances", `{"engine":"MySQL","status":"Dreaming"}`, 400},
		{"POST", "/v1/instances", `{"engine":"MySQL","status":"Running","lastBackup":"maybe"}`, 400},
		{"POST", "/v1/instances", `{"engine":"MySQL","status":"Running","lockMode":"Padlock"}`, 400},
		{"POST", "/v1/instances", `{"engine":"MySQL","status":"Running","backupsToday":-1}`, 400},
		{"POST", "/v1/instances", `{"engine":"MySQL","status":"Running","storage":"tape"}`, 400},
		{"POST", "/v1/instances", `{`, 400},
		{"PATCH", "/v1/instances/" + id, `{"status":"Dreaming"}`, 400},
		{"PATCH", "/v1/instances/rm-none", `{"status":"Running"}`, 404},
		{"POST", "/v1/instances/" + id + "/complete", `{"result":"perhaps"}`, 400},
		{"POST", "/v1/instances/rm-none/complete", `{"result":"completed"}`, 404},
		{"GET", "/v1/instances/rm-none/backups", "", 404},
		{"POST", "/v1/instances/rm-none/next-day", "", 404},
		{"DELETE", "/v1/instances/rm-none", "", 404},
		{"GET", "/v1/nothing", "", 404},
		{"PUT", "/v1/capabilities", "", 405},
	} {
		t.Run(c.method+" "+c.path+" "+c.body, func(t *testing.T) {
			w := b.control(c.method, c.path, c.body)
			require.Equal(t, c.status, w.Code)
			var e struct{ Error string }
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &e), w.Body.String())
			require.NotEmpty(t, e.Error)
		})
	}
}

func TestControlChangesInstance(t *testing.T) {
	b := start(t, Options{})
	id := b.provision(targets.Condition{Databases: []string{"app"}})
	patch := func(body string) {
		t.Helper()
		require.Equal(t, 204, b.control("PATCH", "/v1/instances/"+id, body).Code)
	}
	patch(`{"status":"Rebooting"}`)
	require.Equal(t, 403, b.create(id).status)
	patch(`{"databases":[]}`)
	require.Equal(t, 403, b.create(id).status, "the status is unchanged")
	patch(`{"status":"Running"}`)
	logical := b.create(id, "BackupMethod", "Logical")
	require.Equal(t, "OperationDenied.NoDatabase", logical.code(), "the databases are unchanged")
	patch(`{}`)
	require.Equal(t, 200, b.create(id).status)
	b.complete(id, "failed")
	b.complete(id, "completed")
	require.Equal(t, "failed", b.backups(id)[0].Status, "completing when nothing is running changes nothing")
	require.Equal(t, 204, b.control("DELETE", "/v1/instances/"+id, "").Code)
	require.Equal(t, "InvalidDBInstanceId.NotFound", b.create(id).code())
}

func TestCapabilities(t *testing.T) {
	ask := func(o Options) (c targets.Capabilities) {
		require.NoError(t, json.Unmarshal(start(t, o).control("GET", "/v1/capabilities", "").Body.Bytes(), &c))
		return c
	}
	require.Equal(t, targets.Capabilities{
		Provision: true, Observe: true, Complete: true, NextDay: true,
		Engines: engines, Statuses: append([]string{"Running"}, targets.Statuses...), LockModes: lockModes,
	}, ask(Options{}))
	require.Equal(t, []string{"MySQL"}, ask(Options{Variations: []string{"only-mysql"}}).Engines)
}

func TestControlToken(t *testing.T) {
	b := start(t, Options{ControlToken: "secret"})
	require.Equal(t, 401, b.control("GET", "/v1/capabilities", "").Code)
	r := httptest.NewRequest("GET", "/v1/capabilities", nil)
	r.Header.Set("Authorization", "Bearer secret")
	w := httptest.NewRecorder()
	b.sim.Control().ServeHTTP(w, r)
	require.Equal(t, 200, w.Code)
}
