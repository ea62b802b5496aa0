package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// Check tells the author of a server what its control protocol answers wrongly, before any rule is judged by it. Only
// what the server's capabilities promise is asked for, and what is made is deleted again.
//
// The protocol alone does not show a day or a status. With an api, the target whose instances are prepared, Check also
// makes backups and sees whether the control protocol and the API are about the same instances; nil leaves that out.
//
// An error means that nothing could be checked: the server cannot be reached, or the context ended.
func Check(ctx context.Context, c *Client, api targets.Target) ([]Finding, error) {
	k := &checker{client: c, api: api}
	if err := k.capabilities(ctx); err != nil {
		return nil, err
	}
	defer k.clean(context.WithoutCancel(ctx))
	k.token(ctx)
	k.unknownInstance(ctx)
	if k.can.Provision && k.instances(ctx) {
		for _, check := range []func(context.Context){
			k.conditions, k.patch, k.complete, k.nextDay, k.apart, k.remove,
			k.sameInstances, k.backupOfTheAPI, k.statusOfTheAPI, k.dayOfTheAPI, k.removedFromTheAPI,
		} {
			check(ctx)
		}
	}
	return k.findings, context.Cause(ctx)
}

// checker is one run of Check.
type checker struct {
	client     *Client
	api        targets.Target
	can        targets.Capabilities
	findings   []Finding
	made       []string // ids of instances that are to be deleted
	unanswered int
	dead       bool // the API takes no plain backup: there is nothing to learn from it
}

// The endpoints, as PROTOCOL.md has them.
const (
	capabilitiesEndpoint = "GET /v1/capabilities"
	provisionEndpoint    = "POST /v1/instances"
	changeEndpoint       = "PATCH /v1/instances/{id}"
	completeEndpoint     = "POST /v1/instances/{id}/complete"
	backupsEndpoint      = "GET /v1/instances/{id}/backups"
	nextDayEndpoint      = "POST /v1/instances/{id}/next-day"
	removeEndpoint       = "DELETE /v1/instances/{id}"
)

// maxUnanswered requests without an answer end a check: a server that hangs would hold it for hours.
const maxUnanswered = 3

// probe is one request of a check.
type probe struct {
	endpoint string
	id       string // of the instance, where the endpoint names one
	body     any
}

func (p probe) path() string {
	_, path, _ := strings.Cut(p.endpoint, " ")
	return strings.Replace(path, "{id}", escape(p.id), 1)
}

func (p probe) method() string {
	method, _, _ := strings.Cut(p.endpoint, " ")
	return method
}

// String is what a finding shows of the request.
func (p probe) String() string {
	text := p.method() + " " + p.path()
	if p.body != nil {
		body, _ := json.Marshal(p.body) // the check's own, which can be written
		text += " " + string(body)
	}
	return text
}

// ask sends the request. false says that no answer came, which is a finding.
func (k *checker) ask(ctx context.Context, p probe) (reply, bool) {
	if k.unanswered >= maxUnanswered || ctx.Err() != nil {
		return reply{}, false
	}
	r, err := k.client.exchange(ctx, p.method(), p.path(), p.body)
	if err != nil {
		if ctx.Err() == nil {
			k.unanswered++
			k.wrong(p, "an answer", "none: "+err.Error(), "answer every request of the protocol")
		}
		return reply{}, false
	}
	return r, true
}

// wants sends the request and tells whether the answer has the status that the protocol says.
func (k *checker) wants(ctx context.Context, p probe, status int) (reply, bool) {
	r, ok := k.ask(ctx, p)
	if !ok {
		return r, false
	}
	if r.status != status {
		k.wrong(p, strconv.Itoa(status), k.shown(r), fmt.Sprintf("answer %d %s where it is done", status, http.StatusText(status)))
		return r, r.status >= 200 && r.status < 300 // what was done can still be looked at
	}
	return r, true
}

// shown is an answer as a finding shows it.
func (k *checker) shown(r reply) string {
	if len(r.body) == 0 {
		return strconv.Itoa(r.status) + " without a body"
	}
	return strconv.Itoa(r.status) + " " + k.client.printable(string(r.body))
}

func (k *checker) wrong(p probe, expected, got, mend string) {
	k.add(Finding{LevelError, p.endpoint, p.String(), expected, k.client.printable(got), mend})
}

func (k *checker) hint(p probe, expected, got, mend string) {
	k.add(Finding{LevelHint, p.endpoint, p.String(), expected, k.client.printable(got), mend})
}

// add keeps a finding once: what one change mends is one thing, however often it shows.
func (k *checker) add(f Finding) {
	if !slices.ContainsFunc(k.findings, func(g Finding) bool {
		return g.Level == f.Level && g.Endpoint == f.Endpoint && g.Fix == f.Fix
	}) {
		k.findings = append(k.findings, f)
	}
}

// refused finds fault with a refusal that the protocol could not read.
func (k *checker) refused(p probe, r reply) {
	switch {
	case r.status < 400 || r.status >= 500:
		k.wrong(p, "a 4xx for what cannot be done", k.shown(r), "answer errors with a 4xx")
	case !r.saysError():
		k.wrong(p, `an error as {"error":"…"}`, k.shown(r), `give every error the body {"error":"what is wrong"}`)
	}
}

// clean deletes what the check made and has not deleted yet.
func (k *checker) clean(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for _, id := range k.made {
		_ = k.client.Release(ctx, id) // whether deleting works is a check of its own
	}
}
