// Package control is the client of the control protocol, which prepares a target under test
// (design: "Control protocol, version 1"). PROTOCOL.md beside this file tells authors of servers
// how to implement it, and [Check] tells them what their server does wrong.
package control

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/bounds"
	"github.com/cbspec/cbspec/targets/gate"
	"github.com/cbspec/cbspec/targets/redact"
	"github.com/cbspec/cbspec/targets/transport"
)

// Config says where the control protocol is served. Only URL is required.
type Config struct {
	URL       string            // an http or https URL, without query, fragment and user
	Token     string            // sent as a bearer token, if it is not empty
	CAFile    string            // PEM certificates to trust in addition to those of the system
	Insecure  bool              // accept any certificate
	Timeout   time.Duration     // of one request; default 10 s
	Transport http.RoundTripper // replaces both; default is a transport for this machine and its proxies
	// Wait, where set, is called before each request, to keep the rate of the target.
	Wait func(context.Context) error
}

// String names the server without its token.
func (c Config) String() string {
	if u, err := url.Parse(c.URL); err == nil {
		return "control protocol at " + u.Host
	}
	return "control protocol"
}

// GoString is String, so that %#v shows no token either.
func (c Config) GoString() string { return c.String() }

// Client is a client of one server. It is safe for use by several goroutines at once.
type Client struct {
	base    string
	token   string
	secrets redact.Secrets
	timeout time.Duration
	// transport sends the requests. It follows no redirects.
	transport http.RoundTripper
	wait      func(context.Context) error // nil where no rate is kept

	mu    sync.Mutex
	asked bool // can and err are known
	can   targets.Capabilities
	err   error
}

// maxAnswer is how large an answer may be, in bytes.
const maxAnswer = 4 << 20

// New returns a client. It sends nothing.
func New(c Config) (*Client, error) {
	u, err := url.Parse(c.URL)
	switch {
	case err != nil:
		// The text may hold a password.
		return nil, errors.New("control: it is not a URL" + transport.DidYouMean(c.URL))
	case u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, errors.New("control: it must be an http or https URL with a host" + transport.DidYouMean(c.URL))
	case u.User != nil:
		return nil, fmt.Errorf("control: %q must hold no user: set a token instead", u.Redacted())
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("control: the URL of %q must hold neither query nor fragment", u.Host)
	}
	base := strings.TrimSuffix(u.String(), "/")
	if short, versioned := strings.CutSuffix(base, "/v1"); versioned {
		return nil, fmt.Errorf("control: %q must not end in /v1, which every request adds: write %s/", u.Redacted(), short)
	}
	if c.Transport == nil {
		c.Transport, err = transport.New(transport.Config{
			CAFile: c.CAFile, Insecure: c.Insecure, ConnectTimeout: 30 * time.Second, Connections: 64,
		})
		if err != nil {
			return nil, fmt.Errorf("control: %w", err)
		}
	}
	return &Client{
		base: base, token: c.Token, secrets: redact.Of(c.Token),
		timeout: cmp.Or(c.Timeout, 10*time.Second), transport: c.Transport, wait: c.Wait,
	}, nil
}

// String names the server without its token.
func (c *Client) String() string { return "control protocol at " + c.base }

// GoString is String, so that %#v shows no token either.
func (c *Client) GoString() string { return c.String() }

// Capabilities asks the server once what it can do. The error wraps targets.ErrUnreachable if the
// server does not answer.
func (c *Client) Capabilities(ctx context.Context) (targets.Capabilities, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asked {
		return c.can, c.err
	}
	var can targets.Capabilities
	err := c.do(ctx, http.MethodGet, "/v1/capabilities", nil, &can)
	if err != nil && ctx.Err() != nil {
		return can, context.Cause(ctx) // nothing is known of the server, so the next call asks again
	}
	if err != nil {
		can, err = targets.Capabilities{}, c.unreachable(err)
	}
	c.asked, c.can, c.err = true, can, err
	return can, err
}

// Ping reports why the server does not answer. Unlike [Client.Capabilities] it asks each time.
func (c *Client) Ping(ctx context.Context) error {
	return c.do(ctx, http.MethodGet, "/v1/capabilities", nil, new(targets.Capabilities))
}

func (c *Client) unreachable(err error) error {
	return fmt.Errorf("%w: the control protocol at %s: %w: is the server up, and is this the URL of the protocol?",
		targets.ErrUnreachable, c.base, err)
}

// withoutToken returns a client of the same server that sends no token.
func (c *Client) withoutToken() *Client {
	return &Client{base: c.base, timeout: c.timeout, transport: c.transport, wait: c.wait}
}

// Provision makes an instance that meets the condition. The error wraps targets.ErrUnmet if the
// server refuses the condition.
func (c *Client) Provision(ctx context.Context, condition targets.Condition) (string, error) {
	id, _, err := c.ProvisionAndList(ctx, condition)
	return id, err
}

// ProvisionAndList is Provision, and returns the backups of the instance where the answer lists
// them, else nil.
func (c *Client) ProvisionAndList(ctx context.Context, condition targets.Condition) (string, []targets.Backup, error) {
	if condition.Databases == nil {
		condition.Databases = []string{}
	}
	var answer made
	err := c.do(ctx, http.MethodPost, "/v1/instances", condition, &answer)
	var said *statusError
	switch {
	case errors.As(err, &said) && said.status >= 400 && said.status < 500 && said.status != http.StatusUnauthorized:
		return "", nil, fmt.Errorf("%w: %w", targets.ErrUnmet, err)
	case err != nil:
		return "", nil, err
	case answer.ID == "":
		return "", nil, errors.New("POST /v1/instances: the answer has no dbInstanceId: run `cbspec targets check --control URL`")
	}
	return answer.ID, answer.backups(), nil
}

