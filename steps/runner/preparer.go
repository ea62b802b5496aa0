package runner

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// preparer makes the instances of test cases, changes them, looks at their backups, and removes
// them. Every request that it sends is counted.
type preparer struct {
	can         targets.Capabilities
	provisioner targets.Provisioner
	observer    targets.Observer
	completer   targets.Completer
	shifter     targets.DayShifter
	changer     targets.Changer

	requests *atomic.Int64
	present  sync.Map // ids of the instances that exist at the moment
}

// newPreparer asks the target what it can do.
func newPreparer(ctx context.Context, t targets.Target, requests *atomic.Int64) (*preparer, error) {
	p := &preparer{requests: requests}
	p.provisioner, p.can.Provision = targets.As[targets.Provisioner](t)
	p.observer, p.can.Observe = targets.As[targets.Observer](t)
	p.completer, p.can.Complete = targets.As[targets.Completer](t)
	p.shifter, p.can.NextDay = targets.As[targets.DayShifter](t)
	p.changer, _ = targets.As[targets.Changer](t)
	c, ok := targets.As[targets.Capable](t)
	if !ok {
		return p, nil
	}
	said, err := c.Capabilities(ctx)
	if err != nil {
		return nil, err
	}
	said.Provision = said.Provision && p.can.Provision
	said.Observe = said.Observe && p.can.Observe
	said.Complete = said.Complete && p.can.Complete
	said.NextDay = said.NextDay && p.can.NextDay
	p.can = said
	return p, nil
}

// provision makes an instance in a condition and returns its id, and its backups where the target
// tells them.
func (p *preparer) provision(ctx context.Context, c targets.Condition) (string, []targets.Backup, error) {
	if !p.can.Provision {
		return "", nil, fmt.Errorf("%w: the target cannot provision instances", targets.ErrUnmet)
	}
	p.requests.Add(1)
	id, backups, err := targets.ProvisionAndList(ctx, p.provisioner, c)
	if err == nil {
		p.present.Store(id, true)
	}
	return id, backups, setup(ctx, "an instance could not be provisioned", err)
}

// Bounds on the removal of the instances of a case, which also happens after the run ended. Then
// whoever ended it waits for the report.
const (
	releaseTime     = 5 * time.Second
	lastReleaseTime = time.Second
)

// release removes instances, even where the run has ended. What stays behind is in the journal,
// for sweep.
func (p *preparer) release(ctx context.Context, ids []string) {
	if p.provisioner == nil {
		return
	}
	limit := releaseTime
	if ctx.Err() != nil {
		limit = lastReleaseTime
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	for _, id := range ids {
		_ = p.delete(ctx, id)
	}
}

func (p *preparer) delete(ctx context.Context, id string) error {
	p.requests.Add(1)
	p.present.Delete(id)
	return p.provisioner.Release(ctx, id)
}

// exists reports whether an instance with that id exists at the moment.
func (p *preparer) exists(id string) bool {
	_, is := p.present.Load(id)
	return is
}

// list returns the backups of an instance, oldest first.
func (p *preparer) list(ctx context.Context, id string) ([]targets.Backup, error) {
	p.requests.Add(1)
	bs, err := p.observer.Backups(ctx, id)
	return bs, setup(ctx, "the backups of an instance could not be listed", err)
}

// look returns the ids of the backups of each new instance. It asks for those that the target did
// not tell. It is nil where the target does not show backups.
func (p *preparer) look(ctx context.Context, ids []string, told [][]targets.Backup) ([]map[string]bool, error) {
	if !p.can.Observe {
		return nil, nil
	}
	seen := make([]map[string]bool, len(ids))
	for i, id := range ids {
		bs := told[i]
		if bs == nil {
			var err error
			if bs, err = p.list(ctx, id); err != nil {
				return nil, err
			}
		}
		seen[i] = map[string]bool{}
		for _, b := range bs {
			seen[i][b.ID] = true
		}
	}
	return seen, nil
}

// complete ends the running backup of an instance.
func (p *preparer) complete(ctx context.Context, id, result string) error {
	p.requests.Add(1)
	return setup(ctx, "a backup could not be completed", p.completer.Complete(ctx, id, result))
}

// change does to an instance what a step says that is not a call, a wait or a completion.
func (p *preparer) change(ctx context.Context, id string, step targets.Step) error {
	p.requests.Add(1)
	switch step.Do {
	case targets.StepNextDay:
		return setup(ctx, "the day could not be changed", p.shifter.NextDay(ctx, id))
	case targets.StepStatus:
		return setup(ctx, "the status could not be changed", p.changer.Change(ctx, id, &step.Status, nil))
	default:
		names := databases(step)
		return setup(ctx, "the databases could not be changed", p.changer.Change(ctx, id, nil, &names))
	}
}

// databases are those that a step sets: an empty list, and not nil, for none.
func databases(step targets.Step) []string {
	if step.Databases == nil {
		return []string{}
	}
	return step.Databases
}

// able reports whether the target can take a step that is not a call.
func (p *preparer) able(step targets.Step) bool {
	switch step.Do {
	case targets.StepComplete:
		return p.can.Complete
	case targets.StepDelete:
		return p.can.Provision
	case targets.StepNextDay:
		return p.can.NextDay
	case targets.StepStatus, targets.StepDatabases:
		return p.changer != nil && p.can.Provision
	default:
		return step.Do == targets.StepWait
	}
}
