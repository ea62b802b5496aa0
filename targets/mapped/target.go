package mapped

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
	"github.com/cbspec/cbspec/targets/gate"
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
	gate      *gate.Gate
}

var (
	_ targets.Target   = (*Target)(nil)
	_ targets.Observer = (*Target)(nil)
	_ targets.Capable  = (*Target)(nil)
	_ targets.Curler   = (*Target)(nil)
	_ gate.Keeper      = (*Target)(nil)
)

// New returns the target that the file describes, with the ledger that limits its backups, if any.
// It sends nothing.
func New(f *targetfile.File, ledger *budget.Ledger) (*Target, error) {
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
		base: base, mapping: *f.Mapped, secrets: redact.Of(secrets...), transport: rt,
		gate: gate.New(gate.Config{
			Timeout: f.Timeout(), RequestsPerSecond: f.Limits.RequestsPerSecond, Ledger: ledger,
			Retries: 5, FirstWait: 200 * time.Millisecond,
		}),
	}
	return t, nil
}

// Gate returns the gate that every request passes.
func (t *Target) Gate() *gate.Gate { return t.gate }

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
	return t.gate.Send(ctx, call, func(ctx context.Context) (targets.Answer, error) {
		a, err := t.exchange(ctx, r)
		if err == nil && a.Outcome == "" {
			t.read(&a, r)
		}
		t.hide(&a)
		return a, err
	})
}

// hide removes the secrets from an answer that echoes them.
func (t *Target) hide(a *targets.Answer) {
	t.secrets.Answer(a)
	transport.Shorten(a)
}

// exchange sends a request and reads its answer. It sets the outcome only if no whole answer
// arrived.
func (t *Target) exchange(ctx context.Context, r *request) (targets.Answer, error) {
	a := targets.Answer{}
	req, err := r.http(ctx)
	if err != nil {
		return a, err
	}
	a.Sent = t.sent(r)
	begun := time.Now()
	a.Sent.At = begun
	res, body, err := transport.DoOnce(t.transport, req, targets.MaxBody)
	if res != nil {
		a.Status, a.Header, a.Body = res.StatusCode, res.Header, body
	}
	a.Latency = time.Since(begun)
	switch {
	case err != nil:
		transport.Fail(&a, err, t.base.Host, t.gate.Timeout)
	case len(a.Body) > targets.MaxBody:
		transport.TooLarge(&a)
	}
	return a, nil
}

// unmet says why the mapping cannot express a call.
func unmet(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{targets.ErrUnmet}, args...)...)
}
