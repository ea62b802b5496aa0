package steps

import (
	"slices"
	"strings"
	"sync"

	"github.com/cbspec/cbspec/reports"
)

// behaviours are what the target does where the document leaves it open: by rule, by what was asked, what was seen.
type behaviours struct {
	mu   sync.Mutex
	seen map[string]map[string]map[string]int
}

func (b *behaviours) note(rule, group, what string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.seen == nil {
		b.seen = map[string]map[string]map[string]int{}
	}
	if b.seen[rule] == nil {
		b.seen[rule] = map[string]map[string]int{}
	}
	if b.seen[rule][group] == nil {
		b.seen[rule][group] = map[string]int{}
	}
	b.seen[rule][group][what]++
}

// report says each rule's behaviours in words: "refused", or "empty: refused; another letter case: accepted".
func (b *behaviours) report() []reports.Behaviour {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := []reports.Behaviour{}
	for rule, groups := range b.seen {
		var parts []string
		all := map[string]bool{}
		for group, whats := range groups {
			for w := range whats {
				all[w] = true
			}
			part := strings.Join(sortedKeys(whats), " or ")
			if group != "" {
				part = group + ": " + part
			}
			parts = append(parts, part)
		}
		slices.Sort(parts)
		observed := strings.Join(parts, "; ")
		if len(all) == 1 && !strings.HasPrefix(rule, "CB-COMBO") {
			observed = sortedKeys(all)[0]
		}
		out = append(out, reports.Behaviour{ID: rule, Observed: observed})
	}
	slices.SortFunc(out, func(x, y reports.Behaviour) int { return strings.Compare(x.ID, y.ID) })
	return out
}

func sortedKeys[V any](m map[string]V) []string {
	var ks []string
	for k := range m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}
