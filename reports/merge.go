package reports

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// ErrMerge says that reports are not the shards of one run.
var ErrMerge = errors.New("these are not the shards of one run")

// Merge joins the shards of one run to the report of the whole. Its errors wrap ErrMerge, and say which report does not belong, or is missing.
func Merge(shards []*Report) (*Report, error) {
	if len(shards) == 0 {
		return nil, fmt.Errorf("%w: there is none", ErrMerge)
	}
	first := shards[0]
	byIndex := map[int]*Report{}
	count := 0
	for i, r := range shards {
		var index, n int
		if _, err := fmt.Sscanf(r.Shard, "%d/%d", &index, &n); err != nil {
			return nil, fmt.Errorf("%w: report %d is of a whole run", ErrMerge, i+1)
		}
		if count == 0 {
			count = n
		}
		for _, same := range []struct {
			what string
			a, b any
		}{
			{"number of shards", count, n}, {"seed", first.Seed, r.Seed}, {"edition", first.Edition, r.Edition}, {"target", first.Target.Name, r.Target.Name},
			{"version of cbspec", first.Tool.Version, r.Tool.Version}, {"options", first.Options, r.Options}, {"list of rules", ids(first), ids(r)},
		} {
			if !reflect.DeepEqual(same.a, same.b) {
				return nil, fmt.Errorf("%w: the %s of shard %s is %v, that of shard %s is %v", ErrMerge, same.what, r.Shard, same.b, first.Shard, same.a)
			}
		}
		if byIndex[index] != nil {
			return nil, fmt.Errorf("%w: shard %s is there twice", ErrMerge, r.Shard)
		}
		byIndex[index] = r
	}
	ordered := make([]*Report, count)
	for i := range ordered {
		if ordered[i] = byIndex[i+1]; ordered[i] == nil {
			return nil, fmt.Errorf("%w: shard %d/%d is missing", ErrMerge, i+1, count)
		}
	}
	return join(ordered), nil
}

func ids(r *Report) []string {
	list := make([]string, len(r.Rules))
	for i, rule := range r.Rules {
		list[i] = rule.ID
	}
	return list
}

// join sums up shards in their order.
func join(shards []*Report) *Report {
	whole := *shards[0]
	whole.Shard, whole.Complete, whole.CutShort = "", true, ""
	whole.Requests, whole.Backups, whole.Throttled, whole.Throughput, whole.DurationSeconds, whole.Latency = 0, 0, 0, 0, 0, Latency{}
	whole.Warnings, whole.LeftOut, whole.Phases, whole.Behaviours = nil, nil, nil, nil
	whole.Rules = slices.Clone(whole.Rules)
	for i := range whole.Rules {
		parts := make([]Rule, len(shards))
		for j, s := range shards {
			parts[j] = s.Rules[i]
		}
		whole.Rules[i] = joinRule(parts)
	}
	tuples := map[int]Tuples{}
	for _, s := range shards {
		whole.Started = min(whole.Started, s.Started)
		whole.Requests += s.Requests
		whole.Backups += s.Backups
		whole.Throttled += s.Throttled
		whole.Throughput += s.Throughput
		whole.DurationSeconds = max(whole.DurationSeconds, s.DurationSeconds)
		// Of percentiles of parts the worst is the one that is surely reached.
		whole.Latency = Latency{max(whole.Latency.P50, s.Latency.P50), max(whole.Latency.P90, s.Latency.P90), max(whole.Latency.P99, s.Latency.P99), max(whole.Latency.Max, s.Latency.Max)}
		if !s.Complete {
			whole.Complete = false
			whole.CutShort = strings.TrimPrefix(whole.CutShort+"; shard "+s.Shard+": "+s.CutShort, "; ")
		}
		whole.Warnings = union(whole.Warnings, s.Warnings)
		whole.LeftOut = append(whole.LeftOut, s.LeftOut...)
		whole.Phases = joinPhases(whole.Phases, s.Phases)
		whole.Behaviours = joinBehaviours(whole.Behaviours, s.Behaviours)
		for _, t := range s.Coverage.Tuples {
			have := tuples[t.Strength]
			// The shards reach different tuples, and some of them the same: the sum is a bound, the greatest is certain.
			tuples[t.Strength] = Tuples{Strength: t.Strength, Reached: max(have.Reached, t.Reached), Possible: max(have.Possible, t.Possible)}
		}
	}
	whole.Coverage = Coverage{Classes: counts(shards, func(c Coverage) []Count { return c.Classes }),
		Refusals: counts(shards, func(c Coverage) []Count { return c.Refusals }), Transitions: counts(shards, func(c Coverage) []Count { return c.Transitions })}
	for _, t := range tuples {
		whole.Coverage.Tuples = append(whole.Coverage.Tuples, t)
	}
	slices.SortFunc(whole.Coverage.Tuples, func(a, b Tuples) int { return cmp.Compare(a.Strength, b.Strength) })
	whole.Totals = Sum(&whole)
	whole.Verdict = Verdict(&whole)
	return &whole
}

