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

// capabilities reads what the server promises. Whatever cannot be read counts as not promised.
func (k *checker) capabilities(ctx context.Context) error {
	p := probe{endpoint: capabilitiesEndpoint}
	r, err := k.client.exchange(ctx, p.method(), p.path(), nil)
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return k.client.unreachable(err)
	}
	if r.status != http.StatusOK {
		mend := "answer 200 with what the server can do"
		if r.status == http.StatusUnauthorized || r.status == http.StatusForbidden {
			mend = "give cbspec the token that the server wants, or have the server take the one that is sent"
		}
		k.wrong(p, "200", k.shown(r), mend)
		if r.status < 200 || r.status > 299 {
			return nil
		}
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(r.body, &members) != nil || members == nil {
		k.wrong(p, "a JSON object", k.shown(r), `answer {"provision":true,"observe":true,…}; also look whether the URL is the one of the control protocol`)
		return nil
	}
	for _, m := range []struct {
		name string
		can  *bool
	}{{"provision", &k.can.Provision}, {"observe", &k.can.Observe}, {"complete", &k.can.Complete}, {"nextDay", &k.can.NextDay}} {
		raw, is := members[m.name]
		switch {
		case !is || string(raw) == "null":
			k.hint(p, m.name+" as true or false", "none", "say "+m.name+", also where it is false: without it it is not used")
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
	if !k.can.Provision {
		return nil
	}
	if len(k.can.Engines) == 0 {
		k.wrong(p, "the engines that can be provisioned", "none", `list them: "engines":["MySQL"]`)
	}
	if !slices.Contains(k.can.Statuses, targets.Running) {
		k.wrong(p, "Running among the statuses", fmt.Sprintf("%q", k.can.Statuses), `list it: an active instance has the status "Running"`)
	}
	known := []string{targets.MySQL, targets.SQLServer, targets.PostgreSQL, targets.MariaDB}
	for _, e := range k.can.Engines {
		if !slices.Contains(known, e) {
			k.hint(p, fmt.Sprintf("engines of %q", known), e, "spell engines as the document does: by another name none is asked for")
		}
	}
	return nil
}

// token sees whether a server that was given a token wants it.
func (k *checker) token(ctx context.Context) {
	if k.client.token == "" {
		return
	}
	p := probe{endpoint: capabilitiesEndpoint}
	r, err := k.client.stranger().exchange(ctx, p.method(), p.path(), nil)
	switch {
	case err != nil: // no answer to a stranger is no wrong one
	case r.status >= 200 && r.status < 300:
		k.hint(p, "a 4xx without the token", k.shown(r), "refuse whoever has no token: everybody can change what is tested")
	default:
		k.refused(p, r)
	}
}

// unknownInstance asks for an instance that does not exist.
func (k *checker) unknownInstance(ctx context.Context) {
	for _, p := range []struct {
		probe
		promised bool
		done     string // what a success would claim; empty where one is as good
	}{
		{probe{backupsEndpoint, nobody, nil}, k.can.Observe, "an instance that does not exist has backups"},
		{probe{changeEndpoint, nobody, map[string]string{"status": targets.Running}}, k.can.Provision, "an instance that does not exist was changed"},
		{probe{completeEndpoint, nobody, map[string]string{"result": targets.LastCompleted}}, k.can.Complete, ""},
		{probe{nextDayEndpoint, nobody, nil}, k.can.NextDay, "an instance that does not exist was moved"},
		{probe{removeEndpoint, nobody, nil}, k.can.Provision, ""},
	} {
		if !p.promised {
			continue
		}
		r, ok := k.ask(ctx, p.probe)
		switch {
		case !ok:
		case r.status >= 200 && r.status < 300 && p.done != "":
			k.hint(p.probe, "a 4xx for an instance that does not exist", k.shown(r), "refuse it with a 404: as it is, "+p.done)
		case r.status < 200 || r.status > 299:
			k.refused(p.probe, r)
		}
	}
}
