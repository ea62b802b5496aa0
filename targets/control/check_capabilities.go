package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// nobody is the id of an instance that does not exist.
const nobody = "rm-cbspec-nobody"

// capabilityChecks check what holds for every server, whatever it can provision.
type capabilityChecks struct{ *checker }

// capabilities reads what the server promises. What cannot be read is not promised.
func (k capabilityChecks) capabilities(ctx context.Context) error {
	p := probe{endpoint: capabilitiesEndpoint}
	r, err := k.client.exchange(ctx, p.method(), p.path(), nil)
	switch {
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case err != nil:
		return k.client.unreachable(err)
	case r.status == http.StatusUnauthorized || r.status == http.StatusForbidden:
		k.wrong(p, "200", k.shown(r), "give cbspec the token of the server, or let the server accept the one that is sent")
	case r.status != http.StatusOK:
		k.wrong(p, "200", k.shown(r), "answer 200 with what the server can do")
	}
	if !r.succeeded() {
		return nil
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(r.body, &members) != nil || members == nil {
		k.wrong(p, "a JSON object", k.shown(r),
			`answer {"provision":true,"observe":true,…}; make sure that the URL is that of the control protocol`)
		return nil
	}
	k.promises(p, members)
	if k.can.Provision {
		k.listed(p)
	}
	return nil
}

// promises reads the members of the capabilities.
func (k capabilityChecks) promises(p probe, members map[string]json.RawMessage) {
	for _, m := range []struct {
		name string
		can  *bool
	}{{"provision", &k.can.Provision}, {"observe", &k.can.Observe}, {"complete", &k.can.Complete}, {"nextDay", &k.can.NextDay}} {
		raw, is := members[m.name]
		switch {
		case !is || string(raw) == "null":
			k.hint(p, m.name+" as true or false", "none", "add "+m.name+", also if it is false: without it, it is not used")
		case json.Unmarshal(raw, m.can) != nil:
			k.wrong(p, m.name+" as true or false", string(raw), "make "+m.name+" true or false")
		}
	}
	for _, m := range []struct {
		name string
		list *[]string
	}{{"engines", &k.can.Engines}, {"statuses", &k.can.Statuses}, {"lockModes", &k.can.LockModes}, {"storages", &k.can.Storages}} {
		if raw, is := members[m.name]; is && json.Unmarshal(raw, m.list) != nil {
			k.wrong(p, m.name+" as a list of strings", string(raw), "make "+m.name+" a list of strings")
		}
	}
}

// listed checks the lists of what can be provisioned.
func (k capabilityChecks) listed(p probe) {
	if len(k.can.Engines) == 0 {
		k.wrong(p, "the engines that can be provisioned", "none", `list them: "engines":["MySQL"]`)
	}
	if !slices.Contains(k.can.Statuses, targets.Running) {
		k.wrong(p, "Running among the statuses", fmt.Sprintf("%q", k.can.Statuses),
			`add it: an active instance has the status "Running"`)
	}
	known := []string{targets.MySQL, targets.SQLServer, targets.PostgreSQL, targets.MariaDB}
	for _, e := range k.can.Engines {
		if !slices.Contains(known, e) {
			k.hint(p, fmt.Sprintf("engines of %q", known), e, "spell engines as in the document: an engine with another name is never used")
		}
	}
}

// token checks whether the server refuses a request without its token.
func (k capabilityChecks) token(ctx context.Context) {
	if k.client.token == "" {
		return
	}
	p := probe{endpoint: capabilitiesEndpoint}
	r, err := k.client.withoutToken().exchange(ctx, p.method(), p.path(), nil)
	switch {
	case err != nil: // the server refuses the connection, which is fine
	case r.succeeded():
		k.hint(p, "a 4xx without the token", k.shown(r), "refuse requests without the token: anybody can change what is tested")
	default:
		k.refused(p, r)
	}
}

// unknownInstance checks how the server treats an instance that does not exist.
func (k capabilityChecks) unknownInstance(ctx context.Context) {
	running, completed := map[string]string{"status": targets.Running}, map[string]string{"result": targets.LastCompleted}
	for _, p := range []struct {
		probe
		promised bool
		done     string // what a success would claim; empty if a success is fine
	}{
		{probe{backupsEndpoint, nobody, nil}, k.can.Observe, "has backups"},
		{probe{changeEndpoint, nobody, running}, k.can.Provision, "was changed"},
		{probe{completeEndpoint, nobody, completed}, k.can.Complete, ""},
		{probe{nextDayEndpoint, nobody, nil}, k.can.NextDay, "was moved to the next day"},
		{probe{removeEndpoint, nobody, nil}, k.can.Provision, ""},
	} {
		if !p.promised {
			continue
		}
		r, ok := k.ask(ctx, p.probe)
		switch {
		case !ok:
		case r.succeeded() && p.done != "":
			k.hint(p.probe, "a 4xx for an instance that does not exist", k.shown(r),
				"answer 404: the answer says that an instance that does not exist "+p.done)
		case !r.succeeded():
			k.refused(p.probe, r)
		}
	}
}