// worst orders the verdicts of a rule's parts: the first that any part has is that of the whole. A part that had no case of the rule says nothing of it.
var worst = []string{Failed, Passed, Inconclusive, NotApplicable, Skipped}

func joinRule(parts []Rule) Rule {
	whole := parts[0]
	whole.Cases, whole.Scenarios, whole.Failures, whole.Waiver = 0, nil, nil, nil
	for _, v := range worst {
		if i := slices.IndexFunc(parts, func(p Rule) bool { return p.Verdict == v }); i >= 0 {
			whole.Verdict, whole.Reason, whole.Party = v, parts[i].Reason, parts[i].Party
			break
		}
	}
	for _, p := range parts {
		whole.Cases += p.Cases
		for _, s := range p.Scenarios {
			i := slices.IndexFunc(whole.Scenarios, func(o Scenario) bool { return o.Name == s.Name })
			if i < 0 {
				whole.Scenarios = append(whole.Scenarios, s)
				continue
			}
			o := &whole.Scenarios[i]
			if slices.Index(worst, s.Verdict) < slices.Index(worst, o.Verdict) {
				o.Verdict, o.Reason = s.Verdict, s.Reason
			}
			o.Cases += s.Cases
			o.Seconds += s.Seconds
		}
		for _, f := range p.Failures {
			i := slices.IndexFunc(whole.Failures, func(o Failure) bool { return o.Law == f.Law })
			if i < 0 {
				whole.Failures = append(whole.Failures, f)
				continue
			}
			whole.Failures[i].Count += f.Count
		}
	}
	// A scenario that no part could try leaves the rule open, as in a whole run.
	if i := slices.IndexFunc(whole.Scenarios, func(s Scenario) bool { return s.Verdict == Inconclusive }); i >= 0 && whole.Verdict == Passed {
		whole.Verdict, whole.Reason = Inconclusive, whole.Scenarios[i].Reason
	}
	for i := range whole.Failures {
		if whole.Failures[i].Case != nil {
			whole.Failures[i].Replay = fmt.Sprintf("replays/%s-%d.json", whole.ID, i+1)
		}
	}
	return whole
}

func union(a, b []string) []string {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

func joinPhases(a, b []Phase) []Phase {
	for _, p := range b {
		i := slices.IndexFunc(a, func(o Phase) bool { return o.Name == p.Name })
		if i < 0 {
			a = append(a, p)
			continue
		}
		a[i].Cases += p.Cases
		a[i].Requests += p.Requests
		a[i].Seconds = max(a[i].Seconds, p.Seconds)
	}
	return a
}

func joinBehaviours(a, b []Behaviour) []Behaviour {
	for _, o := range b {
		i := slices.IndexFunc(a, func(have Behaviour) bool { return have.ID == o.ID })
		switch {
		case i < 0:
			a = append(a, o)
		case !slices.Contains(strings.Split(a[i].Observed, "; "), o.Observed):
			a[i].Observed += "; " + o.Observed
		}
	}
	slices.SortFunc(a, func(x, y Behaviour) int { return cmp.Compare(x.ID, y.ID) })
	return a
}

func counts(shards []*Report, of func(Coverage) []Count) []Count {
	var sums []Count
	for _, s := range shards {
		for _, c := range of(s.Coverage) {
			i := slices.IndexFunc(sums, func(o Count) bool { return o.Name == c.Name })
			if i < 0 {
				sums = append(sums, c)
				continue
			}
			sums[i].Count += c.Count
		}
	}
	slices.SortFunc(sums, func(a, b Count) int { return cmp.Compare(a.Name, b.Name) })
	return sums
}
