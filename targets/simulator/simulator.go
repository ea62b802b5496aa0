// Package simulator is a faithful CreateBackup server, written from the document alone: the operation in both editions, the operations that
// clients observe it with, signatures, and the control protocol. Faults and variations make it wrong, or differently right, on purpose; they are what the harness is proven with.
package simulator

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// Options of a simulator. The zero value is a faithful server of the original edition that checks no signatures.
type Options struct {
	Edition         string // original or current
	AccessKeyID     string // empty: signatures are not checked
	AccessKeySecret string
	ControlToken    string   // empty: the control protocol is open
	Faults          []string // names of Faults
	Variations      []string // names of Variations
	// CompleteAfter is how long the backups of the ready-made instances run; default 2 s.
	CompleteAfter time.Duration
	Now           func() time.Time // default time.Now
}

// Simulator is a CreateBackup server. It is safe for concurrent use.
type Simulator struct {
	options   Options
	edition   edition
	behaviour behaviour
	nonces    nonces

	mu        sync.RWMutex
	instances map[string]*instance
	ready     []string
}

// New returns a simulator with its ready-made instances.
func New(o Options) (*Simulator, error) {
	if o.Edition == "" {
		o.Edition = "original"
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
	s := &Simulator{options: o, edition: e, instances: map[string]*instance{}, behaviour: behaviour{auth: faithfulAuthentication(), format: "XML"}}
	for _, name := range o.Faults {
		i := slices.IndexFunc(faults, func(f Fault) bool { return f.Name == name })
		if i < 0 {
			return nil, unknownName("fault", name, "--list-faults", faults, func(f Fault) string { return f.Name })
		}
		faults[i].apply(s, &s.behaviour)
	}
	for _, name := range o.Variations {
		i := slices.IndexFunc(Variations(), func(v Variation) bool { return v.Name == name })
		if i < 0 {
			return nil, unknownName("variation", name, "--list-variations", Variations(), func(v Variation) string { return v.Name })
		}
		Variations()[i].apply(s, &s.behaviour)
	}
	for _, c := range []targets.Condition{
		{Engine: targets.MySQL, Databases: []string{"app", "orders"}}, {Engine: targets.SQLServer, Databases: []string{"app"}},
		{Engine: targets.PostgreSQL, Databases: []string{"app"}}, {Engine: targets.MariaDB, Databases: []string{"app"}}, {Engine: targets.MySQL},
	} {
		id := "rm-" + lower(c.Engine)
		if c.Databases == nil {
			id = "rm-empty"
		}
		c.Status, c.LastBackup = targets.Running, targets.LastNone
		in := newInstance(id, c, o.Now(), s.clock())
		in.completeAfter = o.CompleteAfter
		s.instances[id] = in
		s.ready = append(s.ready, id)
	}
	return s, nil
}

// clock is when the days of instances begin.
func (s *Simulator) clock() dayClock {
	if c := s.behaviour.clock; c != nil {
		return *c
	}
	return localDay
}

func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// Instances lists the ids of the ready-made instances. Their backups complete by themselves.
func (s *Simulator) Instances() []string { return slices.Clone(s.ready) }

func (s *Simulator) find(id string) *instance {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.instances[id]
}

// API is the handler of the operations.
func (s *Simulator) API() http.Handler { return http.HandlerFunc(s.serve) }

// others lists the instances but one. Only faults look at them.
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
