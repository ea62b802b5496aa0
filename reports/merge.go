package reports

import (
	"errors"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
)

// ErrMerge says that reports are not the shards of one run.
var ErrMerge = errors.New("these are not the shards of one run")

// Merge joins the shards of one run, in whatever order, to the report of the whole run. The error wraps [ErrMerge] and
// says which report does not belong, or is missing.
//
// What cannot be joined exactly is stated as what is certain: the percentiles are those of the slowest shard, the coverage
// is that of the shard that reached most. The replays are numbered anew, and the pictures are below a folder for each
// shard, such as shard-2-of-5/histories/: whoever keeps the report writes and copies them there.
func Merge(shards []*Report) (*Report, error) {
	ordered, err := order(shards)
	if err != nil {
		return nil, err
	}
	return join(ordered), nil
}

// order puts shards in their order, and makes sure that they belong together and that none is missing.
func order(shards []*Report) ([]*Report, error) {
	if len(shards) == 0 {
		return nil, fmt.Errorf("%w: there is none", ErrMerge)
	}
	first := shards[0]
	var ordered []*Report
	for i, r := range shards {
		index, count, ok := shardOf(r)
		if !ok {
			return nil, fmt.Errorf("%w: report %d says that its shard is %q: it is of a whole run, or of none", ErrMerge, i+1, r.Shard)
		}
		if ordered == nil {
			ordered = make([]*Report, count)
		}
		if count != len(ordered) {
			return nil, fmt.Errorf("%w: one is shard %s and another is shard %s", ErrMerge, first.Shard, r.Shard)
		}
		if what := difference(first, r); what != "" {
			return nil, fmt.Errorf("%w: shards %s and %s differ in %s", ErrMerge, first.Shard, r.Shard, what)
		}
		if ordered[index-1] != nil {
			return nil, fmt.Errorf("%w: shard %s is given twice", ErrMerge, r.Shard)
		}
		ordered[index-1] = r
	}
	var missing []string
	for i, r := range ordered {
		if r == nil {
			missing = append(missing, fmt.Sprintf("%d/%d", i+1, len(ordered)))
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%w: shard %s is missing", ErrMerge, strings.Join(missing, ", "))
	}
	return ordered, nil
}

// shardOf reads which part of how many a report is.
func shardOf(r *Report) (index, count int, ok bool) {
	n, err := fmt.Sscanf(r.Shard, "%d/%d", &index, &count)
	return index, count, n == 2 && err == nil && 1 <= index && index <= count && count <= 10000
}

// difference says in what two reports differ that shards of one run share.
func difference(a, b *Report) string {
	for _, shared := range []struct {
		what string
		a, b any
	}{
		{"seed", a.Seed, b.Seed},
		{"edition", a.Edition, b.Edition},
		{"target", a.Target.Name, b.Target.Name},
		{"implementation", implementation(a), implementation(b)},
		{"what the target can do", a.Target.Capabilities, b.Target.Capabilities},
		{"version of cbspec", a.Tool.Version, b.Tool.Version},
		{"strength", a.Options.Strength, b.Options.Strength},
		{"checks", a.Options.Checks, b.Options.Checks},
		{"phases", a.Options.Phases, b.Options.Phases},
	} {
		if !reflect.DeepEqual(shared.a, shared.b) {
			return Visible(fmt.Sprintf("%s: %v and %v", shared.what, shared.a, shared.b))
		}
	}
	if !slices.EqualFunc(a.Rules, b.Rules, func(x, y Rule) bool { return x.ID == y.ID }) {
		return "the rules that they know"
	}
	return ""
}

func implementation(r *Report) Implementation {
	if r.Target.Implementation == nil {
		return Implementation{}
	}
	return *r.Target.Implementation
}

// join sums up shards that are in their order.
func join(shards []*Report) *Report {
	whole := *shards[0]
	whole.Shard, whole.Complete, whole.CutShort, whole.Throughput, whole.Requests, whole.Backups, whole.Throttled = "", true, "", 0, 0, 0, 0
	whole.Warnings, whole.LeftOut, whole.Phases, whole.Behaviours, whole.Coverage = nil, nil, nil, nil, Coverage{}
	var cut []string
	for _, s := range shards {
		whole.Started = min(whole.Started, s.Started)
		whole.DurationSeconds = max(whole.DurationSeconds, s.DurationSeconds) // they ran side by side
		whole.Throughput += s.Throughput
		whole.Requests += s.Requests
		whole.Backups += s.Backups
		whole.Throttled += s.Throttled
		whole.Latency = slowest(whole.Latency, s.Latency)
		if !s.Complete {
			whole.Complete = false
			cut = append(cut, "shard "+s.Shard+": "+s.CutShort)
		}
		whole.Warnings = union(whole.Warnings, s.Warnings)
		whole.LeftOut = union(whole.LeftOut, s.LeftOut)
		whole.Phases = joinPhases(whole.Phases, s.Phases)
		whole.Behaviours = joinBehaviours(whole.Behaviours, s.Behaviours)
		whole.Coverage = joinCoverage(whole.Coverage, s.Coverage)
		if s.Target.Endpoint != whole.Target.Endpoint {
			whole.Warnings = union(whole.Warnings, []string{"The shards called different endpoints, " + s.Target.Endpoint + " too."})
		}
	}
	whole.CutShort = strings.Join(cut, "; ")
	if slices.ContainsFunc(whole.Coverage.Tuples, func(t Tuples) bool { return t.Reached < t.Possible }) {
		whole.Warnings = union(whole.Warnings, []string{"The coverage by strength is that of the shard that reached most: together the shards reached at least that."})
	}
	whole.Rules = slices.Clone(whole.Rules)
	for i := range whole.Rules {
		parts := make([]Rule, len(shards))
		for j, s := range shards {
			parts[j] = s.Rules[i]
			parts[j].Failures = slices.Clone(parts[j].Failures)
			for k := range parts[j].Failures {
				if f := &parts[j].Failures[k]; f.Picture != "" {
					f.Picture = path.Join(fmt.Sprintf("shard-%d-of-%d", j+1, len(shards)), f.Picture)
				}
			}
		}
		whole.Rules[i] = joinRule(parts)
	}
	whole.Totals, whole.Verdict = Sum(&whole), Verdict(&whole)
	return &whole
}

func slowest(a, b Latency) Latency {
	return Latency{P50: max(a.P50, b.P50), P90: max(a.P90, b.P90), P99: max(a.P99, b.P99), Max: max(a.Max, b.Max)}
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// merged adds each of more to list: to what has the same key there, or else as a new one at the end.
func merged[T any, K comparable](list, more []T, key func(T) K, add func(to *T, what T)) []T {
	for _, what := range more {
		if i := slices.IndexFunc(list, func(have T) bool { return key(have) == key(what) }); i >= 0 {
			add(&list[i], what)
		} else {
			list = append(list, what)
		}
	}
	return list
}

func joinPhases(a, b []Phase) []Phase {
	return merged(a, b, func(p Phase) string { return p.Name }, func(to *Phase, p Phase) {
		to.Cases += p.Cases
		to.Requests += p.Requests
		to.Seconds = max(to.Seconds, p.Seconds)
	})
}

// joinBehaviours lists what was observed in any shard.
func joinBehaviours(a, b []Behaviour) []Behaviour {
	return merged(a, b, func(o Behaviour) string { return o.ID }, func(to *Behaviour, o Behaviour) {
		seen := union(strings.Split(to.Observed, "; "), strings.Split(o.Observed, "; "))
		slices.Sort(seen)
		to.Observed = strings.Join(seen, "; ")
	})
}

func joinCoverage(a, b Coverage) Coverage {
	return Coverage{
		Tuples: merged(a.Tuples, b.Tuples, func(t Tuples) int { return t.Strength }, func(to *Tuples, t Tuples) {
			if t.Reached > to.Reached {
				*to = t
			}
		}),
		Classes:     joinCounts(a.Classes, b.Classes),
		Refusals:    joinCounts(a.Refusals, b.Refusals),
		Transitions: joinCounts(a.Transitions, b.Transitions),
	}
}

func joinCounts(a, b []Count) []Count {
	return merged(a, b, func(c Count) string { return c.Name }, func(to *Count, c Count) { to.Count += c.Count })
}

// joinRule joins what the shards say of one rule.
func joinRule(parts []Rule) Rule {
	whole := parts[0]
	whole.Cases, whole.Scenarios, whole.Failures, whole.Waiver = 0, nil, nil, nil
	for _, p := range parts {
		whole.Cases += p.Cases
		whole.Scenarios = merged(whole.Scenarios, p.Scenarios, func(s Scenario) string { return s.Name }, joinScenario)
		whole.Failures = merged(whole.Failures, p.Failures, func(f Failure) [2]string { return [2]string{f.Law, f.Answered} }, func(to *Failure, f Failure) {
			to.Count += f.Count
		})
	}
	known := len(whole.Failures) > 0
	for i := range whole.Failures {
		f := &whole.Failures[i]
		known = known && f.Known != nil
		if f.Case != nil {
			f.Replay = fmt.Sprintf("replays/%s-%d.json", whole.ID, i+1)
		}
	}
	if known {
		whole.Waiver = whole.Failures[0].Known
	}
	whole.Verdict, whole.Reason, whole.Party = joinVerdict(parts, whole.Scenarios)
	return whole
}

// joinScenario adds one shard's part of a scenario: a part without an effective case says nothing of the others.
func joinScenario(to *Scenario, s Scenario) {
	if slices.Index(scenarioVerdicts, s.Verdict) < slices.Index(scenarioVerdicts, to.Verdict) {
		to.Verdict, to.Reason = s.Verdict, s.Reason
	}
	to.Cases += s.Cases
	to.Rounds += s.Rounds
	to.Seconds += s.Seconds
}

// scenarioVerdicts in the order in which one prevails over another where parts of one scenario differ.
var scenarioVerdicts = []string{Failed, Passed, Inconclusive, NotApplicable, Skipped}

// ruleVerdicts in the order in which one prevails over another where parts of one rule, or its scenarios, differ.
var ruleVerdicts = []string{Failed, Inconclusive, Passed, NotApplicable, Skipped}

// joinVerdict gives a rule the verdict that it would have in a run of all shards. Where all that a shard says is that it
// lacked cases of a scenario, the scenarios of the whole decide; what else it says of the rule (that it was cut short,
// that its failures are laid to other rules) holds for the whole.
func joinVerdict(parts []Rule, scenarios []Scenario) (verdict, reason, party string) {
	lacking := reasonsOf(scenarios)
	lacks := func(p Rule) bool {
		return p.Reason == reasonsOf(p.Scenarios) && (p.Reason != "" || p.Verdict != Inconclusive)
	}
	for _, verdict := range ruleVerdicts {
		for _, p := range parts {
			if p.Verdict == verdict && !lacks(p) {
				return verdict, p.Reason, p.Party
			}
		}
		for _, p := range parts {
			if p.Verdict == verdict && (verdict != Inconclusive || lacking != "") {
				return verdict, lacking, p.Party
			}
		}
	}
	return Passed, "", "" // what one shard lacked, another had
}

// reasonsOf says why scenarios are inconclusive; it is empty if none is.
func reasonsOf(scenarios []Scenario) string {
	var reasons []string
	for _, s := range scenarios {
		if s.Verdict == Inconclusive {
			reasons = union(reasons, []string{s.Reason})
		}
	}
	return strings.Join(reasons, "; ")
}
