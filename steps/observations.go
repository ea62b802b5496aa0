package steps

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/cbspec/cbspec/reports"
)

// observations are what a target does where the document leaves it open.
type observations struct {
	mu sync.Mutex
	// seen holds what was observed, by the rule and by what was asked for.
	seen map[string]map[string]map[string]bool
}

// Note adds an observation. The group says what was asked for, where a rule has several.
func (o *observations) Note(rule, group, observed string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen == nil {
		o.seen = map[string]map[string]map[string]bool{}
	}
	if o.seen[rule] == nil {
		o.seen[rule] = map[string]map[string]bool{}
	}
	if o.seen[rule][group] == nil {
		o.seen[rule][group] = map[string]bool{}
	}
	o.seen[rule][group][observed] = true
}

// report says in words what was observed for each rule: "refused", or "empty: refused; another
// letter case: accepted".
func (o *observations) report() []reports.Behaviour {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := []reports.Behaviour{}
	for _, rule := range slices.Sorted(maps.Keys(o.seen)) {
		out = append(out, reports.Behaviour{ID: rule, Observed: observed(rule, o.seen[rule])})
	}
	return out
}

// observed says in words what was observed for one rule.
func observed(rule string, groups map[string]map[string]bool) string {
	var parts []string
	all := map[string]bool{}
	for group, seen := range groups {
		maps.Copy(all, seen)
		part := strings.Join(slices.Sorted(maps.Keys(seen)), " or ")
		if group != "" {
			part = group + ": " + part
		}
		parts = append(parts, part)
	}
	if len(all) == 1 && !strings.HasPrefix(rule, "CB-COMBO") {
		return slices.Collect(maps.Keys(all))[0]
	}
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}
