package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// errFailed tells godog that a step does not hold; what does not, and why, is in the report.
var errFailed = errors.New("not as the document says")

// check tries the scenario and judges each outcome: holds says whether an outcome shows what the step states, and, where it
// neither does nor breaks a rule, why it says nothing.
func (sc *scenario) check(ctx context.Context, holds func(outcome) (bool, string)) error {
	if err := sc.run(ctx); err != nil {
		return err
	}
	for i, o := range sc.outcomes {
		if sc.result.settled(i) {
			continue
		}
		switch ok, why := sc.judge(o, holds); {
		case ok:
			sc.result.pass(i)
		case why != "":
			sc.result.undecided(i, why)
		default:
			sc.result.fail(i)
		}
	}
	if sc.result.failures > 0 {
		return errFailed
	}
	return nil
}

func (sc *scenario) judge(o outcome, holds func(outcome) (bool, string)) (bool, string) {
	switch {
	case o.err != nil:
		return false, o.err.Error()
	case !o.tried():
		return false, o.untried()
	}
	ok, why := holds(o)
	if ok || why != "" {
		return ok, why
	}
	if len(o.violations) == 0 {
		return false, "the document leaves open what comes of it on this target"
	}
	return false, ""
}

func (sc *scenario) accepted(ctx context.Context) error {
	return sc.check(ctx, func(o outcome) (bool, string) { return o.last().Decision == targets.Accepted && clean(o), "" })
}

// takenForSigned states that a call is not refused for its signature, whatever else becomes of it.
func (sc *scenario) takenForSigned(ctx context.Context) error {
	return sc.check(ctx, func(o outcome) (bool, string) {
		e := o.last()
		return e.Decision == targets.Accepted || e.Decision == targets.Refused && !trial.UnsignedCode(e.Answer.Code), ""
	})
}

// clean tells whether what the calls said is what they did.
func clean(o outcome) bool {
	return !slices.ContainsFunc(o.violations, func(v trial.Violation) bool { return v.Kind == trial.Untrue })
}

func (sc *scenario) everyAccepted(ctx context.Context) error {
	return sc.check(ctx, func(o outcome) (bool, string) {
		return clean(o) && !slices.ContainsFunc(o.history.Events, func(e trial.Event) bool { return e.Decision != targets.Accepted }), ""
	})
}

func (sc *scenario) allButLast(ctx context.Context) error {
	return sc.check(ctx, func(o outcome) (bool, string) {
		es := o.history.Events
		refused := slices.IndexFunc(es, func(e trial.Event) bool { return e.Decision != targets.Accepted })
		return refused == len(es)-1 && o.last().Decision == targets.Refused, ""
	})
}

// allButLastIfAny is allButLast where the document leaves open whether anything is accepted after what failed.
func (sc *scenario) allButLastIfAny(ctx context.Context) error {
	return sc.check(ctx, func(o outcome) (bool, string) {
		es := o.history.Events
		if !misdone(o) && slices.ContainsFunc(es, func(e trial.Event) bool { return e.Decision == targets.Refused && !e.Expect.Specified() }) {
			return true, ""
		}
		refused := slices.IndexFunc(es, func(e trial.Event) bool { return e.Decision != targets.Accepted })
		return refused == len(es)-1 && o.last().Decision == targets.Refused, ""
	})
}

// lastRefused states that the last call is refused, whatever was left open before it.
func (sc *scenario) lastRefused(ctx context.Context) error {
	return sc.check(ctx, func(o outcome) (bool, string) { return o.last().Decision == targets.Refused, "" })
}

func (sc *scenario) answers(ctx context.Context, list string) error {
	wanted := strings.Split(list, ", ")
	return sc.check(ctx, func(o outcome) (bool, string) {
		for i, e := range o.history.Events {
			if i < len(wanted) && string(e.Decision) != wanted[i] {
				if len(o.violations) == 0 && i > 0 {
					return false, "the backup had completed before the second call"
				}
				return false, ""
			}
		}
		return true, ""
	})
}

// refused states that the last call is refused. Such a refusal counts only with controlAccepted.
func (sc *scenario) refused(ctx context.Context) error {
	return sc.withControl(sc.check(ctx, func(o outcome) (bool, string) { return o.last().Decision == targets.Refused, "" }))
}

