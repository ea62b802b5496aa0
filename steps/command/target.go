package command

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
	"github.com/cbspec/cbspec/targets/targetfile"
	"github.com/cbspec/cbspec/targets/typo"
)

// targetFlags say what is judged.
type targetFlags struct {
	Target            string        `help:"Target file, which may say all of this and more." placeholder:"FILE" type:"existingfile" group:"The target"`
	Endpoint          string        `help:"URL of the implementation. Without it, the embedded simulator is judged." placeholder:"URL" group:"The target"`
	Simulator         bool          `help:"Judge the embedded simulator, as without --endpoint and --target." group:"The target"`
	Control           string        `help:"URL of its control protocol." placeholder:"URL" group:"The target"`
	ControlToken      string        `help:"Bearer token of the control protocol." placeholder:"TOKEN" group:"The target"`
	Instance          []string      `help:"An existing, active instance to use where there is no control protocol." placeholder:"ID" group:"The target"`
	Engine            string        `help:"Engine of --instance." default:"MySQL" group:"The target"`
	Databases         []string      `help:"Databases of --instance." placeholder:"NAME" group:"The target"`
	Name              string        `help:"Name of the target in the report." group:"The target"`
	Edition           string        `help:"Edition of the document: original (the default), current, or auto to detect it." enum:",original,current,auto" default:"" group:"The target"`
	AccessKeyID       string        `name:"access-key-id" help:"Access key that calls are signed with." env:"CBSPEC_ACCESS_KEY_ID,ALIBABA_CLOUD_ACCESS_KEY_ID" group:"The target"`
	AccessKeySecret   string        `name:"access-key-secret" help:"Its secret." env:"CBSPEC_ACCESS_KEY_SECRET,ALIBABA_CLOUD_ACCESS_KEY_SECRET" group:"The target"`
	SecurityToken     string        `help:"Token of temporary (STS) credentials." env:"CBSPEC_SECURITY_TOKEN,ALIBABA_CLOUD_SECURITY_TOKEN" group:"The target"`
	Signature         string        `help:"Signature algorithm: hmac-sha1 (the default with a key), acs3-hmac-sha256 or none." enum:",hmac-sha1,acs3-hmac-sha256,none" default:"" group:"The target"`
	Refusal           string        `help:"How the target refuses: at once (sync, the default) or by a job that fails (async)." enum:",sync,async" default:"" group:"The target"`
	Timeout           time.Duration `help:"Time limit of one request." default:"10s" group:"The target"`
	RequestsPerSecond float64       `help:"Requests per second, at most; 0 sets no limit." default:"0" group:"The target"`
	Wait              time.Duration `help:"Wait until the target answers, at most this long." default:"0" group:"The target"`
	Header            []string      `short:"H" help:"Header to send with every request to the API. Its value is in no output." placeholder:"'NAME: VALUE'" sep:"none" group:"The target"`
	Insecure          bool          `help:"Accept any certificate." group:"The target"`
	CA                string        `name:"ca" help:"PEM file of the certificates to trust." type:"existingfile" group:"The target"`
	UserAgent         string        `help:"User-Agent of the calls, for a target that treats clients differently. By default cbspec and its version." placeholder:"TEXT" group:"The target"`
	Journal           string        `help:"Folder of the journal that sweep reads: it lists the instances that were made and not removed yet. By default only for targets on other hosts." placeholder:"DIR" group:"The target"`
}

// connection is a target with what is known about it.
type connection struct {
	target       targets.Target
	about        reports.Target
	async        bool
	edition      string
	concurrency  int
	refusalsOnly bool     // there is no instance that a backup could be made of
	makes        bool     // backups are made on another host
	embedded     bool     // the target is the embedded simulator
	flags        []string // that reach the target, without secrets
	close        func()
}

// check says what is wrong with a value.
func (f targetFlags) check() error {
	switch {
	case !slices.Contains(targets.Engines(), f.Engine):
		return fmt.Errorf("--engine: %q is not an engine%s: the engines are %s",
			f.Engine, typo.Hint(f.Engine, targets.Engines()), strings.Join(targets.Engines(), ", "))
	case f.Wait < 0:
		return errors.New("--wait must not be negative")
	case f.Timeout <= 0:
		return errors.New("--timeout must be above 0, such as 10s")
	case !(f.RequestsPerSecond >= 0): // NaN is refused too
		return errors.New("--requests-per-second must be above 0, or 0 for no limit")
	}
	return nil
}

// connect checks the flags, and opens the target that they name.
func (f targetFlags) connect(ctx context.Context, h *hidden) (connection, error) {
	if err := f.check(); err != nil {
		return connection{}, usage(err)
	}
	return f.openAnswering(ctx, h)
}

