// Package selftest proves the harness: it runs the suite against every fault of the simulator's catalogue, each of which must be caught by one of its own
// rules, and against every legitimate variation, none of which may fail a must rule.
package selftest

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
	"github.com/cbspec/cbspec/targets/simulator"
)

// Options of a proof. The zero value proves everything with one seed.
type Options struct {
	Faults   []string // names; none is all
	Rules    []string // only the faults of these rules
	Seeds    int      // default 1
	Edition  string   // default original
	Checks   int      // as of a run; default 10
	Fast     bool     // a third of the catalogue
	Progress func(done, total int, o Outcome)
}

// Outcome is what became of one fault or variation, over all seeds.
type Outcome struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Variation   bool     `json:"variation,omitempty"`
	Wanted      []string `json:"wanted,omitempty"` // rules that should fail
	Killed      []string `json:"killed"`           // rules that failed, with any seed
	// Own is with how many seeds one of the wanted rules failed; Other with how many only others did; Survived with how many none.
	Own      int     `json:"own"`
	Other    int     `json:"other"`
	Survived int     `json:"survived"`
	Requests int     `json:"requests"` // of a whole run, with the last seed
	Seconds  float64 `json:"seconds"`
}

// Matrix is the kill matrix.
type Matrix struct {
	Edition  string    `json:"edition"`
	Seeds    int       `json:"seeds"`
	Outcomes []Outcome `json:"outcomes"`
	// Unproven are the must rules that no fault of their own kills.
	Unproven []string `json:"unproven,omitempty"`
	whole    bool
}

const (
	keyID  = "selftest-key"
	secret = "selftest-secret-0123456789"
)

