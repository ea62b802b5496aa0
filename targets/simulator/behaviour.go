package simulator

import (
	"regexp"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// change is what a fault or a variation changes about a simulator, before it serves.
type change func(*Simulator, *behaviour)

// behaviour is what faults and variations changed about a faithful server. The functions of a list
// run one after the other, in the order in which they were added.
type behaviour struct {
	auth authentication
	// format is that of an answer whose request asks for none.
	format string
	// noKeepAlive closes every connection after one answer.
	noKeepAlive bool

	// What happens to a request, in this order.

	// arrival runs once the request is parsed, before anything of it is checked.
	arrival []func(e *exchange)
	// refuse refuses requests before their signature is checked.
	refuse []func(e *exchange) *refusal
	// pardon reports whether a request is let in that authentication refuses.
	pardon []func(e *exchange, r *refusal) bool
	// rewrite changes the parameters, once the signature is checked.
	rewrite []func(e *exchange)
	// read changes how the parameters of CreateBackup were understood.
	read []func(c *creation)
	// decide changes the decision on a call of CreateBackup; nil accepts.
	decide []func(c *creation, r *refusal) *refusal
	// gap is how long the instance is unlocked between the decision and the creation of the backup,
	// and afterGap checks again after it, where it is set.
	gap      time.Duration
	afterGap func(c *creation) *refusal
	// make changes the backup of an accepted call before it is added to the instance.
	make []func(c *creation, made *backup)
	// done runs once the decision was carried out.
	done []func(c *creation, r *refusal)
	// answer changes the status, the headers and the document of an answer.
	answer []func(e *exchange)
	// write changes the bytes of an answer; it returns true if it has sent the answer itself.
	write []func(e *exchange, m *message) (sent bool)

	// What the control protocol does.

	// offer changes what it can do.
	offer []func(can *targets.Capabilities)
	// instanceID names an instance that is made.
	instanceID func(random [8]byte) string
	// onlyID is set where the answer that names a new instance does not list its backups.
	onlyID bool
	// names is what databases may be called; nil allows every name.
	names *regexp.Regexp
	// shown changes how a backup is shown.
	shown []func(shown *targets.Backup, b *backup)
	// control runs once the control protocol has done something to an instance, which is locked.
	control []func(in *instance, event event)
}

// message is the bytes of an answer.
type message struct {
	contentType string // empty: the answer has none
	body        []byte
}

// event is something that the control protocol does to an instance.
type event string

const (
	changed   event = "changed"
	completed event = targets.LastCompleted // the running backup was completed
	failed    event = targets.LastFailed    // the running backup failed
	dayPassed event = "day passed"
	deleted   event = "deleted"
)
