package diagnose

import (
	"time"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// Config is what a diagnosis needs to know of a run.
type Config struct {
	Session  *runner.Session
	Executor *testcase.Executor
	Model    *generators.Model // of what the target understands
	Rules    []features.Rule
	Seed     uint64
	// Concurrency is how many test cases of a search run at once.
	Concurrency int
	Target      targets.Target // renders calls as shell commands, where it can
	// PlainCallAccepted reports whether the plainest call was accepted when the run began.
	// It may be nil.
	PlainCallAccepted func() bool
	// OnFailure, where set, is called with each new failure.
	OnFailure func(Failure)
}

// Failure describes a new failure.
type Failure struct {
	Rule     string
	Sentence string
	Seen     runner.Moment // when it was first seen
}

// Under says what was under test when something went wrong.
type Under struct {
	Rule     features.Rule
	Scenario string
	Model    *generators.Model
}

// key names the scenario.
func (u Under) key() string { return u.Rule.ID + "/" + u.Scenario }

// raw reports whether raw requests were under test.
func (u Under) raw() bool { return u.Rule.Phase == "wire" }

// ownExample reports whether an example of one rule was under test, so that what is special about
// the case is what that rule speaks of.
func (u Under) ownExample() bool { return u.Rule.Level != oracle.May && u.Rule.Phase == "examples" }

// Diagnosis explains violations and keeps the failures that it finds, by rule. Its methods are for
// one goroutine, but for [Diagnosis.Unanswered].
type Diagnosis struct {
	config     Config
	searcher   *searcher
	registry   registry
	attributor attributor
	effort     effort
	races      map[string]*known // by scenario
	pictures   []Picture
}

// New returns a diagnosis that knows of no failure.
func New(c Config) *Diagnosis {
	if c.PlainCallAccepted == nil {
		c.PlainCallAccepted = func() bool { return false }
	}
	if c.OnFailure == nil {
		c.OnFailure = func(Failure) {}
	}
	edition := c.Model.Edition
	return &Diagnosis{
		config: c, registry: newRegistry(), races: map[string]*known{},
		attributor: attributor{rules: c.Rules, edition: edition.Name},
		searcher: &searcher{
			session: c.Session, edition: edition, model: c.Model, seed: c.Seed, concurrency: c.Concurrency,
			plainCallAccepted: c.PlainCallAccepted,
		},
	}
}

// Failures returns the failures of a rule, in the order in which they were found.
func (d *Diagnosis) Failures(rule string) []reports.Failure { return d.registry.failures[rule] }

// RulesFailedUnder lists the rules that were found to fail while that one was under test.
func (d *Diagnosis) RulesFailedUnder(rule string) []string { return d.registry.failedUnder(rule) }

// Unanswered reports whether a test case has a call that the target is known not to answer in time.
// It may be called by several goroutines while no method that explains is running.
func (d *Diagnosis) Unanswered(c testcase.Case) bool {
	if !d.registry.knowsLate() {
		return false
	}
	if d.registry.late(c) {
		return true
	}
	for i := range c.Case.Steps {
		if d.registry.late(d.searcher.callAlone(c.Case, i)) {
			return true
		}
	}
	return false
}

// AddKept adds a failure that was kept from an earlier run and came again: a comparison or a race.
func (d *Diagnosis) AddKept(u Under, f reports.Failure) {
	f.Curl = Curl(d.config.Target, *f.Case)
	if f.Race != nil {
		f.Curl = raceCurl(d.config.Target, runner.Race{Case: *f.Case, Completing: f.Race.Completing})
	}
	d.add(u, entry{rule: u.Rule.ID, level: u.Rule.Level, failure: f})
}

// AddViolation adds a violation of a case that is not reduced, as one that takes long is not, with
// the answer that shows it.
func (d *Diagnosis) AddViolation(u Under, c targets.Case, v judge.Violation, a targets.Answer) {
	cause := causeOf(v, runner.Event{})
	cause.Case, cause.Exact = &c, true
	f := reports.Failure{Expected: v.Expected, Answered: v.Answered, Case: &c, Curl: Curl(d.config.Target, c)}
	ofAnswer(&f, a)
	cause.describe(&f)
	d.add(u, entry{rule: v.Rule(), level: v.Level(), kind: v.Kind, failure: f})
}

// AddSummary adds to the rule under test that its cases fail because of other rules.
func (d *Diagnosis) AddSummary(u Under, see []string) {
	f := reports.Failure{
		Expected: "every case is answered as documented", Answered: "some cases are not", Count: 1, Scenario: u.Scenario,
	}
	(cause{See: see}).describe(&f)
	d.registry.failures[u.Rule.ID] = append(d.registry.failures[u.Rule.ID], f)
}

// add adds a failure that is its own explanation. An equal one is counted.
func (d *Diagnosis) add(u Under, e entry) *known {
	if k := d.registry.equal(e); k != nil {
		d.registry.count(u, k)
		return k
	}
	e.failure.Count, e.failure.Scenario = 1, u.Scenario
	k := d.registry.add(u, known{kind: e.kind, rule: e.rule, level: e.level}, e.failure)
	now := runner.Moment{Time: time.Now(), Requests: d.searcher.session.Requests()}
	d.config.OnFailure(Failure{e.rule, e.failure.Law, now})
	return k
}
