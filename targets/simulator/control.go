package simulator

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// Control is the handler of the control protocol, version 1.
func (s *Simulator) Control() http.Handler {
	mux := http.NewServeMux()
	c := control{s}
	mux.HandleFunc("GET /{$}", c.page)
	mux.HandleFunc("GET /v1/capabilities", c.capabilities)
	mux.HandleFunc("POST /v1/instances", c.provision)
	mux.HandleFunc("PATCH /v1/instances/{id}", c.on(c.change))
	mux.HandleFunc("POST /v1/instances/{id}/complete", c.on(c.complete))
	mux.HandleFunc("GET /v1/instances/{id}/backups", c.on(c.backups))
	mux.HandleFunc("POST /v1/instances/{id}/next-day", c.on(c.nextDay))
	mux.HandleFunc("DELETE /v1/instances/{id}", c.remove)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !c.permits(r) {
			w.Header().Set("WWW-Authenticate", `Basic realm="any name, and the control token as password"`)
			writeError(w, http.StatusUnauthorized, "the token is missing or wrong")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if _, pattern := mux.Handler(r); pattern == "" {
			w = &plainRefusal{ResponseWriter: w}
		}
		mux.ServeHTTP(w, r)
	})
}

// permits reports whether a request has the token, where there is one. A browser sends it to the
// page as the password that a person has typed.
func (s control) permits(r *http.Request) bool {
	token := s.options.ControlToken
	_, password, _ := r.BasicAuth()
	return token == "" || r.Header.Get("Authorization") == "Bearer "+token || r.URL.Path == "/" && password == token
}

// plainRefusal turns the plain text with which the mux refuses a request into the JSON of the
// protocol.
type plainRefusal struct {
	http.ResponseWriter
	written bool
}

func (w *plainRefusal) WriteHeader(status int) {
	w.written = true
	writeError(w.ResponseWriter, status, http.StatusText(status))
}

func (w *plainRefusal) Write(text []byte) (int, error) {
	if !w.written {
		w.WriteHeader(http.StatusNotFound)
	}
	return len(text), nil
}

func writeError(w http.ResponseWriter, status int, text string) {
	writeJSON(w, status, map[string]string{"error": text})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // fails only if the client is gone
}

// control answers the control protocol of a simulator.
type control struct{ *Simulator }

func (s control) capabilities(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, s.can())
}

// can is what the control protocol can do.
func (s control) can() targets.Capabilities {
	can := targets.Capabilities{
		Provision: true, Observe: true, Complete: true, NextDay: true,
		Engines: engines, Statuses: statuses, LockModes: lockModes,
	}
	if s.edition.snapshots {
		can.Storages = storages
	}
	for _, f := range s.behaviour.offer {
		f(&can)
	}
	return can
}

// unsupported says why an instance cannot be brought into a condition. It is empty if it can.
func unsupported(c targets.Condition, can targets.Capabilities) string {
	unknown := func(what, value string) string { return fmt.Sprintf("unknown %s %q", what, value) }
	switch {
	case !slices.Contains(can.Engines, c.Engine):
		return unknown("engine", c.Engine)
	case !slices.Contains(can.Statuses, c.Status):
		return unknown("status", c.Status)
	case c.LockMode != "" && c.LockMode != unlocked && !slices.Contains(can.LockModes, c.LockMode):
		return unknown("lockMode", c.LockMode)
	case !slices.Contains(lastBackups, c.LastBackup):
		return unknown("lastBackup", c.LastBackup)
	case c.Storage != "" && !slices.Contains(storages, c.Storage):
		return unknown("storage", c.Storage)
	case c.BackupsToday < 0 || c.BackupsToday > maxBackups:
		return fmt.Sprintf("backupsToday must be 0 to %d", maxBackups)
	case len(c.Databases) > maxDatabases:
		return tooManyDatabases
	}
	return ""
}

// Bounds of what is provisioned, so that no client fills the memory.
const (
	maxInstances = 5000 // at once
	maxBackups   = 100  // of an instance, when it is made
	maxDatabases = 1000 // of an instance
)

var tooManyDatabases = fmt.Sprintf("an instance has at most %d databases", maxDatabases)

