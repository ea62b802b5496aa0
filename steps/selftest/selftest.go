// Package selftest proves the harness. It runs the suite
//
//   - against every fault of the simulator, which a rule that the fault names must detect;
//   - against every legitimate variation, which may fail no must rule;
//   - against adversarial servers and networks, where the run must end as it should.
//
// The result is the detection matrix.
package selftest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets/simulator"
)

// Options of a selftest. The zero value tries everything with one seed.
type Options struct {
	Only    []string // names of faults, variations and adversaries; empty: all
	Rules   []string // only the faults that name one of these rules
	Kinds   []Kind   // only these kinds; empty: all
	Seeds   int      // 0 means 1
	Edition string   // empty means original
	Checks  int      // as of a run; 0 means 10
	Fast    bool     // the run against a fault ends once the fault is detected
	// Progress is called after each outcome, one call at a time. It may be nil.
	Progress func(done, total int, o Outcome)

	clean int // requests of a run without faults; 0 where no run against a fault goes to its end
}

// Run runs the selftest. If the context is cancelled, it returns the matrix of what was tried to
// the end, and the error.
func Run(ctx context.Context, o Options) (*Matrix, error) {
	o.Seeds, o.Checks = max(o.Seeds, 1), max(o.Checks, 10)
	if o.Edition == "" {
		o.Edition = oracle.Original
	}
	subjects, err := o.subjects()
	if err != nil {
		return nil, err
	}
	if o.clean, err = o.cleanRequests(ctx, subjects); err != nil {
		return &Matrix{Edition: o.Edition}, err
	}
	outcomes := make([]Outcome, len(subjects))
	var mu sync.Mutex
	done := 0
	try := func(ctx context.Context, i int) error {
		s := subjects[i]
		out := s.outcome
		for seed := range o.Seeds {
			if err := o.try(ctx, s, uint64(seed)+1, &out); err != nil {
				return fmt.Errorf("%s, seed %d: %w", out.Name, seed+1, err)
			}
		}
		out.finish()
		mu.Lock()
		defer mu.Unlock()
		outcomes[i] = out
		done++
		if o.Progress != nil {
			o.Progress(done, len(subjects), out)
		}
		return nil
	}
	g, together := errgroup.WithContext(ctx)
	g.SetLimit(runtime.NumCPU())
	for i, s := range subjects {
		if s.adversary == nil {
			g.Go(func() error { return try(together, i) })
		}
	}
	cut := g.Wait()
	for i, s := range subjects {
		if s.adversary != nil && cut == nil { // one at a time, for each has its own time and memory
			cut = try(ctx, i)
		}
	}
	m := &Matrix{
		Edition:  o.Edition,
		Outcomes: slices.DeleteFunc(outcomes, func(out Outcome) bool { return out.Name == "" }),
	}
	return m, errors.Join(cut, m.finish())
}

// subject is what the suite is run against.
type subject struct {
	outcome   Outcome // before anything was tried
	simulator simulator.Options
	async     bool       // asynchronous refusal is declared
	adversary *adversary // in place of the simulator, or in front of it; nil for a fault or variation
}

// subjects lists what the options select, in the order of the catalogue.
func (o Options) subjects() ([]subject, error) {
	all := catalogue(o.Edition)
	for _, name := range o.Only {
		if !slices.ContainsFunc(all, func(s subject) bool { return s.outcome.Name == name }) {
			return nil, fmt.Errorf("the %s edition has no fault, variation or adversary named %q; "+
				"`cbspec serve --list-faults` and `--list-variations` list the names", o.Edition, name)
		}
	}
	selected := slices.DeleteFunc(all, func(s subject) bool { return !o.selects(s.outcome) })
	switch {
	case len(selected) > 0:
		return selected, nil
	case len(o.Rules) > 0:
		return nil, fmt.Errorf("no fault of the %s edition names one of the rules %v", o.Edition, o.Rules)
	default:
		return nil, fmt.Errorf("the selection leaves nothing of the %s edition", o.Edition)
	}
}

func (o Options) selects(out Outcome) bool {
	if len(o.Kinds) > 0 && !slices.Contains(o.Kinds, out.Kind) {
		return false
	}
	if len(o.Only)+len(o.Rules) == 0 {
		return true
	}
	names := func(rule string) bool { return slices.Contains(out.Expected, rule) }
	return slices.Contains(o.Only, out.Name) || out.Kind == Fault && slices.ContainsFunc(o.Rules, names)
}

// catalogue lists the faults, the variations and the adversaries of an edition.
func catalogue(edition string) []subject {
	var all []subject
	for _, f := range simulator.Faults() {
		if f.Edition == "" || f.Edition == edition {
			all = append(all, subject{
				outcome:   Outcome{Kind: Fault, Name: f.Name, Description: f.Description, Factors: f.Factors, Expected: f.Rules},
				simulator: simulator.Options{Faults: []string{f.Name}},
			})
		}
	}
	for _, v := range simulator.Variations() {
		if v.Edition == "" || v.Edition == edition {
			all = append(all, subject{
				outcome:   Outcome{Kind: Variation, Name: v.Name, Description: v.Description, Expected: v.Should},
				simulator: simulator.Options{Variations: []string{v.Name}},
				async:     v.Async,
			})
		}
	}
	for _, a := range adversaries() {
		all = append(all, subject{outcome: Outcome{Kind: Adversary, Name: a.name, Description: a.description}, adversary: &a})
	}
	return all
}
