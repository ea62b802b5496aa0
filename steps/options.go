package steps

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/typo"
)

// Options say what is judged, by which rules, and with how much effort. The zero value of each has a default.
type Options struct {
	Target targets.Target
	// About is what the report says of the target.
	About reports.Target
	// ReplayFlags are those by which the command's replay reaches the target; the report has them beside each failure.
	ReplayFlags []string
	// Edition of the document: original (the default) or current.
	Edition string
	// Async: the target may refuse by a job that ends as Failed.
	Async bool

	Rules  []string // ids or patterns such as CB-METHOD-*; none is all
	Skip   []string // likewise
	Areas  []string // names of areas
	Levels []string // must, should, may
	Phases []string

	// ReadOnly: only calls are sent that every reading of the document refuses. Nothing that wants a call accepted gets a verdict.
	ReadOnly bool
	// Quota: the rules of the quota are tried also where instances are lent and not made, though they use up a day's backups.
	Quota bool

	Checks      int           // random cases of a scenario; default 20, or 3 where instances are lent
	Strength    int           // of the covering arrays; default 3
	Seed        uint64        // default 1
	Concurrency int           // cases tried at once; default 16
	MaxTime     time.Duration // 0 is no bound
	Shard       Shard

	Version string // of cbspec, for the report
	// Notes are said in the report beside its warnings.
	Notes []string
	// OnEvent, where set, is told what the run does, one event at a time.
	OnEvent func(Event)
	// OnCall, where set, is told of every call and its answer, several at a time.
	OnCall func(targets.Call, targets.Answer)
	// OnPicture, where set, is given the page that draws an illegal history of a race, and its path beside the report.
	OnPicture func(name string, page []byte)
	// OnScript, where set, is given godog's Cucumber JSON of each rule.
	OnScript func([]byte)
	// Corpus holds kept failures, which are tried first.
	Corpus []reports.Replay
}

// Shard is one of so many parts of a run; the zero value is the whole of it.
type Shard struct{ Index, Count int }

// has tells whether the i-th case of the scenario of that name is in the shard.
func (s Shard) has(name string, i int) bool {
	if s.Count <= 1 {
		return true
	}
	offset := 0
	for _, c := range name {
		offset = (offset*31 + int(c)) % s.Count
	}
	return (offset+i)%s.Count == s.Index-1
}

// String is "2/5", or empty for the whole.
func (s Shard) String() string {
	if s.Count <= 1 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Count)
}

// ErrOptions says that the options cannot be followed. Nothing was sent.
var ErrOptions = errors.New("options")

func (o Options) withDefaults() (Options, error) {
	if o.Target == nil {
		return o, fmt.Errorf("%w: no target", ErrOptions)
	}
	setDefault(&o.Edition, oracle.Original)
	if _, leases := targets.As[targets.FixturePool](o.Target); leases {
		setDefault(&o.Checks, 3)
		if len(o.Phases) == 0 && len(o.Rules) == 0 {
			o.Phases = []string{"examples"} // the others would want more backups than a day has
		}
	}
	setDefault(&o.Checks, 20)
	setDefault(&o.Strength, 3)
	setDefault(&o.Seed, 1)
	setDefault(&o.Concurrency, 16)
	setDefault(&o.Version, "devel")
	if len(o.Phases) == 0 {
		o.Phases = features.Phases()
	}
	for _, p := range o.Phases {
		if !slices.Contains(features.Phases(), p) {
			return o, fmt.Errorf("%w: unknown phase %q: it is one of %s", ErrOptions, p, strings.Join(features.Phases(), ", "))
		}
	}
	for _, l := range o.Levels {
		if l != oracle.Must && l != oracle.Should && l != oracle.May {
			return o, fmt.Errorf("%w: unknown level %q: it is must, should or may", ErrOptions, l)
		}
	}
	if o.Checks < 1 || o.Strength < 1 || o.Strength > 6 || o.Concurrency < 1 {
		return o, fmt.Errorf("%w: checks and concurrency must be 1 or more, strength 1 to 6", ErrOptions)
	}
	if o.Shard.Count > 1 && (o.Shard.Index < 1 || o.Shard.Index > o.Shard.Count) {
		return o, fmt.Errorf("%w: shard %d of %d: it is 1 to %d", ErrOptions, o.Shard.Index, o.Shard.Count, o.Shard.Count)
	}
	return o, nil
}

func setDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// selected splits the catalogue's rules into those to run, and the others. A selector that matches nothing is an error.
func (o Options) selected(rules []features.Rule) (map[string]bool, error) {
	ids := make([]string, len(rules))
	for i, r := range rules {
		ids[i] = r.ID
	}
	run := map[string]bool{}
	wanted, err := match(o.Rules, ids)
	if err != nil {
		return nil, err
	}
	unwanted, err := match(o.Skip, ids)
	if err != nil {
		return nil, err
	}
	for _, a := range o.Areas {
		if !slices.ContainsFunc(rules, func(r features.Rule) bool { return r.Area == a }) {
			return nil, fmt.Errorf("%w: no area is named %q", ErrOptions, a)
		}
	}
	for _, r := range rules {
		in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
		run[r.ID] = (len(o.Rules) == 0 || wanted[r.ID]) && !unwanted[r.ID] && in(o.Levels, r.Level) && in(o.Phases, r.Phase) && in(o.Areas, r.Area)
	}
	for _, is := range run {
		if is {
			return run, nil
		}
	}
	return nil, fmt.Errorf("%w: no rule is left to run by what was selected", ErrOptions)
}

// unwanted tells whether nothing is to be said of a rule: it was left out by name or by its level.
func (o Options) unwanted(r features.Rule) bool {
	skipped, err := match(o.Skip, []string{r.ID})
	return err == nil && skipped[r.ID] || len(o.Levels) > 0 && !slices.Contains(o.Levels, r.Level)
}

// match resolves patterns to ids.
func match(patterns, ids []string) (map[string]bool, error) {
	got := map[string]bool{}
	for _, p := range patterns {
		hit := false
		for _, id := range ids {
			short := strings.TrimPrefix(id, "CB-")
			if ok, _ := path.Match(strings.ToUpper(p), id); ok {
				got[id], hit = true, true
			} else if ok, _ := path.Match(strings.ToUpper(p), short); ok {
				got[id], hit = true, true
			}
		}
		if !hit {
			return nil, fmt.Errorf("%w: no rule matches %q%s", ErrOptions, p, meant(p, ids))
		}
	}
	return got, nil
}

// meant suggests the id that is most like a mistyped one.
func meant(typed string, ids []string) string {
	if id := typo.Nearest(typed, ids); id != "" {
		return fmt.Sprintf("; did you mean %s?", id)
	}
	return "; `cbspec rules` lists them"
}
