package steps

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cucumber/godog"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// suite is one run: what it shares between its rules.
type suite struct {
	o          Options
	ctx        context.Context
	started    time.Time
	deadline   time.Time // zero is none
	session    *trial.Session
	model      *generators.Model // of what the target was found to understand
	wide       *generators.Model // of every way to send a call and every format
	rules      []features.Rule
	selected   map[string]bool
	records    map[string]*record
	twins      twins
	blames     blames
	behaviours behaviours
	ledger     ledger
	cases      atomic.Int64
	done       int
	phases     []reports.Phase
	warnings   []string
	leftOut    []string
	pictures   []picture
	calibrated []outcome     // what was tried to find out how the target is called
	searched   time.Duration // spent on finding laws
	shared     *shared       // where instances are not provisioned

	pool targets.FixturePool // where instances are leased, each a fixture; else nil
}

// record is what a run knows of one rule.
type record struct {
	verdict   string
	reason    string
	party     string
	cases     int
	scenarios []reports.Scenario
	failures  []reports.Failure
}

// open readies a run: what the target can do, and what it understands. With the context's error it returns what there is to report.
func open(ctx context.Context, o Options) (*suite, error) { return openOver(ctx, o, o.Target) }

// openOver readies a run whose session is with another target than the options name: a plan's, which sends nothing.
func openOver(ctx context.Context, o Options, t targets.Target) (*suite, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	edition, err := oracle.EditionOf(o.Edition)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrOptions, err)
	}
	s := &suite{o: o, warnings: slices.Clone(o.Notes), started: time.Now(), records: map[string]*record{}, twins: twins{known: map[string]bool{}}}
	if s.rules, err = features.Catalogue(); err != nil {
		return nil, err
	}
	if s.selected, err = o.selected(s.rules); err != nil {
		return nil, err
	}
	for _, r := range s.rules {
		s.records[r.ID] = &record{verdict: reports.Skipped, reason: "deselected"}
	}
	if o.MaxTime > 0 {
		s.deadline = s.started.Add(o.MaxTime)
	}
	if s.session, s.ctx, err = trial.NewSession(ctx, t, edition); err != nil {
		return nil, err
	}
	s.session.Async, s.session.OnCall = o.Async, o.OnCall
	s.ledger.init()
	s.session.ReadOnly = o.ReadOnly
	s.pool, _ = targets.As[targets.FixturePool](o.Target)
	if err := s.probe(); err != nil {
		if ctx.Err() == nil {
			return nil, err
		}
		return s, err
	}
	return s, nil
}

// Run judges a target. What it returns with an error that wraps trial.ErrLost or a context's is the report of a run cut short, which
// says so; with any other error there is none.
func Run(ctx context.Context, o Options) (*reports.Report, error) {
	s, err := open(ctx, o)
	switch {
	case s == nil:
		return nil, err
	case err != nil:
		return s.report(err), err
	}
	s.event(Event{Kind: "start"})
	if err = s.tryCorpus(); err != nil {
		return s.report(err), err
	}
	if s.opens(s.session.Capabilities()) {
		if err = s.opening(); err != nil {
			return s.report(err), err
		}
	}
	judgeLasting := func() error { return nil }
	for _, phase := range features.Phases() {
		if err = s.phase(phase); err != nil {
			break
		}
		if phase == "examples" {
			judgeLasting = s.beginLasting() // not before: what any instance will do for is to find one that accepts
		}
	}
	if e := judgeLasting(); err == nil {
		err = e
	}
	if err == nil {
		err = s.confirm()
	}
	r := s.report(err)
	s.event(Event{Kind: "end", Verdict: r.Verdict})
	return r, err
}

// phase runs the selected rules of one phase.
func (s *suite) phase(name string) error {
	begun, requests, cases := time.Now(), s.session.Requests(), s.cases.Load()
	var err error
	any := false
	for _, r := range s.ordered() {
		if r.Phase != name || !s.selected[r.ID] {
			continue
		}
		if !any {
			any = true
			s.event(Event{Kind: "phase", Phase: name})
		}
		if err = s.rule(r, nil); err != nil {
			break
		}
	}
	if any {
		s.phases = append(s.phases, reports.Phase{
			Name: name, Cases: int(s.cases.Load() - cases), Requests: s.session.Requests() - requests, Seconds: time.Since(begun).Seconds(),
		})
	}
	return err
}

