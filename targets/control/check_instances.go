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

// condition is the plainest one that the server says it can bring about.
func (k *checker) condition() targets.Condition {
	c := targets.Condition{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"db1", "db2"}, LastBackup: targets.LastNone}
	if len(k.can.Engines) > 0 {
		c.Engine = k.can.Engines[0]
	}
	return c
}

// with is the plainest condition but for the backups.
func (k *checker) with(today int, last string) targets.Condition {
	c := k.condition()
	c.BackupsToday, c.LastBackup = today, last
	return c
}

// provision makes an instance. Of a condition that is turned down mend says what to do; empty leaves it with a hint, for
// a server need not be able to bring about everything.
func (k *checker) provision(ctx context.Context, c targets.Condition, mend string) (id string, ok bool) {
	p := probe{endpoint: provisionEndpoint, body: c}
	r, ok := k.ask(ctx, p)
	if !ok {
		return "", false
	}
	if r.status < 200 || r.status > 299 {
		k.refused(p, r)
		if mend != "" {
			k.wrong(p, "201", k.shown(r), mend)
		} else {
			k.hint(p, "201", k.shown(r), "bring it about where that is possible: the rules that need it are inconclusive")
		}
		return "", false
	}
	if r.status != http.StatusCreated {
		k.wrong(p, "201", k.shown(r), "answer 201 Created where an instance was made")
	}
	var made struct {
		ID string `json:"dbInstanceId"`
	}
	if json.Unmarshal(r.body, &made) != nil || made.ID == "" {
		k.wrong(p, `{"dbInstanceId":"rm-…"}`, k.shown(r), "give the id of the new instance as the string dbInstanceId")
		return "", false
	}
	if slices.Contains(k.made, made.ID) {
		k.wrong(p, "an id of its own for every instance", made.ID+" again", "make a new instance for every request: cases run side by side")
		return "", false
	}
	k.made = append(k.made, made.ID)
	return made.ID, true
}

// instances makes one of every kind that the capabilities list, and tells whether any could be made.
func (k *checker) instances(ctx context.Context) bool {
	if _, ok := k.provision(ctx, k.condition(), "bring about the plainest condition: an active instance without backups"); !ok {
		return false
	}
	listed := "bring it about, or take it out of the capabilities"
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
	k.provision(ctx, c, "")

	c = k.condition()
	c.Status = "CbspecNoSuchStatus"
	p := probe{endpoint: provisionEndpoint, body: c}
	r, ok := k.ask(ctx, p)
	switch {
	case !ok:
	case r.status < 200 || r.status > 299:
		k.refused(p, r)
	default:
		var made struct {
			ID string `json:"dbInstanceId"`
		}
		if json.Unmarshal(r.body, &made) == nil && made.ID != "" {
			k.made = append(k.made, made.ID)
		}
		k.hint(p, "a 4xx for a status that is not listed", k.shown(r), "refuse what cannot be brought about: a mistyped condition would go unseen")
	}
	return true
}

// conditions sees whether an instance has the backups that it was asked to have.
func (k *checker) conditions(ctx context.Context) {
	for _, c := range []targets.Condition{
		k.with(0, targets.LastNone), k.with(0, targets.LastCompleted), k.with(0, targets.LastRunning), k.with(0, targets.LastFailed),
		k.with(3, targets.LastCompleted), k.with(3, targets.LastRunning), k.with(3, targets.LastFailed), k.with(10, targets.LastCompleted),
	} {
		id, ok := k.provision(ctx, c, "")
		if !ok || !k.can.Observe {
			continue
		}
		list, ok := k.list(ctx, id)
		if ok {
			k.fits(probe{backupsEndpoint, id, nil}, c, list)
		}
	}
}

