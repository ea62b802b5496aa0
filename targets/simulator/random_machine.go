package simulator

import (
	"fmt"
	"math/rand/v2"

	"github.com/cbspec/cbspec/targets"
)

// machine is a state machine that an instance has beside what it is. It begins in state 0, and the
// server makes its mistake in the last state.
type machine struct {
	states int
	next   []map[event]int // by state
	now    *counter        // the state by the id of the instance
}

// Events of a machine, beside those of the control protocol.
const (
	acceptedCall event = "accepted"
	refusedCall  event = "refused"
)

// randomMachine returns a server with a machine of two to four states, and one of the mistakes of
// machineMistakes in the last of them.
func randomMachine(r *rand.Rand) Fault {
	inputs := []event{acceptedCall, refusedCall, completed, changed, dayPassed}
	states := 2 + r.IntN(3)
	m := machine{states: states}
	for state := range states {
		next := map[event]int{}
		for _, input := range inputs {
			next[input] = state // most inputs change nothing, or the machine would only be noise
			if r.IntN(2) == 0 {
				next[input] = r.IntN(states)
			}
		}
		next[pickOf(r, inputs...)] = (state + 1) % states // so that every state can be reached
		m.next = append(m.next, next)
	}
	what, mistake := randomMistake(r)
	return Fault{Kind: stateKind, Description: fmt.Sprintf("In the last state of %v: %s.", m.next, what), apply: m.with(mistake)}
}

// with is a server that has the machine, and the mistake in its last state.
func (m machine) with(mistake func(wrong predicate) change) change {
	return func(s *Simulator, b *behaviour) {
		with := m
		with.now = newCounter()
		together(
			mistake(with.isWrong),
			afterDeciding(func(c *creation, refused *refusal) {
				if refused == nil {
					with.step(c.in.id, acceptedCall)
				} else {
					with.step(c.in.id, refusedCall)
				}
			}),
			onControl(func(in *instance, e event) { with.step(in.id, e) }),
		)(s, b)
	}
}

// step changes the state of an instance.
func (m machine) step(id string, input event) {
	if to, has := m.next[m.now.of(id)][input]; has {
		m.now.set(id, to)
	}
}

// isWrong holds in the last state.
func (m machine) isWrong(c *creation) bool { return m.now.of(c.in.id) == m.states-1 }

// randomMistake returns a mistake that a server makes where a predicate holds.
func randomMistake(r *rand.Rand) (what string, mistake func(wrong predicate) change) {
	accepting := pickOf(r, backupRunning, quotaSpent, notActive, noDatabase, noSuchDatabase)
	refusing := pickOf(r, backupRunning, quotaSpent, notActive, methodDenied)
	which := pickOf(r, targets.MySQL, targets.PostgreSQL, targets.MariaDB)
	name := pickOf(r, "Physical", "Logical")
	asked := method(name)
	switch r.IntN(6) {
	case 0:
		return "what " + accepting.code + " refuses is accepted",
			func(wrong predicate) change { return accepts(accepting.code, wrong) }
	case 1:
		return "valid calls are refused with " + refusing.code,
			func(wrong predicate) change { return refuses(refusing, wrong) }
	case 2:
		return "valid calls for " + name + " are refused with " + refusing.code,
			func(wrong predicate) change { return refuses(refusing, all(wrong, asked)) }
	case 3:
		return which + " refuses valid calls with " + refusing.code,
			func(wrong predicate) change { return refuses(refusing, all(wrong, engine(which))) }
	case 4:
		return "the backup has the other method", func(wrong predicate) change {
			return makes(all(wrong, asked), func(_ *creation, made *backup) {
				made.method = map[string]string{"Physical": "Logical", "Logical": "Physical"}[name]
			})
		}
	default:
		return "a call is accepted and makes no backup", func(wrong predicate) change {
			return afterAccepting(func(c *creation) {
				if wrong(c) {
					c.in.removeLast()
				}
			})
		}
	}
}