// nothingMade states that the last call makes no backup, however it is answered. It counts only with controlAccepted.
func (sc *scenario) nothingMade(ctx context.Context) error {
	return sc.withControl(sc.check(ctx, func(o outcome) (bool, string) {
		if e := o.last(); e.Decision != targets.Refused && !e.Observed() {
			return false, "the target answers, and does not show whether it made a backup (it lacks the capability to observe)"
		}
		return !misdone(o), ""
	}))
}

// controlAccepted states that the same call without the fault is accepted. Only then is the fault the reason for what the
// call did, and the case says something about the rule.
func (sc *scenario) controlAccepted(ctx context.Context) error {
	if err := sc.run(ctx); err != nil {
		return err
	}
	sc.isolate()
	return nil
}

// withControl looks at the control cases now if a step has failed: godog skips the steps after it.
func (sc *scenario) withControl(err error) error {
	if err != nil {
		sc.isolate()
	}
	return err
}

// isolate takes back the passed cases whose control case was not accepted.
func (sc *scenario) isolate() {
	for i, o := range sc.outcomes {
		if sc.result.states[i] != passed {
			continue
		}
		if ok, why := isolated(o); !ok {
			sc.result.undecided(i, why)
		}
	}
}

// isolated reports whether the control case of an outcome was accepted, and if not, why the outcome says nothing.
func isolated(o outcome) (bool, string) {
	switch {
	case o.mendedErr != nil:
		return false, o.mendedErr.Error()
	case !o.mended:
		return false, "the same call without the fault is refused too, so the cause is not isolated"
	default:
		return true, ""
	}
}

// Kinds of statements on what a call did: the violations that break them.
const (
	noBackupOfRefused = trial.Untrue
	asAskedFor        = trial.WrongBackup
	ofThatInstance    = trial.Elsewhere
)

// without states that no outcome breaks a rule, or in a way: what is given names one or the other. Where nothing
// of the kind could be seen the step before has said so.
func (sc *scenario) without(what string) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := sc.run(ctx); err != nil {
			return err
		}
		found := false
		for i, o := range sc.outcomes {
			if slices.ContainsFunc(o.violations, func(v trial.Violation) bool { return v.Kind == what || v.Rule() == what }) {
				sc.result.fail(i)
				found = true
			}
		}
		if found {
			return errFailed
		}
		return nil
	}
}

// observedWithout is without, where what was made must be seen.
func (sc *scenario) observedWithout(what string) func(context.Context) error {
	return func(ctx context.Context) error {
		if !sc.s.session.Capabilities().Observe {
			sc.result.lacks("observe")
			return nil
		}
		return sc.without(what)(ctx)
	}
}

// asAsked states that each backup is the one asked for, where what the rule speaks of can be seen of it.
func (sc *scenario) asAsked(ctx context.Context) error {
	if err := sc.observedWithout(asAskedFor)(ctx); err != nil {
		return err
	}
	sc.leaveUnseen()
	return nil
}

// refusedOrAsked states that the call is refused, or makes the backup that the document describes.
func (sc *scenario) refusedOrAsked(ctx context.Context) error {
	if !sc.s.session.Capabilities().Observe {
		sc.result.lacks("observe")
		return nil
	}
	err := sc.check(ctx, func(o outcome) (bool, string) { return !misdone(o), "" })
	sc.leaveUnseen()
	return err
}

// oneBackupAtMost states that the call makes at most one backup, counted over all instances.
func (sc *scenario) oneBackupAtMost(ctx context.Context) error {
	if !sc.s.session.Capabilities().Observe {
		sc.result.lacks("observe")
		return nil
	}
	return sc.check(ctx, func(o outcome) (bool, string) {
		made := 0
		for _, bs := range o.last().New {
			made += len(bs)
		}
		return made <= 1 && !misdone(o), ""
	})
}

// leaveUnseen lets a rule pass by no case where a backup does not show what the rule speaks of.
func (sc *scenario) leaveUnseen() {
	for _, o := range sc.outcomes {
		if o.err != nil || len(o.history.Events) == 0 {
			continue
		}
		if why := unseen(sc.rule.ID, o.last()); why != "" {
			sc.result.unseen(why)
			return
		}
	}
}

