package trial

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// RaceEntry is one thing that happened in a race, from when it was begun to when its end was known.
type RaceEntry struct {
	Instance  int
	Completes bool // a backup was completed; else a call
	Outcome   targets.Outcome
	From, To  time.Duration
}

// RaceHistory is what happened in one round. Its Events are those of the calls, in the order of the case's steps.
type RaceHistory struct {
	History
	Entries []RaceEntry
	// Looked is when it was begun and ended to look which backups were made: New of each instance, nil where the target shows none.
	Looked [2]time.Duration
	New    [][]targets.Backup
	// Broken: a call was not answered, so that its outcome is not known.
	Broken bool
	// Instant: the target's backups are complete at once, or nearly so.
	Instant bool
}

// unknown is the end of what is not known to have ended.
const unknown = time.Duration(1<<62 - 1)

// completions is how often a backup of an instance is completed for each of its calls, at most.
const completions = 3

// Race makes all calls of a case at once, each on the instance of its step; with completing, the backups of the instances are completed meanwhile.
func (s *Session) Race(ctx context.Context, c targets.Case, completing bool) (RaceHistory, error) {
	if s.ReadOnly {
		return RaceHistory{}, errReadOnly
	}
	h := RaceHistory{History: History{Case: c}}
	w := oracle.NewWorld(s.Edition, c.Conditions)
	defer func() { s.release(ctx, h.IDs) }()
	seen, err := s.prepare(ctx, &h.History)
	if err != nil {
		return h, err
	}
	calls, nonces := make([]targets.Call, len(c.Steps)), map[string]string{}
	for i, step := range c.Steps {
		if step.Do != targets.StepCall {
			return h, fmt.Errorf("step %d of a race is no call", i+1)
		}
		calls[i] = s.resolve(*step.Call, h.IDs, nonces)
	}
	answers, err := s.together(ctx, &h, calls, completing)
	if err != nil {
		return h, err
	}
	for i, step := range c.Steps {
		e := Event{Step: i, Call: *step.Call, Expect: w.Expect(*step.Call), Answer: answers[i], Decision: answers[i].Outcome}
		if e.Expect.Instance >= 0 {
			e.Databases = w.Instances[e.Expect.Instance].Databases
		}
		e.Repeated = e.Decision == targets.Accepted && e.Answer.RequestID != "" && !s.first(e.Answer.RequestID)
		e.JobRepeated = e.Decision == targets.Accepted && e.Answer.BackupJobID != "" && !s.first("job "+e.Answer.BackupJobID)
		h.Events = append(h.Events, e)
	}
	h.Instant = s.instant.Load()
	if seen != nil {
		err = s.lookAfter(ctx, &h, seen)
	}
	return h, err
}

// together releases the calls, and what completes backups, at one moment.
func (s *Session) together(ctx context.Context, h *RaceHistory, calls []targets.Call, completing bool) ([]targets.Answer, error) {
	n := len(calls)
	answers, errs, entries := make([]targets.Answer, n), make([]error, n+len(h.IDs)), make([]RaceEntry, n)
	completed := make([][]RaceEntry, len(h.IDs))
	release := make(chan struct{})
	begun := time.Now()
	var callers, completers sync.WaitGroup
	var pending atomic.Int64
	pending.Store(int64(n))
	completer, completes := targets.As[targets.Completer](s.Target)
	for i, call := range calls {
		callers.Go(func() {
			defer pending.Add(-1)
			<-release
			from := time.Since(begun)
			a, err := s.Send(ctx, call)
			to := time.Since(begun)
			if a.Outcome != targets.Accepted && a.Outcome != targets.Refused {
				to = unknown
			}
			answers[i], errs[i] = a, err
			entries[i] = RaceEntry{Instance: h.Case.Steps[i].Instance, Outcome: a.Outcome, From: from, To: to}
		})
	}
	for k, id := range h.IDs {
		if !completing || !completes {
			break
		}
		completers.Go(func() {
			<-release
			for i := 0; i < completions*n && (i == 0 || pending.Load() > 0); i++ {
				from := time.Since(begun)
				s.requests.Add(1)
				if err := completer.Complete(ctx, id, targets.LastCompleted); err != nil {
					errs[n+k] = setup(ctx, "a backup could not be completed", err)
					return
				}
				completed[k] = append(completed[k], RaceEntry{Instance: k, Completes: true, From: from, To: time.Since(begun)})
			}
		})
	}
	close(release)
	callers.Wait()
	completers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	for _, e := range entries {
		h.Broken = h.Broken || e.To == unknown
	}
	h.Entries = entries
	for _, more := range completed {
		h.Entries = append(h.Entries, more...)
	}
	h.Looked[0] = time.Since(begun)
	return answers, nil
}

// lookAfter finds the backups that came of a race. Those of accepted calls may take a while to show.
func (s *Session) lookAfter(ctx context.Context, h *RaceHistory, seen []map[string]bool) error {
	begun := time.Now()
	accepted := make([]int, len(h.IDs))
	for i, e := range h.Events {
		if e.Decision == targets.Accepted {
			accepted[h.Case.Steps[i].Instance]++
		}
	}
	deadline, wait := begun.Add(s.patience()), 5*time.Millisecond
	for {
		settled := true
		h.New = make([][]targets.Backup, len(h.IDs))
		for i, id := range h.IDs {
			bs, err := s.list(ctx, id)
			if err != nil {
				return err
			}
			for _, b := range bs {
				if !seen[i][b.ID] {
					h.New[i] = append(h.New[i], b)
				}
			}
			settled = settled && len(h.New[i]) >= accepted[i]
		}
		if settled {
			break
		}
		if time.Now().After(deadline) {
			s.missed.Add(1)
			break
		}
		if err := pause(ctx, wait); err != nil {
			return err
		}
		wait = min(2*wait, 200*time.Millisecond)
	}
	h.Looked[1] = h.Looked[0] + time.Since(begun)
	for i := range h.Events {
		h.Events[i].New = make([][]targets.Backup, len(h.IDs))
		if k := h.Case.Steps[i].Instance; k == h.Events[i].Expect.Instance {
			h.Events[i].New[k] = h.New[k] // which of several calls made which backup does not show
		}
	}
	return nil
}
