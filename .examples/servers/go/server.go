// A small CreateBackup server, as an example: go run server.go control.go
// Put your server in its place, and keep the control protocol of control.go beside it.
package main

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log"
	"net/http"
	"slices"
	"strings"
	"sync"
)

const apiAddress, controlAddress = "127.0.0.1:8080", "127.0.0.1:8081"

// create begins the backup that is asked for, or returns the status and Code of a refusal.
func create(all instances, parameter func(name string) string) (int, string) {
	one, found := all[parameter("DBInstanceId")]
	if !found {
		one = &instance{}
	}
	b := one.newBackup("running", one.day)
	b.Method = cmp.Or(parameter("BackupMethod"), "Physical")
	b.Type = cmp.Or(parameter("BackupType"), "Auto")
	logical := b.Method == "Logical"
	if logical {
		b.Strategy = cmp.Or(parameter("BackupStrategy"), "instance")
	}
	single := b.Strategy == "db"
	if single {
		b.Databases = []string{parameter("DBName")}
	}
	for _, mistake := range []struct {
		made   bool
		status int
		code   string
	}{
		{parameter("Action") != "CreateBackup", 404, "InvalidAction.NotFound"},
		{parameter("Version") != "2014-08-15", 400, "InvalidVersion"},
		{b.Method != "Physical" && !logical, 400, "InvalidBackupMethod"},
		{b.Strategy != "instance" && !single, 400, "InvalidBackupStrategy"},
		{b.Type != "Auto" && b.Type != "FullBackup", 400, "InvalidBackupType"},
		{parameter("DBInstanceId") == "", 400, "MissingDBInstanceId"},
		{!found, 404, "InvalidDBInstanceId.NotFound"},
		{one.Status != "Running", 403, "OperationDenied.DBInstanceStatus"},
		{logical && one.Engine == "SQLServer", 403, "OperationDenied.BackupMethod"},
		{logical && len(one.Databases) == 0, 403, "OperationDenied.BackupMethod"},
		{single && !slices.Contains(one.Databases, b.Databases[0]), 404, "InvalidDBName.NotFound"},
		{one.running(), 403, "OperationDenied.BackupJobExists"},
		{one.today() >= 10, 403, "Exceeded.BackupTimes"},
	} {
		if mistake.made {
			return mistake.status, mistake.code
		}
	}
	one.backups = append(one.backups, &b)
	return http.StatusOK, ""
}

// document is an answer. It is written as XML or as JSON.
type document struct {
	XMLName   xml.Name `json:"-"`
	RequestID string   `json:"RequestId" xml:"RequestId"`
	HostID    string   `json:"HostId,omitempty" xml:"HostId,omitempty"`
	Code      string   `json:",omitempty" xml:",omitempty"`
	Message   string   `json:",omitempty" xml:",omitempty"`
}

func newRequestID() string {
	var b [16]byte
	rand.Read(b[:])
	return fmt.Sprintf("%X-%X-%X-%X-%X", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

func (all instances) api(w http.ResponseWriter, r *http.Request) {
	status, code := create(all, r.FormValue)
	d := document{XMLName: xml.Name{Local: "CreateBackupResponse"}, RequestID: newRequestID()}
	if code != "" {
		d.XMLName.Local, d.HostID, d.Code, d.Message = "Error", "localhost", code, code
	}
	kind, write := "xml", xml.Marshal
	if strings.EqualFold(r.FormValue("Format"), "JSON") {
		kind, write = "json", json.Marshal
	}
	text, err := write(d)
	if err != nil {
		log.Print(err)
	}
	w.Header().Set("Content-Type", "application/"+kind+";charset=utf-8")
	w.WriteHeader(status)
	w.Write(text)
}

func main() {
	var mu sync.Mutex
	oneAtATime := func(answer http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			answer(w, r)
		}
	}
	all := instances{}
	go func() { log.Fatal(http.ListenAndServe(controlAddress, oneAtATime(all.control))) }()
	log.Fatal(http.ListenAndServe(apiAddress, oneAtATime(all.api)))
}
