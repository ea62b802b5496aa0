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

// Check tells the author of a server what its control protocol does wrong. Run it before any rule
// is judged. It requests only what the capabilities of the server promise, and it deletes the
// instances that it makes.
//
// The protocol alone shows neither the day nor the status of an instance. With api, the target
// whose instances are prepared, Check also makes backups, and finds out whether the control
// protocol and the API see the same instances. Without it, api is nil.
//
// An error means that nothing could be checked: the server cannot be reached, or the context ended.
func Check(ctx context.Context, c *Client, api targets.Target) ([]Finding, error) {
	k := &checker{client: c}
	capabilities := capabilityChecks{k}
	if err := capabilities.capabilities(ctx); err != nil {
		return nil, err
	}
	defer k.clean(context.WithoutCancel(ctx))
	capabilities.token(ctx)
	capabilities.unknownInstance(ctx)
	instances, conditions, backups := instanceChecks{k}, conditionChecks{k}, backupChecks{k}
	overAPI := &apiChecks{checker: k, api: api}
	if k.can.Provision && instances.instances(ctx) {
		for _, check := range []func(context.Context){
			conditions.conditions, instances.patch, backups.complete, backups.nextDay, instances.apart, instances.remove,
			overAPI.sameInstances, overAPI.backupOfTheAPI, overAPI.statusOfTheAPI, overAPI.dayOfTheAPI, overAPI.removedFromTheAPI,
		} {
			check(ctx)
		}
	}
	return k.findings, context.Cause(ctx)
}

// checker is one run of Check: what the checks share.
type checker struct {
	client     *Client
	can        targets.Capabilities
	findings   []Finding
	made       []string         // ids of instances to delete
	told       []targets.Backup // of the newest instance, as the answer that named it lists them; nil if not
	unanswered int
}

// The endpoints, as in PROTOCOL.md.
const (
	capabilitiesEndpoint = "GET /v1/capabilities"
	provisionEndpoint    = "POST /v1/instances"
	changeEndpoint       = "PATCH /v1/instances/{id}"
	completeEndpoint     = "POST /v1/instances/{id}/complete"
	backupsEndpoint      = "GET /v1/instances/{id}/backups"
	nextDayEndpoint      = "POST /v1/instances/{id}/next-day"
	removeEndpoint       = "DELETE /v1/instances/{id}"
)

// maxUnanswered requests without an answer end a check. A server that hangs would hold it for
// hours.
const maxUnanswered = 3

// probe is one request of a check.
type probe struct {
	endpoint string
	id       string // of the instance, if the endpoint names one
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

// String returns the request as a finding shows it.
func (p probe) String() string {
	text := p.method() + " " + p.path()
	if p.body != nil {
		body, _ := json.Marshal(p.body) // a body of this package always marshals
		text += " " + string(body)
	}
	return text
}

// ask sends the request. It returns false, and adds a finding, if no answer arrives.
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

// wants sends the request, and reports whether it was done. It adds a finding if the answer has
// another status.
func (k *checker) wants(ctx context.Context, p probe, status int) (reply, bool) {
	r, ok := k.ask(ctx, p)
	if !ok {
		return r, false
	}
	if r.status != status {
		k.wrong(p, strconv.Itoa(status), k.shown(r), fmt.Sprintf("answer %d %s when it is done", status, http.StatusText(status)))
	}
	return r, r.status == status || r.succeeded()
}

// does sends a request that is answered with 204, and reports whether it was done.
func (k *checker) does(ctx context.Context, p probe) bool {
	_, ok := k.wants(ctx, p, http.StatusNoContent)
	return ok
}

// shown returns an answer as a finding shows it.
func (k *checker) shown(r reply) string {
	if len(r.body) == 0 {
		return strconv.Itoa(r.status) + " without a body"
	}
	return strconv.Itoa(r.status) + " " + k.client.printable(string(r.body))
}

func (k *checker) wrong(p probe, expected, got, fix string) {
	k.add(Finding{LevelError, p.endpoint, p.String(), expected, k.client.printable(got), fix})
}

func (k *checker) hint(p probe, expected, got, fix string) {
	k.add(Finding{LevelHint, p.endpoint, p.String(), expected, k.client.printable(got), fix})
}

// add adds a finding, unless there is one already that the same change fixes.
func (k *checker) add(f Finding) {
	if !slices.ContainsFunc(k.findings, func(g Finding) bool {
		return g.Level == f.Level && g.Endpoint == f.Endpoint && g.Fix == f.Fix
	}) {
		k.findings = append(k.findings, f)
	}
}

// refused adds a finding if a refusal is not an error of the protocol.
func (k *checker) refused(p probe, r reply) {
	switch {
	case r.status < 400 || r.status >= 500:
		k.wrong(p, "a 4xx for a request that cannot be done", k.shown(r), "answer errors with a 4xx")
	case r.said() == "":
		k.wrong(p, `an error as {"error":"…"}`, k.shown(r), `give every error the body {"error":"what is wrong"}`)
	}
}

// clean deletes the instances that the check has made and not deleted yet.
func (k *checker) clean(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for _, id := range k.made {
		_ = k.client.Release(ctx, id) // remove checks whether deleting works
	}
}
