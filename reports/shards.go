package reports

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// ErrMerge means that reports are not the shards of one run.
var ErrMerge = errors.New("these are not the shards of one run")

// sortShards sorts the shards of one run, and checks that they belong together and that none is
// missing.
func sortShards(shards []*Report) ([]*Report, error) {
	if len(shards) == 0 {
		return nil, fmt.Errorf("%w: there is no report", ErrMerge)
	}
	first := shards[0]
	var sorted []*Report
	for i, r := range shards {
		index, count, ok := shardOf(r)
		if !ok {
			return nil, fmt.Errorf("%w: report %d has the shard %q: it is of a whole run, or of none",
				ErrMerge, i+1, r.Shard)
		}
		if sorted == nil {
			sorted = make([]*Report, count)
		}
		if count != len(sorted) {
			return nil, fmt.Errorf("%w: one is shard %s and another is shard %s", ErrMerge, first.Shard, r.Shard)
		}
		if what := difference(first, r); what != "" {
			return nil, fmt.Errorf("%w: shards %s and %s differ in %s", ErrMerge, first.Shard, r.Shard, what)
		}
		if sorted[index-1] != nil {
			return nil, fmt.Errorf("%w: shard %s is given twice", ErrMerge, r.Shard)
		}
		sorted[index-1] = r
	}
	var missing []string
	for i, r := range sorted {
		if r == nil {
			missing = append(missing, fmt.Sprintf("%d/%d", i+1, len(sorted)))
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("%w: shard %s is missing", ErrMerge, strings.Join(missing, ", "))
	}
	return sorted, nil
}

// mostShards is how many shards a run can have.
const mostShards = 10_000

// shardOf returns which shard of how many a report is.
func shardOf(r *Report) (index, count int, ok bool) {
	n, err := fmt.Sscanf(r.Shard, "%d/%d", &index, &count)
	return index, count, n == 2 && err == nil && 1 <= index && index <= count && count <= mostShards
}

// difference says in what two reports differ that the shards of one run share. It is empty where
// they can be shards of one run.
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

// implementation returns the implementation of a report, empty where the report has none.
func implementation(r *Report) Implementation {
	if r.Target.Implementation == nil {
		return Implementation{}
	}
	return *r.Target.Implementation
}