// unseen says what a rule speaks of and the target does not show of the backup that was made; empty where it shows that. What a backup covers is shown by its
// databases: its strategy is but what it is called.
func unseen(rule string, e trial.Event) string {
	i := e.Expect.Instance
	if e.Decision != targets.Accepted || i < 0 || i >= len(e.New) || len(e.New[i]) != 1 {
		return ""
	}
	b := e.New[i][0]
	wants := func(has func(m oracle.ExpectedBackup) bool) bool { return slices.ContainsFunc(e.Expect.Backups, has) }
	switch {
	case strings.HasPrefix(rule, "CB-TYPE-") && b.Type == "" && wants(func(m oracle.ExpectedBackup) bool { return m.Full }):
		return "the target does not show the type of a backup"
	case (strings.HasPrefix(rule, "CB-STRATEGY-") || strings.HasPrefix(rule, "CB-DBNAME-")) && b.Databases == nil &&
		wants(func(m oracle.ExpectedBackup) bool { return m.WholeInstance || m.Databases != nil }):
		return "the target does not show which databases a backup covers"
	}
	return ""
}

// misdone tells whether what a call did, or how it was decided, is not as documented. How the answer is written is for other rules.
func misdone(o outcome) bool {
	return slices.ContainsFunc(o.violations, func(v trial.Violation) bool { return v.Kind != trial.WrongDocument })
}

// kept states that a backup is kept as long as asked for, where the target shows how long that is.
func (sc *scenario) kept(ctx context.Context) error {
	if !sc.s.session.Capabilities().Observe {
		sc.result.lacks("observe")
		return nil
	}
	return sc.check(ctx, func(o outcome) (bool, string) {
		for _, bs := range o.last().New {
			if len(bs) == 1 && bs[0].RetentionPeriod == 0 {
				return false, "the target does not show how long a backup is kept"
			}
		}
		return !misdone(o) && o.last().Decision == targets.Accepted, ""
	})
}

func (sc *scenario) truthful(ctx context.Context) error {
	return sc.check(ctx, func(o outcome) (bool, string) {
		if !o.last().Observed() {
			return false, "the target lacks the capability to observe"
		}
		return clean(o), ""
	})
}

// sameTypeAsAuto tries each case again with Auto, on an equal instance. What an automatic calculation comes to is not documented; that it comes to
// the same for equal instances, time and again, is what a default means.
func (sc *scenario) sameTypeAsAuto(ctx context.Context) error {
	if !sc.s.session.Capabilities().Observe {
		sc.result.lacks("observe")
		return nil
	}
	if err := sc.run(ctx); err != nil {
		return err
	}
	for i, o := range sc.outcomes {
		switch {
		case o.err != nil:
			sc.result.undecided(i, o.err.Error())
			continue
		case len(o.history.Events) == 0 || typeMade(o.history) == "":
			sc.result.undecided(i, "no backup shows its type")
			continue
		}
		wrong := func(ctx context.Context, c targets.Case) (compared, error) {
			return types(ctx, sc.s.session, c, withAuto(c))
		}
		out, err := wrong(ctx, o.kase)
		switch {
		case fatal(err):
			return err
		case err != nil:
			sc.result.undecided(i, err.Error())
			continue
		case out.why != "":
			sc.result.undecided(i, out.why)
			continue
		case !out.wrong:
			sc.result.pass(i)
			continue
		}
		sc.result.fail(i)
		if sc.result.failures > 1 {
			continue
		}
		c, out, err := sc.s.least(ctx, o.kase, out, withoutType, wrong)
		if err != nil {
			return err
		}
		other := withAuto(c)
		sc.s.layCompared(sc, reports.Failure{Law: "another type than with Auto on equal instances, time and again, " + caseWords(c), Case: &c, Check: reports.CheckType, Other: &other}, out)
	}
	if sc.result.failures > 0 {
		return errFailed
	}
	return nil
}

