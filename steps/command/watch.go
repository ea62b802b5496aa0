package command

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/audit"
	"github.com/cbspec/cbspec/targets/exchange"
	"github.com/cbspec/cbspec/targets/tap"
)

type watchCommand struct {
	Upstream string        `help:"URL of the server that the calls are meant for." required:"" placeholder:"URL" group:"The traffic"`
	Listen   string        `help:"Address that clients call in its place." default:"127.0.0.1:8082" group:"The traffic"`
	For      time.Duration `help:"Stop after this time; 0 waits for a signal or for the end of the command." default:"0" group:"The traffic"`
	Cert     string        `help:"PEM file of the certificate to serve with." type:"existingfile" group:"The traffic"`
	Key      string        `help:"PEM file of its key." type:"existingfile" group:"The traffic"`
	CA       string        `name:"ca" help:"PEM file of the certificates to trust upstream." type:"existingfile" group:"The traffic"`
	trafficFlags
	Command []string `arg:"" optional:"" passthrough:"" help:"Command to run, after --. CBSPEC_ENDPOINT is where it finds the server."`
}

// Help says what is watched.
func (watchCommand) Help() string {
	return "A reverse proxy that passes on every call as it is, sends nothing of its own, and judges what passes. It writes the " +
		"report on a signal, after --for, or when the command ends: see `cbspec help traffic`."
}

// Run watches, and writes the report.
func (c *watchCommand) Run(ctx context.Context, s streams) error {
	upstream, err := c.check()
	if err != nil {
		return usage(err)
	}
	rt, err := c.transport()
	if err != nil {
		return usage(fmt.Errorf("--ca: %w", err))
	}
	out, known, err := c.ready()
	if err != nil {
		return usage(err)
	}
	a, err := c.auditor(c.Upstream, steps.Shard{})
	if err != nil {
		return usage(err)
	}
	if err := out.clear(); err != nil {
		return usage(err)
	}
	w := watched{auditor: a}
	ended, err := c.serve(ctx, s, tap.New(upstream, rt, w.add))
	if err != nil {
		return usage(err)
	}
	w.mu.Lock() // calls that are still under way are not judged
	defer w.mu.Unlock()
	if err := c.conclude(s, a, known, out); err != nil {
		return err
	}
	return ended
}

// check says what is wrong with the flags, and returns the address of the server.
func (c *watchCommand) check() (*url.URL, error) {
	upstream, err := url.Parse(c.Upstream)
	if len(c.Command) > 0 && c.Command[0] == "--" {
		if c.Command = c.Command[1:]; len(c.Command) == 0 {
			return nil, errors.New("there is no command after --")
		}
	}
	switch {
	case err != nil || upstream.Host == "" || upstream.Scheme != "http" && upstream.Scheme != "https":
		return nil, errors.New("--upstream: write it as http://HOST or https://HOST")
	case (c.Cert == "") != (c.Key == ""):
		return nil, errors.New("--cert and --key belong together, and one of them is missing")
	case c.For < 0:
		return nil, errors.New("--for must not be negative")
	}
	return upstream, nil
}

// watched passes exchanges to an auditor, one after the other.
type watched struct {
	mu      sync.Mutex
	auditor *audit.Auditor
}

func (w *watched) add(x exchange.Exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.auditor.Add(x)
}

// transport returns what calls the upstream server.
func (c *watchCommand) transport() (http.RoundTripper, error) {
	t := &http.Transport{
		DisableCompression: true, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 100, IdleConnTimeout: time.Minute,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
	}
	if c.CA == "" {
		return t, nil
	}
	text, err := os.ReadFile(c.CA)
	if err != nil {
		return nil, err
	}
	t.TLSClientConfig.RootCAs = x509.NewCertPool()
	if !t.TLSClientConfig.RootCAs.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("%s holds no certificate", c.CA)
	}
	return t, nil
}

// maxURI is how long the first lines of a request may be: servers decide what is too long.
const maxURI = 16 << 20

// lastCalls is how long the calls that are under way at the end may take.
const lastCalls = 5 * time.Second

// serve serves until the time is up. ended says that the command failed.
func (c *watchCommand) serve(ctx context.Context, s streams, h http.Handler) (ended, err error) {
	var config net.ListenConfig
	l, err := config.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("--listen: %w", err)
	}
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: time.Minute, MaxHeaderBytes: maxURI, Protocols: &http.Protocols{},
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), DisableGeneralOptionsHandler: true,
	}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetHTTP2(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	endpoint, failed := "http://"+l.Addr().String()+"/", make(chan error, 1)
	if c.Cert == "" {
		go func() { failed <- server.Serve(l) }()
	} else {
		endpoint = "https://" + l.Addr().String() + "/"
		go func() { failed <- server.ServeTLS(l, c.Cert, c.Key) }()
	}
	if c.For > 0 {
		limited, cancel := context.WithTimeout(ctx, c.For)
		defer cancel()
		ctx = limited
	}
	if len(c.Command) > 0 {
		ended = c.command(ctx, s, endpoint)
	} else if err = json.NewEncoder(s.out).Encode(readyProxy{endpoint, audit.Endpoint(c.Upstream)}); err == nil {
		select {
		case <-ctx.Done():
		case err = <-failed: // a certificate that cannot be read
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastCalls)
	defer cancel()
	if server.Shutdown(last) != nil {
		_ = server.Close() // which the calls that are left notice
	}
	return ended, err
}

// readyProxy is what a user must know of a proxy.
type readyProxy struct {
	Endpoint string `json:"endpoint"`
	Upstream string `json:"upstream"`
}

// command runs the command.
func (c *watchCommand) command(ctx context.Context, s streams, endpoint string) error {
	cmd := exec.CommandContext(ctx, c.Command[0], c.Command[1:]...)
	cmd.Env = append(os.Environ(), "CBSPEC_ENDPOINT="+endpoint)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, s.out, s.err
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = lastCalls
	if err := cmd.Run(); err != nil && ctx.Err() == nil {
		fmt.Fprintln(s.err, "warning: the command failed:", err)
		return exit{code: exitFailed} // whatever the report says
	}
	return nil
}
