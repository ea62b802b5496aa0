package steps

import (
	"context"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/fixtures"
	"github.com/cbspec/cbspec/targets/mapped"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// Connect returns the target at an endpoint that speaks Alibaba's RPC protocol; with a control URL it can be prepared too. Nothing is sent.
func Connect(r rpc.Config, c control.Config) (targets.Target, error) {
	t, err := rpc.New(r)
	if err != nil {
		return nil, err
	}
	return prepare(t, c, nil)
}

// ConnectFile returns the target that a target file describes, its calls signed with those keys. Ledgers of its backups are kept in dir, or where
// that is empty in the user's folder for configuration. Nothing is sent.
func ConnectFile(f *targetfile.File, keys targetfile.Credentials, userAgent, dir string) (targets.Target, error) {
	transport, err := f.Transport()
	if err != nil {
		return nil, err
	}
	var t targets.Target
	if f.Protocol == targetfile.Mapped {
		t, err = mapped.New(f)
	} else {
		t, err = rpc.New(rpc.Config{
			Endpoint: f.Endpoint, Signature: f.Auth.Signature, AccessKeyID: keys.AccessKeyID.Reveal(), AccessKeySecret: keys.AccessKeySecret.Reveal(),
			SecurityToken: keys.SecurityToken.Reveal(), Timeout: f.Limits.Timeout, RequestsPerSecond: f.Limits.RequestsPerSecond,
			CAFile: f.TLS.CA, CertFile: f.TLS.Cert, KeyFile: f.TLS.Key, Proxy: f.Proxy.Reveal(),
			ConnectTimeout: f.Timeouts.Connect, TLSTimeout: f.Timeouts.TLS, HeaderTimeout: f.Timeouts.FirstByte, Concurrency: 64, UserAgent: userAgent,
			Afresh: f.Limits.Backups != nil, // then no call is ever sent twice
		})
	}
	if err != nil {
		return nil, err
	}
	if f.Limits.Backups != nil {
		ledger, err := budget.Open(budget.Config{Dir: dir, Target: f.Endpoint, Limit: *f.Limits.Backups, Day: day(f)})
		if err != nil {
			return nil, err
		}
		t = budget.Limit(t, ledger)
	}
	if f.Control.URL != "" {
		observer, _ := t.(targets.Observer)
		if f.Observe != targetfile.ObserveDescribe {
			observer = nil
		}
		return prepare(t, control.Config{URL: f.Control.URL, Token: f.Control.Token.Reveal(), Timeout: f.Limits.Timeout, Transport: transport}, observer)
	}
	return fixtures.ForFile(t, f)
}

// day is the window in which a target counts the backups of a day.
func day(f *targetfile.File) budget.Window {
	return map[string]budget.Window{targetfile.UTC8: budget.UTC8, targetfile.Rolling: budget.Rolling}[f.Day]
}

// prepared is a target that lets itself be prepared by the control protocol.
type prepared struct {
	targets.Target
	*control.Client
	observer targets.Observer // what shows backups, where that is not the control protocol
}

func prepare(t targets.Target, c control.Config, observer targets.Observer) (targets.Target, error) {
	if c.URL == "" {
		return t, nil
	}
	client, err := control.New(c)
	if err != nil {
		return nil, err
	}
	return &prepared{t, client, observer}, nil
}

// Control is the client of the control protocol.
func (p *prepared) Control() *control.Client { return p.Client }

// Capabilities says what the target can do.
func (p *prepared) Capabilities(ctx context.Context) (targets.Capabilities, error) {
	can, err := p.Client.Capabilities(ctx)
	can.Observe = can.Observe || p.observer != nil
	return can, err
}

// Backups lists the backups of an instance, oldest first.
func (p *prepared) Backups(ctx context.Context, id string) ([]targets.Backup, error) {
	if p.observer != nil {
		return p.observer.Backups(ctx, id)
	}
	return p.Client.Backups(ctx, id)
}

// Algorithms, Curl and Forms are those of the target itself.
func (p *prepared) Algorithms() []string {
	if s, ok := p.Target.(targets.Signer); ok {
		return s.Algorithms()
	}
	return nil
}

// Curl renders a call as shell commands.
func (p *prepared) Curl(call targets.Call) string {
	if c, ok := p.Target.(targets.Curler); ok {
		return c.Curl(call)
	}
	return ""
}

// Forms lists the forms of a request that no client library would send.
func (p *prepared) Forms() []string {
	if f, ok := p.Target.(former); ok {
		return f.Forms()
	}
	return nil
}
