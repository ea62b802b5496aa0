package steps

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/scenario"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/typo"
)

// Options say what is judged, by which rules, and with how much effort. The zero value of each
// field has a default.
type Options struct {
	Target targets.Target
	// About is what the report says about the target.
	About reports.Target
	// ReplayFlags are the flags by which the command's replay reaches the target. The report has
	// them beside each failure.
	ReplayFlags []string
	// Edition is the edition of the document: original (the default) or current.
	Edition string
	// Async is set where the target may take a job that then fails, which counts as refused.
	Async bool

	Rules  []string // ids or patterns such as CB-METHOD-*; none is all
	Skip   []string // ids or patterns
	Areas  []string // names of areas
	Levels []string // must, should, may
	Phases []string // see features.Phases

	// ReadOnly is set where only calls are sent that every reading of the document refuses. A rule
	// that needs a call accepted is then inconclusive.
	ReadOnly bool
	// Quota is set where the rules about the quota also run on fixtures, although they use up the
	// backups of a day.
	Quota bool

	Checks      int           // random cases of a scenario; default 20, or 3 with fixtures or a limit of backups
	Strength    int           // of the covering arrays, 1 to 6; default 3
	Seed        uint64        // default 1
	Concurrency int           // cases that run at once; default 16, and always 1 with a limit of backups
	MaxTime     time.Duration // 0 sets no bound
	Shard       Shard
	// MaxFindings ends the run after that many failures of must and should rules with causes of
	// their own; 0 sets no bound.
	MaxFindings int

	Version string // of cbspec, for the report
	// Notes are added to the warnings of the report.
	Notes []string
	// OnEvent, where set, is called with what the run does, one event at a time.
	OnEvent func(Event)
	// SentBefore and MadeBefore are the requests and the backups of what the run needed before it
	// began. The report counts them.
	SentBefore, MadeBefore int
	// OnCall, where set, is called with every call and its answer, several at a time.
	OnCall func(targets.Call, targets.Answer)
	// OnPicture, where set, gets the page that draws an illegal history of a race, and the path of
	// the page beside the report.
	OnPicture func(name string, page []byte)
	// OnScript, where set, gets godog's Cucumber JSON of each rule.
	OnScript func([]byte)
	// Corpus holds kept failures, which run first.
	Corpus []reports.Replay
}

// Shard is one of several parts of a run. The zero value is the whole run.
type Shard = scenario.Shard

// ErrOptions reports that the options cannot be followed. Nothing was sent.
var ErrOptions = errors.New("options")

// ErrEnough reports that a run ended early because it found as much as it was asked for.
var ErrEnough = errors.New("it found as many failures as it was asked for (--max-findings, --fail-fast)")

// Defaults of [Options].
const (
	defaultChecks        = 20
	defaultFixtureChecks = 3
	defaultStrength      = 3
	defaultConcurrency   = 16
	maxStrength          = 6
)

func (o Options) withDefaults() (Options, error) {
	if o.Target == nil {
		return o, fmt.Errorf("%w: no target", ErrOptions)
	}
	setDefault(&o.Edition, oracle.Original)
	if _, leased := targets.As[targets.FixturePool](o.Target); leased {
		setDefault(&o.Checks, defaultFixtureChecks)
		if len(o.Phases) == 0 && len(o.Rules) == 0 {
			o.Phases = []string{"examples"} // the others need more backups than a day has
		}
	}
	if limited(o.Target) {
		setDefault(&o.Checks, defaultFixtureChecks)
		o.Concurrency = 1 // what one call has reserved is returned before the next needs it
	}
	setDefault(&o.Checks, defaultChecks)
	setDefault(&o.Strength, defaultStrength)
	setDefault(&o.Seed, 1)
	setDefault(&o.Concurrency, defaultConcurrency)
	setDefault(&o.Version, "devel")
	if len(o.Phases) == 0 {
		o.Phases = features.Phases()
	}
	return o, o.check()
}

// Validate reports what is wrong with the options. It sends nothing. The error wraps [ErrOptions].
func (o Options) Validate() error {
	o, err := o.withDefaults()
	if err != nil {
		return err
	}
	if _, err := oracle.EditionOf(o.Edition); err != nil {
		return fmt.Errorf("%w: %w", ErrOptions, err)
	}
	rules, err := features.Catalogue()
	if err != nil {
		return err
	}
	_, err = o.selected(rules)
	return err
}

// check reports what is wrong with the options.
func (o Options) check() error {
	for _, p := range o.Phases {
		if !slices.Contains(features.Phases(), p) {
			return fmt.Errorf("%w: unknown phase %q%s: it is one of %s",
				ErrOptions, p, typo.Hint(p, features.Phases()), strings.Join(features.Phases(), ", "))
		}
	}
	for _, l := range o.Levels {
		if l != oracle.Must && l != oracle.Should && l != oracle.May {
			return fmt.Errorf("%w: unknown level %q%s: it is must, should or may",
				ErrOptions, l, typo.Hint(l, []string{oracle.Must, oracle.Should, oracle.May}))
		}
	}
	if o.Checks < 1 || o.Strength < 1 || o.Strength > maxStrength || o.Concurrency < 1 {
		return fmt.Errorf("%w: checks and concurrency must be 1 or more, strength 1 to %d", ErrOptions, maxStrength)
	}
	if o.Shard.Count > 1 && (o.Shard.Index < 1 || o.Shard.Index > o.Shard.Count) {
		return fmt.Errorf("%w: shard %d of %d: it is 1 to %d", ErrOptions, o.Shard.Index, o.Shard.Count, o.Shard.Count)
	}
	return nil
}

func setDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}
