package reports

import (
	"fmt"
	"slices"
	"strings"
)

// Merge joins the shards of one run, in any order, into the report of the whole run. Its error
// wraps [ErrMerge] and says which report does not belong to the others, or is missing.
//
// What cannot be joined exactly is stated as a bound that is certain: the percentiles are those of
// the slowest shard, and the coverage is that of the shard that reached most. Replays get new
// numbers, and pictures are in a folder for each shard, such as shard-2-of-5/histories/: whoever
// writes the report copies them there.
func Merge(shards []*Report) (*Report, error) {
	sorted, err := sortShards(shards)
	if err != nil {
		return nil, err
	}
	whole := joinRuns(sorted)
	rules := make([][]Rule, len(sorted)) // by shard
	for j, s := range sorted {
		rules[j] = withFindingKeys(s)
	}
	whole.Rules = slices.Clone(whole.Rules)
	for i := range whole.Rules {
		parts := make([]Rule, len(sorted))
		for j := range sorted {
			parts[j] = withPicturesIn(fmt.Sprintf("shard-%d-of-%d", j+1, len(sorted)), rules[j][i])
		}
		whole.Rules[i] = joinRule(parts)
	}
	joinFindings(whole)
	whole.Totals, whole.Judged, whole.Verdict = Sum(whole), JudgedOf(whole), Verdict(whole)
	return whole, nil
}

// joinRuns joins all of the shards but their rules, totals and verdict.
func joinRuns(shards []*Report) *Report {
	whole := *shards[0]
	whole.Shard, whole.Complete, whole.CutShort, whole.Throughput = "", true, "", 0
	whole.Requests, whole.Backups, whole.Throttled, whole.Coverage = 0, 0, 0, Coverage{}
	whole.Warnings, whole.LeftOut, whole.Phases, whole.Behaviours = nil, nil, nil, nil
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
			whole.Warnings = union(whole.Warnings, []string{
				"The shards called different endpoints. One of them is " + s.Target.Endpoint + ".",
			})
		}
	}
	whole.CutShort = strings.Join(cut, "; ")
	if slices.ContainsFunc(whole.Coverage.Tuples, func(t Tuples) bool { return t.Reached < t.Possible }) {
		whole.Warnings = union(whole.Warnings, []string{
			"The coverage by strength is that of the shard that reached most. All shards together reached at least that.",
		})
	}
	return &whole
}

func slowest(a, b Latency) Latency {
	return Latency{P50: max(a.P50, b.P50), P90: max(a.P90, b.P90), P99: max(a.P99, b.P99), Max: max(a.Max, b.Max)}
}

// union adds to a what it lacks of b.
func union[T comparable](a, b []T) []T {
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// merged adds each element of more to a list: to the element with the same key, or at the end.
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

// joinBehaviours lists what any shard observed.
func joinBehaviours(a, b []Behaviour) []Behaviour {
	return merged(a, b, func(o Behaviour) string { return o.ID }, func(to *Behaviour, o Behaviour) {
		seen := union(strings.Split(to.Observed, "; "), strings.Split(o.Observed, "; "))
		slices.Sort(seen)
		to.Observed = strings.Join(seen, "; ")
		to.Order = union(slices.Clone(to.Order), o.Order)
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
