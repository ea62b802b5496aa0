package simulator

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// lateFaults are mistakes that show in a later call or on another connection: an effect that comes
// late, a replica that lags, a cache, and state that a connection or a worker keeps for itself.
var lateFaults = []Fault{
	{
		Name: "refused-and-made-later", Kind: untrue,
		Rules:       []string{"CB-SEQ-1", "CB-PRE-3"},
		Description: "A call is refused while a backup is running, and its backup is created 50 ms later.",
		apply: afterRefusing(func(c *creation, r *refusal) {
			if r == backupRunning {
				c.addLater(c.backup())
			}
		}),
	},
	{
		Name: "made-again-later", Kind: untrue,
		Rules:       []string{"CB-SEQ-1", "CB-PRE-1", "CB-PRE-3"},
		Description: "The job of an accepted call is tried again, and creates a second backup 50 ms later.",
		apply:       afterAccepting(func(c *creation) { c.addLater(c.in.last().copy()) }),
	},
	{
		Name: "method-left-over-on-connection", Kind: stateKind, Factors: 2,
		Rules:       []string{"CB-METHOD-4", "CB-METHOD-5", "CB-METHOD-6"},
		Description: "Without BackupMethod the method is that of the call before on the same connection.",
		apply:       leftOver("BackupMethod", func(c *creation) *string { return &c.method }),
	},
	{
		Name: "type-left-over-on-connection", Kind: stateKind, Factors: 2, Edition: original,
		Rules:       []string{"CB-TYPE-4", "CB-SEQ-1"},
		Description: "Without BackupType the type is that of the call before on the same connection.",
		apply:       leftOver("BackupType", func(c *creation) *string { return &c.kind }),
	},
	{
		Name: "running-per-connection", Kind: staleRead, Factors: 2,
		Rules:       []string{"CB-PRE-3", "CB-SEQ-1", "CB-RACE-1"},
		Description: "A running backup blocks only calls on the connection that began it.",
		apply: keepsPerConnection(func(began string, c *creation, r *refusal) *refusal {
			if r == backupRunning && began != "" && began != c.e.r.RemoteAddr {
				return nil
			}
			return r
		}),
	},
	{
		Name: "every-fourth-call-ignores-running", Kind: staleRead, Factors: 2,
		Rules:       []string{"CB-PRE-3", "CB-SEQ-1", "CB-RACE-1"},
		Description: "One of four workers accepts a backup while another one is running.",
		apply:       ofWorker(4, "OperationDenied.BackupJobExists"),
	},
	{
		Name: "every-third-call-ignores-quota", Kind: staleRead, Factors: 2,
		Rules:       []string{"CB-QUOTA-2", "CB-SEQ-1"},
		Description: "One of three workers accepts a backup beyond the daily quota.",
		apply:       ofWorker(3, "BackupTimesExceeded"),
	},
	{
		Name: "every-fifth-call-ignores-method", Kind: staleRead, Factors: 2,
		Rules:       []string{"CB-METHOD-3"},
		Description: "One of five workers accepts any BackupMethod.",
		apply:       ofWorker(5, "InvalidBackupMethod"),
	},
	{
		Name: "replica-lags-behind-running", Kind: staleRead, Factors: 2,
		Rules:       []string{"CB-PRE-3", "CB-SEQ-1", "CB-RACE-1"},
		Description: "A backup blocks others only once a replica has it, after 100 ms.",
		apply: accepts("OperationDenied.BackupJobExists", func(c *creation) bool {
			last := c.in.last()
			return c.e.now.Sub(last.begun) < replicaLag && !last.begun.Equal(c.e.now)
		}),
	},
	{
		Name: "replica-lags-behind-completion", Kind: staleRead, Factors: 2,
		Rules:       []string{"CB-PRE-4", "CB-SEQ-1", "CB-QUOTA-1"},
		Description: "The end of a backup is noticed 100 ms later.",
		apply:       noticesLater(backupRunning, completed),
	},
	{
		Name: "status-cached-for-a-moment", Kind: staleRead, Factors: 2,
		Rules:       []string{"CB-SEQ-1", "CB-PRE-2"},
		Description: "A change of the status of an instance is noticed 100 ms later.",
		apply:       cachesStatus(func(string) bool { return true }),
	},
	{
		Name: "running-cached-for-a-moment", Kind: staleRead, Factors: 2,
		Rules:       []string{"CB-SEQ-1", "CB-PRE-2"},
		Description: "An instance that was Running is taken for Running for 100 ms.",
		apply:       cachesStatus(func(status string) bool { return status == targets.Running }),
	},
	{
		Name: "double-submit-answered-again", Kind: untrue, Factors: 2,
		Rules:       []string{"CB-PRE-3", "CB-SEQ-1"},
		Description: "A call that equals the one before, within a second, is answered like it.",
		apply: func(s *Simulator, b *behaviour) {
			var last sync.Map // of accepted calls, by the id of the instance
			key := func(c *creation) string {
				return strings.Join([]string{c.method, c.strategy, c.dbName, c.kind}, "\x00")
			}
			together(
				decides(func(c *creation, r *refusal) *refusal {
					if r != backupRunning {
						return r
					}
					if was, is := last.Load(c.in.id); is && was == key(c) && c.e.now.Sub(c.in.last().begun) < time.Second {
						c.lost = true
						return nil
					}
					return r
				}),
				afterAccepting(func(c *creation) {
					if c.lost {
						c.in.removeLast()
						return
					}
					last.Store(c.in.id, key(c))
				}),
			)(s, b)
		},
	},
	{
		Name: "deleted-instance-cached", Kind: staleRead, Factors: 2,
		Rules:       []string{"CB-INSTANCE-2"},
		Description: "A deleted instance still accepts a backup for 100 ms.",
		apply: func(s *Simulator, b *behaviour) {
			var deletions sync.Map // when, by the id of the instance
			together(
				onControl(func(in *instance, event event) {
					if event == deleted {
						deletions.Store(in.id, s.options.Now())
					}
				}),
				acceptsWithoutInstance(func(c *creation, r *refusal) bool {
					at, was := deletions.Load(c.e.params.value("DBInstanceId"))
					return r == noSuchInstance && was && c.e.now.Sub(at.(time.Time)) < replicaLag
				}),
			)(s, b)
		},
	},
}

