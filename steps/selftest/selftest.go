// Package selftest proves the harness: it runs the suite against every fault of the simulator's catalogue, each of which must be caught by one of its own
// rules, against every legitimate variation, none of which may fail a must rule, and against servers and networks that are wrong on purpose.
package selftest

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/cbspec/cbspec/targets/simulator"
)

// Options of a proof. The zero value proves everything with one seed.
type Options struct {
	Only     []string // names of faults, variations and specials; none is all
	Rules    []string // only the faults of these rules
	Kinds    []Kind   // only these; none is all
	Seeds    int      // default 1
	Edition  string   // default original
	Checks   int      // as of a run; default 10
	Fast     bool     // a fault's run ends once a rule of its own failed
	Progress func(done, total int, o Outcome)
}

// Run proves the harness. With an error that came while it did, as that of a context that was cancelled, it returns the matrix of what was tried to its end.
func Run(ctx context.Context, o Options) (*Matrix, error) {
	o.Seeds, o.Checks = max(o.Seeds, 1), max(o.Checks, 10)
	if o.Edition == "" {
		o.Edition = "original"
	}
	subjects, err := o.subjects()
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(subjects))
	var mu sync.Mutex
	done := 0
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.NumCPU())
	for i, s := range subjects {
		g.Go(func() error {
			out := s.outcome
			for seed := range o.Seeds {
				if err := o.prove(ctx, s, &out, uint64(seed)+1); err != nil {
					return fmt.Errorf("%s, seed %d: %w", out.Name, seed+1, err)
				}
			}
			out.settle()
			mu.Lock()
			defer mu.Unlock()
			outcomes[i] = out
			done++
			if o.Progress != nil {
				o.Progress(done, len(subjects), out)
			}
			return nil
		})
	}
	cut := g.Wait()
	m := &Matrix{Edition: o.Edition, Seeds: o.Seeds, Outcomes: slices.DeleteFunc(outcomes, func(out Outcome) bool { return out.Name == "" })}
	whole, err := Options{Edition: o.Edition}.subjects()
	if err != nil {
		return nil, err
	}
	return m, errors.Join(cut, m.finish(len(whole)))
}

// subject is what the suite is run against.
type subject struct {
	outcome   Outcome // as it is before anything was tried
	simulator simulator.Options
	async     bool
	special   *special // instead of the simulator, or before it
}

// subjects are those that the options ask for.
func (o Options) subjects() ([]subject, error) {
	var all []subject
	for _, f := range simulator.Faults() {
		if f.Edition == "" || f.Edition == o.Edition {
			all = append(all, subject{
				outcome:   Outcome{Kind: Fault, Name: f.Name, Description: f.Description, Factors: f.Factors, Wanted: f.Rules},
				simulator: simulator.Options{Faults: []string{f.Name}},
			})
		}
	}
	for _, v := range simulator.Variations() {
		if v.Edition == "" || v.Edition == o.Edition {
			all = append(all, subject{
				outcome:   Outcome{Kind: Variation, Name: v.Name, Description: v.Description, Wanted: v.Should},
				simulator: simulator.Options{Variations: []string{v.Name}}, async: v.Async,
			})
		}
	}
	for _, s := range specials {
		all = append(all, subject{outcome: Outcome{Kind: Special, Name: s.name, Description: s.description}, special: &s})
	}
	for _, name := range o.Only {
		if !slices.ContainsFunc(all, func(s subject) bool { return s.outcome.Name == name }) {
			return nil, fmt.Errorf("nothing of the %s edition is named %q; `cbspec serve --list-faults` and `--list-variations` list what there is", o.Edition, name)
		}
	}
	wanted := slices.DeleteFunc(slices.Clone(all), func(s subject) bool { return !o.wants(s.outcome) })
	if len(wanted) == 0 && len(o.Rules) > 0 {
		return nil, fmt.Errorf("no fault of the %s edition is of the rules %v", o.Edition, o.Rules)
	}
	if len(wanted) == 0 {
		return nil, fmt.Errorf("nothing of the %s edition is left by what was selected", o.Edition)
	}
	return wanted, nil
}

func (o Options) wants(out Outcome) bool {
	if len(o.Kinds) > 0 && !slices.Contains(o.Kinds, out.Kind) {
		return false
	}
	if len(o.Only)+len(o.Rules) == 0 {
		return true
	}
	return slices.Contains(o.Only, out.Name) || out.Kind == Fault && slices.ContainsFunc(o.Rules, func(r string) bool { return slices.Contains(out.Wanted, r) })
}