// made is the answer to POST /v1/instances.
type made struct {
	ID      string          `json:"dbInstanceId"`
	Backups json.RawMessage `json:"backups"`
}

// backups returns the backups of the instance. They are nil where the answer does not list them: a
// server may have a member of its own that is called so.
func (m made) backups() []targets.Backup {
	var list []targets.Backup
	withoutID := func(b targets.Backup) bool { return b.ID == "" }
	if json.Unmarshal(m.Backups, &list) != nil || slices.ContainsFunc(list, withoutID) {
		return nil
	}
	return list
}

// Release deletes an instance.
func (c *Client) Release(ctx context.Context, id string) error {
	return c.do(ctx, http.MethodDelete, instance(id), nil, nil)
}

// Change changes the status of an instance if status is not nil, and its databases if databases is
// not nil.
func (c *Client) Change(ctx context.Context, id string, status *string, databases *[]string) error {
	return c.do(ctx, http.MethodPatch, instance(id), struct {
		Status    *string   `json:"status,omitempty"`
		Databases *[]string `json:"databases,omitempty"`
	}{status, databases}, nil)
}

// Complete ends the running backup of an instance. The result is completed or failed.
func (c *Client) Complete(ctx context.Context, id, result string) error {
	return c.do(ctx, http.MethodPost, instance(id)+"/complete", map[string]string{"result": result}, nil)
}

// NextDay moves an instance to the next day.
func (c *Client) NextDay(ctx context.Context, id string) error {
	return c.do(ctx, http.MethodPost, instance(id)+"/next-day", nil, nil)
}

// Backups lists the backups of an instance, oldest first.
func (c *Client) Backups(ctx context.Context, id string) ([]targets.Backup, error) {
	var list struct {
		Backups []targets.Backup `json:"backups"`
	}
	err := c.do(ctx, http.MethodGet, instance(id)+"/backups", nil, &list)
	return list.Backups, err
}

func instance(id string) string { return "/v1/instances/" + escape(id) }

// escape returns an id as one segment of a path.
func escape(id string) string {
	if id == "." || id == ".." {
		return strings.ReplaceAll(id, ".", "%2E")
	}
	return url.PathEscape(id)
}

// statusError is an answer with another status than 2xx.
type statusError struct {
	status int
	text   string
}

func (e *statusError) Error() string {
	if e.text == "" {
		return fmt.Sprintf("answered %d", e.status)
	}
	return fmt.Sprintf("answered %d: %s", e.status, e.text)
}

// reply is an answer of the server.
type reply struct {
	status int
	body   []byte
}

// exchange sends a request with in as its JSON body, unless in is nil, and reads any answer. An
// error means that no whole answer arrived.
func (c *Client) exchange(ctx context.Context, method, path string, in any) (reply, error) {
	r, err := c.roundTrip(ctx, method, path, in)
	return r, c.secrets.Error(err) // it may quote what the server sent in place of an answer
}

func (c *Client) roundTrip(ctx context.Context, method, path string, in any) (reply, error) {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return reply{}, err
		}
		body = bytes.NewReader(text)
	}
	if c.wait != nil {
		if err := c.wait(ctx); err != nil {
			return reply{}, err
		}
	}
	r, err := gate.Within(ctx, c.timeout, func(ctx context.Context) (reply, error) {
		req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
		if err != nil {
			return reply{}, err
		}
		if body != nil {
			req.Header.Set("Content-Type", "application/json")
		}
		if c.token != "" {
			req.Header.Set("Authorization", "Bearer "+c.token)
		}
		res, text, err := transport.Do(c.transport, req, maxAnswer)
		switch {
		case err != nil:
			return reply{}, err
		case len(text) > maxAnswer:
			return reply{}, errors.New("the answer is larger than 4 MiB")
		}
		return reply{res.StatusCode, text}, nil
	})
	if err != nil {
		return reply{}, fmt.Errorf("%s %s: %w", method, path, err)
	}
	return r, nil
}

// do sends a request and reads the JSON of the answer into out, unless out is nil.
func (c *Client) do(ctx context.Context, method, path string, in, out any) error {
	r, err := c.exchange(ctx, method, path, in)
	if err != nil {
		return err
	}
	if !r.succeeded() {
		return fmt.Errorf("%s %s: %w", method, path, &statusError{r.status, c.printable(r.said())})
	}
	if out == nil {
		return nil
	}
	if err := bounds.JSON(r.body); err != nil {
		return fmt.Errorf("%s %s: the answer is %w", method, path, err)
	}
	if err := json.Unmarshal(r.body, out); err != nil {
		return fmt.Errorf("%s %s: the answer is not the JSON of the control protocol: %w", method, path, err)
	}
	return nil
}

// said returns the error text of the answer, or nothing if the body is not that of an error.
func (r reply) said() string {
	var e struct {
		Error string `json:"error"`
	}
	_ = json.Unmarshal(r.body, &e)
	return e.Error
}

// succeeded reports whether the status is 2xx.
func (r reply) succeeded() bool { return r.status >= 200 && r.status < 300 }

// printable returns a text of the server without the token, on one line and not too long.
func (c *Client) printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(c.secrets.Text(text), "\uFFFD"))
	const longest = 300
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return strings.TrimSpace(text)
}