const (
	// laterBy is how long after its call a backup comes that comes late.
	laterBy = 50 * time.Millisecond
	// replicaLag is how long a replica or a cache has old state.
	replicaLag = 100 * time.Millisecond
)

// addLater adds a backup that is not there yet.
func (c *creation) addLater(b *backup) {
	b.id, b.job, b.status = c.e.s.nextID(), c.e.s.nextID(), targets.LastCompleted
	b.hiddenUntil = c.e.now.Add(laterBy)
	at := max(0, len(c.in.backups)-1)
	c.in.backups = slices.Insert(c.in.backups, at, b) // the backup that is last stays so
}

// leftOver reads a parameter that is absent as the call before on the same connection had it.
func leftOver(name string, field func(c *creation) *string) change {
	return func(s *Simulator, b *behaviour) {
		var before sync.Map // values by connection
		changesReading(func(c *creation) {
			connection := c.e.r.RemoteAddr
			if c.given[name] {
				before.Store(connection, *field(c))
				return
			}
			if v, is := before.LoadAndDelete(connection); is {
				*field(c) = v.(string)
			}
		})(s, b)
	}
}

// keepsPerConnection decides on calls by the connection that began the last backup of the instance.
func keepsPerConnection(f func(began string, c *creation, r *refusal) *refusal) change {
	return func(s *Simulator, b *behaviour) {
		var began sync.Map // connections by the id of the instance
		together(
			decides(func(c *creation, r *refusal) *refusal {
				if c.in == nil {
					return r
				}
				connection, _ := began.LoadOrStore(c.in.id, "")
				return f(connection.(string), c, r)
			}),
			afterAccepting(func(c *creation) { began.Store(c.in.id, c.e.r.RemoteAddr) }),
		)(s, b)
	}
}

// ofWorker makes one of n workers accept what the others refuse with a Code that begins with code.
func ofWorker(n int, code string) change {
	return func(s *Simulator, b *behaviour) {
		calls := newCounter()
		together(
			onArrival(func(*exchange) { calls.add("") }),
			accepts(code, func(*creation) bool { return calls.of("")%n == 0 }),
		)(s, b)
	}
}

// noticesLater refuses calls for a while after an event.
func noticesLater(with *refusal, what event) change {
	return func(s *Simulator, b *behaviour) {
		var events sync.Map // when, by the id of the instance
		together(
			onControl(func(in *instance, event event) {
				if event == what {
					events.Store(in.id, s.options.Now())
				}
			}),
			refuses(with, func(c *creation) bool {
				at, was := events.Load(c.in.id)
				return was && c.e.now.Sub(at.(time.Time)) < replicaLag
			}),
		)(s, b)
	}
}

// cachesStatus decides by the status that an instance had when it was last looked at, if that was a
// moment ago and is one of those that are kept.
func cachesStatus(keeps func(status string) bool) change {
	type seen struct {
		status string
		at     time.Time
	}
	return func(s *Simulator, b *behaviour) {
		var cached sync.Map // by the id of the instance
		decides(func(c *creation, r *refusal) *refusal {
			if c.in == nil {
				return r
			}
			was, is := cached.Load(c.in.id)
			if !is || c.e.now.Sub(was.(seen).at) > replicaLag {
				if keeps(c.in.status) {
					cached.Store(c.in.id, seen{c.in.status, c.e.now})
				}
				return r
			}
			now := c.in.status
			c.in.status = was.(seen).status
			defer func() { c.in.status = now }()
			return c.check()
		})(s, b)
	}
}
