package steps

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/cucumber/godog"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose"
	"github.com/cbspec/cbspec/steps/diagnose/shrink"
	"github.com/cbspec/cbspec/steps/pair"
	"github.com/cbspec/cbspec/steps/scenario"
	"github.com/cbspec/cbspec/steps/testcase"
)

// Diff sends the cases of a run with the options of a to the targets of a and b, each in equal
// conditions, and returns in what they differ. Of b, the target and what is about it counts. Where
// Diff returns a diff beside an error, the run was cut short, and the diff says so.
//
// Calls made at once, and what comes of long waits, are left out: two runs of them on one target
// may differ too.
func Diff(ctx context.Context, a, b Options) (*reports.Diff, error) {
	if a.MaxTime > 0 {
		limited, cancel := context.WithTimeout(ctx, a.MaxTime)
		defer cancel()
		ctx = limited
	}
	d := &differ{started: time.Now(), seen: map[string]bool{}, notCompared: map[string]int{}}
	err := d.open(ctx, a, b)
	if d.a == nil || d.b == nil || errors.Is(err, ErrOptions) {
		return nil, err
	}
	if err == nil {
		err = d.run()
	}
	return d.report(err), err
}

// differ compares two targets.
type differ struct {
	a, b    *suite
	finder  *pair.Finder
	started time.Time

	seen        map[string]bool // cases, by their text
	compared    int
	notCompared map[string]int // cases, by the reason
	reasons     []string       // in the order in which they came up
}

// open readies both targets. The context of the second ends when the first is lost.
func (d *differ) open(ctx context.Context, a, b Options) (err error) {
	if d.a, err = open(ctx, a); err != nil {
		return fmt.Errorf("target A: %w", err)
	}
	other := a
	other.Target, other.About, other.Async = b.Target, b.About, b.Async
	if d.b, err = open(d.a.ctx, other); err != nil {
		return fmt.Errorf("target B: %w", err)
	}
	for name, s := range map[string]*suite{"A": d.a, "B": d.b} {
		if _, single := s.single(); single {
			return fmt.Errorf("%w: target %s: a single existing instance cannot be brought into equal conditions: "+
				"name its control protocol, or a target file with fixtures", ErrOptions, name)
		}
		if s.dead {
			s.warn(name + " accepts no valid call, so that little can be compared.")
		}
	}
	d.finder = &pair.Finder{
		Pair: pair.Pair{A: d.a.session, B: d.b.session}, Model: d.a.env.FullModel, Seed: d.a.o.Seed, Concurrency: d.concurrency(),
	}
	return nil
}

func (d *differ) concurrency() int {
	return min(d.a.env.Executor.Concurrency, d.b.env.Executor.Concurrency)
}

// run compares the cases of every selected rule but those of races.
func (d *differ) run() error {
	for _, phase := range features.Phases() {
		for _, r := range d.a.ordered() {
			if r.Phase != phase || phase == "races" || !d.a.selected[r.ID] || d.a.passOver(r) {
				continue
			}
			d.a.done++
			d.a.event(Event{Kind: "rule", Rule: r.ID, Phase: phase})
			if err := d.compare(d.cases(r)); err != nil {
				return err
			}
		}
	}
	return nil
}

// cases returns the cases of a rule that were not compared yet. It draws them and sends none.
func (d *differ) cases(r features.Rule) []testcase.Case {
	s, cases := d.a, []testcase.Case{}
	executor := s.env.Executor
	defer func() { s.env.Executor = executor }()
	s.env.Executor = &testcase.Executor{
		Session: s.session, Supply: executor.Supply, Concurrency: 1,
		Skip: func(c testcase.Case) bool {
			if key := shrink.Key(c.Case); !d.seen[key] {
				d.seen[key] = true
				cases = append(cases, c)
			}
			return true
		},
	}
	s.godog(r, func(ctx *godog.ScenarioContext) {
		sc := scenario.New(s.env, r)
		ctx.Before(func(ctx context.Context, g *godog.Scenario) (context.Context, error) {
			sc.Begin(g.Name)
			return ctx, nil
		})
		sc.Bind(ctx)
	})
	return cases
}

// compare runs cases on both targets and has the differences explained.
func (d *differ) compare(cases []testcase.Case) error {
	results, err := d.finder.Pair.RunAll(d.b.ctx, cases, d.concurrency())
	if err != nil {
		return err
	}
	for _, r := range results {
		if r.Err == nil {
			d.compared++
			continue
		}
		reason := r.Err.Error()
		if d.notCompared[reason] == 0 {
			d.reasons = append(d.reasons, reason)
		}
		d.notCompared[reason]++
	}
	return d.finder.Explain(d.b.ctx, results)
}

// report returns what was found. cut is why the run ended early, or nil.
func (d *differ) report(cut error) *reports.Diff {
	a, b := d.a, d.b
	r := &reports.Diff{
		Schema: reports.Schema, Tool: reports.Tool{Name: "cbspec", Version: a.o.Version}, Edition: a.o.Edition, Seed: a.o.Seed,
		A: a.o.About, B: b.o.About, Started: d.started.UTC().Format(time.RFC3339),
		DurationSeconds: math.Round(time.Since(d.started).Seconds()*1000) / 1000, Complete: cut == nil,
		Requests: a.session.Stats().Requests + b.session.Stats().Requests, Compared: d.compared,
		Warnings: append(named("A", a.warnings), named("B", b.warnings)...),
	}
	r.A.Capabilities = capabilityNames(a.session.Capabilities())
	r.B.Capabilities = capabilityNames(b.session.Capabilities())
	if cut != nil {
		r.CutShort = whyCutShort(cut)
	}
	for _, reason := range d.reasons {
		r.NotCompared = append(r.NotCompared, reports.Count{Name: reason, Count: d.notCompared[reason]})
	}
	if d.finder == nil {
		return r
	}
	r.Differences = d.finder.Differences()
	for i := range r.Differences {
		x := &r.Differences[i]
		x.CurlA, x.CurlB = diagnose.Curl(a.o.Target, *x.Case), diagnose.Curl(b.o.Target, *x.Case)
	}
	r.SortDifferences()
	if n := d.finder.Unexplained; n > 0 {
		r.Warnings = append(r.Warnings, fmt.Sprintf("The cause of %d further cases that differ was not searched for: there are too many.", n))
	}
	return r
}

// named says which target each of the texts is about.
func named(target string, texts []string) []string {
	var list []string
	for _, text := range texts {
		list = append(list, target+": "+text)
	}
	return list
}
