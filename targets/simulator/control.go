package simulator

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// Control is the handler of the control protocol, version 1.
func (s *Simulator) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/capabilities", s.capabilities)
	mux.HandleFunc("POST /v1/instances", s.provision)
	mux.HandleFunc("PATCH /v1/instances/{id}", s.on(s.change))
	mux.HandleFunc("POST /v1/instances/{id}/complete", s.on(s.complete))
	mux.HandleFunc("GET /v1/instances/{id}/backups", s.on(s.backups))
	mux.HandleFunc("POST /v1/instances/{id}/next-day", s.on(s.nextDay))
	mux.HandleFunc("DELETE /v1/instances/{id}", s.remove)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if t := s.options.ControlToken; t != "" && r.Header.Get("Authorization") != "Bearer "+t {
			say(w, http.StatusUnauthorized, "the token is missing or wrong")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if _, pattern := mux.Handler(r); pattern == "" {
			w = &plainRefusal{ResponseWriter: w}
		}
		mux.ServeHTTP(w, r)
	})
}

// plainRefusal says in the protocol's JSON what the mux refuses in words.
type plainRefusal struct {
	http.ResponseWriter
	said bool
}

func (w *plainRefusal) WriteHeader(status int) {
	w.said = true
	say(w.ResponseWriter, status, http.StatusText(status))
}

func (w *plainRefusal) Write(text []byte) (int, error) {
	if !w.said {
		w.WriteHeader(http.StatusNotFound)
	}
	return len(text), nil
}

func say(w http.ResponseWriter, status int, text string) {
	reply(w, status, map[string]string{"error": text})
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // a client that has gone is no concern of the server
}

func (s *Simulator) capabilities(w http.ResponseWriter, _ *http.Request) {
	reply(w, http.StatusOK, s.can())
}

// can is what control can do.
func (s *Simulator) can() targets.Capabilities {
	b := &s.behaviour
	c := targets.Capabilities{
		Provision: true, Observe: !b.noControl["observe"], Complete: !b.noControl["complete"], NextDay: !b.noControl["nextDay"],
		Engines: engines, Statuses: statuses, LockModes: lockModes,
	}
	if s.edition.snapshots {
		c.Storages = storages
	}
	if b.engines != nil {
		c.Engines = b.engines
	}
	if b.statuses != nil {
		c.Statuses = b.statuses
	}
	if b.storages != nil {
		c.Storages = b.storages
	}
	if b.noControl["lock"] {
		c.LockModes = nil
	}
	if b.noControl["storage"] {
		c.Storages = nil
	}
	return c
}

// unmet says why an instance cannot be brought into a condition; it is empty where it can.
func (c condition) unmet(can targets.Capabilities) string {
	unknown := func(what, value string) string { return fmt.Sprintf("unknown %s %q", what, value) }
	switch {
	case !slices.Contains(can.Engines, c.Engine):
		return unknown("engine", c.Engine)
	case !slices.Contains(can.Statuses, c.Status):
		return unknown("status", c.Status)
	case c.LockMode != "" && c.LockMode != unlocked && !slices.Contains(can.LockModes, c.LockMode):
		return unknown("lockMode", c.LockMode)
	case !slices.Contains([]string{targets.LastNone, targets.LastCompleted, targets.LastRunning, targets.LastFailed}, c.LastBackup):
		return unknown("lastBackup", c.LastBackup)
	case c.Storage != "" && !slices.Contains(storages, c.Storage):
		return unknown("storage", c.Storage)
	case c.BackupsToday < 0 || c.BackupsToday > 1000:
		return "backupsToday must be 0 to 1000"
	}
	return ""
}

type condition targets.Condition

