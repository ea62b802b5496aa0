package budget

import (
	"context"
	"fmt"

	"github.com/cbspec/cbspec/targets"
)

// forward does what the target does, so that a wrapped target can do no less; Capabilities says which of it really works.
type forward struct{ targets.Target }

var (
	_ targets.Provisioner = forward{}
	_ targets.Changer     = forward{}
	_ targets.Completer   = forward{}
	_ targets.Observer    = forward{}
	_ targets.DayShifter  = forward{}
	_ targets.Capable     = forward{}
	_ targets.Curler      = forward{}
	_ targets.Signer      = forward{}
)

func lacks(what string) error {
	return fmt.Errorf("%w: the target cannot %s", targets.ErrUnmet, what)
}

func (f forward) Provision(ctx context.Context, c targets.Condition) (string, error) {
	if t, ok := f.Target.(targets.Provisioner); ok {
		return t.Provision(ctx, c)
	}
	return "", lacks("provision instances")
}

func (f forward) Release(ctx context.Context, id string) error {
	if t, ok := f.Target.(targets.Provisioner); ok {
		return t.Release(ctx, id)
	}
	return lacks("release instances")
}

func (f forward) Change(ctx context.Context, id string, status *string, databases *[]string) error {
	if t, ok := f.Target.(targets.Changer); ok {
		return t.Change(ctx, id, status, databases)
	}
	return lacks("change instances")
}

func (f forward) Complete(ctx context.Context, id, result string) error {
	if t, ok := f.Target.(targets.Completer); ok {
		return t.Complete(ctx, id, result)
	}
	return lacks("complete backups")
}

func (f forward) Backups(ctx context.Context, id string) ([]targets.Backup, error) {
	if t, ok := f.Target.(targets.Observer); ok {
		return t.Backups(ctx, id)
	}
	return nil, lacks("show backups")
}

func (f forward) NextDay(ctx context.Context, id string) error {
	if t, ok := f.Target.(targets.DayShifter); ok {
		return t.NextDay(ctx, id)
	}
	return lacks("move to the next day")
}

func (f forward) Capabilities(ctx context.Context) (targets.Capabilities, error) {
	var can targets.Capabilities
	_, can.Provision = f.Target.(targets.Provisioner)
	_, can.Observe = f.Target.(targets.Observer)
	_, can.Complete = f.Target.(targets.Completer)
	_, can.NextDay = f.Target.(targets.DayShifter)
	t, ok := f.Target.(targets.Capable)
	if !ok {
		return can, nil
	}
	said, err := t.Capabilities(ctx)
	said.Provision = said.Provision && can.Provision
	said.Observe = said.Observe && can.Observe
	said.Complete = said.Complete && can.Complete
	said.NextDay = said.NextDay && can.NextDay
	return said, err
}

func (f forward) Curl(call targets.Call) string {
	if t, ok := f.Target.(targets.Curler); ok {
		return t.Curl(call)
	}
	return ""
}

func (f forward) Algorithms() []string {
	if t, ok := f.Target.(targets.Signer); ok {
		return t.Algorithms()
	}
	return nil
}

// Forms lists the forms of a request that the target can send and no client library would.
func (f forward) Forms() []string {
	if t, ok := f.Target.(interface{ Forms() []string }); ok {
		return t.Forms()
	}
	return nil
}

// shell renders the preparation of a case as shell commands.
type shell interface {
	CurlProvision(i int, c targets.Condition) string
	CurlStep(s targets.Step) string
}

func (f forward) CurlProvision(i int, c targets.Condition) string {
	if t, ok := f.Target.(shell); ok {
		return t.CurlProvision(i, c)
	}
	return fmt.Sprintf("instance%d=ID", i)
}

func (f forward) CurlStep(s targets.Step) string {
	if t, ok := f.Target.(shell); ok {
		return t.CurlStep(s)
	}
	return ""
}
