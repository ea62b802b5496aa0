package runner

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// Late is the problem of a call that got no answer in time. It is the same whatever the time was.
const Late = "no complete answer in time"

// Bounds on what it costs to find out more about calls that a target leaves unanswered: once it has
// answered so many others, it gets no more than a multiple of its longest answer.
const (
	answersBefore = 5
	longestTimes  = 20
	shortestLimit = time.Second // a busy machine takes as long at times
	endlessAnswer = time.Second
	signOfLife    = 3 * time.Second // for any answer at all of a target that was fast
)

// sender sends calls, counts them, and finds out whether a target that does not answer is gone.
type sender struct {
	target   targets.Target
	onCall   func(targets.Call, targets.Answer)
	watch    func(context.Context, targets.Call, targets.Answer) error
	lose     context.CancelCauseFunc
	requests *atomic.Int64 // of the session, those of the control protocol included

	calls, backups, throttled atomic.Int64
	throttledBy               atomic.Int64 // the status by which the target last asked to slow down

	answered atomic.Int64 // calls that were answered in time
	longest  atomic.Int64 // how long the longest answer took, in nanoseconds
	probing  sync.Mutex

	mu        sync.Mutex
	latencies []time.Duration
}

type impatience struct{}

// Impatient returns a context for calls that are made to find out more about a call that got no
// answer. They do not wait for a whole timeout, so that they are late does not prove anything: on a
// slow machine, a target that always answers may be late by such a limit.
func Impatient(ctx context.Context) context.Context {
	return context.WithValue(ctx, impatience{}, true)
}

// Patient undoes [Impatient], for calls that are to prove what was found out.
func Patient(ctx context.Context) context.Context {
	return context.WithValue(ctx, impatience{}, nil)
}

type unwatched struct{}

// Unwatched returns a context for calls that Config.Watch itself makes.
func Unwatched(ctx context.Context) context.Context {
	return context.WithValue(ctx, unwatched{}, true)
}

// Send sends one call of which nobody looks what it made. An error says that nothing was sent, that
// the target is gone, or that what it answers from now on says nothing.
func (s *sender) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	var r targets.Receipt
	a, err := s.sendFor(ctx, call, &r)
	return a, settle(&r, unseen, err)
}

// unseen is how many backups a call made where nothing shows it.
const unseen = -1

// settle ends the reservation of the backups of a call, and returns the first error.
func settle(r *targets.Receipt, made int, err error) error {
	if r.Settle == nil {
		return err
	}
	if e := r.Settle(made); err == nil {
		err = e
	}
	return err
}

// sendFor is Send with a receipt, which the caller settles.
func (s *sender) sendFor(ctx context.Context, call targets.Call, r *targets.Receipt) (targets.Answer, error) {
	a, err := s.send(ctx, call, r)
	if err == nil {
		a, err = s.unavailable(ctx, call, a, r)
	}
	if err != nil {
		return a, err
	}
	s.count(a)
	if s.onCall != nil {
		s.onCall(call, a)
	}
	if err := s.useful(ctx, call, a); err != nil {
		if ctx.Err() == nil {
			s.lose(err)
		}
		return kept(a), err // if only the time of this call is up, nothing is known about the target
	}
	return kept(a), nil
}

// useful returns an error where the answer shows that further calls say nothing of the target.
func (s *sender) useful(ctx context.Context, call targets.Call, a targets.Answer) error {
	switch {
	case a.Outcome == targets.Lost || a.Kind == targets.BrokenDropped || a.Kind == targets.BrokenTimeout:
		return s.alive(ctx)
	case s.watch != nil && ctx.Value(unwatched{}) == nil:
		return s.watch(ctx, call, a)
	default:
		return nil
	}
}

func (s *sender) count(a targets.Answer) {
	s.calls.Add(1)
	s.requests.Add(int64(max(a.Attempts, 1)))
	if a.Outcome == targets.Accepted {
		s.backups.Add(1)
	}
	s.throttled.Add(int64(a.Throttled))
	if a.ThrottledBy != 0 {
		s.throttledBy.Store(int64(a.ThrottledBy))
	}
	if a.Outcome == targets.Throttled {
		s.throttled.Add(1)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latencies = append(s.latencies, a.Latency)
}

func (s *sender) stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Stats{
		Calls: int(s.calls.Load()), Requests: int(s.requests.Load()), Backups: int(s.backups.Load()),
		Throttled: int(s.throttled.Load()), ThrottledBy: int(s.throttledBy.Load()), Latencies: sorted(s.latencies),
	}
}

// send sends one call and waits for the answer as long as the target's own timeout allows, or less
// in an [Impatient] context.
func (s *sender) send(ctx context.Context, call targets.Call, r *targets.Receipt) (targets.Answer, error) {
	r.Timeout = s.limit(ctx)
	a, err := s.target.Send(targets.WithReceipt(ctx, r), call)
	if a.Kind == targets.BrokenTransport && a.Latency > endlessAnswer {
		a.Kind = targets.BrokenTimeout // an answer without an end costs as much as none
	}
	switch {
	case err != nil:
	case a.Kind == targets.BrokenTimeout:
		a.Problem = Late
	default:
		s.answered.Add(1)
		raise(&s.longest, a.Latency)
	}
	return a, err
}

// limit bounds the time of one request of an [Impatient] context by what is known about the target;
// 0 is no bound. Other calls are judged, and a rule must not fail by how fast a machine is.
func (s *sender) limit(ctx context.Context) time.Duration {
	if ctx.Value(impatience{}) == nil || s.answered.Load() < answersBefore || s.throttled.Load() > 0 {
		return 0
	}
	return max(shortestLimit, longestTimes*time.Duration(s.longest.Load()))
}

// alive asks a target that did not answer for any answer at all, a few times. Whatever it answers
// shows that it lives.
func (s *sender) alive(ctx context.Context) error {
	s.probing.Lock()
	defer s.probing.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	problem, limit := "", max(signOfLife, longestTimes*time.Duration(s.longest.Load()))
	for _, wait := range []time.Duration{0, 100 * time.Millisecond, 400 * time.Millisecond, time.Second} {
		if err := targets.Sleep(ctx, wait); err != nil {
			return err
		}
		a, err := s.target.Send(targets.WithReceipt(ctx, &targets.Receipt{Timeout: limit}), Nonsense())
		if err != nil {
			return err
		}
		s.requests.Add(1)
		if a.Status != 0 {
			return nil
		}
		problem = a.Problem
		if a.Kind == targets.BrokenTimeout {
			problem = Late
		}
	}
	return fmt.Errorf("%w after %d requests: %s", ErrLost, s.requests.Load(), problem)
}

// raise sets a maximum to d where it is less.
func raise(most *atomic.Int64, d time.Duration) {
	for {
		was := most.Load()
		if int64(d) <= was || most.CompareAndSwap(was, int64(d)) {
			return
		}
	}
}
