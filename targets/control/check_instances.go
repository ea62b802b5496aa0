package control

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// instanceChecks check how instances are made, changed and deleted.
type instanceChecks struct{ *checker }

// instances makes an instance of every kind that the capabilities list, and reports whether any
// could be made.
func (k instanceChecks) instances(ctx context.Context) bool {
	plainest := "provision the plainest condition: an active instance without backups"
	if _, ok := k.provision(ctx, k.condition(), plainest); !ok {
		return false
	}
	const listed = "provision it, or remove it from the capabilities"
	for _, e := range k.can.Engines {
		c := k.condition()
		c.Engine = e
		k.provision(ctx, c, listed)
	}
	for _, s := range k.can.Statuses {
		c := k.condition()
		c.Status = s
		k.provision(ctx, c, listed)
	}
	for _, m := range k.can.LockModes {
		c := k.condition()
		c.LockMode = m
		k.provision(ctx, c, listed)
	}
	c := k.condition()
	c.Databases = []string{}
	k.provision(ctx, c, optional)
	k.unknownStatus(ctx)
	return true
}

// unknownStatus checks whether the server refuses a condition that it cannot meet.
func (k instanceChecks) unknownStatus(ctx context.Context) {
	c := k.condition()
	c.Status = "CbspecNoSuchStatus"
	p := probe{endpoint: provisionEndpoint, body: c}
	r, ok := k.ask(ctx, p)
	switch {
	case !ok:
	case !r.succeeded():
		k.refused(p, r)
	default:
		if id := madeBy(r).ID; id != "" {
			k.made = append(k.made, id)
		}
		k.hint(p, "a 4xx for a status that is not listed", k.shown(r),
			"refuse a condition that cannot be met: otherwise a mistyped one is not noticed")
	}
}

// patch checks whether changes are accepted, and change no backup.
func (k instanceChecks) patch(ctx context.Context) {
	id, ok := k.provision(ctx, k.with(2, targets.LastRunning), optional)
	if !ok {
		return
	}
	before, seen := k.list(ctx, id)
	status := targets.Running
	if other, has := k.otherStatus(); has {
		status = other
	}
	for _, body := range []any{
		map[string]any{"status": status},
		map[string]any{"databases": []string{"db3"}},
		map[string]any{"databases": []string{}},
		map[string]any{"status": targets.Running, "databases": []string{"db1"}},
	} {
		p := probe{changeEndpoint, id, body}
		if k.does(ctx, p) && seen {
			k.unchanged(ctx, p, before)
		}
	}
}

// apart checks whether requests for one instance leave other instances alone.
func (k instanceChecks) apart(ctx context.Context) {
	if !k.can.Observe || !k.can.Complete {
		return
	}
	one, ok := k.provision(ctx, k.with(0, targets.LastRunning), optional)
	if !ok {
		return
	}
	other, ok := k.provision(ctx, k.with(0, targets.LastRunning), optional)
	if !ok {
		return
	}
	before, ok := k.list(ctx, other)
	if !ok {
		return
	}
	completed := map[string]string{"result": targets.LastCompleted}
	for _, p := range []probe{{completeEndpoint, one, completed}, {removeEndpoint, one, nil}} {
		if !k.does(ctx, p) {
			return
		}
		if after, ok := k.list(ctx, other); ok && statuses(after) != statuses(before) {
			k.wrong(p, "no change of other instances", "another instance: "+fromTo(statuses, before, after),
				"change only the instance that the path names")
		}
	}
	k.made = slices.DeleteFunc(k.made, func(id string) bool { return id == one })
}

// remove checks whether a deleted instance is gone.
func (k instanceChecks) remove(ctx context.Context) {
	id, ok := k.provision(ctx, k.with(0, targets.LastCompleted), optional)
	if !ok {
		return
	}
	p := probe{removeEndpoint, id, nil}
	if !k.does(ctx, p) || !k.can.Observe {
		return
	}
	again := probe{backupsEndpoint, id, nil}
	r, ok := k.ask(ctx, again)
	if !ok {
		return
	}
	var list struct{ Backups []json.RawMessage }
	switch {
	case !r.succeeded():
		k.refused(again, r)
	case json.Unmarshal(r.body, &list) == nil && len(list.Backups) > 0:
		k.wrong(p, "the instance gone", fmt.Sprintf("%d backups of it afterwards", len(list.Backups)), "delete the instance and its backups")
	}
}
