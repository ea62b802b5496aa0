// Package gate is the one way out to a target. Every request of an adapter passes its [Gate],
// whoever wants it sent: a rule, a fixture, a probe, a look at backups. The gate keeps what a run
// promises: with --read-only no backup is made, the budget of backups is never exceeded, no request
// takes longer than its timeout, and the rate stays below its limit.
package gate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
)

// Config says what a gate lets pass. The zero value lets everything pass once and at once.
type Config struct {
	// Timeout is how long one request may take, by the clock on the wall and whatever becomes of
	// the connection; 0 means no limit.
	Timeout           time.Duration
	RequestsPerSecond float64        // 0 means no limit
	Ledger            *budget.Ledger // nil means no limit of backups
	// Retries is how often a call is sent again while the target asks to slow down. The first wait
	// is FirstWait, and each further one twice as long.
	Retries   int
	FirstWait time.Duration
}

// Gate lets requests pass. It is safe for use by several goroutines at once.
type Gate struct {
	Config
	backoff targets.Backoff
	limiter *rate.Limiter // nil without a limit
}

// New returns a gate.
func New(c Config) *Gate {
	g := &Gate{Config: c, backoff: targets.Backoff{Retries: c.Retries, FirstWait: c.FirstWait}}
	if c.RequestsPerSecond > 0 {
		g.limiter = rate.NewLimiter(rate.Limit(c.RequestsPerSecond), 1)
	}
	return g
}

// Send sends a call by once, which makes exactly one request. It sends the call again while the
// target asks to slow down, and once more where the target had not read the request. Each request
// reserves the backups that it may make. Without a receipt they all count once the call is over,
// unless certainly nothing was sent. An error means that nothing was sent, or that the context
// ended.
func (g *Gate) Send(ctx context.Context, call targets.Call, once func(context.Context) (targets.Answer, error)) (targets.Answer, error) {
	p := &passage{gate: g, call: call, cost: cost(call), once: once}
	if p.cost > 0 && targets.TrafficOf(ctx).ReadOnly && !harmless(ctx) {
		return targets.Answer{}, ErrReadOnly
	}
	a, err := g.backoff.Send(ctx, p.request)
	r := targets.ReceiptOf(ctx)
	switch {
	case len(p.reserved) == 0:
		return a, err
	case r == nil:
		_, e := p.settle(unknown)
		return a, errors.Join(err, e)
	default:
		r.Settle = p.settleAfter(r.Settle)
		return a, err
	}
}

// ErrReadOnly is why a call that may make a backup was not sent. It wraps targets.ErrUnmet.
var ErrReadOnly = fmt.Errorf("%w: read-only: a call that may be accepted is not sent", targets.ErrUnmet)

func harmless(ctx context.Context) bool {
	r := targets.ReceiptOf(ctx)
	return r != nil && r.Harmless
}

// cost returns how many backups one request of a call may make. The target may take a raw request
// for two requests. A Describe operation makes none, and neither does an Action that is not
// CreateBackup in any spelling, where the call names no instance that a backup could be made of, or
// a call for an instance that exists nowhere.
func cost(call targets.Call) int {
	actions := call.Values("Action")
	switch {
	case slices.Equal(call.Values("DBInstanceId"), []string{targets.NoInstance}) && call.Wire == "":
		return 0
	case call.Wire != "":
		return 2
	case len(actions) != 1:
		return 1
	case strings.HasPrefix(actions[0], "Describe"):
		return 0
	case len(call.Values("DBInstanceId")) == 0 && !strings.Contains(strings.ToLower(actions[0]), "backup"):
		return 0
	default:
		return 1
	}
}

// passage is one call that passes a gate.
type passage struct {
	gate     *Gate
	call     targets.Call
	cost     int
	once     func(context.Context) (targets.Answer, error)
	reserved []*budget.Reservation
}

// mostUnread is how often a request is made again that the target had not read.
const mostUnread = 3