// record notes what the target does where the document leaves it open. That is never a failure.
func (sc *scenario) record(ctx context.Context, accepted string) error {
	return sc.observe(ctx, func(o outcome) string {
		switch e := o.last(); e.Decision {
		case targets.Accepted:
			return accepted
		case targets.Refused:
			return string(targets.Refused)
		default:
			return fmt.Sprintf("neither (%s)", trial.Say(e))
		}
	})
}

func (sc *scenario) observe(ctx context.Context, seen func(outcome) string) error {
	if err := sc.run(ctx); err != nil {
		return err
	}
	for i, o := range sc.outcomes {
		if o.err != nil {
			sc.result.undecided(i, o.err.Error())
			continue
		}
		if !o.tried() {
			sc.result.undecided(i, o.untried())
			continue
		}
		what := seen(o)
		if what == "" {
			sc.result.undecided(i, "what came of it could not be seen")
			continue
		}
		sc.result.pass(i)
		sc.s.behaviours.note(sc.rule.ID, o.group, what)
	}
	return nil
}

func (sc *scenario) recordRange(ctx context.Context) error {
	return sc.observe(ctx, func(o outcome) string {
		e := o.last()
		if e.Decision == targets.Refused {
			return string(targets.Refused)
		}
		for _, bs := range e.New {
			if len(bs) == 1 {
				return bs[0].Strategy
			}
		}
		return ""
	})
}

func (sc *scenario) recordFormat(ctx context.Context) error {
	return sc.observe(ctx, func(o outcome) string { return o.last().Answer.Format })
}

// documentedCode states that the Code of each refusal is one that a table lists for the fault.
func (sc *scenario) documentedCode(ctx context.Context) error {
	if _, listed := codes[sc.wrong.factor]; !listed {
		return fmt.Errorf("no table lists the codes for %s", sc.wrong.factor)
	}
	return sc.spelled(ctx, codesOf(sc.wrong.factor))
}

// noForeignCode states that the Code of each refusal is not one that a table lists for another fault. It is for a fault
// that no table lists.
func (sc *scenario) noForeignCode(ctx context.Context) error {
	if _, listed := codes[sc.wrong.factor]; listed {
		return fmt.Errorf("a table lists the codes for %s", sc.wrong.factor)
	}
	return sc.spelled(ctx, codesOf(sc.wrong.factor))
}

// spelled states that the Code of each refusal is one of the spellings, and shrinks the first case where it is not.
func (sc *scenario) spelled(ctx context.Context, spellings []string) error {
	if err := sc.run(ctx); err != nil {
		return err
	}
	blamed := false
	for i, o := range sc.outcomes {
		if o.err != nil || o.last().Decision != targets.Refused || !o.mended {
			continue
		}
		e := o.last()
		if e.Answer.Code == "" || oneOf(spellings, e.Answer.Code) {
			continue
		}
		sc.result.fail(i)
		if blamed {
			continue
		}
		blamed = true
		c, out, err := sc.s.least(ctx, o.kase, compared{}, simpler, func(ctx context.Context, c targets.Case) (compared, error) {
			return spelling(ctx, sc.s.session, c, spellings)
		})
		if err != nil {
			return err
		}
		if !out.wrong {
			out.expected, out.answered = suchAs(spellings), trial.Say(e)
		}
		tries, reproduced := 0, 0
		for range reproducing {
			again, err := spelling(ctx, sc.s.session, c, spellings)
			if err != nil {
				break
			}
			if tries++; again.wrong {
				reproduced++
			}
		}
		sc.s.layCompared(sc, reports.Failure{
			Tries: tries, Reproduced: reproduced,
			Law: "a Code that is none of the documented ones whenever " + sc.wrong.factor + " is " + strings.Join(sc.wrong.classes, " or "), Case: &c, Check: reports.CheckCode, Codes: spellings,
		}, out)
	}
	if blamed {
		return errFailed
	}
	return nil
}

// inconclusiveParty is whose matter it is that something could not be tried.
func inconclusiveParty(err error) string {
	switch {
	case errors.Is(err, trial.ErrSetup):
		return reports.PartyFixture
	case errors.Is(err, trial.ErrLost):
		return reports.PartyNetwork
	default:
		return reports.PartyTarget
	}
}
