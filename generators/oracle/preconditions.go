package oracle

import (
	"fmt"

	"github.com/cbspec/cbspec/targets"
)

// preconditions applies the section "Description" of the document: the quota of a day, the status
// of the instance and its last backup.
func (r *ruling) preconditions() {
	if r.state.Status != targets.Running {
		r.mustRefuse("CB-PRE-2", "status", fmt.Sprintf("the instance is not active, its status is %s", r.state.Status))
	}
	if r.state.Locked {
		r.leaveOpen("CB-PRE-6")
	}
	switch r.state.Last {
	case targets.LastRunning:
		r.mustRefuse("CB-PRE-3", "last backup", "the last backup has not been completed")
	case targets.LastFailed:
		if r.edition.NoneOngoing {
			r.mustAccept("CB-PRE-7", "last backup", "the last backup has failed, so none is running")
		} else {
			r.leaveOpen("CB-PRE-5")
		}
	case "":
		r.leaveOpen("CB-PRE-3")
	}
	r.quota()
	if r.state.Last == targets.LastCompleted || r.state.Last == targets.LastNone {
		r.mustAccept("CB-PRE-1", "last backup", "the instance is active and no backup is running")
	}
}

// quota compares the backups of today with the quota. What the document does not say whether to
// count leaves the decision open, or only a should rule.
func (r *ruling) quota() {
	s, quota := r.state, r.edition.Quota
	switch {
	case s.AtLeast >= quota:
		r.mustRefuse("CB-QUOTA-2", "backups today", fmt.Sprintf("%d backups were created today", s.AtLeast))
	case s.AtMost >= quota && s.AtMost-s.CarriedOver < quota:
		r.shouldAccept("CB-QUOTA-7", "backups today",
			fmt.Sprintf("only %d backups were created today, and one was created the day before", s.AtMost-s.CarriedOver))
	case s.AtMost >= quota:
		r.leaveOpen("CB-QUOTA-6")
	case s.AtMost+s.Refusals >= quota:
		r.shouldAccept("CB-QUOTA-5", "backups today",
			fmt.Sprintf("only %d backups were created today, and refused calls do not count", s.AtMost))
	case s.AtMost > 0:
		r.mustAccept("CB-QUOTA-1", "backups today", fmt.Sprintf("only %d backups were created today", s.AtMost))
	}
}