func (s control) provision(w http.ResponseWriter, r *http.Request) {
	c := targets.Condition{Status: targets.Running, LastBackup: targets.LastNone}
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		writeError(w, http.StatusBadRequest, "the body is not the JSON of a condition: "+err.Error())
		return
	}
	if why := unsupported(c, s.can()); why != "" {
		writeError(w, http.StatusBadRequest, why)
		return
	}
	names := s.behaviour.names
	forbidden := func(name string) bool { return names != nil && !names.MatchString(name) }
	if slices.ContainsFunc(c.Databases, forbidden) {
		writeError(w, http.StatusBadRequest, "this server does not allow such a database name")
		return
	}
	now := s.options.Now()
	var random [8]byte
	rand.Read(random[:])
	in := s.newInstance(s.behaviour.instanceID(random), c, now)
	in.pinned = now
	answer := provisioned{ID: in.id}
	if !s.behaviour.onlyID {
		answer.Backups = s.list(in)
	}
	if !s.keep(in) {
		writeError(w, http.StatusTooManyRequests, fmt.Sprintf("there are %d instances: delete some first", maxInstances))
		return
	}
	writeJSON(w, http.StatusCreated, answer)
}

// keep adds an instance, unless there are too many.
func (s control) keep(in *instance) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.instances) >= maxInstances {
		return false
	}
	s.instances[in.id] = in
	return true
}

// provisioned is the answer to the request for an instance.
type provisioned struct {
	ID      string           `json:"dbInstanceId"`
	Backups []targets.Backup `json:"backups,omitzero"`
}

// tell lets faults know what the control protocol did to an instance.
func (s control) tell(in *instance, event event) {
	for _, f := range s.behaviour.control {
		f(in, event)
	}
}

// on finds the instance of a request and locks it.
func (s control) on(f func(http.ResponseWriter, *http.Request, *instance)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		in := s.find(r.PathValue("id"))
		if in == nil {
			writeError(w, http.StatusNotFound, "no such instance")
			return
		}
		in.mu.Lock()
		defer in.mu.Unlock()
		in.settle(s.options.Now())
		f(w, r, in)
	}
}

func (s control) change(w http.ResponseWriter, r *http.Request, in *instance) {
	var c struct {
		Status    *string
		Databases *[]string
	}
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		writeError(w, http.StatusBadRequest, "the body is not JSON: "+err.Error())
		return
	}
	if c.Status != nil && !slices.Contains(s.can().Statuses, *c.Status) {
		writeError(w, http.StatusBadRequest, fmt.Sprintf("unknown status %q", *c.Status))
		return
	}
	if c.Databases != nil && len(*c.Databases) > maxDatabases {
		writeError(w, http.StatusBadRequest, tooManyDatabases)
		return
	}
	if c.Status != nil {
		in.status = *c.Status
	}
	if c.Databases != nil {
		in.databases = *c.Databases
	}
	s.tell(in, changed)
	w.WriteHeader(http.StatusNoContent)
}

func (s control) complete(w http.ResponseWriter, r *http.Request, in *instance) {
	var c struct{ Result string }
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		writeError(w, http.StatusBadRequest, "the body is not JSON: "+err.Error())
		return
	}
	if c.Result != targets.LastCompleted && c.Result != targets.LastFailed {
		writeError(w, http.StatusBadRequest, fmt.Sprintf("unknown result %q", c.Result))
		return
	}
	in.end(c.Result)
	s.tell(in, event(c.Result))
	w.WriteHeader(http.StatusNoContent)
}

func (s control) backups(w http.ResponseWriter, _ *http.Request, in *instance) {
	writeJSON(w, http.StatusOK, map[string]any{"backups": s.list(in)})
}

// list returns the backups of an instance as the control protocol shows them.
func (s control) list(in *instance) []targets.Backup {
	list := []targets.Backup{}
	now := s.options.Now()
	for _, b := range in.backups {
		if b.hiddenUntil.After(now) {
			continue
		}
		names := b.databases
		if names == nil {
			names = []string{}
		}
		row := targets.Backup{
			ID: b.id, Method: b.method, Strategy: b.strategy, Databases: names, Type: b.kind, Status: b.status,
			RetentionPeriod: b.retention, JobID: b.job,
		}
		for _, f := range s.behaviour.shown {
			f(&row, b)
		}
		list = append(list, row)
	}
	return list
}

func (s control) nextDay(w http.ResponseWriter, _ *http.Request, in *instance) {
	in.shift++
	s.tell(in, dayPassed)
	w.WriteHeader(http.StatusNoContent)
}

func (s control) remove(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	in, known := s.instances[r.PathValue("id")]
	delete(s.instances, r.PathValue("id"))
	s.mu.Unlock()
	if !known {
		writeError(w, http.StatusNotFound, "no such instance")
		return
	}
	in.mu.Lock()
	s.tell(in, deleted)
	in.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}
