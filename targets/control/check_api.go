package control

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// quota is more than any edition allows in a day.
const quota = 20

// backup asks the API for the plainest backup of an instance.
func (k *checker) backup(ctx context.Context, id string) targets.Answer {
	a, err := k.api.Send(ctx, targets.Call{Method: http.MethodGet, Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup"}, {Name: "Format", Value: "JSON"}, {Name: "DBInstanceId", Value: id},
	}})
	if err != nil {
		return targets.Answer{}
	}
	return a
}

// accepts provisions an instance and tells whether the API takes a backup of it. Any answer but yes and no tells nothing.
func (k *checker) accepts(ctx context.Context, c targets.Condition) (id string, accepted, known bool) {
	if k.api == nil || k.dead {
		return "", false, false
	}
	id, ok := k.provision(ctx, c, "")
	if !ok {
		return "", false, false
	}
	a := k.backup(ctx, id)
	return id, a.Outcome == targets.Accepted, a.Outcome == targets.Accepted || a.Outcome == targets.Refused
}

// sameInstances sees whether the API knows an instance that was provisioned.
func (k *checker) sameInstances(ctx context.Context) {
	if k.api == nil {
		return
	}
	c := k.condition()
	id, ok := k.provision(ctx, c, "")
	if !ok {
		k.dead = true
		return
	}
	a := k.backup(ctx, id)
	if k.dead = a.Outcome != targets.Accepted; !k.dead {
		return
	}
	p := probe{endpoint: provisionEndpoint, body: c}
	got := strings.TrimSpace(fmt.Sprintf("%s: %d %s %s %s", a.Outcome, a.Status, a.Code, a.Message, a.Problem))
	if a.Outcome == targets.Refused && (a.Status == http.StatusNotFound || strings.Contains(a.Code, "NotFound")) {
		k.wrong(p, "an instance that CreateBackup knows", got, "let the control protocol and the API look at the same instances")
	} else {
		k.hint(p, "a plain CreateBackup of the instance accepted", got, "mend CreateBackup, or its credentials, first: what only a backup shows of the control protocol was not looked at")
	}
}

// backupOfTheAPI sees whether a backup that the API took is listed last, runs until it is completed, and covers the databases that there are.
func (k *checker) backupOfTheAPI(ctx context.Context) {
	if k.api == nil || k.dead || !k.can.Observe {
		return
	}
	id, ok := k.provision(ctx, k.with(0, targets.LastCompleted), "")
	if !ok {
		return
	}
	changed := probe{changeEndpoint, id, map[string]any{"databases": []string{"db3", "db4", "db5"}}}
	_, patched := k.wants(ctx, changed, http.StatusNoContent)
	before, ok := k.list(ctx, id)
	if !ok || k.backup(ctx, id).Outcome != targets.Accepted {
		return
	}
	after, ok := k.list(ctx, id)
	if !ok {
		return
	}
	p := probe{backupsEndpoint, id, nil}
	if len(after) != len(before)+1 {
		k.wrong(p, "one more backup after CreateBackup was accepted", fmt.Sprintf("%s before, %s after", statuses(before), statuses(after)), "list the backups that the API makes, as soon as it has accepted them")
		return
	}
	last := after[len(after)-1]
	switch {
	case len(before) > 0 && last.ID == before[len(before)-1].ID:
		k.wrong(p, "the backup that CreateBackup made as the last one", ids(after), "list backups oldest first")
	case last.Status != targets.LastRunning:
		k.wrong(p, "the backup that CreateBackup made running", statuses(after), "keep the backups of a provisioned instance running until complete is called")
	case patched && last.Strategy == "instance" && last.Databases != nil && !sameNames(last.Databases, []string{"db3", "db4", "db5"}):
		k.wrong(changed, "a backup of the whole instance to cover these databases", fmt.Sprintf("%q", last.Databases), "keep the databases that are set")
	}
	if end := (probe{completeEndpoint, id, map[string]string{"result": targets.LastCompleted}}); k.can.Complete {
		if _, ok := k.wants(ctx, end, http.StatusNoContent); ok {
			k.ended(ctx, end, targets.LastCompleted, after)
		}
	}
}

// statusOfTheAPI sees whether a status that is set later is as good as one from the start, where the API heeds that.
func (k *checker) statusOfTheAPI(ctx context.Context) {
	status, has := k.otherStatus()
	if !has {
		return
	}
	c := k.condition()
	c.Status = status
	id, accepted, known := k.accepts(ctx, c)
	if !known || accepted {
		return // whether such an instance is refused is a rule, and not the protocol's concern
	}
	p := probe{changeEndpoint, id, map[string]any{"databases": []string{"db1"}}}
	if _, ok := k.wants(ctx, p, http.StatusNoContent); ok && k.backup(ctx, id).Outcome == targets.Accepted {
		k.wrong(p, "the status left as it is", "CreateBackup accepted, as of an active instance", "change only what the body names")
		return
	}
	p.body = map[string]any{"status": targets.Running}
	if _, ok := k.wants(ctx, p, http.StatusNoContent); ok && k.backup(ctx, id).Outcome == targets.Refused {
		k.wrong(p, "the instance active again", "CreateBackup still refused", "keep the status that is set")
	}
	id, ok := k.provision(ctx, k.condition(), "")
	if !ok {
		return
	}
	p = probe{changeEndpoint, id, map[string]any{"status": status}}
	if _, ok := k.wants(ctx, p, http.StatusNoContent); ok && k.backup(ctx, id).Outcome == targets.Accepted {
		k.wrong(p, "the instance no longer active", "CreateBackup accepted, which an instance provisioned in that status refuses", "keep the status that is set")
	}
}

// dayOfTheAPI sees by the quota whether the day moves on, of that instance and of no other.
func (k *checker) dayOfTheAPI(ctx context.Context) {
	if !k.can.NextDay {
		return
	}
	full := k.with(quota, targets.LastCompleted)
	id, accepted, known := k.accepts(ctx, full)
	if !known || accepted {
		return // whether the quota holds is a rule
	}
	other, accepted, known := k.accepts(ctx, full)
	if !known || accepted {
		return
	}
	p := probe{nextDayEndpoint, id, nil}
	if _, ok := k.wants(ctx, p, http.StatusNoContent); !ok {
		return
	}
	if a := k.backup(ctx, id); a.Outcome == targets.Refused {
		k.wrong(p, fmt.Sprintf("CreateBackup accepted on the day after %d backups", quota), fmt.Sprintf("refused: %d %s", a.Status, a.Code),
			"let today be the day after from then on: the backups so far are of a day before")
	}
	if k.backup(ctx, other).Outcome == targets.Accepted {
		k.wrong(p, "the day of other instances left as it is", fmt.Sprintf("CreateBackup accepted of another instance with %d backups today", quota), "keep a day for every instance: cases run side by side")
	}
}

// removedFromTheAPI sees whether an instance that was deleted is gone for the API too.
func (k *checker) removedFromTheAPI(ctx context.Context) {
	if k.api == nil || k.dead {
		return
	}
	id, ok := k.provision(ctx, k.condition(), "")
	if !ok {
		return
	}
	p := probe{removeEndpoint, id, nil}
	if _, ok := k.wants(ctx, p, http.StatusNoContent); ok && k.backup(ctx, id).Outcome == targets.Accepted {
		k.wrong(p, "the instance gone", "CreateBackup of it accepted", "forget the instance, for the API too")
	}
}
