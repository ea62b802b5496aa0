package trial

import (
	"context"
	"sync"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// RaceEntry is one thing that happened in a race, from when it was begun to when its end was known.
type RaceEntry struct {
	Completes bool // a backup was completed; else a call
	Outcome   targets.Outcome
	From, To  time.Duration
}

// RaceHistory is what happened in one round.
type RaceHistory struct {
	Entries []RaceEntry
	// Broken: a call was not answered, so that its outcome is not known.
	Broken bool
	// Instant: the target's backups are complete at once.
	Instant bool
}

// unknown is the end of what is not known to have ended.
const unknown = time.Duration(1<<62 - 1)

// Race makes the call n times at once on an instance in that condition; with completing, its backups are completed meanwhile.
func (s *Session) Race(ctx context.Context, c targets.Condition, call targets.Call, n int, completing bool) (RaceHistory, error) {
	var h RaceHistory
	id, err := s.provision(ctx, c)
	if err != nil {
		return h, err
	}
	ids := []string{id}
	defer s.release(ctx, ids)
	h.Entries = make([]RaceEntry, n)
	errs := make([]error, n)
	release := make(chan struct{})
	begun := time.Now()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			ready := s.resolve(call, ids, map[string]string{})
			<-release
			from := time.Since(begun)
			a, err := s.Send(ctx, ready)
			to := time.Since(begun)
			if a.Outcome != targets.Accepted && a.Outcome != targets.Refused {
				to = unknown
			}
			h.Entries[i], errs[i] = RaceEntry{Outcome: a.Outcome, From: from, To: to}, err
		})
	}
	var completions []RaceEntry
	var failed error
	if completing {
		wg.Go(func() {
			<-release
			for range n {
				from := time.Since(begun)
				s.requests.Add(1)
				if failed = s.Target.(targets.Completer).Complete(ctx, id, targets.LastCompleted); failed != nil {
					return
				}
				completions = append(completions, RaceEntry{Completes: true, From: from, To: time.Since(begun)})
			}
		})
	}
	close(release)
	wg.Wait()
	for _, err := range append(errs, setup(ctx, "a backup could not be completed", failed)) {
		if err != nil {
			return h, err
		}
	}
	for _, e := range h.Entries {
		h.Broken = h.Broken || e.To == unknown
	}
	h.Entries = append(h.Entries, completions...)
	h.Instant = s.instant.Load()
	return h, nil
}

// RunReleased is Run, which waits until it is released.
func (s *Session) RunReleased(ctx context.Context, c targets.Case, release <-chan struct{}) (History, error) {
	<-release
	return s.Run(ctx, c)
}
