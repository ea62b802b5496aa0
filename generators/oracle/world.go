package oracle

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// State is what is known of one instance. Where the document leaves open what counts, it holds bounds.
type State struct {
	Engine    string // empty is unknown
	Status    string
	Databases []string // nil is unknown
	Locked    bool
	Storage   string // empty is unknown
	// AtLeast and AtMost bound the backups of today that the quota counts: a failed one may count or not.
	AtLeast, AtMost int
	// CarriedOver is 1 where AtMost counts a backup that ran when the day began.
	CarriedOver int
	// Last is the state of the last backup: none, completed, running, failed, or empty where it cannot be known.
	Last string
	// Deleted: there is no such instance any more.
	Deleted bool
	// Refusals is how many calls were refused today.
	Refusals int
}

// World is what is known of the instances of a case, read by one edition. Parameters name the instances by
// [targets.InstanceRef].
type World struct {
	Edition   Edition
	Instances []State
	// nonces are those used: true where the call that bore one was accepted.
	nonces map[string]bool
}

// NonceUsed notes that a call with that nonce was answered.
func (w *World) NonceUsed(nonce string, accepted bool) {
	if nonce == "" {
		return
	}
	if w.nonces == nil {
		w.nonces = map[string]bool{}
	}
	w.nonces[nonce] = w.nonces[nonce] || accepted
}

// NewWorld returns the world in which the instances have just been brought into their conditions.
func NewWorld(e Edition, conditions []targets.Condition) *World {
	w := &World{Edition: e}
	for _, c := range conditions {
		s := State{
			Engine: c.Engine, Status: c.Status, Databases: slices.Clone(c.Databases), Locked: c.LockMode != "" && c.LockMode != "Unlock",
			Storage: c.Storage, AtLeast: c.BackupsToday, AtMost: c.BackupsToday, Last: c.LastBackup,
		}
		if s.Last == targets.LastFailed && s.AtLeast > 0 {
			s.AtLeast--
		}
		w.Instances = append(w.Instances, s)
	}
	return w
}

// Accepted notes that a backup of instance i was begun; last is its state as far as it can be told.
func (w *World) Accepted(i int, last string) {
	s := &w.Instances[i]
	s.AtLeast++
	s.AtMost++
	s.Last = last
	if last == targets.LastFailed {
		s.AtLeast--
	}
}

// BackupAppeared notes that instance i has a backup that no call asked for, in that state. Whether the quota counts it is not documented.
func (w *World) BackupAppeared(i int, last string) {
	w.Instances[i].AtMost++
	w.Instances[i].Last = last
}

// Refused notes that a call on instance i was refused.
func (w *World) Refused(i int) { w.Instances[i].Refusals++ }

// Complete notes that the running backup of instance i ended; result is completed or failed.
func (w *World) Complete(i int, result string) {
	s := &w.Instances[i]
	if s.Last != targets.LastRunning && s.Last != "" {
		return
	}
	if s.Last == "" && result == targets.LastFailed {
		return // whether anything was running to fail is not known
	}
	s.Last = result
	if result == targets.LastFailed && s.AtLeast > 0 {
		s.AtLeast--
	}
}

// NextDay notes that today is the day after for instance i. A backup that still runs may be counted on either day.
func (w *World) NextDay(i int) {
	s := &w.Instances[i]
	s.AtLeast, s.AtMost, s.CarriedOver, s.Refusals = 0, 0, 0, 0
	switch s.Last {
	case targets.LastRunning:
		s.AtMost, s.CarriedOver = 1, 1
	case "":
		s.AtMost = 1
	}
}

// Delete notes that instance i is there no more.
func (w *World) Delete(i int) { w.Instances[i].Deleted = true }

// SetStatus notes a change of the status of instance i.
func (w *World) SetStatus(i int, status string) { w.Instances[i].Status = status }

// SetDatabases notes a change of the databases of instance i.
func (w *World) SetDatabases(i int, names []string) { w.Instances[i].Databases = slices.Clone(names) }

// instanceOf returns the index of the instance that a call is about, and whether there is one by any reading.
func (w *World) instanceOf(call targets.Call) (int, bool) {
	for _, r := range readings(call, "DBInstanceId", w.refs()) {
		if i := slices.Index(w.refs(), r.text); i >= 0 {
			return i, true
		}
	}
	return 0, false
}

func (w *World) refs() []string {
	refs := make([]string, len(w.Instances))
	for i := range refs {
		refs[i] = targets.InstanceRef(i)
		if w.Instances[i].Deleted {
			refs[i] = "no id"
		}
	}
	return refs
}
