package main

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

const capabilities = `{"provision": true, "observe": true, "complete": true, "nextDay": true,
	"engines": ["MySQL", "SQLServer", "PostgreSQL", "MariaDB"],
	"statuses": ["Running", "Creating", "Deleting", "Rebooting", "Restoring"]}`

type backup struct {
	ID        string   `json:"backupId"`
	Method    string   `json:"method"`
	Strategy  string   `json:"strategy"`
	Databases []string `json:"databases"`
	Type      string   `json:"type"`
	Status    string   `json:"status"`
	day       int
}

// instance is a condition, as the control protocol writes it, and what became of it.
type instance struct {
	Engine, Status, LastBackup string
	Databases                  []string
	BackupsToday               int
	day                        int
	backups                    []*backup
}

type instances map[string]*instance

func (one *instance) newBackup(status string, day int) backup {
	return backup{rand.Text(), "Physical", "instance", slices.Clone(one.Databases), "Auto", status, day}
}

func (one *instance) running() bool {
	return slices.ContainsFunc(one.backups, func(b *backup) bool { return b.Status == "running" })
}

func (one *instance) today() (count int) {
	for _, b := range one.backups {
		if b.day == one.day {
			count++
		}
	}
	return count
}

// provision makes the backups of the condition.
func (one *instance) provision() {
	count, day := one.BackupsToday, 0
	if count == 0 && one.LastBackup != "none" {
		count, day = 1, -1 // without backups today, the last one is of the day before
	}
	for range count {
		b := one.newBackup("completed", day)
		one.backups = append(one.backups, &b)
	}
	if one.LastBackup != "none" {
		one.backups[count-1].Status = one.LastBackup
	}
}

// control answers the control protocol, version 1, with which cbspec prepares and observes
// instances. Let it work on those of your server. `cbspec help protocol` says what it answers.
func (all instances) control(w http.ResponseWriter, r *http.Request) {
	status, document := all.act(r)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if document != nil {
		json.NewEncoder(w).Encode(document)
	}
}

func (all instances) act(r *http.Request) (int, any) {
	path := append(strings.Split(r.URL.Path, "/"), "", "") // "", v1, instances, id, action
	id, action, body := path[3], r.Method+" "+path[4], json.NewDecoder(r.Body)
	one, isJSON := all[id], strings.HasPrefix(r.Header.Get("Content-Type"), "application/json")
	switch {
	case r.Header.Get("Origin") != "", r.ContentLength != 0 && !isJSON:
		return 403, map[string]string{"error": "this protocol takes JSON, and nothing from web pages"}
	case r.URL.Path == "/v1/capabilities":
		return 200, json.RawMessage(capabilities)
	case r.URL.Path == "/v1/instances":
		one, id = &instance{backups: []*backup{}}, "rm-"+rand.Text()
		if body.Decode(one) != nil || !strings.Contains(capabilities, `"`+one.Status+`"`) {
			return 400, map[string]string{"error": "no such status"}
		}
		one.provision()
		all[id] = one
		return 201, map[string]string{"dbInstanceId": id}
	case one == nil:
		return 404, map[string]string{"error": "no such instance"}
	case action == "GET backups":
		return 200, map[string]any{"backups": one.backups}
	case action == "DELETE ":
		delete(all, id)
	case action == "PATCH ":
		body.Decode(one)
	case action == "POST next-day":
		one.day++
	case action == "POST complete":
		var end struct{ Result string }
		body.Decode(&end)
		for _, b := range one.backups {
			if b.Status == "running" {
				b.Status = end.Result
			}
		}
	}
	return 204, nil
}
