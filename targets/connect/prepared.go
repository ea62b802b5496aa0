package connect

import (
	"context"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/gate"
)

// prepared is a target whose instances are prepared by the control protocol.
type prepared struct {
	targets.Target
	*control.Client
	observer targets.Observer // lists backups in place of the control protocol; nil where that does
}

func prepare(t targets.Target, c control.Config, observer targets.Observer) (targets.Target, error) {
	c.Wait = gate.WaitOf(t)
	client, err := control.New(c)
	if err != nil {
		return nil, err
	}
	return &prepared{t, client, observer}, nil
}

// Unwrap returns the target without the control protocol.
func (p *prepared) Unwrap() targets.Target { return p.Target }

// Control returns the client of the control protocol.
func (p *prepared) Control() *control.Client { return p.Client }

// Capabilities reports what the control protocol can do, and observation where the target itself
// lists backups.
func (p *prepared) Capabilities(ctx context.Context) (targets.Capabilities, error) {
	can, err := p.Client.Capabilities(ctx)
	can.Observe = can.Observe || p.observer != nil
	return can, err
}

// Backups lists the backups of an instance, oldest first.
func (p *prepared) Backups(ctx context.Context, id string) ([]targets.Backup, error) {
	if p.observer != nil {
		return p.observer.Backups(ctx, id)
	}
	return p.Client.Backups(ctx, id)
}

// ProvisionAndList makes an instance and returns its backups where the control protocol lists them.
func (p *prepared) ProvisionAndList(ctx context.Context, c targets.Condition) (string, []targets.Backup, error) {
	id, backups, err := p.Client.ProvisionAndList(ctx, c)
	if p.observer != nil {
		backups = nil // the observer may have other ids for them
	}
	return id, backups, err
}

// Control returns the client of the control protocol that prepares a target, and reports whether
// there is one.
func Control(t targets.Target) (*control.Client, bool) {
	p, ok := targets.As[interface{ Control() *control.Client }](t)
	if !ok {
		return nil, false
	}
	return p.Control(), true
}
