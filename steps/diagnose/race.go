package diagnose

import (
	"context"
	"slices"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
)

// Rounds of a race.
const (
	roundsOfCandidate = 10 // of a simpler race, at most
	roundsEnough      = 2  // of these, how many must go wrong
	roundsMeasured    = 12 // of the simplest race
)

// raceOnOneInstance is the rule about calls on a single instance. The rule about several instances
// leads to it where one instance alone goes wrong. Both are about races, and no tag tells them
// apart.
const raceOnOneInstance = "CB-RACE-1"

// Race is what is known about a race that went wrong, beside what was added to the failures.
type Race struct {
	// Doubt is why nothing can be said; empty where something can.
	Doubt string
	// Serial is set where the same calls fail one after another too. It is a result to explain as any
	// other.
	Serial *testcase.Result
}

// Picture is a history that fits no order of its calls, of one of the failures of a rule.
type Picture struct {
	Rule    string
	Failure int // index in the failures of the rule
	Picture *judge.Picture
}

// Pictures returns the pictures of races.
func (d *Diagnosis) Pictures() []Picture { return d.pictures }

// ExplainRace explains what went wrong with a round of a race: by the rule about races where the
// calls must come at once, else by the rules about the calls. One failure of each scenario is
// reduced, and the others are counted. It returns an error that ends the run.
func (d *Diagnosis) ExplainRace(
	ctx context.Context, u Under, r runner.Race, wrong []judge.RaceViolation,
) (Race, error) {
	if k := d.races[u.key()]; k != nil {
		d.registry.again(k)
		return Race{}, nil
	}
	serial, err := d.searcher.serial(ctx, u, r, wrong[0])
	if err != nil || serial != nil {
		return Race{Serial: serial}, err
	}
	return d.raceFailure(ctx, u, r, wrong[0])
}

// serial makes the calls on the instance that went wrong one after another, and returns the result
// where that fails too.
func (s *searcher) serial(
	ctx context.Context, u Under, r runner.Race, w judge.RaceViolation,
) (*testcase.Result, error) {
	own := shrink.OnInstances(r.Case, w.Instance)
	for _, completing := range slices.Compact([]bool{r.Completing, false}) {
		c := shrink.OneByOne(runner.Race{Case: own, Completing: completing})
		h, err := s.session.Run(ctx, c)
		if runner.EndsRun(err) {
			return nil, err
		}
		if err != nil {
			continue
		}
		vs := judge.Judge(s.edition, h)
		same := func(v judge.Violation) bool { return v.Kind == w.Kind || w.Kind == judge.NotLinearizable }
		if slices.ContainsFunc(vs, same) {
			return &testcase.Result{Case: testcase.Case{Model: u.Model, Case: c}, History: h, Violations: vs}, nil
		}
	}
	return nil, nil
}

// raceFailure reduces a race and adds it to the failures.
func (d *Diagnosis) raceFailure(ctx context.Context, u Under, r runner.Race, w judge.RaceViolation) (Race, error) {
	x := racer{s: d.searcher, kind: w.Kind, budget: shrink.NewBudget(raceRounds), last: w}
	if w.Answered == runner.Late {
		ctx, x.budget = runner.Impatient(ctx), shrink.NewBudget(lateRaceRounds)
	}
	rule := u.Rule.ID
	if len(r.Case.Conditions) > 1 {
		// An instance that goes wrong by itself is not disturbed by another one.
		own := runner.Race{Case: shrink.OnInstances(r.Case, w.Instance), Completing: r.Completing}
		if len(own.Case.Steps) > 1 {
			alone, err := x.goesWrong(ctx, own)
			if err != nil && !usedUp(err) {
				return Race{}, err
			}
			if alone {
				r, rule = own, raceOnOneInstance
			}
		}
	}
	if w.Rule != "" {
		rule = d.attributor.known(w.Rule, u)
	}
	r, err := x.reduce(ctx, r)
	if err != nil && !usedUp(err) {
		return Race{}, err
	}
	x.last = w
	race, err := x.measure(runner.Patient(ctx), r)
	switch {
	case err != nil:
		return Race{}, err
	case w.Kind == judge.NoAnswer && race.Illegal == 0:
		return Race{Doubt: "a call was not answered, and that did not come again"}, nil
	}
	f := reports.Failure{
		Expected: x.last.Expected, Answered: x.last.Answered, Case: &r.Case, Curl: raceCurl(d.config.Target, r),
		Check: reports.CheckRace, Race: &race, Reproduced: race.Illegal, Tries: race.Rounds,
	}
	ofAnswer(&f, x.last.Answer)
	causeOfRace(w, r.Case, race).describe(&f)
	k := d.add(u, entry{rule: rule, level: u.Rule.Level, failure: f})
	d.races[u.key()] = k
	if x.last.Picture != nil {
		d.pictures = append(d.pictures, Picture{k.rule, k.index, x.last.Picture})
	}
	return Race{}, nil
}

// racer looks for the simplest race that goes wrong in one way.
type racer struct {
	s      *searcher
	kind   judge.Kind
	budget *shrink.Budget // of rounds
	last   judge.RaceViolation
}

// round runs one round. It returns whether the round went wrong, and whether it could be judged.
func (x *racer) round(ctx context.Context, r runner.Race) (wrong, judged bool, err error) {
	h, err := x.s.session.Race(ctx, r)
	switch {
	case runner.EndsRun(err):
		return false, false, err
	case err != nil:
		return false, false, nil
	}
	violations, undecided := judge.Race(x.s.edition, h)
	i := slices.IndexFunc(violations, func(w judge.RaceViolation) bool { return w.Kind == x.kind })
	if i < 0 {
		return false, undecided == "", nil
	}
	x.last = violations[i]
	return true, true, nil
}

// goesWrong reports whether a race goes wrong often enough to go on with it.
func (x *racer) goesWrong(ctx context.Context, r runner.Race) (bool, error) {
	seen := 0
	for range roundsOfCandidate {
		if err := x.budget.Take(); err != nil {
			return false, err
		}
		wrong, _, err := x.round(ctx, r)
		if err != nil {
			return false, err
		}
		if wrong {
			seen++
		}
		if seen == roundsEnough {
			return true, nil
		}
	}
	return false, nil
}

// reduce removes everything that the race does not need.
func (x *racer) reduce(ctx context.Context, r runner.Race) (runner.Race, error) {
	// The budget counts rounds, of which a candidate takes several.
	candidates := shrink.NewBudget(raceRounds)
	for _, simpler := range shrink.RacePasses(x.s.edition.Quota) {
		var err error
		r, err = shrink.Minimise(ctx, r, shrink.Search[runner.Race]{
			Simpler: simpler, Fails: x.goesWrong, Budget: candidates,
		})
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

// measure counts in how many rounds a race goes wrong.
func (x *racer) measure(ctx context.Context, r runner.Race) (reports.Race, error) {
	race := reports.Race{Completing: r.Completing}
	rounds := roundsMeasured
	if x.last.Answered == runner.Late {
		rounds = reproductions
	}
	for range rounds {
		wrong, judged, err := x.round(ctx, r)
		if err != nil {
			return race, err
		}
		if judged {
			race.Rounds++
		}
		if wrong {
			race.Illegal++
		}
	}
	return race, nil
}
