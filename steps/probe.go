package steps

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/fixtures"
)

// probe opens the run: it finds out whether the target answers at all, whether it takes nonsense for a call, and which of the ways to
// send a call it understands, so that what it lacks there is judged by the rules on it and by no other.
func (s *suite) probe() error {
	a, err := s.session.Send(s.ctx, trial.Nonsense())
	switch {
	case errors.Is(err, targets.ErrBudget):
		return fmt.Errorf("nothing can be sent: %w: go on tomorrow, or raise limits.backups", err)
	case err != nil:
		return fmt.Errorf("%w: %w", targets.ErrUnreachable, err)
	case a.Status == 0:
		return fmt.Errorf("%w: %s", targets.ErrUnreachable, a.Problem)
	case a.Outcome == targets.Accepted:
		s.warn("The target accepts an Action that nobody has (" + trial.Nonsense().Params[0].Value + "): what it accepts says little.")
	}
	can := s.session.Capabilities()
	scope := generators.FullModelScope()
	if len(can.Engines) > 0 {
		scope.Engines = can.Engines
	}
	if _, says := targets.As[targets.Capable](s.o.Target); says || len(can.Statuses) > 0 {
		scope.Statuses = append([]string{targets.Running}, can.Statuses...) // what is not promised is not asked for
	}
	scope.LockMode = ""
	if i := slices.IndexFunc(can.LockModes, func(m string) bool { return m != "" && m != "Unlock" }); i >= 0 {
		scope.LockMode = can.LockModes[i]
	}
	scope.Storages = can.Storages
	if !slices.ContainsFunc(scope.Engines, func(e string) bool { return slices.Contains(generators.FullModelScope().Engines, e) }) {
		s.warn("The target offers none of the documented engines; every engine is tried.")
		scope.Engines = generators.FullModelScope().Engines
	}
	edition := s.session.Edition
<<<<<<< HEAD
	if x, is := s.o.Target.(*existing); is {
		scope.SingleInstance, x.keep = &x.condition, s.o.ReadOnly
=======
	if single, is := targets.As[*fixtures.Single](s.o.Target); is {
		condition := single.Condition()
		scope.Existing = &condition
		if s.o.ReadOnly {
			single.Reuse()
		}
>>>>>>> heads/targets
		if err := s.formats(&scope); err != nil {
			return err
		}
		s.wide = generators.NewModel(edition, scope)
		s.model = s.wide
		s.share()
		return nil
	}
	if s.pool != nil {
		offered, err := s.pool.Conditions(s.ctx)
		if err != nil {
			return fmt.Errorf("the instances that there are could not be looked at: %w", err)
		}
		scope.FixturePool = offered
		s.o.Concurrency = min(s.o.Concurrency, max(len(offered), 1))
	}
	if err := s.formats(&scope); err != nil {
		return err
	}
	s.wide = generators.NewModel(edition, scope)
	if can.Provision && s.pool == nil && !s.o.ReadOnly {
		if err := s.calibrate(&scope); err != nil {
			return err
		}
	}
	s.model = generators.NewModel(edition, scope)
	if !s.deadline.IsZero() {
		s.model.Stop = s.late
	}
	return nil
}

// formats leaves out the formats that the target's adapter has no words for.
func (s *suite) formats(scope *generators.ModelScope) error {
	var usable []string
	for _, f := range scope.Formats {
		_, err := s.session.Send(s.ctx, trial.Nonsense().With("Format", f))
		switch {
		case err == nil:
			usable = append(usable, f)
		case fatal(err):
			return err
		}
	}
	scope.Formats = usable
	return nil
}

// calibrate narrows the ways to send a call, and the formats, to those in which the plainest call is accepted, or else one of a few others: what is refused
// but for some calls is for the rules to find. Where none is, all are tried.
func (s *suite) calibrate(scope *generators.ModelScope) error {
	accepted, said := map[string]bool{}, ""
	formats := scope.Formats
	if len(formats) == 0 {
		formats = []string{generators.Absent}
	}
	hung := 0
	try := func(way, format string) (bool, error) {
		if hung >= fewHangs && len(accepted) == 0 {
			return false, nil // each would cost a whole wait
		}
		o, err := s.plainest(way, format)
		switch {
		case err != nil || o.err != nil:
			return false, err
		case o.last().Answer.Kind == targets.BrokenTimeout:
			hung++
			return false, nil
		case o.last().Decision != targets.Accepted:
			said = trial.Say(o.last())
			return false, nil
		}
		accepted[way], accepted[format] = true, true
		return true, nil
	}
	// Where each way is understood with one format, and each format in one way, all are; else each is tried with each.
	all := true
	for i := range max(len(scope.SentBy), len(formats)) {
		way, format := scope.SentBy[i%len(scope.SentBy)], formats[i%len(formats)]
		if _, err := try(way, format); err != nil {
			return err
		}
		all = all && accepted[way] && accepted[format]
	}
	for _, way := range scope.SentBy {
		for _, format := range formats {
			if all {
				break
			}
			ok, err := try(way, format)
			if err == nil && !ok && hung < fewHangs {
				if ok, err = s.acceptsOther(way, format); ok {
					accepted[way], accepted[format] = true, true
				}
			}
			if err != nil {
				return err
			}
		}
	}
	if len(accepted) == 0 && said != "" {
		s.warn("The target accepts not even the plainest valid call: " + said + ". Are the credentials right, and is the control protocol that of this very target?")
	}
	for _, list := range []*[]string{&scope.SentBy, &scope.Formats} {
		usable := slices.DeleteFunc(slices.Clone(*list), func(v string) bool { return !accepted[v] })
		if len(usable) > 0 {
			*list = usable
		}
	}
	return nil
}

// plainest makes the plainest valid call in one way and for one format.
func (s *suite) plainest(way, format string) (outcome, error) {
	p := generators.Vector{Classes: s.wide.Baseline(), Values: make([]string, len(s.wide.Factors))}
	for f, factor := range s.wide.Factors {
		p.Values[f] = factor.Classes[0].Name
		name := map[string]string{generators.SentBy: way, generators.Format: format}[factor.Name]
		if class := s.wide.Class(factor.Name, name); class >= 0 {
			p.Classes[f], p.Values[f] = class, name
		}
	}
	outcomes, err := s.tryAll(s.ctx, []attempt{{model: s.wide, build: s.wide.Case, point: &p, kase: s.wide.Case(p)}})
	s.calibrated = append(s.calibrated, outcomes...)
	return outcomes[0], err
}

// fewHangs is how many plain calls may go unanswered before no more is made of finding out how the target is called.
const fewHangs = 3

// others is how many further calls are made in a way in which the plainest is not accepted.
const others = 4

// acceptsOther tells whether one of a few calls is accepted that are sent in that way and ask for that format.
func (s *suite) acceptsOther(way, format string) (bool, error) {
	points, err := s.wide.Vectors(generators.Pinned{generators.SentBy: {way}, generators.Format: {format}})
	if err != nil {
		return false, nil // the model has no such call
	}
	for i := range others {
		h, err := s.session.Run(s.ctx, s.wide.Case(generators.DrawNth(points, s.o.Seed, "calibrate/"+way+"/"+format, i)))
		switch {
		case fatal(err):
			return false, err
		case err == nil && h.Last().Decision == targets.Accepted:
			return true, nil
		}
	}
	return false, nil
}

func (s *suite) warn(text string) {
	s.warnings = append(s.warnings, text)
	s.event(Event{Kind: "warning", Message: text})
}

// signs tells whether calls signed by that algorithm can be judged: the plainest one is accepted.
func (s *suite) signs(algorithm string) bool {
	t, ok := targets.As[targets.Signer](s.o.Target)
	if !ok || !slices.Contains(t.Algorithms(), algorithm) {
		return false
	}
<<<<<<< HEAD
	points, err := s.model.Vectors(generators.Pinned{generators.Format: {"JSON"}})
=======
	if _, plans := s.session.Target.(planned); plans {
		return true // a plan sends nothing to find out
	}
	points, err := s.model.Points(generators.Fixed{generators.Format: {"JSON"}})
>>>>>>> heads/targets
	if err != nil {
		return false
	}
	c := s.model.Case(generators.DrawNth(points, s.o.Seed, "signs", 0))
	c.Steps[0].Call.Algorithm = algorithm
	accepted, err := s.acceptsTwin(s.ctx, c)
	return err == nil && accepted
}

func (s *suite) whyNotSigned(name string) string {
	return "the target does not take calls signed with " + name
}
