// Package connect opens a target: from the values of the flags that name it, or from a target file.
// It puts together the adapter that sends calls, the budget, and what prepares instances. Nothing
// is sent while a target is opened.
package connect

import (
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/fixtures"
	"github.com/cbspec/cbspec/targets/mapped"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// Open returns the target at an endpoint that speaks Alibaba's RPC protocol. With a control URL its
// instances are prepared by the control protocol.
func Open(r rpc.Config, c control.Config) (targets.Target, error) {
	t, err := rpc.New(r)
	if err != nil {
		return nil, err
	}
	if c.URL == "" {
		return t, nil
	}
	return prepare(t, c, nil)
}

// FileOptions are what a target file does not say.
type FileOptions struct {
	Keys      targetfile.Credentials // to sign calls with
	UserAgent string
	LedgerDir string // keeps the ledgers of backups; empty is the user's configuration folder
}

// concurrency is how many connections a target may use at once. The harness itself limits how many
// calls run at once.
const concurrency = 64

// OpenFile returns the target that a target file describes, with its budget and with what prepares
// its instances.
func OpenFile(f *targetfile.File, o FileOptions) (targets.Target, error) {
	var ledger *budget.Ledger
	if f.Limits.Backups != nil {
		var err error
		ledger, err = budget.Open(budget.Config{Dir: o.LedgerDir, Target: f.Endpoint, Limit: *f.Limits.Backups, Day: fixtures.DayOf(f)})
		if err != nil {
			return nil, err
		}
	}
	t, err := adapter(f, o, ledger)
	if err != nil {
		return nil, err
	}
	if f.Control.URL == "" {
		return fixtures.ForFile(t, f)
	}
	transport, err := f.Transport()
	if err != nil {
		return nil, err
	}
	var observer targets.Observer
	if f.Observe == targetfile.ObserveDescribe {
		observer, _ = targets.As[targets.Observer](t)
	}
	c := control.Config{URL: f.Control.URL, Token: f.Control.Token.Reveal(), Timeout: f.Limits.Timeout, Transport: transport}
	return prepare(t, c, observer)
}

// adapter returns what sends the calls of a target file.
func adapter(f *targetfile.File, o FileOptions, ledger *budget.Ledger) (targets.Target, error) {
	if f.Protocol == targetfile.Mapped {
		return mapped.New(f, ledger)
	}
	return rpc.New(rpc.Config{
		Endpoint: f.Endpoint, Signature: f.Auth.Signature, UserAgent: o.UserAgent,
		AccessKeyID: o.Keys.AccessKeyID.Reveal(), AccessKeySecret: o.Keys.AccessKeySecret.Reveal(), SecurityToken: o.Keys.SecurityToken.Reveal(),
		CAFile: f.TLS.CA, CertFile: f.TLS.Cert, KeyFile: f.TLS.Key, Proxy: f.Proxy.Reveal(),
		Timeout: f.Limits.Timeout, ConnectTimeout: f.Timeouts.Connect, TLSTimeout: f.Timeouts.TLS, HeaderTimeout: f.Timeouts.FirstByte,
		RequestsPerSecond: f.Limits.RequestsPerSecond, Concurrency: concurrency, Ledger: ledger,
	})
}
