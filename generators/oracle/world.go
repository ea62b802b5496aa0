package oracle

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// State is what is known about one instance.
type State struct {
	Engine    string // empty where it is unknown
	Status    string
	Databases []string // nil where they are unknown
	Locked    bool
	Storage   string // kind of disk; empty where it is unknown
	// AtLeast and AtMost bound the number of backups of today that the quota counts. The document
	// does not say whether it counts a failed backup, for example.
	AtLeast, AtMost int
	// CarriedOver is 1 where AtMost includes a backup that was running when the day began.
	CarriedOver int
	// Last is the state of the last backup: none, completed, running, failed, or empty where it is
	// unknown.
	Last string
	// Deleted reports that the instance no longer exists.
	Deleted bool
	// Refusals is the number of calls that were refused today.
	Refusals int
}

// World is what is known about the instances of a case, read by one edition. The parameters of a
// call name an instance by [targets.InstanceRef].
type World struct {
	Edition   Edition
	Instances []State
	// nonces holds the nonces that were used. The value is true if the call was accepted.
	nonces map[string]bool
}

// NonceUsed notes that a call with that nonce was answered. An empty nonce is a fresh one.
func (w *World) NonceUsed(nonce string, accepted bool) {
	if nonce == "" {
		return
	}
	if w.nonces == nil {
		w.nonces = map[string]bool{}
	}
	w.nonces[nonce] = w.nonces[nonce] || accepted
}

// NewWorld returns the world in which the instances have just been brought into the conditions.
func NewWorld(e Edition, conditions []targets.Condition) *World {
	w := &World{Edition: e}
	for _, c := range conditions {
		s := State{
			Engine: c.Engine, Status: c.Status, Databases: slices.Clone(c.Databases), Storage: c.Storage,
			Locked:  c.LockMode != "" && c.LockMode != "Unlock",
			AtLeast: c.BackupsToday, AtMost: c.BackupsToday, Last: c.LastBackup,
		}
		if s.Last == targets.LastFailed && s.AtLeast > 0 {
			s.AtLeast--
		}
		w.Instances = append(w.Instances, s)
	}
	return w
}

// Accepted notes that a call began a backup of instance i. last is the state of that backup, empty
// where it is unknown.
func (w *World) Accepted(i int, last string) {
	s := &w.Instances[i]
	s.AtLeast++
	s.AtMost++
	s.Last = last
	if last == targets.LastFailed {
		s.AtLeast--
	}
}

// BackupAppeared notes that instance i has a backup in that state which no call asked for. The
// document does not say whether the quota counts it.
func (w *World) BackupAppeared(i int, last string) {
	w.Instances[i].AtMost++
	w.Instances[i].Last = last
}

// Refused notes that a call on instance i was refused.
func (w *World) Refused(i int) { w.Instances[i].Refusals++ }

// Complete notes that the running backup of instance i ended. result is completed or failed.
func (w *World) Complete(i int, result string) {
	s := &w.Instances[i]
	if s.Last != targets.LastRunning && s.Last != "" {
		return
	}
	if s.Last == "" && result == targets.LastFailed {
		return // it is unknown whether a backup was running and could fail
	}
	s.Last = result
	if result == targets.LastFailed && s.AtLeast > 0 {
		s.AtLeast--
	}
}

// NextDay notes that a new day began for instance i. A backup that is still running may be counted
// on either day.
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

// Delete notes that instance i no longer exists.
func (w *World) Delete(i int) { w.Instances[i].Deleted = true }

// SetStatus notes a change of the status of instance i.
func (w *World) SetStatus(i int, status string) { w.Instances[i].Status = status }

// SetDatabases notes a change of the databases of instance i. Without names it has none from now
// on.
func (w *World) SetDatabases(i int, names []string) {
	w.Instances[i].Databases = append([]string{}, names...)
}

// instanceOf returns the index of the instance that a call is about. It reports whether there is
// one in any reading.
func (w *World) instanceOf(call targets.Call) (int, bool) {
	for _, r := range readings(call, "DBInstanceId", w.refs()) {
		if i := slices.Index(w.refs(), r.text); i >= 0 {
			return i, true
		}
	}
	return 0, false
}

// otherInstances lists the instances other than i that a call may be about.
func (w *World) otherInstances(call targets.Call, i int) []int {
	var others []int
	for _, r := range readings(call, "DBInstanceId", w.refs()) {
		if n := slices.Index(w.refs(), r.text); n >= 0 && n != i {
			others = append(others, n)
		}
	}
	return others
}

// refs lists the ids by which calls name the instances.
func (w *World) refs() []string {
	refs := make([]string, len(w.Instances))
	for i := range refs {
		refs[i] = targets.InstanceRef(i)
		if w.Instances[i].Deleted {
			refs[i] = "no id" // which no call names
		}
	}
	return refs
}
