package mapped

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/redact"
	"github.com/cbspec/cbspec/targets/targetfile"
	"github.com/cbspec/cbspec/targets/transport"
)

// Target is an implementation of CreateBackup with its own HTTP interface. It is safe for use by
// several goroutines at once.
type Target struct {
	base      *url.URL // without a slash at its end
	mapping   targetfile.Mapping
	secrets   redact.Secrets
	transport http.RoundTripper
	timeout   time.Duration
	limiter   *rate.Limiter // nil without a limit
	backoff   *targets.Backoff
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
		return nil, errors.New("the target file has no section mapped: add one, or set protocol: rpc")
	}
	base, err := url.Parse(f.Endpoint)
	if err != nil {
		return nil, errors.New("endpoint: it is not a URL") // the text may hold a password
	}
	rt, err := f.Transport()
	if err != nil {
		return nil, err
	}
	base.RawPath = strings.TrimSuffix(base.EscapedPath(), "/")
	base.Path = strings.TrimSuffix(base.Path, "/")
	secrets := f.Secrets()
	if b := f.Mapped.Authentication.Basic; b != nil {
		secrets = append(secrets, basic(b))
	}
	t := &Target{
		base: base, mapping: *f.Mapped, secrets: redact.Of(secrets...), transport: rt, timeout: f.Timeout(),
		backoff: &targets.Backoff{Retries: 5, FirstWait: 200 * time.Millisecond},
	}
	if f.Limits.RequestsPerSecond > 0 {
		t.limiter = rate.NewLimiter(rate.Limit(f.Limits.RequestsPerSecond), 1)
	}
	return t, nil
}

// String names the target without its secrets.
func (t *Target) String() string { return "mapped target at " + t.base.Host }

// GoString is String, so that %#v shows no secrets either.
func (t *Target) GoString() string { return t.String() }

// Capabilities reports whether the mapping says how backups are listed. A mapped target prepares no
// instances.
func (t *Target) Capabilities(context.Context) (targets.Capabilities, error) {
	return targets.Capabilities{Observe: t.mapping.DescribeBackups != nil}, nil
}

// Send sends the call. It sends it again while the target asks to slow down.
func (t *Target) Send(ctx context.Context, call targets.Call) (targets.Answer, error) {
	r, err := t.build(call)
	if err != nil {
		return targets.Answer{}, err
	}
	return t.backoff.Send(ctx, func(ctx context.Context) (targets.Answer, error) {
		a, err := t.exchange(ctx, r)
		if err != nil {
			return a, err
		}
		if a.Outcome == "" {
			t.read(&a, r)
		}
		t.secrets.Answer(&a)
		transport.Shorten(&a)
		return a, nil
	})
}

// exchange sends a request and reads its answer. It sets the outcome only if no whole answer
// arrived.
func (t *Target) exchange(ctx context.Context, r *request) (targets.Answer, error) {
	a := targets.Answer{}
	if t.limiter != nil {
		if err := t.limiter.Wait(ctx); err != nil {
			return a, fmt.Errorf("wait for the rate limit: %w", err)
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
	res, err := t.transport.RoundTrip(req) // an http.Client would follow redirects
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
		transport.Fail(&a, err, t.base.Host, t.timeout)
	case len(a.Body) > targets.MaxBody:
		transport.TooLarge(&a)
	}
	return a, nil
}

// unmet says why the mapping cannot express a call.
func unmet(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{targets.ErrUnmet}, args...)...)
}
