package targets

import "context"

// Target is the smallest thing that can be sent a Call. It says what else it can do by implementing
// the optional interfaces below, and [Capable] where that is known only at run time. Look for an
// optional interface with [As], never with a type assertion: the target may be wrapped.
type Target interface {
	// Send sends the call and returns the answer. Whatever the target does is in the Answer, also a
	// broken connection or a missing answer. An error means that nothing could be sent: the context
	// ended, or the call makes no request.
	Send(ctx context.Context, call Call) (Answer, error)
}

// Provisioner makes instances that meet a Condition, and removes them. The error for a Condition
// that the target cannot bring about wraps ErrUnmet.
type Provisioner interface {
	Provision(ctx context.Context, c Condition) (id string, err error)
	Release(ctx context.Context, id string) error
}

// ListingProvisioner is implemented by a Provisioner that may tell the backups of a new instance,
// which saves a call of Observer.Backups.
type ListingProvisioner interface {
	// ProvisionAndList is Provision, and returns what Observer.Backups would. The list is nil where
	// the target does not tell.
	ProvisionAndList(ctx context.Context, c Condition) (id string, backups []Backup, err error)
}

// ProvisionAndList makes an instance and returns its backups where the provisioner tells them, else
// nil.
func ProvisionAndList(ctx context.Context, p Provisioner, c Condition) (id string, backups []Backup, err error) {
	if l, ok := p.(ListingProvisioner); ok {
		return l.ProvisionAndList(ctx, c)
	}
	id, err = p.Provision(ctx, c)
	return id, nil, err
}

// FixturePool is implemented by a target whose instances exist already. Its Provision leases one of
// them to one case at a time, and Release returns it.
type FixturePool interface {
	// Conditions lists the instances, each as the Condition that it meets while its quota lasts.
	Conditions(ctx context.Context) ([]Condition, error)
}

// Changer changes the status of an instance if status is not nil, and its databases if databases is
// not nil.
type Changer interface {
	Change(ctx context.Context, id string, status *string, databases *[]string) error
}

// Completer ends the running backup of an instance. The result is "completed" or "failed". It is no
// error if no backup is running.
type Completer interface {
	Complete(ctx context.Context, id, result string) error
}

// Observer lists the backups of an instance, oldest first, those from provisioning included.
type Observer interface {
	Backups(ctx context.Context, id string) ([]Backup, error)
}

// DayShifter moves an instance to the next day.
type DayShifter interface {
	NextDay(ctx context.Context, id string) error
}

// Capable reports at run time which of the interfaces above really work. A target without it can do
// everything that it implements.
type Capable interface {
	Capabilities(ctx context.Context) (Capabilities, error)
}

// Curler renders a call as shell commands that send it again. The commands use the variable
// instance0 for the id of the first instance of a case, and so on.
type Curler interface {
	Curl(call Call) string
}

// SetupCurler renders the preparation of a case as shell commands: CurlProvision makes the instance
// with that index and keeps its id in a variable, CurlStep takes a step that is not a call.
type SetupCurler interface {
	CurlProvision(index int, c Condition) string
	CurlStep(s Step) string
}

// Signer lists the algorithms that the target can sign with. Rules about signatures do not apply to
// a target without one.
type Signer interface {
	Algorithms() []string
}

// RawRequester sends raw requests: requests that are correct or nearly correct HTTP and that no
// client library sends.
type RawRequester interface {
	// RawRequests lists their names. A Call names one in its Wire field. The list is empty if the
	// target sends none.
	RawRequests() []string
}
