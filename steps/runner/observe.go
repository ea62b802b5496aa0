package runner

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// Bounds on the wait between two looks at the backups of an instance.
const (
	firstLook = 5 * time.Millisecond
	lastLook  = 200 * time.Millisecond
)

// patience decides how long to wait for a backup to show. A target that was waited for in vain a
// few times gets only a few times what it took at its slowest; one that shows nothing more often
// than not gets next to nothing.
type patience struct {
	missed  atomic.Int64 // backups that did not show in time
	awaited atomic.Int64 // backups that showed after a wait
	slowest atomic.Int64 // how long the slowest of these took, in nanoseconds
}

func (p *patience) limit() time.Duration {
	switch missed := p.missed.Load(); {
	case missed < 2:
		return settleTime
	case missed > 10+p.awaited.Load():
		return firstLook
	default:
		return min(settleTime, max(4*time.Duration(p.slowest.Load()), firstLook))
	}
}

// poll looks until look reports that there is nothing left to wait for, or patience ends. The last
// look begins after that: what a slow look shows may be as old as its beginning.
func (s *Session) poll(ctx context.Context, look func() (settled bool, err error)) error {
	begun := time.Now()
	deadline := begun.Add(s.patience.limit())
	for wait, waited := firstLook, false; ; wait, waited = min(2*wait, lastLook), true {
		over := time.Now().After(deadline)
		settled, err := look()
		switch {
		case err != nil:
			return err
		case settled:
			if waited {
				s.patience.awaited.Add(1)
				raise(&s.patience.slowest, time.Since(begun))
			}
			return nil
		case over:
			s.patience.missed.Add(1)
			return nil
		}
		if err := targets.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// observe finds the backups that resulted from a call.
func (x *execution) observe(ctx context.Context, e *Event) error {
	async := x.s.Async
	err := x.s.poll(ctx, func() (settled bool, err error) {
		e.New, err = x.unseen(ctx)
		return err == nil && x.settled(e), err
	})
	if err != nil {
		return err
	}
	if i := e.Expect.Instance; async && e.Decision == targets.Accepted && i >= 0 && allFailed(e.New[i]) {
		e.Decision = targets.Refused
	}
	for i, bs := range e.New {
		for _, b := range bs {
			x.seen[i][b.ID] = true
		}
		if async {
			e.New[i] = slices.DeleteFunc(bs, func(b targets.Backup) bool { return backupStatus(b) == targets.LastFailed })
		}
	}
	return nil
}

// unseen lists the backups of each instance that were not there before.
func (x *execution) unseen(ctx context.Context) ([][]targets.Backup, error) {
	fresh := make([][]targets.Backup, len(x.history.IDs))
	for i, id := range x.history.IDs {
		if x.seen[i] == nil {
			continue // the instance was deleted
		}
		bs, err := x.s.preparer.list(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, b := range bs {
			if !x.seen[i][b.ID] {
				fresh[i] = append(fresh[i], b)
			}
		}
	}
	return fresh, nil
}

// settled reports whether there is nothing left to wait for before the backups are final.
func (x *execution) settled(e *Event) bool {
	i := e.Expect.Instance
	if e.Decision != targets.Accepted || i < 0 || e.Expect.NoBackup != "" {
		return true
	}
	if x.s.Async && len(e.Expect.Refuse) > 0 {
		return allFailed(e.New[i])
	}
	if len(e.New[i]) > 0 {
		return true
	}
	for _, also := range e.Expect.OtherInstances {
		if len(e.New[also]) > 0 {
			return true
		}
	}
	return false
}
