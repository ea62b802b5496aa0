// Package simulator is a faithful CreateBackup server, written from the document alone: the
// operation in both editions, the operations that clients observe it with, signatures, and the
// control protocol.
//
// Faults make it wrong on purpose, and variations make it differ as a good server may. The harness
// is proven with both.
package simulator

import (
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// Options of a simulator. The zero value is a faithful server of the original edition that checks
// no signatures.
type Options struct {
	Edition         string // original or current
	AccessKeyID     string // empty: signatures are not checked
	AccessKeySecret string
	ControlToken    string   // empty: the control protocol is open to everybody
	Faults          []string // names of Faults
	Variations      []string // names of Variations
	// CompleteAfter is how long the backups of the ready-made instances run; 0 means 2 s.
	CompleteAfter time.Duration
	Now           func() time.Time // nil means time.Now
	TLS           *tls.Config      // nil for plain HTTP
	// OnAnswer, where set, is called after every request to the API, several at a time.
	OnAnswer func(Answered)
}

// Simulator is a CreateBackup server. It is safe for concurrent use.
type Simulator struct {
	options   Options
	edition   edition
	behaviour behaviour
	nonces    nonces
	lastID    atomic.Int64 // of backups and jobs
	calls     callLog

	mu        sync.RWMutex
	instances map[string]*instance
	ready     []string // the ids of the ready-made instances
}

// New returns a simulator with its ready-made instances.
func New(o Options) (*Simulator, error) {
	if o.Edition == "" {
		o.Edition = original
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.CompleteAfter == 0 {
		o.CompleteAfter = 2 * time.Second
	}
	e, ok := editionNamed(o.Edition)
	if !ok {
		return nil, fmt.Errorf("unknown edition %q: it is original or current", o.Edition)
	}
	s := &Simulator{
		options: o, edition: e, instances: map[string]*instance{},
		behaviour: behaviour{
			auth: faithfulAuthentication(), format: "XML",
			instanceID: func(random [8]byte) string { return "rm-" + hex.EncodeToString(random[:]) },
		},
	}
	if err := s.applyChanges(); err != nil {
		return nil, err
	}
	s.prepare()
	return s, nil
}

// applyChanges applies the faults and variations of the options.
func (s *Simulator) applyChanges() error {
	for _, name := range s.options.Faults {
		f, err := faultNamed(name)
		if err != nil {
			return err
		}
		f.apply(s, &s.behaviour)
	}
	for _, name := range s.options.Variations {
		list := Variations()
		i := slices.IndexFunc(list, func(v Variation) bool { return v.Name == name })
		if i < 0 {
			return unknownName("variation", name, "--list-variations", list, func(v Variation) string { return v.Name })
		}
		list[i].apply(s, &s.behaviour)
	}
	return nil
}

// prepare makes the ready-made instances.
func (s *Simulator) prepare() {
	for _, c := range []targets.Condition{
		{Engine: targets.MySQL, Databases: []string{"app", "orders"}},
		{Engine: targets.SQLServer, Databases: []string{"app"}},
		{Engine: targets.PostgreSQL, Databases: []string{"app"}},
		{Engine: targets.MariaDB, Databases: []string{"app"}},
		{Engine: targets.MySQL},
	} {
		id := "rm-" + strings.ToLower(c.Engine)
		if c.Databases == nil {
			id = "rm-empty"
		}
		c.Status, c.LastBackup = targets.Running, targets.LastNone
		in := s.newInstance(id, c, s.options.Now())
		in.completeAfter = s.options.CompleteAfter
		s.instances[id] = in
		s.ready = append(s.ready, id)
	}
}

// Instances lists the ids of the ready-made instances. Their backups complete by themselves.
func (s *Simulator) Instances() []string { return slices.Clone(s.ready) }

// API is the handler of the operations.
func (s *Simulator) API() http.Handler { return http.HandlerFunc(s.serve) }

// nextID returns an id for a backup or a job.
func (s *Simulator) nextID() string { return strconv.FormatInt(1_000_000+s.lastID.Add(1), 10) }

func (s *Simulator) find(id string) *instance {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.instances[id]
}

// others lists all instances but one.
func (s *Simulator) others(but *instance) []*instance {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var list []*instance
	for _, in := range s.instances {
		if in != but {
			list = append(list, in)
		}
	}
	return list
}

// eachOther runs f on all instances but one, leaving out those that are in use.
func (s *Simulator) eachOther(but *instance, f func(other *instance)) {
	s.anyOther(but, func(other *instance) bool {
		f(other)
		return false
	})
}

// anyOther reports whether f is true for any instance but one, leaving out those that are in use.
func (s *Simulator) anyOther(but *instance, f func(other *instance) bool) bool {
	return slices.ContainsFunc(s.others(but), func(other *instance) bool {
		if !other.mu.TryLock() {
			return false
		}
		defer other.mu.Unlock()
		return f(other)
	})
}