// request makes a request, and again where the target had not read it.
func (p *passage) request(ctx context.Context) (targets.Answer, error) {
	a, err := p.send(ctx)
	for again := 1; again <= mostUnread && err == nil && a.Unread; again++ {
		next, failed := p.send(ctx)
		if errors.Is(failed, targets.ErrBudget) {
			break // the budget allows no further request, so this answer stands
		}
		next.Attempts = again + 1
		a, err = next, failed
	}
	return a, err
}

// send makes one request.
func (p *passage) send(ctx context.Context) (targets.Answer, error) {
	if err := p.gate.wait(ctx); err != nil {
		return targets.Answer{}, err
	}
	if err := p.reserve(); err != nil {
		return targets.Answer{}, err
	}
	begun := time.Now()
	a, err := Within(ctx, p.timeout(ctx), p.once)
	switch {
	case ctx.Err() != nil && (err != nil || a.Outcome != targets.Accepted && a.Outcome != targets.Refused):
		return a, context.Cause(ctx) // the call may have been sent
	case errors.Is(err, errLate) || errors.Is(err, context.DeadlineExceeded):
		a = targets.Answer{
			Outcome: targets.Broken, Kind: targets.BrokenTimeout, Problem: errLate.Error(), Latency: time.Since(begun), Attempts: 1,
		}
		err = nil
	case err != nil || a.Outcome == targets.Lost:
		err = errors.Join(err, p.unsent())
	}
	p.count(ctx, a, err)
	return a, err
}

// wait waits until the rate allows a request. It waits even where the context will end before that,
// since the time of a request begins when it is sent.
func (g *Gate) wait(ctx context.Context) error {
	if g.limiter == nil {
		return nil
	}
	return targets.Sleep(ctx, g.limiter.Reserve().Delay())
}

// timeout returns how long a request may take.
func (p *passage) timeout(ctx context.Context) time.Duration {
	limit := p.gate.Timeout
	if r := targets.ReceiptOf(ctx); r != nil && r.Timeout > 0 && (limit == 0 || r.Timeout < limit) {
		limit = r.Timeout
	}
	return limit
}

// reserve reserves the backups of one request.
func (p *passage) reserve() error {
	if p.gate.Ledger == nil || p.cost == 0 {
		return nil
	}
	r, err := p.gate.Ledger.Reserve(p.cost)
	if err == nil {
		p.reserved = append(p.reserved, r)
	}
	return err
}

// unsent returns the reservation of a request that was certainly not sent.
func (p *passage) unsent() error {
	last := len(p.reserved) - 1
	if last < 0 {
		return nil
	}
	r := p.reserved[last]
	p.reserved = p.reserved[:last]
	return r.Settle(0)
}

// unknown is how many backups were made where nothing shows it.
const unknown = -1

// settleAfter returns what settles the call and those that the same receipt was used for before.
func (p *passage) settleAfter(before func(int) error) func(int) error {
	return func(made int) error {
		rest, err := p.settle(made)
		if before != nil {
			err = errors.Join(err, before(rest))
		}
		return err
	}
}

// settle ends the reservations of the call, of whose backups so many were made. It returns how many
// of them were made by other calls.
func (p *passage) settle(made int) (rest int, err error) {
	var errs []error
	for _, r := range p.reserved {
		n := r.Places()
		if made >= 0 {
			n = min(n, made)
			made -= n
		}
		errs = append(errs, r.Settle(n))
	}
	return made, errors.Join(errs...)
}

// count counts a request that nobody made a receipt for.
func (p *passage) count(ctx context.Context, a targets.Answer, err error) {
	if err != nil || targets.ReceiptOf(ctx) != nil {
		return
	}
	t := targets.TrafficOf(ctx)
	t.Requests.Add(1)
	if a.Outcome == targets.Accepted && p.cost > 0 {
		t.Backups.Add(1)
	}
}