// openAnswering opens the target, and waits until it answers where that is asked for.
func (f targetFlags) openAnswering(ctx context.Context, h *hidden) (connection, error) {
	c, err := f.open(ctx, h)
	if err != nil || f.Wait == 0 {
		return c, err
	}
	if err = waitFor(ctx, f.Wait, func(ctx context.Context) error { return answers(ctx, c.target) }); err != nil {
		c.close()
	}
	return c, err
}

// open opens the target that the flags name. From then on its secrets are in no output.
func (f targetFlags) open(ctx context.Context, h *hidden) (connection, error) {
	switch {
	case f.Simulator && (f.Target != "" || f.Endpoint != ""):
		return connection{}, usage(errors.New("--simulator is a target of its own: leave out --endpoint and --target"))
	case f.Target != "" && (f.Endpoint != "" || f.Control != "" || len(f.Instance) > 0):
		return connection{}, usage(errors.New("--target already says where the implementation is: " +
			"leave out --endpoint, --control and --instance"))
	case f.Target != "" && (len(f.Header) > 0 || f.Insecure):
		return connection{}, usage(errors.New("--header and --insecure need --endpoint: a target file has no place for them"))
	case f.Target != "":
		c, err := f.file(h)
		c.flags = f.words()
		return c, err
	case f.Endpoint != "":
		c, err := f.endpoint(h)
		c.flags = f.words()
		return c, err
	case f.Control != "" || len(f.Instance) > 0:
		return connection{}, usage(errors.New("--control and --instance need --endpoint, the URL of the implementation"))
	default:
		return f.embedded(ctx, h)
	}
}

// words returns the flags that reach the target, without secrets.
func (f targetFlags) words() []string {
	var words []string
	for _, flag := range []struct{ name, value string }{
		{"--target", f.Target}, {"--endpoint", f.Endpoint}, {"--control", f.Control}, {"--signature", f.Signature}, {"--refusal", f.Refusal},
		{"--ca", f.CA}, {"--instance", strings.Join(f.Instance, ",")},
	} {
		if flag.value != "" {
			words = append(words, flag.name, flag.value)
		}
	}
	if len(f.Instance) > 0 {
		words = append(words, "--engine", f.Engine, "--databases", strings.Join(f.Databases, ","))
	}
	return words
}

// file opens the target of a target file. A flag that is given overrides the file.
func (f targetFlags) file(h *hidden) (connection, error) {
	file, err := targetfile.Read(f.Target)
	if err != nil {
		return connection{}, usage(err)
	}
	home, _ := os.UserHomeDir() // without a home folder there is no profile
	keys, err := file.Credentials(targetfile.Credentials{
		AccessKeyID: targetfile.Secret(f.AccessKeyID), AccessKeySecret: targetfile.Secret(f.AccessKeySecret),
		SecurityToken: targetfile.Secret(f.SecurityToken),
	}, os.LookupEnv, home)
	if err != nil {
		return connection{}, usage(err)
	}
	h.add(append(file.Secrets(), keys.AccessKeySecret.Reveal(), keys.SecurityToken.Reveal())...)
	if f.Signature != "" {
		file.Auth.Signature = f.Signature
	}
	if f.RequestsPerSecond > 0 {
		file.Limits.RequestsPerSecond = f.RequestsPerSecond
	}
	file.TLS.CA = cmp.Or(f.CA, file.TLS.CA)
	file.Endpoint = cmp.Or(f.Endpoint, file.Endpoint)
	t, err := steps.ConnectFile(file, keys, f.userAgent(), f.Journal)
	if err != nil {
		return connection{}, usage(fmt.Errorf("%s: %w", f.Target, err))
	}
	i := file.Implementation
	c := connection{
		target: t, async: file.Refusal == targetfile.Async, edition: file.Edition, concurrency: file.Limits.Concurrency, close: func() {},
		about: reports.Target{Name: file.Name, Endpoint: file.Endpoint, Implementation: &reports.Implementation{
			Organization: i.Organization, Project: i.Project, Version: i.Version, URL: i.URL, Contact: i.Contact,
		}},
	}
	return c, f.settle(&c, file.Endpoint, file.Control.URL)
}

