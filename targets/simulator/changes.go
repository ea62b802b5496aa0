package simulator

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// The changes that most faults and variations are made of, in the order in which a request meets
// them.

// together makes several changes at once.
func together(changes ...change) change {
	return func(s *Simulator, b *behaviour) {
		for _, f := range changes {
			f(s, b)
		}
	}
}

// onArrival runs f on every request before anything of it is checked.
func onArrival(f func(e *exchange)) change {
	return func(_ *Simulator, b *behaviour) { b.arrival = append(b.arrival, f) }
}

// refusesRequest refuses requests before their signature is checked. The function returns nil for
// those that it lets pass.
func refusesRequest(f func(e *exchange) *refusal) change {
	return func(_ *Simulator, b *behaviour) { b.refuse = append(b.refuse, f) }
}

// refusesIf refuses requests as malformed.
func refusesIf(is func(e *exchange) bool) change { return refusesWith(invalid("request"), is) }

// crashesIf answers requests with a server error.
func crashesIf(is func(e *exchange) bool) change { return refusesWith(internalError, is) }

func refusesWith(r *refusal, is func(e *exchange) bool) change {
	return refusesRequest(func(e *exchange) *refusal {
		if is(e) {
			return r
		}
		return nil
	})
}

// refusesEvery refuses one request in n before looking at it. retryAfter is the header of that
// name; empty sends none.
func refusesEvery(n int, r *refusal, retryAfter string) change {
	return func(s *Simulator, b *behaviour) {
		requests := newCounter()
		refusesRequest(func(e *exchange) *refusal {
			if requests.add("")%n != 0 {
				return nil
			}
			if retryAfter != "" {
				e.w.Header().Set("Retry-After", retryAfter)
			}
			return r
		})(s, b)
	}
}

// rewrites changes the parameters of a request, once its signature was checked.
func rewrites(f func(e *exchange)) change {
	return func(_ *Simulator, b *behaviour) { b.rewrite = append(b.rewrite, f) }
}

// changesReading changes how the parameters of CreateBackup were understood.
func changesReading(f func(c *creation)) change {
	return func(_ *Simulator, b *behaviour) { b.read = append(b.read, f) }
}

// decides changes the decision on a call of CreateBackup; nil accepts it.
func decides(f func(c *creation, r *refusal) *refusal) change {
	return func(_ *Simulator, b *behaviour) { b.decide = append(b.decide, f) }
}

// accepts lets calls pass that are refused with a Code that begins with code.
func accepts(code string, p predicate) change {
	return decides(func(c *creation, r *refusal) *refusal {
		if r != nil && c.in != nil && strings.HasPrefix(r.code, code) && p(c) {
			return nil
		}
		return r
	})
}

// refuses makes the server refuse calls that it would accept.
func refuses(with *refusal, p predicate) change {
	return decides(func(c *creation, r *refusal) *refusal {
		if r == nil && c.in != nil && p(c) {
			return with
		}
		return r
	})
}

// whileBusy runs f for an accepted call that arrives while another one is being decided, on any
// instance. The decision takes 300 µs, so that calls meet.
func whileBusy(f func(c *creation) *refusal) change {
	return func(s *Simulator, b *behaviour) {
		var deciding sync.Mutex
		decides(func(c *creation, r *refusal) *refusal {
			switch {
			case r != nil || c.in == nil:
				return r
			case !deciding.TryLock():
				return f(c)
			}
			defer deciding.Unlock()
			<-time.After(300 * time.Microsecond)
			return nil
		})(s, b)
	}
}

// unlocksFor unlocks the instance between the decision and the creation of a backup. recheck is
// what is checked again after that; nil checks nothing.
func unlocksFor(gap time.Duration, recheck func(c *creation) *refusal) change {
	return func(_ *Simulator, b *behaviour) { b.gap, b.afterGap = gap, recheck }
}

// blocksMarked refuses calls on the instances that mark has marked, as if a backup were running.
func blocksMarked(mark func(m *counter) change) change {
	return func(s *Simulator, b *behaviour) {
		marked := newCounter()
		together(mark(marked), refuses(backupRunning, func(c *creation) bool { return marked.of(c.in.id) > 0 }))(s, b)
	}
}

// makes changes the backup that an accepted call makes.
func makes(p predicate, f func(c *creation, made *backup)) change {
	return func(_ *Simulator, b *behaviour) {
		b.make = append(b.make, func(c *creation, made *backup) {
			if p(c) {
				f(c, made)
			}
		})
	}
}

// afterAccepting runs f once a call was accepted and its backup created.
func afterAccepting(f func(c *creation)) change {
	return afterDeciding(func(c *creation, r *refusal) {
		if r == nil {
			f(c)
		}
	})
}

// afterRefusing runs f once a call on a known instance was refused.
func afterRefusing(f func(c *creation, r *refusal)) change {
	return afterDeciding(func(c *creation, r *refusal) {
		if r != nil {
			f(c, r)
		}
	})
}

