package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// list reads the backups of an instance; false where there is nothing to compare.
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
		k.wrong(p, `{"backups":[…]}`, k.shown(r), "answer an object whose backups is a list, empty where there are none")
		return nil, false
	case string(raw) == "null":
		k.hint(p, `{"backups":[…]}`, k.shown(r), "write an empty list as []")
		return nil, true
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		k.wrong(p, "backups as the protocol has them", fmt.Sprintf("%s: %v", k.shown(r), err), "give every member the type that it has in the protocol; backupId is a string")
		return nil, false
	}
	k.complain(p, list)
	return list, true
}

// complain finds fault with single backups.
func (k *checker) complain(p probe, list []targets.Backup) {
	ids := map[string]bool{}
	for i, b := range list {
		row, _ := json.Marshal(b) // it has just been read
		got := fmt.Sprintf("%s as number %d", row, i+1)
		switch {
		case b.ID == "":
			k.wrong(p, "a backupId in every backup", got, "give every backup an id that it keeps")
		case ids[b.ID]:
			k.wrong(p, "a backupId of its own in every backup", got, "give every backup an id of its own")
		}
		ids[b.ID] = true
		for _, m := range []struct {
			name, value string
			of          []string // nil takes anything
		}{
			{"method", b.Method, []string{"Physical", "Logical", "Snapshot"}},
			{"strategy", b.Strategy, []string{"db", "instance"}},
			{"type", b.Type, nil},
			{"status", b.Status, []string{targets.LastRunning, targets.LastCompleted, targets.LastFailed}},
		} {
			switch {
			case m.value == "":
				k.wrong(p, "a "+m.name+" in every backup", got, "say the "+m.name+" of every backup")
			case m.of != nil && !slices.Contains(m.of, m.value):
				k.wrong(p, fmt.Sprintf("a %s of %q", m.name, m.of), got, "spell the "+m.name+" like that")
			}
		}
		if b.Strategy == "db" && b.Databases != nil && len(b.Databases) != 1 {
			k.wrong(p, "one database in a backup whose strategy is db", got, "list the one database that the backup covers")
		}
	}
}

// complete sees whether a running backup ends as it is told, and nothing else does.
func (k *checker) complete(ctx context.Context) {
	if !k.can.Complete {
		return
	}
	for _, result := range []string{targets.LastCompleted, targets.LastFailed} {
		p := probe{endpoint: completeEndpoint, body: map[string]string{"result": result}}
		var ok bool
		if p.id, ok = k.provision(ctx, k.with(2, targets.LastRunning), ""); !ok {
			continue
		}
		before, seen := k.list(ctx, p.id)
		if _, ok := k.wants(ctx, p, http.StatusNoContent); !ok {
			continue
		}
		if seen {
			k.ended(ctx, p, result, before)
		}
		// Nothing runs any more, and that is no error.
		before, seen = k.list(ctx, p.id)
		idle := probe{completeEndpoint, p.id, map[string]string{"result": targets.LastCompleted}}
		r, ok := k.ask(ctx, idle)
		switch {
		case !ok:
		case r.status < 200 || r.status > 299:
			k.wrong(idle, "204 where nothing is running", k.shown(r), "do nothing and answer 204: nothing running is no error")
		case seen:
			k.unchanged(ctx, idle, before)
		}
	}
}

// ended compares the backups before and after the last of them was ended.
func (k *checker) ended(ctx context.Context, p probe, result string, before []targets.Backup) {
	after, ok := k.list(ctx, p.id)
	switch {
	case !ok || len(before) == 0:
	case len(after) != len(before):
		k.wrong(p, "the same backups as before", fmt.Sprintf("%s before, %s after", statuses(before), statuses(after)), "keep every backup in the list")
	case after[len(after)-1].Status != result:
		k.wrong(p, "the last backup "+result, statuses(after), "end the running backup as the result says, before the answer")
	case !slices.EqualFunc(before, after, func(b, a targets.Backup) bool { return b.ID == a.ID }):
		k.wrong(p, "every backup under its old id", fmt.Sprintf("%s before, %s after", ids(before), ids(after)), "keep the id and the order of the backups")
	}
}

// nextDay sees whether the day can be moved on, and takes no backup away.
func (k *checker) nextDay(ctx context.Context) {
	if !k.can.NextDay {
		return
	}
	id, ok := k.provision(ctx, k.with(2, targets.LastRunning), "")
	if !ok {
		return
	}
	before, seen := k.list(ctx, id)
	p := probe{nextDayEndpoint, id, nil}
	for range 2 {
		if _, ok := k.wants(ctx, p, http.StatusNoContent); ok && seen {
			k.unchanged(ctx, p, before)
		}
	}
}

func ids(list []targets.Backup) string {
	names := make([]string, len(list))
	for i, b := range list {
		names[i] = b.ID
	}
	return fmt.Sprintf("%q", names)
}
