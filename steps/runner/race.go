package runner

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/gate"
)

// Race is a test case whose calls are made at the same time.
type Race struct {
	Case targets.Case
	// Completing is set where the backups of the instances are completed meanwhile.
	Completing bool
}

// RaceEntry is one thing that happened in a race.
type RaceEntry struct {
	Instance  int
	Completes bool // a backup was completed; otherwise it is a call
	Outcome   targets.Outcome
	// From is when it began and To when its end was known, both since the start of the round.
	From, To time.Duration
}

// RaceHistory is what happened in one round of a race. Its Events are those of the calls, in the
// order of the case's steps.
type RaceHistory struct {
	History
	Entries []RaceEntry
	// Looked is when the look at the backups began and when it ended.
	Looked [2]time.Duration
	// New holds the new backups of each instance. It is nil where the target shows none.
	New [][]targets.Backup
	// Broken is set where a call was not answered, so that its outcome is unknown.
	Broken bool
	// Instant is set where the target's backups are complete at once, or nearly so.
	Instant bool
}

// unknown is the end of a call whose end is not known.
const unknown = time.Duration(1<<62 - 1)

// completionsPerCall is how often a backup of an instance is completed for each call, at most.
const completionsPerCall = 3

// Race runs one round of a race: it makes all calls of the case at once, each on the instance of
// its step.
func (s *Session) Race(ctx context.Context, r Race) (RaceHistory, error) {
	if s.ReadOnly {
		return RaceHistory{}, gate.ErrReadOnly
	}
	x := &execution{s: s}
	defer func() { s.preparer.release(ctx, x.history.IDs) }()
	if err := x.prepare(ctx, r.Case); err != nil {
		return RaceHistory{History: x.history}, err
	}
	calls := make([]targets.Call, len(r.Case.Steps))
	for i, step := range r.Case.Steps {
		if step.Do != targets.StepCall {
			return RaceHistory{}, fmt.Errorf("step %d of a race is not a call", i+1)
		}
		calls[i] = x.resolve(*step.Call)
	}
	round := newRound(x, r, calls)
	if err := round.start(ctx); err != nil {
		return RaceHistory{History: x.history}, err
	}
	h := round.history()
	if x.seen == nil {
		return h, nil
	}
	return h, x.lookAfter(ctx, &h)
}

// round is one round of a race under way.
type round struct {
	x          *execution
	race       Race
	calls      []targets.Call
	begun      time.Time
	release    chan struct{}
	pending    atomic.Int64 // calls that have not ended
	answers    []targets.Answer
	entries    []RaceEntry
	completed  [][]RaceEntry // by instance
	errs       []error       // of the calls, then of the instances
	afterCalls time.Duration
}

func newRound(x *execution, r Race, calls []targets.Call) *round {
	n, instances := len(calls), len(x.history.IDs)
	return &round{
		x: x, race: r, calls: calls, begun: time.Now(), release: make(chan struct{}),
		answers: make([]targets.Answer, n), entries: make([]RaceEntry, n),
		completed: make([][]RaceEntry, instances), errs: make([]error, n+instances),
	}
}

// start releases the calls, and what completes backups, at the same moment, and waits for all of
// them.
func (r *round) start(ctx context.Context) error {
	var all sync.WaitGroup
	r.pending.Store(int64(len(r.calls)))
	for i := range r.calls {
		all.Go(func() { r.send(ctx, i) })
	}
	for k := range r.completed {
		if r.race.Completing {
			all.Go(func() { r.complete(ctx, k) })
		}
	}
	close(r.release)
	all.Wait()
	for _, err := range r.errs {
		if err != nil {
			return err
		}
	}
	r.afterCalls = time.Since(r.begun)
	return nil
}

// send makes the i-th call.
func (r *round) send(ctx context.Context, i int) {
	defer r.pending.Add(-1)
	<-r.release
	from := time.Since(r.begun)
	a, err := r.x.s.sender.Send(ctx, r.calls[i])
	to := time.Since(r.begun)
	if a.Outcome != targets.Accepted && a.Outcome != targets.Refused {
		to = unknown
	}
	r.answers[i], r.errs[i] = a, err
	r.entries[i] = RaceEntry{Instance: r.race.Case.Steps[i].Instance, Outcome: a.Outcome, From: from, To: to}
}

// complete completes the backups of instance k while calls are under way.
func (r *round) complete(ctx context.Context, k int) {
	<-r.release
	for i := 0; i < completionsPerCall*len(r.calls) && (i == 0 || r.pending.Load() > 0); i++ {
		from := time.Since(r.begun)
		if err := r.x.s.preparer.complete(ctx, r.x.history.IDs[k], targets.LastCompleted); err != nil {
			r.errs[len(r.calls)+k] = err
			return
		}
		r.completed[k] = append(r.completed[k], RaceEntry{Instance: k, Completes: true, From: from, To: time.Since(r.begun)})
	}
}

// history is what happened, without the backups.
func (r *round) history() RaceHistory {
	s := r.x.s
	h := RaceHistory{History: r.x.history, Entries: r.entries, Instant: s.instant.Load()}
	for i, step := range r.race.Case.Steps {
		a := r.answers[i]
		e := Event{Step: i, Call: *step.Call, Expect: r.x.world.Expect(*step.Call), Answer: a, Decision: a.Outcome}
		if e.Expect.Instance >= 0 {
			e.Databases = r.x.world.Instances[e.Expect.Instance].Databases
		}
		e.Repeated = a.Outcome == targets.Accepted && a.RequestID != "" && s.ids.add(a.RequestID)
		e.JobRepeated = s.repeatedJob(a)
		h.Events = append(h.Events, e)
		h.Broken = h.Broken || r.entries[i].To == unknown
	}
	for _, more := range r.completed {
		h.Entries = append(h.Entries, more...)
	}
	h.Looked[0] = r.afterCalls
	return h
}

// lookAfter finds the backups that resulted from a race.
func (x *execution) lookAfter(ctx context.Context, h *RaceHistory) error {
	begun := time.Now()
	accepted := make([]int, len(h.IDs))
	for i, e := range h.Events {
		if e.Decision == targets.Accepted {
			accepted[h.Case.Steps[i].Instance]++
		}
	}
	err := x.s.poll(ctx, func() (bool, error) {
		var err error
		h.New, err = x.unseen(ctx)
		settled := err == nil
		for i := range h.New {
			settled = settled && len(h.New[i]) >= accepted[i]
		}
		return settled, err
	})
	if err != nil {
		return err
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
