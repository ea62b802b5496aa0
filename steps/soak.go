package steps

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// soak runs soak cases: a soak case waits in the background, as long as the phases after the
// examples take, and then checks that the server still remembers a running backup, a used quota or
// a used nonce.
type soak struct {
	*suite
	cases []soakCase
	begun time.Time
	over  chan struct{}
	wg    sync.WaitGroup
}

// soakCase is one soak case and its result.
type soakCase struct {
	c       targets.Case
	history runner.History
	err     error
	waited  time.Duration
}

// begin starts the soak cases of a run that has a screening.
func (k *soak) begin() error {
	can := k.session.Capabilities()
	if !k.screens(can) || !can.Observe {
		return nil
	}
	cases, err := k.soakCases(can)
	if err != nil {
		return err
	}
	k.cases, k.begun, k.over = cases, time.Now(), make(chan struct{})
	rest := func(ctx context.Context) error {
		select {
		case <-k.over:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	for i := range k.cases {
		c := &k.cases[i]
		k.wg.Go(func() {
			begun := time.Now()
			c.history, c.err = k.session.RunSoak(k.ctx, c.c, rest)
			c.waited = time.Since(begun)
		})
	}
	return nil
}

// dayBoundary is the time that a day of any time zone begins at a multiple of.
const dayBoundary = 15 * time.Minute

// end ends the waiting and judges the soak cases. It judges none where a day may have begun
// somewhere meanwhile.
func (k *soak) end() error {
	if k.over == nil {
		return nil
	}
	close(k.over)
	k.wg.Wait()
	if k.begun.Truncate(dayBoundary) != time.Now().Truncate(dayBoundary) {
		return nil
	}
	for _, c := range k.cases {
		if runner.EndsRun(c.err) {
			return c.err
		}
		if err := k.judge(c); err != nil {
			return err
		}
	}
	return nil
}

// soakCases returns calls that have to be refused long after the reason for it: a running backup, a
// used quota or a used nonce. No backup may have come of a refused call by then.
func (k *soak) soakCases(can targets.Capabilities) ([]soakCase, error) {
	m := k.env.Model
	vectors, err := m.Vectors(generators.Pinned{generators.Today: {"0"}})
	if err != nil {
		return nil, err
	}
	call := func(i int) (targets.Case, targets.Step) {
		c := m.Case(generators.DrawNth(vectors, k.o.Seed, "lasting", i))
		return c, c.Steps[0]
	}
	wait := targets.Step{Do: targets.StepWait}
	done := targets.Step{Do: targets.StepComplete, Result: targets.LastCompleted}
	var cases []soakCase
	add := func(c targets.Case, steps ...targets.Step) {
		c.Steps = steps
		cases = append(cases, soakCase{c: c})
	}
	for i := range 2 {
		c, running := call(i)
		add(c, running, wait, running)
	}
	c, refused := call(2)
	c.Conditions[0].LastBackup = targets.LastRunning
	add(c, refused, wait, refused)
	if !can.Complete {
		return cases, nil
	}
	c, one := call(3)
	day := slices.Repeat([]targets.Step{one, done}, k.session.Edition.Quota)
	add(c, append(day, wait, one)...)
	if k.env.Signs(k.ctx, targets.HMACSHA1) {
		c, once := call(4)
		signed := *once.Call
		signed.Algorithm, signed.Nonce = targets.HMACSHA1, "first"
		once.Call = &signed
		add(c, once, done, wait, once)
	}
	return cases, nil
}

// judge adds what a soak case shows, where it takes the waiting. The case is not sent again with
// its wait, because that takes as long.
func (k *soak) judge(c soakCase) error {
	if c.err != nil {
		return nil
	}
	k.env.Executor.Counted()
	for i := range c.c.Steps {
		if c.c.Steps[i].Do == targets.StepWait {
			c.c.Steps[i].Seconds = math.Ceil(c.waited.Seconds()*10) / 10
		}
	}
	for _, v := range judge.Judge(k.session.Edition, c.history) {
		if v.Kind != judge.WronglyAccepted && v.Kind != judge.ContradictsEffect || v.Step != len(c.c.Steps)-1 {
			continue
		}
		at, err := k.failsAtOnce(c.c, v)
		if err != nil {
			return err
		}
		if at {
			continue // the rule's own cases show it
		}
		k.diagnosis.AddViolation(k.anySequence(), c.c, v, c.history.Last().Answer)
	}
	return nil
}

// failsAtOnce reports whether a case fails in the same way without its wait, or cannot be run.
func (k *soak) failsAtOnce(c targets.Case, v judge.Violation) (bool, error) {
	c.Steps = slices.DeleteFunc(slices.Clone(c.Steps), func(step targets.Step) bool { return step.Do == targets.StepWait })
	h, err := k.session.Run(k.ctx, c)
	if runner.EndsRun(err) {
		return false, err
	}
	for _, w := range judge.Judge(k.session.Edition, h) {
		if err == nil && w.Kind == v.Kind && w.Rule() == v.Rule() {
			return true, nil
		}
	}
	return err != nil, nil
}
