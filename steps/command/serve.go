package command

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/cbspec/cbspec/targets/budget"
	"github.com/cbspec/cbspec/targets/simulator"
)

type serveCommand struct {
	Listen          string        `help:"Address of the API." default:"127.0.0.1:8080"`
	ControlListen   string        `help:"Address of the control protocol." default:"127.0.0.1:8081"`
	ControlToken    string        `help:"Bearer token that requests of the control protocol must have."`
	TLS             bool          `name:"tls" help:"Speak TLS on both addresses, with a certificate made for this machine."`
	TLSCA           string        `name:"tls-ca" help:"File to write the certificate to that clients are to trust." default:"cbspec-ca.pem" placeholder:"FILE"`
	Edition         string        `help:"Edition of the document." enum:"original,current" default:"original"`
	AccessKeyID     string        `name:"access-key-id" help:"Access key. Without one, signatures are not checked."`
	AccessKeySecret string        `name:"access-key-secret" help:"Secret of the access key."`
	Fault           []string      `help:"Switch on a fault. May be repeated." placeholder:"NAME"`
	Variation       []string      `help:"Switch on a legitimate variation. May be repeated." placeholder:"NAME"`
	CompleteAfter   time.Duration `help:"How long a backup of a ready-made instance runs." default:"2s"`
	Verbose         bool          `short:"v" help:"Print every request to the API and how it was answered."`
	ListFaults      bool          `help:"List the faults and exit."`
	ListVariations  bool          `help:"List the variations and exit."`
}

// Run serves until it is interrupted. When it is ready, it prints its addresses as one line of
// JSON.
func (c *serveCommand) Run(ctx context.Context, s streams) error {
	if c.ListFaults || c.ListVariations {
		return c.list(s)
	}
	if err := c.checkReach(); err != nil {
		return usage(err)
	}
	o := simulator.Options{
		Edition: c.Edition, AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, ControlToken: c.ControlToken,
		Faults: c.Fault, Variations: c.Variation, CompleteAfter: c.CompleteAfter,
	}
	if c.Verbose {
		o.OnAnswer = func(a simulator.Answered) { fmt.Fprintln(s.err, logLine(a)) }
	}
	var ca []byte
	if c.TLS {
		var err error
		if o.TLS, ca, err = newCertificate(c.Listen, c.ControlListen); err != nil {
			return err
		}
	}
	sim, err := simulator.New(o)
	if err != nil {
		return usage(err)
	}
	server, err := sim.Start(ctx, c.Listen, c.ControlListen)
	if err != nil {
		return usage(err)
	}
	defer func() { _ = server.Close() }()
	ready := readyServer{Endpoint: server.Endpoint, Control: server.ControlURL, Edition: c.Edition, Instances: sim.Instances()}
	if c.TLS {
		if err := writeFile(c.TLSCA, ca); err != nil {
			return usage(fmt.Errorf("--tls-ca: %w", err))
		}
		ready.CA = c.TLSCA
	}
	if err := c.tell(s, ready); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// readyServer is what a user must know of a server.
type readyServer struct {
	Endpoint  string   `json:"endpoint"`
	Control   string   `json:"control"`
	Edition   string   `json:"edition"`
	Instances []string `json:"instances"`
	CA        string   `json:"ca,omitempty"` // file of the certificate that clients are to trust
}

// tell says that the server is ready: to a person on a terminal, and elsewhere as a line of JSON.
func (c *serveCommand) tell(s streams, r readyServer) error {
	if s.width == 0 {
		return json.NewEncoder(s.out).Encode(r)
	}
	certificate, curl, run := "", "curl", "cbspec run"
	if r.CA != "" {
		certificate, curl, run = "\n  trust      "+r.CA, "curl --cacert "+r.CA, "cbspec run --ca "+r.CA
	}
	first := fmt.Sprintf("  %s '%s?Action=CreateBackup&Version=2014-08-15&DBInstanceId=%s'", curl, r.Endpoint, r.Instances[0])
	if c.AccessKeyID != "" {
		first = fmt.Sprintf("  %s --endpoint %s --control %s --access-key-id %s --access-key-secret …",
			run, r.Endpoint, r.Control, c.AccessKeyID)
	}
	_, err := fmt.Fprintf(s.out, `CreateBackup as in the %s edition
  API        %s
  control    %s (in a browser: what happens here)
  instances  %s%s

A first call:
%s

cbspec help serve says more. Ctrl-C ends the server.
`, r.Edition, r.Endpoint, r.Control, strings.Join(r.Instances, ", "), certificate, first)
	return err
}

// logLine is a request and its answer for the log.
func logLine(a simulator.Answered) string {
	line := fmt.Sprintf("%s %.300q", a.Method, a.URI)
	if a.Body != "" {
		line += fmt.Sprintf(" %.300q", a.Body)
	}
	line += fmt.Sprintf(" -> %d", a.Status)
	if a.Code != "" {
		line += fmt.Sprintf(" %s: %.300q", a.Code, a.Message)
	}
	return line
}

// checkReach refuses to serve other machines without a token: whoever reaches the control protocol
// can do anything to the server.
func (c *serveCommand) checkReach() error {
	for _, address := range []string{c.Listen, c.ControlListen} {
		if c.ControlToken == "" && !budget.IsLocal("http://"+address) {
			return fmt.Errorf("%s can be reached from other machines: give --control-token, or an address such as 127.0.0.1:8080", address)
		}
	}
	return nil
}

// list lists the faults or the variations, or both.
func (c *serveCommand) list(s streams) error {
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	if c.ListFaults {
		for _, f := range simulator.Faults() {
			fmt.Fprintf(w, "%s\t%s\t%s\n", f.Name, f.Description, strings.Join(f.Rules, " "))
		}
	}
	if c.ListVariations {
		for _, v := range simulator.Variations() {
			fmt.Fprintf(w, "%s\t%s\n", v.Name, v.Description)
		}
	}
	return w.Flush()
}
