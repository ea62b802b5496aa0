package steps

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// How a race is run: so many rounds of so many calls released together. A gap of a millisecond between check and act is far wider than
// the time in which the calls of one round arrive.
const (
	raceRounds = 12
	raceCalls  = 6
	raceTime   = 20 * time.Second // bound of porcupine's search
)

func (sc *scenario) defineRaces(step func(string, any)) {
	step(`many valid calls are made at once, again and again`, func() { sc.special = func(ctx context.Context) error { return sc.race(ctx, false) } })
	step(`many valid calls are made while backups complete, again and again`, func() {
		sc.special = func(ctx context.Context) error { return sc.race(ctx, true) }
	})
	step(`the answers are those of some order of the calls`, sc.run)
	step(`a valid call is made on each at once, again and again`, func() { sc.special = sc.raceApart })
}

// moment is what happens to an instance at some time: a call, or its backup completing.
type moment struct {
	completes bool
}

// raceState is what the model of a race knows of an instance.
type raceState struct {
	running bool
	count   int
}

// raceModel is the document for calls on one instance that could all be accepted but for what runs and for the quota. A call with an unknown outcome may have been
// either. instant is for a target whose backups are complete at once.
func raceModel(start raceState, quota int, instant bool) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return start },
		Step: func(state, input, output any) (bool, any) {
			s := state.(raceState)
			if input.(moment).completes {
				s.running = false
				return true, s
			}
			free := !s.running && s.count < quota
			switch output.(targets.Outcome) {
			case targets.Accepted:
				return free, raceState{running: !instant, count: s.count + 1}
			case targets.Refused:
				return !free, s
			default:
				return true, s
			}
		},
		DescribeOperation: func(input, output any) string {
			if input.(moment).completes {
				return "the running backup completes"
			}
			return fmt.Sprintf("CreateBackup: %s", output)
		},
		DescribeState: func(state any) string {
			s := state.(raceState)
			return fmt.Sprintf("%d backups today, running: %t", s.count, s.running)
		},
	}
}

func (sc *scenario) race(ctx context.Context, completing bool) error {
	can := sc.s.session.Capabilities()
	if !can.Provision {
		sc.result.lacks("provision")
		return nil
	}
	if completing && !can.Complete {
		sc.result.lacks("complete")
		return nil
	}
	if sc.s.session.Async {
		sc.result.inconclusive("", "refusals are asynchronous on this target: in which order simultaneous calls were decided does not show")
		return nil
	}
	// A plain call, whose acceptance no should or may rule has a say in.
	for factor, classes := range map[string][]string{
		generators.Method: {generators.Absent, "Physical"}, generators.Strategy: {generators.Absent}, generators.DBName: {generators.Absent},
		generators.Type: {generators.Absent}, generators.Further: {"none"},
	} {
		sc.fixed[factor] = classes
	}
	points, err := sc.model.Points(sc.fixed)
	if err != nil {
		sc.result.inconclusive("", err.Error())
		return nil
	}
	key := sc.key()
	for i := range raceRounds {
		if !sc.s.o.Shard.has(key, i) {
			continue
		}
		if sc.s.late() {
			sc.s.leftOut = append(sc.s.leftOut, fmt.Sprintf("%s, %s: %d of %d rounds", sc.rule.ID, sc.name, raceRounds-i, raceRounds))
			break
		}
		p := generators.One(points, sc.s.o.Seed, key, i)
		if err := sc.round(ctx, i, p, completing); err != nil {
			return err
		}
	}
	if sc.result.failures > 0 {
		return errFailed
	}
	return nil
}

// round releases calls together on a fresh instance and looks for an order that explains the answers.
func (sc *scenario) round(ctx context.Context, i int, p generators.Point, completing bool) error {
	c := sc.model.Case(p)
	call := *c.Steps[0].Call
	start := raceState{count: c.Conditions[0].BackupsToday}
	history, err := sc.s.session.Race(ctx, c.Conditions[0], call, raceCalls, completing)
	sc.s.cases.Add(1)
	if err != nil {
		if fatal(err) {
			return err
		}
		sc.result.undecided(i, err.Error())
		return nil
	}
	verdict, model, info := explain(history, start, sc.quota())
	switch {
	case verdict == porcupine.Unknown:
		sc.result.undecided(i, "no order was found in time, nor that there is none")
	case verdict == porcupine.Ok && !history.Broken:
		sc.result.pass(i)
	case verdict == porcupine.Ok:
		sc.result.undecided(i, "not every call was answered")
	default:
		sc.result.fail(i)
		if sc.result.failures == 1 {
			sc.s.illegal(sc, c, history, model, info)
		} else {
			sc.s.records[sc.rule.ID].failures[0].Count++
		}
	}
	return nil
}