func (s *Simulator) provision(w http.ResponseWriter, r *http.Request) {
	c := targets.Condition{Status: targets.Running, LastBackup: targets.LastNone}
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		say(w, http.StatusBadRequest, "the body is not the JSON of a condition: "+err.Error())
		return
	}
	if why := condition(c).unmet(s.can()); why != "" {
		say(w, http.StatusBadRequest, why)
		return
	}
	if names := s.behaviour.names; names != nil && slices.ContainsFunc(c.Databases, func(name string) bool { return !names.MatchString(name) }) {
		say(w, http.StatusBadRequest, "a database cannot be called that here")
		return
	}
	now := s.options.Now()
	in := newInstance(s.newInstanceID(), c, now, s.clock())
	if s.behaviour.clock == nil {
		in.pinned = now
	}
	s.mu.Lock()
	s.instances[in.id] = in
	s.mu.Unlock()
	s.tell(in, "provision")
	reply(w, http.StatusCreated, map[string]string{"dbInstanceId": in.id})
}

func (s *Simulator) newInstanceID() string {
	if s.behaviour.newID != nil {
		return s.behaviour.newID()
	}
	var b [8]byte
	rand.Read(b[:])
	return "rm-" + hex.EncodeToString(b[:])
}

// tell lets faults know what control did to an instance.
func (s *Simulator) tell(in *instance, event string) {
	for _, f := range s.behaviour.control {
		f(in, event)
	}
}

// on finds the instance of a request and locks it.
func (s *Simulator) on(f func(http.ResponseWriter, *http.Request, *instance)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		in := s.find(r.PathValue("id"))
		if in == nil {
			say(w, http.StatusNotFound, "no such instance")
			return
		}
		in.mu.Lock()
		defer in.mu.Unlock()
		in.settle(s.options.Now())
		f(w, r, in)
	}
}

func (s *Simulator) change(w http.ResponseWriter, r *http.Request, in *instance) {
	var c struct {
		Status    *string
		Databases *[]string
	}
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		say(w, http.StatusBadRequest, "the body is not JSON: "+err.Error())
		return
	}
	if c.Status != nil && !slices.Contains(s.can().Statuses, *c.Status) {
		say(w, http.StatusBadRequest, fmt.Sprintf("unknown status %q", *c.Status))
		return
	}
	if c.Status != nil {
		in.status = *c.Status
	}
	if c.Databases != nil {
		in.databases = *c.Databases
	}
	s.tell(in, "change")
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) complete(w http.ResponseWriter, r *http.Request, in *instance) {
	var c struct{ Result string }
	if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
		say(w, http.StatusBadRequest, "the body is not JSON: "+err.Error())
		return
	}
	if c.Result != targets.LastCompleted && c.Result != targets.LastFailed {
		say(w, http.StatusBadRequest, fmt.Sprintf("unknown result %q", c.Result))
		return
	}
	for _, b := range in.backups {
		if b.status == targets.LastRunning {
			b.status = c.Result
		}
	}
	s.tell(in, c.Result)
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) backups(w http.ResponseWriter, _ *http.Request, in *instance) {
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
			ID: b.id, Method: b.method, Strategy: b.strategy, Databases: names, Type: b.kind, Status: b.status, RetentionPeriod: b.retention, JobID: b.job,
		}
		if s.behaviour.asAsked {
			row.Type = b.asked
		}
		for _, f := range s.behaviour.shown {
			f(&row)
		}
		list = append(list, row)
	}
	reply(w, http.StatusOK, map[string]any{"backups": list})
}

func (s *Simulator) nextDay(w http.ResponseWriter, _ *http.Request, in *instance) {
	in.shift++
	s.tell(in, "next day")
	w.WriteHeader(http.StatusNoContent)
}

func (s *Simulator) remove(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	in, known := s.instances[r.PathValue("id")]
	delete(s.instances, r.PathValue("id"))
	s.mu.Unlock()
	if !known {
		say(w, http.StatusNotFound, "no such instance")
		return
	}
	in.mu.Lock()
	s.tell(in, "delete")
	in.mu.Unlock()
	w.WriteHeader(http.StatusNoContent)
}
