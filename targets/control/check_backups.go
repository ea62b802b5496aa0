package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// states are those that a backup can have.
var states = []string{targets.LastRunning, targets.LastCompleted, targets.LastFailed}

// list returns the backups of an instance. It returns false if there is nothing to compare with.
func (k *checker) list(ctx context.Context, id string) ([]targets.Backup, bool) {
	if !k.can.Observe {
		return nil, false
	}
	p := probe{backupsEndpoint, id, nil}
	r, ok := k.wants(ctx, p, http.StatusOK)
	if !ok {
		return nil, false
	}
	var members map[string]json.RawMessage
	raw := json.RawMessage(nil)
	if json.Unmarshal(r.body, &members) == nil {
		raw = members["backups"]
	}
	var list []targets.Backup
	switch {
	case raw == nil:
		k.wrong(p, `{"backups":[…]}`, k.shown(r), "answer an object whose backups is a list, empty if there are none")
		return nil, false
	case string(raw) == "null":
		k.hint(p, `{"backups":[…]}`, k.shown(r), "write an empty list as []")
		return nil, true
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		k.wrong(p, "backups as in the protocol", fmt.Sprintf("%s: %v", k.shown(r), err),
			"give every member its type in the protocol; backupId is a string")
		return nil, false
	}
	k.members(p, list)
	return list, true
}

// members checks the members of every backup.
func (k *checker) members(p probe, list []targets.Backup) {
	ids := map[string]bool{}
	for i, b := range list {
		row, _ := json.Marshal(b) // it was just unmarshalled
		got := fmt.Sprintf("%s as number %d", row, i+1)
		switch {
		case b.ID == "":
			k.wrong(p, "a backupId in every backup", got, "give every backup an id that never changes")
		case ids[b.ID]:
			k.wrong(p, "a different backupId in every backup", got, "give every backup a different id")
		}
		ids[b.ID] = true
		for _, m := range []struct {
			name, value string
			of          []string // nil allows any value
		}{
			{"method", b.Method, []string{"Physical", "Logical", "Snapshot"}},
			{"strategy", b.Strategy, []string{"db", "instance"}},
			{"type", b.Type, nil},
			{"status", b.Status, states},
		} {
			switch {
			case m.value == "":
				k.wrong(p, "a "+m.name+" in every backup", got, "add the "+m.name+" to every backup")
			case m.of != nil && !slices.Contains(m.of, m.value):
				k.wrong(p, fmt.Sprintf("a %s of %q", m.name, m.of), got, "spell the "+m.name+" as in the protocol")
			}
		}
		if b.Strategy == "db" && b.Databases != nil && len(b.Databases) != 1 {
			k.wrong(p, "one database in a backup whose strategy is db", got, "list the one database that the backup covers")
		}
	}
}

// backupChecks check what ends backups and days.
type backupChecks struct{ *checker }

// complete checks whether complete ends the running backup as it says, and changes nothing else.
func (k backupChecks) complete(ctx context.Context) {
	if !k.can.Complete {
		return
	}
	for _, result := range []string{targets.LastCompleted, targets.LastFailed} {
		id, ok := k.provision(ctx, k.with(2, targets.LastRunning), optional)
		if !ok {
			continue
		}
		p := probe{completeEndpoint, id, map[string]string{"result": result}}
		before, seen := k.list(ctx, id)
		if !k.does(ctx, p) {
			continue
		}
		if seen {
			k.ended(ctx, p, result, before)
		}
		k.completeNothing(ctx, id)
	}
}

// completeNothing checks whether complete is no error when no backup is running.
func (k backupChecks) completeNothing(ctx context.Context, id string) {
	before, seen := k.list(ctx, id)
	p := probe{completeEndpoint, id, map[string]string{"result": targets.LastCompleted}}
	r, ok := k.ask(ctx, p)
	switch {
	case !ok:
	case !r.succeeded():
		k.wrong(p, "204 when no backup is running", k.shown(r), "do nothing and answer 204: it is no error if no backup is running")
	case seen:
		k.unchanged(ctx, p, before)
	}
}

// ended compares the backups before and after the last of them was ended.
func (k *checker) ended(ctx context.Context, p probe, result string, before []targets.Backup) {
	after, ok := k.list(ctx, p.id)
	sameID := func(b, a targets.Backup) bool { return b.ID == a.ID }
	switch {
	case !ok || len(before) == 0:
	case len(after) != len(before):
		k.wrong(p, "the same backups as before", fromTo(statuses, before, after), "keep every backup in the list")
	case after[len(after)-1].Status != result:
		k.wrong(p, "the last backup "+result, statuses(after), "end the running backup with the result, before the answer")
	case !slices.EqualFunc(before, after, sameID):
		k.wrong(p, "every backup with its old id", fromTo(ids, before, after), "keep the ids and the order of the backups")
	}
}

// unchanged adds a finding if the request has changed the backups.
func (k *checker) unchanged(ctx context.Context, p probe, before []targets.Backup) {
	after, ok := k.list(ctx, p.id)
	if ok && statuses(after) != statuses(before) {
		k.wrong(p, "the backups unchanged", fromTo(statuses, before, after), "change only what the request names: only complete ends a backup")
	}
}

// nextDay checks whether an instance can be moved to the next day, and keeps its backups.
func (k backupChecks) nextDay(ctx context.Context) {
	if !k.can.NextDay {
		return
	}
	id, ok := k.provision(ctx, k.with(2, targets.LastRunning), optional)
	if !ok {
		return
	}
	before, seen := k.list(ctx, id)
	p := probe{nextDayEndpoint, id, nil}
	for range 2 {
		if k.does(ctx, p) && seen {
			k.unchanged(ctx, p, before)
		}
	}
}

// statuses returns the states of backups, in their order.
func statuses(list []targets.Backup) string {
	names := make([]string, len(list))
	for i, b := range list {
		names[i] = b.Status
	}
	return "[" + strings.Join(names, " ") + "]"
}

// ids returns the ids of backups, in their order.
func ids(list []targets.Backup) string {
	names := make([]string, len(list))
	for i, b := range list {
		names[i] = b.ID
	}
	return fmt.Sprintf("%q", names)
}

// fromTo shows backups before and after a request.
func fromTo(show func([]targets.Backup) string, before, after []targets.Backup) string {
	return show(before) + " before, " + show(after) + " after"
}