// explain looks for an order of what happened that the document allows.
func explain(h trial.RaceHistory, start raceState, quota int) (porcupine.CheckResult, porcupine.Model, porcupine.LinearizationInfo) {
	var ops []porcupine.Operation
	for n, e := range h.Entries {
		ops = append(ops, porcupine.Operation{ClientId: n, Input: moment{completes: e.Completes}, Output: e.Outcome, Call: e.From.Nanoseconds(), Return: e.To.Nanoseconds()})
	}
	model := raceModel(start, quota, h.Instant)
	verdict, info := porcupine.CheckOperationsVerbose(model, ops, raceTime)
	return verdict, model, info
}

// illegal keeps a history that no order explains, with its picture.
func (s *suite) illegal(sc *scenario, c targets.Case, h trial.RaceHistory, model porcupine.Model, info porcupine.LinearizationInfo) {
	accepted := 0
	for _, e := range h.Entries {
		if !e.Completes && e.Outcome == targets.Accepted {
			accepted++
		}
	}
	o := outcome{attempt: attempt{kase: c}}
	s.blameOn(sc, o, fmt.Sprintf("when %d calls are made at once (%s)", raceCalls, sc.name),
		"the answers of some order of the calls: one accepted while none runs, and never more than the quota",
		fmt.Sprintf("%d of %d simultaneous calls accepted, in no possible order", accepted, raceCalls))
	s.pictures = append(s.pictures, picture{sc.rule.ID, len(s.records[sc.rule.ID].failures) - 1, model, info})
}

// picture is an illegal history, to be drawn by porcupine beside the report.
type picture struct {
	rule    string
	failure int // index in the rule's failures
	model   porcupine.Model
	info    porcupine.LinearizationInfo
}

// draw gives the n-th picture to whoever wants it, and returns its path beside the report; empty where nobody does.
func (s *suite) draw(p picture, n int) string {
	if s.o.OnPicture == nil {
		return ""
	}
	var page bytes.Buffer
	if err := porcupine.Visualize(p.model, p.info, &page); err != nil {
		s.warn("A history could not be drawn: " + err.Error())
		return ""
	}
	name := fmt.Sprintf("histories/%s-%d.html", p.rule, n)
	s.o.OnPicture(name, page.Bytes())
	return name
}

// raceApart calls many instances at once, one call each: none may disturb another.
func (sc *scenario) raceApart(ctx context.Context) error {
	can := sc.s.session.Capabilities()
	if !can.Provision {
		sc.result.lacks("provision")
		return nil
	}
	points, err := sc.model.Points(nil)
	if err != nil {
		return err
	}
	key := sc.key()
	for round := range raceRounds / 2 {
		if !sc.s.o.Shard.has(key, round) {
			continue
		}
		cases := make([]targets.Case, 2*raceCalls)
		for i := range cases {
			cases[i] = sc.model.Case(generators.One(points, sc.s.o.Seed, key, round*len(cases)+i))
		}
		outcomes := make([]outcome, len(cases))
		var wg sync.WaitGroup
		release := make(chan struct{})
		for i, c := range cases {
			wg.Go(func() {
				h, err := sc.s.session.RunReleased(ctx, c, release)
				outcomes[i] = outcome{attempt: attempt{model: sc.model, kase: c}, history: h, err: err}
				if err == nil {
					outcomes[i].violations = sc.s.session.Judge(h)
				}
			})
		}
		close(release)
		wg.Wait()
		sc.s.cases.Add(int64(len(cases)))
		for _, o := range outcomes {
			if fatal(o.err) {
				return o.err
			}
		}
		sc.outcomes = append(sc.outcomes, outcomes...)
	}
	return nil
}
