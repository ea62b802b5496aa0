package runner

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/gate"
)

// Config says what a session runs test cases on, and how.
type Config struct {
	Target  targets.Target
	Edition oracle.Edition
	// Async is set where the target may take a job that then fails, which counts as refused.
	Async bool
	// ReadOnly is set where only calls are sent that every reading of the document refuses.
	ReadOnly bool
	// OnCall, where set, is called with every call and its answer, several at a time and in no order.
	OnCall func(targets.Call, targets.Answer)
	// Watch, where set, is called with every call and its answer, several at a time. An error ends
	// the session. The calls that it makes itself need a context from [Unwatched].
	Watch func(context.Context, targets.Call, targets.Answer) error
}

// settleTime bounds the wait for a backup to show after its call was accepted, and for a job to
// fail.
const settleTime = time.Second

// Session runs test cases on one target. It is safe for concurrent use.
type Session struct {
	Config
	can      targets.Capabilities
	sender   *sender
	preparer *preparer
	patience patience
	requests *atomic.Int64
	run      string // keeps the nonces of runs apart
	nonce    atomic.Int64
	instant  atomic.Bool // a backup was seen to be complete as soon as it showed
	shows    atomic.Bool // the backup of an accepted call was seen
	traffic  *targets.Traffic
	ids      seenIDs
}

// NewSession asks the target what it can do. The context that it returns ends when the target is
// lost, with an error that wraps [ErrLost] as its cause.
func NewSession(ctx context.Context, c Config) (*Session, context.Context, error) {
	requests := new(atomic.Int64)
	p, err := newPreparer(ctx, c.Target, requests)
	if err != nil {
		return nil, nil, err
	}
	traffic := &targets.Traffic{ReadOnly: c.ReadOnly}
	ctx, lose := context.WithCancelCause(targets.WithTraffic(ctx, traffic))
	s := &Session{
		Config: c, can: p.can, preparer: p, requests: requests, traffic: traffic,
		sender: &sender{target: gate.Around(c.Target), requests: requests, onCall: c.OnCall, watch: c.Watch, lose: lose},
		run:    fmt.Sprintf("%x", time.Now().UnixNano()),
	}
	return s, ctx, nil
}

// Capabilities returns what the target can do.
func (s *Session) Capabilities() targets.Capabilities { return s.can }

// Changes reports whether the status and the databases of an instance can be changed.
func (s *Session) Changes() bool { return s.preparer.changer != nil && s.can.Provision }

// Exists reports whether a case that is running has an instance with that id.
func (s *Session) Exists(id string) bool { return s.preparer.exists(id) }

// Stats are the totals of a session.
type Stats struct {
	Calls, Requests, Backups, Throttled int
	ThrottledBy                         int             // the status of the last answer that asked to slow down
	Latencies                           []time.Duration // sorted
}

// Stats returns the totals so far.
func (s *Session) Stats() Stats {
	stats := s.sender.stats()
	stats.Requests = s.Requests()
	stats.Backups += int(s.traffic.Backups.Load())
	return stats
}

// Requests returns how many requests were sent so far.
func (s *Session) Requests() int { return int(s.requests.Load() + s.traffic.Requests.Load()) }

// Throttled returns how often the target asked to slow down so far.
func (s *Session) Throttled() int { return int(s.sender.throttled.Load()) }

// Send sends one call whose instances are already named. It counts the call, and ends the session
// where the target is gone.
func (s *Session) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	return s.sender.Send(ctx, call)
}

// SendHarmless is Send for a call that every reading of the document refuses. So it is sent in a
// read-only run too.
func (s *Session) SendHarmless(ctx context.Context, call targets.Call) (targets.Answer, error) {
	r := &targets.Receipt{Harmless: true}
	a, err := s.sender.sendFor(ctx, call, r)
	return a, settle(r, unseen, err)
}

// Run executes a test case on instances that are made for it and then removed. An error that keeps
// the case from being run wraps targets.ErrUnmet or [ErrSetup]; any other error ends the run (see
// [EndsRun]).
func (s *Session) Run(ctx context.Context, c targets.Case) (History, error) {
	return s.execute(ctx, c, hooks{})
}

// RunSoak is Run with rest in place of each wait step that does not say how long it takes.
func (s *Session) RunSoak(ctx context.Context, c targets.Case, rest func(context.Context) error) (History, error) {
	return s.execute(ctx, c, hooks{rest: rest})
}

// newNonce returns a nonce that no other run and no other call uses.
func (s *Session) newNonce() string { return fmt.Sprintf("%s-%d", s.run, s.nonce.Add(1)) }

// seenIDs remembers the ids of answers.
type seenIDs struct {
	mu  sync.Mutex
	ids map[string]bool
}

// add notes an id, and reports whether it was there before.
func (s *seenIDs) add(id string) (repeated bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ids == nil {
		s.ids = map[string]bool{}
	}
	repeated = s.ids[id]
	s.ids[id] = true
	return repeated
}

// Nonsense returns a call of an Action that no API has. A run begins with it.
func Nonsense() targets.Call {
	return targets.Call{Method: "POST", Params: []targets.Param{{Name: "Action", Value: "CbspecNoSuchAction"}}}
}

// sorted returns the durations in ascending order.
func sorted(ds []time.Duration) []time.Duration {
	ds = slices.Clone(ds)
	slices.Sort(ds)
	return ds
}
