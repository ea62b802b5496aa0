package control

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// quota is the largest quota of a day of any edition.
const quota = 20

// apiChecks check with backups that the API makes. They do nothing without an API.
type apiChecks struct {
	*checker
	api     targets.Target // nil without an API
	refuses bool           // the API accepts no plain backup, so that it shows nothing
}

// backup sends the API the plainest CreateBackup call.
func (k *apiChecks) backup(ctx context.Context, id string) targets.Answer {
	a, err := k.api.Send(ctx, targets.Call{Method: http.MethodGet, Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup"}, {Name: "Format", Value: "JSON"}, {Name: "DBInstanceId", Value: id},
	}})
	if err != nil {
		return targets.Answer{}
	}
	return a
}

// accepts provisions an instance and reports whether the API accepts a backup of it. known is false
// if the API neither accepts nor refuses.
func (k *apiChecks) accepts(ctx context.Context, c targets.Condition) (id string, accepted, known bool) {
	if k.api == nil || k.refuses {
		return "", false, false
	}
	id, ok := k.provision(ctx, c, optional)
	if !ok {
		return "", false, false
	}
	a := k.backup(ctx, id)
	return id, a.Outcome == targets.Accepted, a.Outcome == targets.Accepted || a.Outcome == targets.Refused
}

// sameInstances checks whether the API knows the instances that are provisioned.
func (k *apiChecks) sameInstances(ctx context.Context) {
	if k.api == nil {
		return
	}
	c := k.condition()
	id, ok := k.provision(ctx, c, optional)
	if !ok {
		k.refuses = true
		return
	}
	a := k.backup(ctx, id)
	if k.refuses = a.Outcome != targets.Accepted; !k.refuses {
		return
	}
	p := probe{endpoint: provisionEndpoint, body: c}
	got := strings.TrimSpace(fmt.Sprintf("%s: %d %s %s %s", a.Outcome, a.Status, a.Code, a.Message, a.Problem))
	if a.Outcome == targets.Refused && (a.Status == http.StatusNotFound || strings.Contains(a.Code, "NotFound")) {
		k.wrong(p, "an instance that CreateBackup knows", got, "let the control protocol and the API use the same instances")
		return
	}
	k.hint(p, "a plain CreateBackup of the instance accepted", got,
		"fix CreateBackup or its credentials first: what only a backup shows of the control protocol was not checked")
}

// backupOfTheAPI checks whether a backup that the API has accepted is listed last, runs until it is
// completed, and covers the databases that were set.
func (k *apiChecks) backupOfTheAPI(ctx context.Context) {
	if k.api == nil || k.refuses || !k.can.Observe {
		return
	}
	id, ok := k.provision(ctx, k.with(0, targets.LastCompleted), optional)
	if !ok {
		return
	}
	databases := []string{"db3", "db4", "db5"}
	change := probe{changeEndpoint, id, map[string]any{"databases": databases}}
	changed := k.does(ctx, change)
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
		k.wrong(p, "one more backup after CreateBackup was accepted", fromTo(statuses, before, after),
			"list a backup of the API as soon as CreateBackup has accepted it")
		return
	}
	last := after[len(after)-1]
	if k.newest(p, before, after) && changed && last.Strategy == "instance" && last.Databases != nil && !sameNames(last.Databases, databases) {
		k.wrong(change, "a backup of the whole instance to cover these databases", fmt.Sprintf("%q", last.Databases),
			"store the databases that are set")
	}
	if !k.can.Complete {
		return
	}
	end := probe{completeEndpoint, id, map[string]string{"result": targets.LastCompleted}}
	if k.does(ctx, end) {
		k.ended(ctx, end, targets.LastCompleted, after)
	}
}

// newest reports whether the last backup is the new one and is running.
func (k *apiChecks) newest(p probe, before, after []targets.Backup) bool {
	last := after[len(after)-1]
	switch {
	case len(before) > 0 && last.ID == before[len(before)-1].ID:
		k.wrong(p, "the backup of CreateBackup as the last one", ids(after), "list backups oldest first")
	case last.Status != targets.LastRunning:
		k.wrong(p, "the backup of CreateBackup running", statuses(after),
			"keep the backups of a provisioned instance running until complete is called")
	default:
		return true
	}
	return false
}

// statusOfTheAPI checks whether setting a status has the same effect as provisioning it, if the API
// refuses that status.
func (k *apiChecks) statusOfTheAPI(ctx context.Context) {
	status, has := k.otherStatus()
	if !has {
		return
	}
	c := k.condition()
	c.Status = status
	id, accepted, known := k.accepts(ctx, c)
	if !known || accepted {
		return // whether the API refuses that status is a rule, and not part of the protocol
	}
	p := probe{changeEndpoint, id, map[string]any{"databases": []string{"db1"}}}
	if k.does(ctx, p) && k.backup(ctx, id).Outcome == targets.Accepted {
		k.wrong(p, "the status unchanged", "CreateBackup accepted, as for an active instance", "change only what the body names")
		return
	}
	p.body = map[string]any{"status": targets.Running}
	if k.does(ctx, p) && k.backup(ctx, id).Outcome == targets.Refused {
		k.wrong(p, "the instance active again", "CreateBackup still refused", "store the status that is set")
	}
	id, ok := k.provision(ctx, k.condition(), optional)
	if !ok {
		return
	}
	p = probe{changeEndpoint, id, map[string]any{"status": status}}
	if k.does(ctx, p) && k.backup(ctx, id).Outcome == targets.Accepted {
		k.wrong(p, "the instance no longer active",
			"CreateBackup accepted, which an instance provisioned in that status refuses", "store the status that is set")
	}
}

// dayOfTheAPI checks with the quota whether the next day begins for one instance and for no other.
func (k *apiChecks) dayOfTheAPI(ctx context.Context) {
	if !k.can.NextDay {
		return
	}
	full := k.with(quota, targets.LastCompleted)
	id, accepted, known := k.accepts(ctx, full)
	if !known || accepted {
		return // whether the API keeps the quota is a rule, and not part of the protocol
	}
	other, accepted, known := k.accepts(ctx, full)
	if !known || accepted {
		return
	}
	p := probe{nextDayEndpoint, id, nil}
	if !k.does(ctx, p) {
		return
	}
	if a := k.backup(ctx, id); a.Outcome == targets.Refused {
		k.wrong(p, fmt.Sprintf("CreateBackup accepted on the day after %d backups", quota), fmt.Sprintf("refused: %d %s", a.Status, a.Code),
			"begin a new day: the backups so far are of an earlier day")
	}
	if k.backup(ctx, other).Outcome == targets.Accepted {
		k.wrong(p, "the day of other instances unchanged",
			fmt.Sprintf("CreateBackup accepted for another instance with %d backups today", quota),
			"keep a day for every instance: cases run side by side")
	}
}

// removedFromTheAPI checks whether a deleted instance is gone for the API too.
func (k *apiChecks) removedFromTheAPI(ctx context.Context) {
	if k.api == nil || k.refuses {
		return
	}
	id, ok := k.provision(ctx, k.condition(), optional)
	if !ok {
		return
	}
	p := probe{removeEndpoint, id, nil}
	if k.does(ctx, p) && k.backup(ctx, id).Outcome == targets.Accepted {
		k.wrong(p, "the instance gone", "CreateBackup of it accepted", "delete the instance for the API too")
	}
}
