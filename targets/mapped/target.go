package mapped

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/time/rate"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// Target is an implementation of CreateBackup with an HTTP shape of its own. It is safe for use by several goroutines at once.
type Target struct {
	base      *url.URL // without a slash at its end
	mapping   targetfile.Mapping
	secrets   []string
	transport http.RoundTripper
	timeout   time.Duration
	limiter   *rate.Limiter // nil is no bound
	patience  *targets.Backoff

	mu      sync.Mutex
	dropped map[string]bool
}

var (
	_ targets.Target   = (*Target)(nil)
	_ targets.Observer = (*Target)(nil)
	_ targets.Capable  = (*Target)(nil)
	_ targets.Curler   = (*Target)(nil)
)

// New returns the target that the file describes. It sends nothing.
func New(f *targetfile.File) (*Target, error) {
	if f.Mapped == nil {
		return nil, errors.New("the target file has no section mapped")
	}
	base, err := url.Parse(f.Endpoint)
	if err != nil {
		return nil, errors.New("endpoint: is no URL")
	}
	transport, err := f.Transport()
	if err != nil {
		return nil, err
	}
	base.RawPath = strings.TrimSuffix(base.EscapedPath(), "/")
	base.Path = strings.TrimSuffix(base.Path, "/")
	t := &Target{base: base, mapping: *f.Mapped, secrets: f.Secrets(), transport: transport, timeout: f.Timeout(), dropped: map[string]bool{},
		patience: &targets.Backoff{Retries: 5, FirstWait: 200 * time.Millisecond}}
	if b := f.Mapped.Authentication.Basic; b != nil {
		t.secrets = append(t.secrets, basic(b))
	}
	if f.Limits.RequestsPerSecond > 0 {
		t.limiter = rate.NewLimiter(rate.Limit(f.Limits.RequestsPerSecond), 1)
	}
	return t, nil
}

// String names the target. Whatever prints a Target prints this, and no secret.
func (t *Target) String() string { return "mapped target at " + t.base.Host }

// GoString is what %#v prints.
func (t *Target) GoString() string { return t.String() }

// Capabilities says that backups can be observed where the mapping describes how. It prepares nothing.
func (t *Target) Capabilities(context.Context) (targets.Capabilities, error) {
	return targets.Capabilities{Observe: t.mapping.DescribeBackups != nil}, nil
}

// Dropped returns the names of the parameters that were left out of calls, as the mapping has it.
func (t *Target) Dropped() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Sorted(maps.Keys(t.dropped))
}

func (t *Target) drop(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dropped[name] = true
}

// Send sends the call. A target that asks to slow down is asked again after a wait that grows.
func (t *Target) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	r, err := t.build(call)
	if err != nil {
		return targets.Answer{}, err
	}
	return t.patience.Send(ctx, func(ctx context.Context) (targets.Answer, error) {
		a, err := t.exchange(ctx, r)
		if err != nil {
			return a, err
		}
		if a.Status != 0 && a.Kind != targets.BrokenTooLarge && a.Kind != targets.BrokenTimeout && a.Kind != targets.BrokenDropped {
			t.read(&a, r.operation)
		}
		t.hide(&a)
		return a, nil
	})
}

// exchange sends a request and reads its answer, without a look at what it says.
func (t *Target) exchange(ctx context.Context, r *request) (targets.Answer, error) {
	a := targets.Answer{}
	if t.limiter != nil {
		if err := t.limiter.Wait(ctx); err != nil {
			return a, fmt.Errorf("waiting for the rate limit: %w", err)
		}
	}
	parent := ctx
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	req, err := r.http(ctx)
	if err != nil {
		return a, err
	}
	a.Sent = t.sent(r)
	begun := time.Now()
	a.Sent.At = begun
	// Not a client's Do: that follows redirects.
	res, err := t.transport.RoundTrip(req)
	if err == nil {
		defer res.Body.Close()
		a.Status, a.Header = res.StatusCode, res.Header
		a.Body, err = io.ReadAll(io.LimitReader(res.Body, targets.MaxBody+1))
	}
	a.Latency = time.Since(begun)
	switch {
	case err != nil && parent.Err() != nil:
		return a, context.Cause(parent)
	case err != nil:
		broke(&a, err, t.timeout)
	case len(a.Body) > targets.MaxBody:
		a.Body = a.Body[:targets.MaxBody]
		a.Outcome, a.Kind, a.Problem = targets.Broken, targets.BrokenTooLarge, "an answer of more than 1 MiB"
	}
	return a, nil
}

// broke says in the answer what went wrong on the way.
func broke(a *targets.Answer, err error, timeout time.Duration) {
	var op *net.OpError
	var dns *net.DNSError
	var waited net.Error
	a.Outcome = targets.Broken
	switch {
	case errors.As(err, &dns), errors.As(err, &op) && op.Op == "dial":
		a.Outcome, a.Problem = targets.Lost, "no connection could be made: "+innermost(err)
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &waited) && waited.Timeout():
		a.Kind, a.Problem = targets.BrokenTimeout, fmt.Sprintf("no complete answer within %s", timeout)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		a.Kind, a.Problem = targets.BrokenDropped, "the connection was dropped before the answer was complete"
	default:
		a.Kind, a.Problem = targets.BrokenTransport, "no answer that is HTTP: "+innermost(err)
	}
}

// innermost is the last part of an error's chain, without addresses and ports that change.
func innermost(err error) string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	return err.Error()
}

// unmet says that the mapping has no words for a call.
func unmet(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{targets.ErrUnmet}, args...)...)
}

// hide removes secrets that the target echoes.
func (t *Target) hide(a *targets.Answer) {
	for _, secret := range t.secrets {
		// Shorter ones are no secrets, and would tear holes into the answer.
		if len(secret) < 6 {
			continue
		}
		a.Body = []byte(strings.ReplaceAll(string(a.Body), secret, redacted))
		for _, s := range []*string{&a.RequestID, &a.HostID, &a.Code, &a.Message, &a.BackupJobID, &a.Problem} {
			*s = strings.ReplaceAll(*s, secret, redacted)
		}
		for _, values := range a.Header {
			for i := range values {
				values[i] = strings.ReplaceAll(values[i], secret, redacted)
			}
		}
	}
}

const redacted = "REDACTED"

// method is the template's, or GET.
func method(r targetfile.Request) string { return cmp.Or(r.Method, http.MethodGet) }
