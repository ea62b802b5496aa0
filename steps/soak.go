package steps

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// lasting are cases that take as long as the phases after the examples, and none of its time: what an instance is not to forget, it is not to forget by waiting.
type lasting struct {
	kase    targets.Case
	history trial.History
	err     error
	waited  time.Duration
}

// beginLasting begins the cases that wait, and returns what ends them and lays what they show to rules. There are none but where there is an opening.
func (s *suite) beginLasting() (judge func() error) {
	can := s.session.Capabilities()
	if !s.opens(can) || !can.Observe {
		return func() error { return nil }
	}
	cases, err := s.lastingCases(can)
	if err != nil {
		return func() error { return err }
	}
	over := make(chan struct{})
	s.session.Rest = func(ctx context.Context) error {
		select {
		case <-over:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	var wg sync.WaitGroup
	for i := range cases {
		l := &cases[i]
		wg.Go(func() {
			begun := time.Now()
			l.history, l.err = s.session.Run(s.ctx, l.kase)
			l.waited = time.Since(begun)
		})
	}
	begun := time.Now()
	return func() error {
		close(over)
		wg.Wait()
		if begun.Truncate(quarter) != time.Now().Truncate(quarter) {
			return nil // somewhere a day may have begun
		}
		for _, l := range cases {
			if fatal(l.err) {
				return l.err
			}
			if err := s.judgeLasting(l); err != nil {
				return err
			}
		}
		return nil
	}
}

// quarter is what days begin at: those of every time zone, to the hour, half or quarter.
const quarter = 15 * time.Minute

// lastingCases are calls that are to be refused, made long after what they are refused for: a backup that still runs, a quota that is used up, a nonce.
func (s *suite) lastingCases(can targets.Capabilities) ([]lasting, error) {
	wait, done := targets.Step{Do: targets.StepWait}, targets.Step{Do: targets.StepComplete, Result: targets.LastCompleted}
	points, err := s.model.Vectors(generators.Pinned{generators.Today: {"0"}})
	if err != nil {
		return nil, err
	}
	var list []lasting
	for i := range 5 {
		c := s.model.Case(generators.DrawNth(points, s.o.Seed, "lasting", i))
		call := c.Steps[0]
		switch {
		case i < 2:
			c.Steps = []targets.Step{call, wait, call}
		case i == 2:
			c.Conditions[0].LastBackup = targets.LastRunning
			c.Steps = []targets.Step{wait, call}
		case !can.Complete:
			continue
		case i == 3:
			c.Steps = nil
			for range s.session.Edition.Quota {
				c.Steps = append(c.Steps, call, done)
			}
			c.Steps = append(c.Steps, wait, call)
		case !s.signs(targets.HMACSHA1):
			continue
		default:
			signed := *call.Call
			signed.Algorithm, signed.Nonce = targets.HMACSHA1, "first"
			call.Call = &signed
			c.Steps = []targets.Step{call, done, wait, call}
		}
		list = append(list, lasting{kase: c})
	}
	return list, nil
}

// judgeLasting lays what a case that waited shows to rules, where it takes the waiting. It is not sent again with that, for it takes as long.
func (s *suite) judgeLasting(l lasting) error {
	if l.err != nil {
		return nil
	}
	s.cases.Add(1)
	for i := range l.kase.Steps {
		if l.kase.Steps[i].Do == targets.StepWait {
			l.kase.Steps[i].Seconds = math.Ceil(l.waited.Seconds()*10) / 10
		}
	}
	for _, v := range s.session.Judge(l.history) {
		if v.Kind != trial.WronglyAccepted || v.Step != len(l.kase.Steps)-1 {
			continue
		}
		atOnce := l.kase
		atOnce.Steps = slices.DeleteFunc(slices.Clone(l.kase.Steps), func(step targets.Step) bool { return step.Do == targets.StepWait })
		h, err := s.session.Run(s.ctx, atOnce)
		if fatal(err) {
			return err
		}
		if _, same := s.again2(h, v); same || err != nil {
			continue // the rule's own cases show it
		}
		s.lay(s.opener(), v.Rule(), v.Kind, v.Level(), reports.Failure{
			Law: fmt.Sprintf("%s %s", v.Kind, caseWords(l.kase)), Expected: v.Expected, Answered: v.Answered, Case: &l.kase, Curl: s.curl(l.kase),
		})
	}
	return nil
}