// ordered is the order in which the rules run. Where instances exist and are used up by what is accepted, refusals come first.
func (s *suite) ordered() []features.Rule {
	rules := slices.Clone(s.rules)
	if s.pool != nil {
		slices.SortStableFunc(rules, func(a, b features.Rule) int { return cmp.Compare(spends(a), spends(b)) })
	}
	if s.shared != nil {
		slices.SortStableFunc(rules, func(a, b features.Rule) int {
			switch {
			case a.Refuses == b.Refuses:
				return 0
			case a.Refuses:
				return -1
			default:
				return 1
			}
		})
	}
	return rules
}

// spends puts the rules that use up a day's backups last.
func spends(r features.Rule) int {
	if r.Area == "quota" {
		return 1
	}
	return 0
}

// late tells whether the run's time is up.
func (s *suite) late() bool { return !s.deadline.IsZero() && time.Now().After(s.deadline) }

// rule runs the scenarios of one rule. With t they are its subtests. Its error is one that ends the run.
func (s *suite) rule(r features.Rule, t *testing.T) error {
	rec := s.records[r.ID]
	s.done++
	switch na := s.notApplicable(r); {
	case na != "":
		rec.verdict, rec.reason = reports.NotApplicable, na
		return nil
	case s.late():
		rec.verdict, rec.reason, rec.party = reports.Inconclusive, "the time of the run was up", reports.PartyHarness
		s.leftOut = append(s.leftOut, r.ID)
		return nil
	case s.pool != nil && spends(r) > 0 && !s.o.Quota && len(s.o.Rules) == 0:
		rec.verdict, rec.reason, rec.party = reports.Inconclusive, "it would use up the backups of a day: ask for it with --quota", reports.PartyHarness
		return nil
	}
	rec.verdict, rec.reason = "", ""
	var ended error
	failing := false
	var output bytes.Buffer
	status := godog.TestSuite{
		Name: r.ID,
		ScenarioInitializer: func(ctx *godog.ScenarioContext) {
			sc := &scenario{s: s, rule: r, model: s.model, fixed: generators.Pinned{}}
			if r.Area == "response" || r.Area == "public parameters" {
				sc.model = s.wide
			}
			begun := time.Now()
			ctx.Before(func(ctx context.Context, g *godog.Scenario) (context.Context, error) {
				sc.name = g.Name
				return ctx, ended
			})
			sc.define(ctx)
			ctx.After(func(ctx context.Context, g *godog.Scenario, err error) (context.Context, error) {
				failing = failing || sc.result.failures > 0
				if ended == nil {
					ended = sc.finish(err, time.Since(begun))
				}
				return ctx, nil
			})
		},
		Options: &godog.Options{
			Format: "cucumber", Output: &output, Strict: true, Tags: "@" + r.ID, TestingT: t, DefaultContext: s.ctx,
			FeatureContents: []godog.Feature{{Name: r.File, Contents: source(r)}},
		},
	}.Run()
	if s.o.OnScript != nil {
		s.o.OnScript(output.Bytes())
	}
	s.settle(r, rec)
	if ended == nil && status != 0 && !failing && rec.verdict == reports.Passed {
		return fmt.Errorf("%s: its example did not run to its end: %s", r.ID, firstLine(output.String()))
	}
	s.event(Event{Kind: "rule", Rule: r.ID, Phase: r.Phase, Verdict: rec.verdict, Message: rec.reason})
	return ended
}