func afterDeciding(f func(c *creation, r *refusal)) change {
	return func(_ *Simulator, b *behaviour) {
		b.done = append(b.done, func(c *creation, r *refusal) {
			if c.in != nil {
				f(c, r)
			}
		})
	}
}

// makesAlthoughRefused creates a backup for calls that are refused with a Code that begins with
// code.
func makesAlthoughRefused(code string) change {
	return afterRefusing(func(c *creation, r *refusal) {
		if strings.HasPrefix(r.code, code) {
			c.in.add(c.backup())
		}
	})
}

// changesEveryAnswer changes the answer to any request.
func changesEveryAnswer(f func(e *exchange)) change {
	return func(_ *Simulator, b *behaviour) { b.answer = append(b.answer, f) }
}

// changesEveryError changes the error that answers any request.
func changesEveryError(f func(e *exchange)) change {
	return changesEveryAnswer(func(e *exchange) {
		if e.code != "" {
			f(e)
		}
	})
}

// changesAnswer changes the answer to CreateBackup.
func changesAnswer(f func(e *exchange)) change {
	return changesEveryAnswer(func(e *exchange) {
		if e.action == "CreateBackup" {
			f(e)
		}
	})
}

// changesSuccess changes the answer to an accepted call of CreateBackup.
func changesSuccess(f func(e *exchange)) change {
	return changesAnswer(func(e *exchange) {
		if e.code == "" {
			f(e)
		}
	})
}

// changesError changes the answer to a refused call of CreateBackup.
func changesError(f func(e *exchange)) change {
	return changesAnswer(func(e *exchange) {
		if e.code != "" {
			f(e)
		}
	})
}

// changesRefusal changes the errors whose Code begins with code.
func changesRefusal(code string, f func(e *exchange)) change {
	return changesEveryError(func(e *exchange) {
		if strings.HasPrefix(e.code, code) {
			f(e)
		}
	})
}

// changesStatus gives errors whose Code begins with code another status.
func changesStatus(code string, status int) change {
	return changesRefusal(code, func(e *exchange) { e.status = status })
}

// respells gives errors whose Code begins with code another Code and status.
func respells(code, to string, status int) change {
	return together(changesStatus(code, status),
		changesRefusal(code, func(e *exchange) { e.doc.set("Code", to) }))
}

// changesEveryMessage changes the bytes of any answer.
func changesEveryMessage(f func(e *exchange, m *message)) change {
	return func(_ *Simulator, b *behaviour) {
		b.write = append(b.write, func(e *exchange, m *message) bool {
			f(e, m)
			return false
		})
	}
}

// changesMessage changes the bytes of an answer to CreateBackup.
func changesMessage(f func(e *exchange, m *message)) change {
	return changesEveryMessage(func(e *exchange, m *message) {
		if e.action == "CreateBackup" {
			f(e, m)
		}
	})
}

// changesBody changes the body of an answer to an accepted call in one format.
func changesBody(format string, f func(string) string) change {
	return changesMessage(func(e *exchange, m *message) {
		if e.format == format && e.code == "" {
			m.body = []byte(f(string(m.body)))
		}
	})
}

// sends makes f send the answers to CreateBackup that satisfy is, and write all of them.
func sends(is func(e *exchange) bool, f func(e *exchange, m *message)) change {
	return func(_ *Simulator, b *behaviour) {
		b.write = append(b.write, func(e *exchange, m *message) bool {
			if e.action != "CreateBackup" || !is(e) {
				return false
			}
			f(e, m)
			return true
		})
	}
}

// sendsSuccess makes f send the answers to accepted calls of CreateBackup, and write all of them.
func sendsSuccess(f func(e *exchange, m *message)) change {
	return sends(func(e *exchange) bool { return e.code == "" }, f)
}

// onControl runs f once the control protocol has done something to an instance.
func onControl(f func(in *instance, event event)) change {
	return func(_ *Simulator, b *behaviour) { b.control = append(b.control, f) }
}

// onNextDay runs f once the control protocol has moved an instance to the next day.
func onNextDay(f func(in *instance)) change {
	return onControl(func(in *instance, event event) {
		if event == dayPassed {
			f(in)
		}
	})
}

// offers changes what the control protocol can do.
func offers(f func(can *targets.Capabilities)) change {
	return func(_ *Simulator, b *behaviour) { b.offer = append(b.offer, f) }
}

// shows changes how the control protocol shows a backup.
func shows(f func(shown *targets.Backup, b *backup)) change {
	return func(_ *Simulator, b *behaviour) { b.shown = append(b.shown, f) }
}

// authenticates changes how signatures are checked.
func authenticates(f func(a *authentication)) change {
	return func(_ *Simulator, b *behaviour) { f(&b.auth) }
}

// pardons lets in requests that authentication refuses.
func pardons(f func(e *exchange, r *refusal) bool) change {
	return func(_ *Simulator, b *behaviour) { b.pardon = append(b.pardon, f) }
}

// wait waits that long, or until the client is gone.
func wait(e *exchange, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-e.r.Context().Done():
	}
}

// drop closes the connection without an answer.
func drop(*exchange) {
	panic(http.ErrAbortHandler) // this is how a handler of net/http does it
}