// Run proves the harness.
func Run(ctx context.Context, o Options) (*Matrix, error) {
	o.Seeds, o.Checks = max(o.Seeds, 1), max(o.Checks, 10)
	if o.Edition == "" {
		o.Edition = "original"
	}
	m := &Matrix{Edition: o.Edition, Seeds: o.Seeds, whole: len(o.Faults)+len(o.Rules) == 0}
	for _, f := range simulator.Faults() {
		wanted := len(o.Faults) == 0 && len(o.Rules) == 0 || slices.Contains(o.Faults, f.Name) || slices.ContainsFunc(o.Rules, func(r string) bool { return slices.Contains(f.Rules, r) })
		if wanted && (f.Edition == "" || f.Edition == o.Edition) {
			m.Outcomes = append(m.Outcomes, Outcome{Name: f.Name, Description: f.Description, Wanted: f.Rules})
		}
	}
	for _, name := range o.Faults {
		if !slices.ContainsFunc(simulator.Faults(), func(f simulator.Fault) bool { return f.Name == name }) {
			return nil, fmt.Errorf("unknown fault %q; `cbspec serve --list-faults` lists them", name)
		}
	}
	async := map[string]bool{}
	for _, v := range simulator.Variations() {
		if m.whole && (v.Edition == "" || v.Edition == o.Edition) {
			m.Outcomes = append(m.Outcomes, Outcome{Name: v.Name, Description: v.Description, Variation: true, Wanted: v.Should})
			async[v.Name] = v.Async
		}
	}
	if o.Fast {
		m.whole = false
		i := 0
		m.Outcomes = slices.DeleteFunc(m.Outcomes, func(out Outcome) bool { i++; return i%3 != 1 })
	}
	if len(m.Outcomes) == 0 {
		return nil, fmt.Errorf("no fault is of the rules %s", strings.Join(o.Rules, ", "))
	}
	var mu sync.Mutex
	done := 0
	var g errgroup.Group
	g.SetLimit(2)
	for i := range m.Outcomes {
		out := &m.Outcomes[i]
		g.Go(func() error {
			for seed := range o.Seeds {
				if err := prove(ctx, out, o, uint64(seed)+1, async[out.Name]); err != nil {
					return fmt.Errorf("%s, seed %d: %w", out.Name, seed+1, err)
				}
			}
			mu.Lock()
			defer mu.Unlock()
			done++
			if o.Progress != nil {
				o.Progress(done, len(m.Outcomes), *out)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return m, m.prove()
}

// prove runs the suite once against one fault or variation.
func prove(ctx context.Context, out *Outcome, o Options, seed uint64, async bool) error {
	so := simulator.Options{Edition: o.Edition, AccessKeyID: keyID, AccessKeySecret: secret}
	if out.Variation {
		so.Variations = []string{out.Name}
	} else {
		so.Faults = []string{out.Name}
	}
	sim, err := simulator.New(so)
	if err != nil {
		return err
	}
	server, err := sim.Start(ctx, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	target, err := steps.Connect(rpc.Config{Endpoint: server.Endpoint, AccessKeyID: keyID, AccessKeySecret: secret, Timeout: time.Second, Concurrency: 16}, control.Config{URL: server.ControlURL})
	if err != nil {
		return err
	}
	r, err := steps.Run(ctx, steps.Options{Target: target, Edition: o.Edition, Seed: seed, Checks: o.Checks, Async: async})
	if r == nil {
		return err
	}
	out.Requests, out.Seconds = r.Requests, r.DurationSeconds
	out.count(r)
	return ctx.Err()
}

// count adds the outcome of one run.
func (out *Outcome) count(r *reports.Report) {
	own, any := false, !r.Complete
	for _, rule := range r.Rules {
		if rule.Verdict != reports.Failed {
			continue
		}
		any = true
		own = own || slices.Contains(out.Wanted, rule.ID)
		if !slices.Contains(out.Killed, rule.ID) {
			out.Killed = append(out.Killed, rule.ID)
		}
	}
	switch {
	case own:
		out.Own++
	case any:
		out.Other++
	default:
		out.Survived++
	}
}

// ok tells whether a fault was caught by its own rules with every seed, or a variation by none that it may not fail.
func (out Outcome) ok() bool {
	if !out.Variation {
		return out.Own > 0 && out.Other == 0 && out.Survived == 0
	}
	return !slices.ContainsFunc(out.Killed, func(r string) bool { return !slices.Contains(out.Wanted, r) })
}

// prove lists the must rules that no fault of their own kills.
func (m *Matrix) prove() error {
	if !m.whole {
		return nil
	}
	rules, err := features.Catalogue()
	if err != nil {
		return err
	}
	for _, r := range rules {
		killed := slices.ContainsFunc(m.Outcomes, func(o Outcome) bool {
			return !o.Variation && slices.Contains(o.Wanted, r.ID) && slices.Contains(o.Killed, r.ID)
		})
		if r.Level == "must" && slices.Contains(r.Editions, m.Edition) && !killed {
			m.Unproven = append(m.Unproven, r.ID)
		}
	}
	return nil
}

// Proven tells whether nothing is left to mend.
func (m *Matrix) Proven() bool {
	return len(m.Unproven) == 0 && !slices.ContainsFunc(m.Outcomes, func(o Outcome) bool { return !o.ok() })
}

// Summary counts the matrix.
func (m *Matrix) Summary() string {
	faults, caught, variations, alarms := 0, 0, 0, 0
	for _, o := range m.Outcomes {
		switch {
		case o.Variation:
			variations++
			if !o.ok() {
				alarms++
			}
		default:
			faults++
			if o.ok() {
				caught++
			}
		}
	}
	return fmt.Sprintf("%d of %d faults caught by their own rules, %d of %d legitimate variations failed (%s edition, seeds: %d)", caught, faults, alarms, variations, m.Edition, m.Seeds)
}

// Verdict says in words what became of it.
func (o Outcome) Verdict() string {
	switch {
	case o.Variation && o.ok():
		return "let pass"
	case o.Variation:
		return "FALSE ALARM"
	case o.ok():
		return "caught"
	case o.Survived > 0:
		return "SURVIVED"
	default:
		return "CAUGHT BY OTHERS"
	}
}

// WriteTable writes the matrix for a terminal.
func (m *Matrix) WriteTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, o := range m.Outcomes {
		fmt.Fprintf(t, "%s\t%s\t%s\t%d requests\t%.1f s\n", o.Verdict(), o.Name, strings.Join(o.Killed, " "), o.Requests, o.Seconds)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, id := range m.Unproven {
		fmt.Fprintf(w, "UNPROVEN  %s: no fault of its own fails it; add one to targets/simulator/faults.go\n", id)
	}
	_, err := fmt.Fprintln(w, m.Summary())
	return err
}

// WriteMarkdown writes the matrix as a table.
func (m *Matrix) WriteMarkdown(w io.Writer) error {
	fmt.Fprintf(w, "%s\n\n| fault or variation | verdict | rules that fail |\n|---|---|---|\n", m.Summary())
	for _, o := range m.Outcomes {
		if _, err := fmt.Fprintf(w, "| %s | %s | %s |\n", o.Name, o.Verdict(), strings.Join(o.Killed, " ")); err != nil {
			return err
		}
	}
	return nil
}
