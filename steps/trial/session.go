package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// ErrLost says that the target stopped answering for good during the run.
var ErrLost = errors.New("the target stopped answering")

// ErrSetup says that a condition could not be brought about or looked at though the target says that it can: the fault is
// the fixture's, not the rule's.
var ErrSetup = errors.New("setup error")

// errReadOnly says why a call was not sent.
var errReadOnly = fmt.Errorf("%w: read-only: a call that may be accepted is not sent", targets.ErrUnmet)

// Session is the dealings of one run with one target. It is safe for concurrent use.
type Session struct {
	Target  targets.Target
	Edition oracle.Edition
	// Async: a call may be taken and its job then end as Failed, which counts as refused.
	Async bool
	// ReadOnly: a call that any reading lets be accepted is not sent.
	ReadOnly bool
	// Settle bounds the wait for a backup to show itself after its call was accepted, and for a job to fail.
	Settle time.Duration
	// Rest, where set, is how long a step waits that does not say it.
	Rest func(context.Context) error
	// OnCall, where set, is told of every call and its answer, in no order.
	OnCall func(targets.Call, targets.Answer)

	can       targets.Capabilities
	there     sync.Map // ids of the instances that there are at the moment
	calls     atomic.Int64
	requests  atomic.Int64
	backups   atomic.Int64
	throttled atomic.Int64
	nonce     atomic.Int64
	instant   atomic.Bool  // a backup was seen to be complete as soon as it showed
	missed    atomic.Int64 // backups that did not show themselves in time
	awaited   atomic.Int64 // backups that did, and had to be waited for
	slowest   atomic.Int64 // how long the slowest took that did, in nanoseconds
	hangs     atomic.Int64 // calls that were not answered in time
	answered  atomic.Int64 // calls that were
	longest   atomic.Int64 // how long the longest answer took, in nanoseconds
	run       string       // keeps the nonces of runs apart
	lose      context.CancelCauseFunc
	mu        sync.Mutex
	latencies []time.Duration
	ids       map[string]bool // RequestIds seen
	probing   sync.Mutex
}

// NewSession asks the target what it can do. The context that it returns ends, with ErrLost as its cause, when the
// target is lost.
func NewSession(ctx context.Context, t targets.Target, e oracle.Edition) (*Session, context.Context, error) {
	s := &Session{Target: t, Edition: e, Settle: time.Second, ids: map[string]bool{}, run: fmt.Sprintf("%x", time.Now().UnixNano())}
	_, s.can.Provision = targets.As[targets.Provisioner](t)
	_, s.can.Observe = targets.As[targets.Observer](t)
	_, s.can.Complete = targets.As[targets.Completer](t)
	_, s.can.NextDay = targets.As[targets.DayShifter](t)
	if c, ok := targets.As[targets.Capable](t); ok {
		said, err := c.Capabilities(ctx)
		if err != nil {
			return nil, nil, err
		}
		said.Provision = said.Provision && s.can.Provision
		said.Observe = said.Observe && s.can.Observe
		said.Complete = said.Complete && s.can.Complete
		said.NextDay = said.NextDay && s.can.NextDay
		s.can = said
	}
	ctx, s.lose = context.WithCancelCause(ctx)
	return s, ctx, nil
}

// Capabilities says what the target can do.
func (s *Session) Capabilities() targets.Capabilities { return s.can }

// Changes tells whether an instance's status and databases can be changed.
func (s *Session) Changes() bool {
	_, ok := targets.As[targets.Changer](s.Target)
	return ok && s.can.Provision
}

// Stats are the running totals of a session.
type Stats struct {
	Calls, Requests, Backups, Throttled int
	Latencies                           []time.Duration // sorted
}

// Stats returns the totals so far.
func (s *Session) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := slices.Clone(s.latencies)
	slices.Sort(l)
	return Stats{int(s.calls.Load()), int(s.requests.Load()), int(s.backups.Load()), int(s.throttled.Load()), l}
}

// Requests is how many requests were sent so far.
func (s *Session) Requests() int { return int(s.requests.Load()) }

// Nonce returns a nonce that no other run and no other call uses.
func (s *Session) Nonce() string { return fmt.Sprintf("%s-%d", s.run, s.nonce.Add(1)) }