// endpoint opens the target at --endpoint.
func (f targetFlags) endpoint(h *hidden) (connection, error) {
	c := connection{about: reports.Target{Name: f.Name, Endpoint: f.Endpoint}, close: func() {}}
	if c.about.Name == "" {
		if u, err := url.Parse(f.Endpoint); err == nil {
			c.about.Name = u.Host
		}
	}
	if (f.AccessKeyID == "") != (f.AccessKeySecret == "") {
		return c, usage(errors.New("--access-key-id and --access-key-secret belong together, and one of them is missing"))
	}
	header, err := f.header(h)
	if err != nil {
		return c, usage(err)
	}
	c.target, err = steps.Connect(rpc.Config{
		Endpoint: f.Endpoint, Signature: f.Signature,
		AccessKeyID: f.AccessKeyID, AccessKeySecret: f.AccessKeySecret, SecurityToken: f.SecurityToken,
		Timeout: f.Timeout, Concurrency: 64, RequestsPerSecond: f.RequestsPerSecond, CAFile: f.CA, UserAgent: f.userAgent(),
		Header: header, Insecure: f.Insecure,
	}, control.Config{URL: f.Control, Token: f.ControlToken, CAFile: f.CA, Insecure: f.Insecure, Timeout: f.Timeout})
	if err != nil {
		return c, usage(err)
	}
	if len(f.Instance) > 0 && f.Control == "" {
		c.target = steps.Existing(c.target, f.Instance, targets.Condition{Engine: f.Engine, Databases: f.Databases})
	}
	if len(f.Instance) == 0 && f.Control == "" {
		// No server has such an instance, so that it must refuse every call.
		c.target = steps.Existing(c.target, []string{targets.NoInstance}, targets.Condition{Engine: f.Engine, Databases: f.Databases})
		c.refusalsOnly = true
	}
	return c, f.settle(&c, f.Endpoint, f.Control)
}

// ownHeaders are the headers that depend on the request.
var ownHeaders = []string{"Connection", "Content-Length", "Content-Type", "Host", "Transfer-Encoding", "User-Agent"}

// header returns the header of --header, whose values are secret from now on.
func (f targetFlags) header(h *hidden) (http.Header, error) {
	header := http.Header{}
	for _, text := range f.Header {
		name, value, found := strings.Cut(text, ":")
		value = strings.TrimSpace(value)
		switch {
		case !found || !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value):
			return nil, errors.New("--header: write it as 'NAME: VALUE'")
		case slices.Contains(ownHeaders, http.CanonicalHeaderKey(name)):
			return nil, fmt.Errorf("--header: %s is a header that cbspec sets itself", name)
		}
		h.add(value)
		header.Add(name, value)
	}
	return header, nil
}

// settle lets flags override the file, and keeps a journal of instances that are made elsewhere.
func (f targetFlags) settle(c *connection, endpoint, controlURL string) error {
	if f.Refusal != "" {
		c.async = f.Refusal == "async"
	}
	if f.Edition != "" {
		c.edition = f.Edition
	}
	if f.Name != "" {
		c.about.Name = f.Name
	}
	c.makes = !budget.IsLocal(endpoint)
	if controlURL == "" || f.Journal == "" && budget.IsLocal(controlURL) {
		return nil
	}
	j, err := budget.OpenJournal(f.Journal)
	if err != nil {
		return usage(err)
	}
	c.target = budget.Journaled(c.target, j, controlURL)
	return nil
}

// embedded starts the simulator on loopback, with signatures checked.
func (f targetFlags) embedded(ctx context.Context, h *hidden) (connection, error) {
	const id, secret = "cbspec-embedded-key", "cbspec-embedded-secret"
	h.add(secret)
	c := connection{
		about: reports.Target{Name: "embedded simulator"}, edition: f.Edition, async: f.Refusal == "async", embedded: true,
	}
	if f.Signature == targets.Unsigned {
		return c, usage(errors.New("--signature none: the embedded simulator checks signatures, so calls to it must be signed"))
	}
	edition := f.Edition
	if edition == auto {
		edition = ""
	}
	sim, err := simulator.New(simulator.Options{Edition: edition, AccessKeyID: id, AccessKeySecret: secret})
	if err != nil {
		return c, usage(err)
	}
	server, err := sim.Start(ctx, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return c, err
	}
	c.close = func() { _ = server.Close() }
	c.about.Endpoint = server.Endpoint
	c.target, err = steps.Connect(rpc.Config{
		Endpoint: server.Endpoint, AccessKeyID: id, AccessKeySecret: secret, Timeout: f.Timeout, Signature: f.Signature,
	}, control.Config{URL: server.ControlURL, Timeout: f.Timeout})
	return c, err
}

// auto stands for an edition that is to be detected.
const auto = "auto"

// userAgent is what calls are said to come from: cbspec and its version, or what the flag says.
func (f targetFlags) userAgent() string { return cmp.Or(f.UserAgent, "cbspec/"+version()) }

// confirm asks on a terminal before backups are made on another host. Where there is none, nobody
// would notice a wrong address, so that --yes must say that it is meant.
func confirm(s streams, c connection) error {
	switch {
	case !c.makes:
		return nil
	case !s.terminal:
		return usage(fmt.Errorf("this may make backups at %s, and there is no terminal to ask on: add --yes, or --read-only to make none",
			reports.Visible(c.about.Endpoint)))
	}
	fmt.Fprintf(s.screen, "This makes backups at %s (cbspec plan shows how many). Continue? [y/N] ", reports.Visible(c.about.Endpoint))
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if answer := strings.ToLower(strings.TrimSpace(line)); err != nil || answer != "y" && answer != "yes" {
		return usage(errors.New("nothing was sent; --yes does not ask, and --read-only makes no backup"))
	}
	return nil
}