// fits compares the backups of a new instance with its condition.
func (k *checker) fits(p probe, c targets.Condition, list []targets.Backup) {
	text, _ := json.Marshal(c) // it was sent before
	want := max(c.BackupsToday, 1)
	if c.LastBackup == targets.LastNone {
		want = c.BackupsToday
	}
	after := fmt.Sprintf(" after provisioning %s", text)
	switch n := len(list); {
	case n < want:
		k.wrong(p, fmt.Sprintf("%d backups%s", want, after), fmt.Sprint(n), "list the backups from provisioning too: backupsToday of them, the last one as lastBackup says")
		return
	case n > 0 && c.LastBackup == targets.LastNone:
		k.wrong(p, "no backups"+after, fmt.Sprint(n), "make no backups where lastBackup is none")
		return
	case n > want:
		k.hint(p, fmt.Sprintf("%d backups%s", want, after), fmt.Sprint(n), "make no more than were asked for")
	}
	if len(list) == 0 {
		return
	}
	last := list[len(list)-1].Status
	switch {
	case !slices.Contains([]string{targets.LastRunning, targets.LastCompleted, targets.LastFailed}, last): // which has been said
	case last == c.LastBackup:
		if i := slices.IndexFunc(list[:len(list)-1], func(b targets.Backup) bool { return b.Status == targets.LastRunning }); i >= 0 {
			k.wrong(p, "no backup but the last one running"+after, statuses(list), "let the earlier backups be completed")
		}
	case list[0].Status == c.LastBackup && c.LastBackup != targets.LastCompleted:
		k.wrong(p, "backups oldest first"+after, statuses(list), "turn the list round: the newest backup is the last one")
	default:
		k.wrong(p, "the last backup "+c.LastBackup+after, statuses(list), "bring the last backup into the state that lastBackup says; nothing but complete may end it")
	}
	for _, b := range list {
		if b.Databases != nil && b.Strategy == "instance" && !sameNames(b.Databases, c.Databases) {
			k.wrong(p, fmt.Sprintf("databases %q of a backup of the whole instance%s", c.Databases, after), fmt.Sprintf("%q", b.Databases), "list every database of the instance, or leave databases out where it is not known")
		}
	}
}

// patch sees whether a change is taken, and touches no backup.
func (k *checker) patch(ctx context.Context) {
	id, ok := k.provision(ctx, k.with(2, targets.LastRunning), "")
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
		if _, ok := k.wants(ctx, p, http.StatusNoContent); ok && seen {
			k.unchanged(ctx, p, before)
		}
	}
}

// otherStatus is a status other than Running that can be asked for.
func (k *checker) otherStatus() (string, bool) {
	for _, s := range k.can.Statuses {
		// What is on its way to be gone may be gone when it is looked at.
		if s != targets.Running && s != "Deleting" && s != "Released" {
			return s, true
		}
	}
	return "", false
}

// unchanged finds fault with a request after which the backups are no longer the same.
func (k *checker) unchanged(ctx context.Context, p probe, before []targets.Backup) {
	after, ok := k.list(ctx, p.id)
	if ok && statuses(after) != statuses(before) {
		k.wrong(p, "the backups left as they are", fmt.Sprintf("%s before, %s after", statuses(before), statuses(after)), "let it change nothing but what it names: only complete ends a backup")
	}
}

// apart sees whether what is done to one instance leaves the others alone.
func (k *checker) apart(ctx context.Context) {
	if !k.can.Observe || !k.can.Complete {
		return
	}
	one, ok := k.provision(ctx, k.with(0, targets.LastRunning), "")
	if !ok {
		return
	}
	other, ok := k.provision(ctx, k.with(0, targets.LastRunning), "")
	if !ok {
		return
	}
	before, ok := k.list(ctx, other)
	if !ok {
		return
	}
	for _, p := range []probe{{completeEndpoint, one, map[string]string{"result": targets.LastCompleted}}, {removeEndpoint, one, nil}} {
		if _, ok := k.wants(ctx, p, http.StatusNoContent); !ok {
			return
		}
		if after, ok := k.list(ctx, other); ok && statuses(after) != statuses(before) {
			k.wrong(p, "other instances left as they are", fmt.Sprintf("of another instance %s before, %s after", statuses(before), statuses(after)), "let it act on the instance of the path only")
		}
	}
	k.made = slices.DeleteFunc(k.made, func(id string) bool { return id == one })
}

// remove sees whether an instance that was deleted is gone.
func (k *checker) remove(ctx context.Context) {
	id, ok := k.provision(ctx, k.with(0, targets.LastCompleted), "")
	if !ok {
		return
	}
	p := probe{removeEndpoint, id, nil}
	if _, ok := k.wants(ctx, p, http.StatusNoContent); !ok || !k.can.Observe {
		return
	}
	again := probe{backupsEndpoint, id, nil}
	r, ok := k.ask(ctx, again)
	if !ok {
		return
	}
	var list struct{ Backups []json.RawMessage }
	switch {
	case r.status < 200 || r.status > 299:
		k.refused(again, r)
	case json.Unmarshal(r.body, &list) == nil && len(list.Backups) > 0:
		k.wrong(p, "the instance gone", fmt.Sprintf("%d backups of it afterwards", len(list.Backups)), "forget the instance and its backups")
	}
}

func sameNames(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// statuses is the states of backups, in their order.
func statuses(list []targets.Backup) string {
	names := make([]string, len(list))
	for i, b := range list {
		names[i] = b.Status
	}
	return "[" + strings.Join(names, " ") + "]"
}
