package targets

import "context"

// Target is the smallest thing that can be sent a Call. What else it can do it says by the interfaces below that it
// also satisfies; where that is known only at run time, by Capable.
type Target interface {
	// Send sends the call and returns the answer. Whatever the target does, a broken connection and a hang included,
	// is in the Answer; an error means that nothing could be sent: the context ended, or the call makes no request.
	Send(ctx context.Context, call Call) (Answer, error)
}

// Provisioner makes instances that meet a Condition, and removes them. A Condition that the target cannot bring about is
// an error that wraps ErrUnmet.
type Provisioner interface {
	Provision(ctx context.Context, c Condition) (id string, err error)
	Release(ctx context.Context, id string) error
}

// Changer changes an instance: its status where that is not nil, its databases where they are not nil.
type Changer interface {
	Change(ctx context.Context, id string, status *string, databases *[]string) error
}

// Completer ends the running backup of an instance; result is "completed" or "failed". Nothing running is no error.
type Completer interface {
	Complete(ctx context.Context, id, result string) error
}

// Observer lists the backups of an instance, oldest first, those from provisioning included.
type Observer interface {
	Backups(ctx context.Context, id string) ([]Backup, error)
}

// DayShifter moves an instance to the day after.
type DayShifter interface {
	NextDay(ctx context.Context, id string) error
}

// Capable tells at run time which of the other interfaces really work. A target without it can do what its methods say.
type Capable interface {
	Capabilities(ctx context.Context) (Capabilities, error)
}

// Curler renders the call as shell commands that send it again. instance stands where the id of the instance is needed.
type Curler interface {
	Curl(call Call) string
}

// Signer tells which signature algorithms the target can sign with; without it AUTH rules are not applicable.
type Signer interface {
	Algorithms() []string
}
