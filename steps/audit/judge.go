package audit

import (
	"slices"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/belief"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/codes"
)

// ruling is what the document wants of a call.
type ruling struct {
	call targets.Call       // as the oracle reads it
	best belief.Possibility // the state in which the most calls are accepted
	want oracle.Expectation // in that state
	all  oracle.Expectation // in every state
}

// judge judges a call by all that is known of its time.
func (a *Auditor) judge(c *call) {
	if a.unanswered(c) {
		a.counts.unanswered++
		return
	}
	r := a.rule(c)
	e := runner.Event{
		Call: r.call, Expect: r.all, Answer: c.answer, Decision: c.answer.Outcome,
		Repeated: c.repeatedID, JobRepeated: c.repeatedJob, Databases: r.best.State.Databases,
	}
	if c.answer.Outcome == targets.Broken {
		e.Expect = oracle.Expectation{} // whatever the decision was, no answer may be so
	}
	found := judge.Judge(a.edition, runner.History{Events: []runner.Event{e}})
	found = slices.DeleteFunc(found, func(v judge.Violation) bool { return !a.ofServer(c, v) })
	for _, v := range found {
		a.fail(c, r, v)
	}
	a.show(c, r, found)
}

// unanswered reports whether nothing of a call can be judged: it has no answer, or one of something
// before the server.
func (a *Auditor) unanswered(c *call) bool {
	switch c.answer.Outcome {
	case targets.Lost:
		return true
	case targets.Refused:
		return c.whole && c.answer.Code == "" && c.answer.RequestID == "" // a firewall in its own words
	case targets.Broken:
		gateway := c.answer.Status > 500 && c.answer.Status < 600
		interim := c.answer.Status < 200 // some recorders take it for the answer
		return !c.whole || c.answer.IsPage() || gateway || interim || c.answer.Kind == targets.BrokenStatus && c.answer.Code == ""
	}
	return false
}

// ofServer reports whether a violation is one of the server, and not of what is unknown.
func (a *Auditor) ofServer(c *call, v judge.Violation) bool {
	switch v.Kind {
	case judge.WrongDocument:
		return c.whole
	case judge.WronglyAccepted:
		return !a.o.Async
	case judge.WronglyRefused:
		return !slices.Contains(beyond, codes.About(c.answer.Code))
	}
	return true
}

// beyond lists what a refusal may be about that the document does not speak of.
var beyond = []codes.Subject{codes.Credentials, codes.Token, codes.Clock, codes.Account, codes.Address, codes.Kind}

// rule applies the document to a call, in every state in which the instance may have been.
func (a *Auditor) rule(c *call) ruling {
	r := ruling{call: c.request.Call}
	r.call.Params = slices.Clone(r.call.Params)
	for i, p := range r.call.Params {
		if p.Name == "DBInstanceId" && p.Value == c.id && c.id != "" {
			r.call.Params[i].Value = targets.InstanceRef(0)
		}
	}
	nonce := a.signatures.authenticate(c, &r.call)
	possible := a.memory.Possible(c.id, c.span)
	all := make([]oracle.Expectation, len(possible))
	for i, w := range possible {
		world := oracle.World{Edition: a.edition}
		if w.Exists {
			world.Instances = []oracle.State{w.State}
		}
		if nonce != nonceFresh {
			world.NonceUsed(r.call.Nonce, nonce == nonceReplayed)
		}
		all[i] = world.Expect(r.call)
	}
	r.best, r.want, r.all = possible[0], all[0], belief.Agree(all)
	if _, given := r.call.Get("Version"); !given {
		r.all.Accept = nil // the server may ask for it
	}
	return r
}
