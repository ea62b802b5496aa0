package runner

import (
	"strings"
	"time"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// History is a test case with everything that happened in it.
type History struct {
	Case   targets.Case
	IDs    []string // of the instances, in the order of the case's conditions
	Events []Event  // one for each call that was sent, in order
}

// Last returns the event of the last call. A history without events has none.
func (h History) Last() Event { return h.Events[len(h.Events)-1] }

// Event is one call of a case and its result.
type Event struct {
	Step   int // index in the case's steps
	Call   targets.Call
	Expect oracle.Expectation
	Answer targets.Answer
	// Decision is the outcome of the answer. Where refusals are asynchronous, it is Refused for a
	// job that was taken and then failed.
	Decision targets.Outcome
	// New holds the backups that resulted, by instance. It is nil where the target shows none.
	New [][]targets.Backup
	// Repeated is set where an earlier answer had the same RequestId.
	Repeated bool
	// JobRepeated is set where an earlier answer had the same BackupJobId.
	JobRepeated bool
	// Databases are those of the instance at the time of the call.
	Databases []string
	// Moment is when the result was known.
	Moment Moment
}

// Moment is a time within a run, and how many requests the run had sent by then.
type Moment struct {
	Time     time.Time
	Requests int
}

// Observed reports whether the backups that resulted from the call could be looked at.
func (e Event) Observed() bool { return e.New != nil }

// Made returns the one backup that resulted from the call. It is the zero value where there is
// none, where there are several, and where the target shows none.
func (e Event) Made() targets.Backup {
	if i := e.Expect.Instance; e.New != nil && i >= 0 && len(e.New[i]) == 1 {
		return e.New[i][0]
	}
	return targets.Backup{}
}

// Sizes of a call that servers and proxies take without notice.
const (
	customaryBytes  = 2000
	customaryParams = 40
)

// NonStandard reports whether a server or a proxy before it may turn the call down in its own
// words: the call has bytes that are not text, or is larger than usual, or is a raw request.
func NonStandard(call targets.Call) bool {
	size := 0
	for _, p := range call.Params {
		size += len(p.Name) + len(p.Value)
		if strings.ContainsFunc(p.Name+p.Value, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }) {
			return true
		}
	}
	return size > customaryBytes || call.Wire != "" || len(call.Params) > customaryParams
}

// backupStatus maps the spellings of a backup's state to completed, failed and running.
func backupStatus(b targets.Backup) string {
	switch strings.ToLower(b.Status) {
	case "completed", "complete", "success", "succeeded", "finished", "done":
		return targets.LastCompleted
	case "failed", "failure":
		return targets.LastFailed
	default:
		return targets.LastRunning
	}
}

// allFailed reports whether there are backups and every one of them failed.
func allFailed(bs []targets.Backup) bool {
	for _, b := range bs {
		if backupStatus(b) != targets.LastFailed {
			return false
		}
	}
	return len(bs) > 0
}