func source(r features.Rule) []byte {
	text, err := fs.ReadFile(features.Files, strings.TrimPrefix(r.File, "features/"))
	if err != nil {
		panic(err) // the catalogue was read from this very file
	}
	return text
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// finish ends one scenario: what it found wrong is laid to its rule, and the cause of it found.
func (sc *scenario) finish(stepErr error, took time.Duration) error {
	s, rec := sc.s, sc.s.records[sc.rule.ID]
	if stepErr != nil && !errors.Is(stepErr, errFailed) {
		rec.reason = stepErr.Error()
		if cause := context.Cause(s.ctx); cause != nil {
			stepErr = cause
		}
		var o []outcome = sc.outcomes
		if err := s.blameAll(sc, o); err != nil {
			return err
		}
		sc.keep(took)
		return stepErr
	}
	if err := s.blameAll(sc, sc.outcomes); err != nil {
		return err
	}
	sc.keep(took)
	return nil
}

// keep adds the scenario to the record of its rule.
func (sc *scenario) keep(took time.Duration) {
	rec := sc.s.records[sc.rule.ID]
	n := sc.result.effective()
	row := reports.Scenario{Name: sc.name, Cases: n, Rounds: sc.result.rounds, Seconds: took.Seconds(), Reason: strings.Join(sc.result.reasons, "; ")}
	passes := sc.result.count(passed)
	switch {
	case sc.result.na != "":
		row.Verdict, row.Reason = reports.NotApplicable, sc.result.na
	case sc.result.failures > 0 && sc.failsByOthers() && passes > 0:
		row.Verdict = reports.Passed
		row.Reason = fmt.Sprintf("by %d of its %d cases; the others fail by %s", passes, n, strings.Join(sc.s.rulesIn(sc.rule.ID), ", "))
	case sc.result.failures > 0:
		row.Verdict = reports.Failed
	case n == 0:
		row.Verdict = reports.Inconclusive
	default:
		row.Verdict = reports.Passed
	}
	if row.Verdict == reports.Inconclusive && row.Reason == "" {
		row.Reason = "no case could be tried"
	}
	rec.cases += n
	rec.scenarios = append(rec.scenarios, row)
	if rec.party == "" {
		rec.party = sc.result.party
	}
}

// failsByOthers tells whether what fails of an example was laid to other rules, each of whose laws says of which cases it speaks: the other cases still show
// what the rule states. A rule that states something of every case is not shown by some.
func (sc *scenario) failsByOthers() bool {
	by := sc.s.rulesIn(sc.rule.ID)
	every := sc.rule.Phase == "combinations" || sc.rule.Phase == "random" || sc.rule.Phase == "sequences"
	return !every && len(by) > 0 && !slices.Contains(by, sc.rule.ID) && len(sc.s.records[sc.rule.ID].failures) == 0
}

// settle gives the rule its verdict, by its scenarios and by what was laid to it so far.
func (s *suite) settle(r features.Rule, rec *record) {
	has := func(v string) bool {
		return slices.ContainsFunc(rec.scenarios, func(row reports.Scenario) bool { return row.Verdict == v })
	}
	var reasons []string
	for _, row := range rec.scenarios {
		if row.Reason != "" && row.Verdict != reports.Passed && !slices.Contains(reasons, row.Reason) {
			reasons = append(reasons, row.Reason)
		}
	}
	musts := slices.DeleteFunc(s.rulesIn(r.ID), func(id string) bool { return s.levelOf(id) != oracle.Must })
	if has(reports.Failed) && len(rec.failures) == 0 && len(musts) > 0 && r.Level == oracle.Must && (r.Phase == "combinations" || r.Phase == "random" || r.Phase == "sequences") {
		// The rule says that every case is answered as documented. Not every one is, and why stands with the rules named.
		rec.failures = append(rec.failures, reports.Failure{
			Law:      "in the ways that stand at " + strings.Join(musts, ", "),
			Expected: "every case answered as the document says", Answered: "some are not", Count: 1, Scenario: rec.scenarios[0].Name,
		})
	}
	switch {
	case len(rec.failures) > 0:
		rec.verdict, rec.party = reports.Failed, reports.PartyTarget
	case has(reports.Failed):
		// What went wrong was laid to other rules: this one could not be seen for it.
		rec.verdict, rec.party = reports.Inconclusive, reports.PartyTarget
		reasons = append([]string{"its cases fail by other rules: " + strings.Join(s.rulesIn(r.ID), ", ")}, reasons...)
	case has(reports.Inconclusive):
		rec.verdict = reports.Inconclusive
	case has(reports.Passed):
		rec.verdict = reports.Passed
	case has(reports.NotApplicable):
		rec.verdict = reports.NotApplicable
	default:
		rec.verdict = reports.Inconclusive
		reasons = append(reasons, "no case could be tried")
	}
	rec.reason = strings.Join(reasons, "; ")
	if rec.verdict == reports.Passed {
		rec.reason, rec.party = "", ""
	}
	if rec.verdict == reports.Inconclusive && rec.party == "" {
		rec.party = reports.PartyTarget
	}
}

// notApplicable says why a rule does not apply to the target, or nothing.
func (s *suite) notApplicable(r features.Rule) string {
	if !slices.Contains(r.Editions, s.session.Edition.Name) {
		return "not of the " + s.session.Edition.Name + " edition"
	}
	if slices.Contains(r.Needs, "signature") && !s.checksSignatures() {
		return "the target checks no signatures"
	}
	return ""
}

func (s *suite) checksSignatures() bool {
	t, ok := targets.As[targets.Signer](s.o.Target)
	return ok && len(t.Algorithms()) > 0
}

func (s *suite) event(e Event) {
	if s.o.OnEvent == nil {
		return
	}
	for _, is := range s.selected {
		if is {
			e.Total++
		}
	}
	e.Done, e.Cases, e.Requests, e.Seconds = s.done, int(s.cases.Load()), s.session.Requests(), time.Since(s.started).Seconds()
	s.o.OnEvent(e)
}