// Send sends one call, its instances already named. It notes what every answer must be judged on beside its own rule, and
// finds out whether a target that did not answer is gone.
func (s *Session) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	a, err := s.send(ctx, call)
	if err != nil {
		return a, err
	}
	s.calls.Add(1)
	s.requests.Add(int64(max(a.Attempts, 1)))
	if a.Outcome == targets.Accepted {
		s.backups.Add(1)
	}
	s.throttled.Add(int64(a.Throttled))
	if a.Outcome == targets.Throttled {
		s.throttled.Add(1)
	}
	s.mu.Lock()
	s.latencies = append(s.latencies, a.Latency)
	s.mu.Unlock()
	if s.OnCall != nil {
		s.OnCall(call, a)
	}
	if a.Outcome == targets.Lost || a.Kind == targets.BrokenDropped || a.Kind == targets.BrokenTimeout {
		if err := s.alive(ctx); err != nil {
			if ctx.Err() == nil {
				s.lose(err)
			}
			return a, err // where only the time of this call is up, nothing is known of the target
		}
	}
	return a, nil
}

// What is known of a target that lets calls go unanswered: after so many of them, and so many that it answered, it is given no more than a multiple of
// the longest time that it took to answer.
const (
	fewHangs    = 3
	manyAnswers = 20
	fewAnswers  = 5 // are enough to find out more of a call that went unanswered
	patience    = 20
	shortest    = time.Second // a busy machine takes as long at times
	longDrawn   = time.Second
	signOfLife  = 3 * time.Second // that anything at all is answered
)

type impatience struct{}

// Impatient is the context of calls that are made to find out more of one that went unanswered: the first few of them do not cost a whole timeout each.
func Impatient(ctx context.Context) context.Context {
	return context.WithValue(ctx, impatience{}, true)
}

// send sends one call, and waits for the answer as long as the target's timeout lets it, or as what is known of the target makes sense.
func (s *Session) send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	limited, few, many := ctx, int64(fewHangs), int64(manyAnswers)
	if ctx.Value(impatience{}) != nil {
		few, many = 1, fewAnswers
	}
	if s.hangs.Load() >= few && s.answered.Load() >= many && s.throttled.Load() == 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, max(shortest, patience*time.Duration(s.longest.Load())))
		defer cancel()
	}
	begun := time.Now()
	a, err := s.Target.Send(limited, call)
	if err != nil && ctx.Err() == nil && limited.Err() != nil {
		a, err = targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenTimeout, Problem: Late, Latency: time.Since(begun), Attempts: 1}, nil
	}
	if a.Kind == targets.BrokenTransport && a.Latency > longDrawn {
		a.Kind = targets.BrokenTimeout // what it sends instead of an answer, without an end, costs as much as silence
	}
	switch {
	case err != nil:
	case a.Kind == targets.BrokenTimeout:
		a.Problem = Late // the same whatever the time was
		s.hangs.Add(1)
	default:
		s.answered.Add(1)
		raise(&s.longest, a.Latency)
	}
	return a, err
}

// Late is what is said of a call that was not answered in time.
const Late = "no complete answer in time"

// raise lets a maximum be at least d.
func raise(most *atomic.Int64, d time.Duration) {
	for {
		was := most.Load()
		if int64(d) <= was || most.CompareAndSwap(was, int64(d)) {
			return
		}
	}
}

// first tells whether no earlier answer bore that RequestId.
func (s *Session) first(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids[id] {
		return false
	}
	s.ids[id] = true
	return true
}

// alive asks a target that failed to answer for anything at all, a few times. Whatever it says shows that it lives.
func (s *Session) alive(ctx context.Context) error {
	s.probing.Lock()
	defer s.probing.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var last targets.Answer
	for _, wait := range []time.Duration{0, 100 * time.Millisecond, 400 * time.Millisecond, time.Second} {
		if err := pause(ctx, wait); err != nil {
			return err
		}
		brief, cancel := context.WithTimeout(ctx, signOfLife)
		a, err := s.Target.Send(brief, Nonsense())
		late := brief.Err() != nil && ctx.Err() == nil
		cancel()
		if late {
			last = targets.Answer{Problem: Late}
			continue
		}
		if err != nil {
			return err
		}
		s.requests.Add(1)
		if a.Status != 0 {
			return nil
		}
		last = a
	}
	return fmt.Errorf("%w after %d requests: %s", ErrLost, s.requests.Load(), last.Problem)
}

// Nonsense is a call of an Action that nobody has: what the run opens with.
func Nonsense() targets.Call {
	return targets.Call{Method: "POST", Params: []targets.Param{{Name: "Action", Value: "CbspecNoSuchAction"}}}
}

// pause waits, or returns the context's cause if that ends first.
func pause(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
