package steps

import (
	"cmp"
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
	seen   map[string]map[string][]observation
	orders map[string]map[reports.Precedence]bool // by rule
}

// observation is what one case showed.
type observation struct {
	what string
	when []reports.Condition // the class of each factor
}

// Note adds an observation. The group says what was asked for, where a rule has several.
func (o *observations) Note(rule, group, observed string, when ...reports.Condition) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen == nil {
		o.seen = map[string]map[string][]observation{}
	}
	if o.seen[rule] == nil {
		o.seen[rule] = map[string][]observation{}
	}
	o.seen[rule][group] = append(o.seen[rule][group], observation{observed, when})
}

// NoteOrder adds which of two faults of a call is named.
func (o *observations) NoteOrder(rule string, order reports.Precedence) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.orders == nil {
		o.orders = map[string]map[reports.Precedence]bool{}
	}
	if o.orders[rule] == nil {
		o.orders[rule] = map[reports.Precedence]bool{}
	}
	o.orders[rule][order] = true
}

// report says in words what was observed for each rule: "refused", or "empty: refused; another
// letter case: accepted".
func (o *observations) report() []reports.Behaviour {
	o.mu.Lock()
	defer o.mu.Unlock()
	out := []reports.Behaviour{}
	for _, rule := range slices.Sorted(maps.Keys(o.seen)) {
		order := slices.SortedFunc(maps.Keys(o.orders[rule]), func(a, b reports.Precedence) int {
			return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.Then, b.Then))
		})
		out = append(out, reports.Behaviour{ID: rule, Observed: observed(rule, o.seen[rule]), Order: order})
	}
	return out
}

// observed says in words what was observed for one rule.
func observed(rule string, groups map[string][]observation) string {
	var parts []string
	all := map[string]bool{}
	for group, seen := range groups {
		words := kindsOf(seen)
		for _, w := range words {
			all[w] = true
		}
		part := strings.Join(words, " or ")
		if depends := dependsOn(seen); len(words) > 1 && depends != "" {
			part = depends
		}
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

// kindsOf lists what was observed, each once.
func kindsOf(seen []observation) []string {
	var words []string
	for _, o := range seen {
		words = append(words, o.what)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// timesOfClass is how often each class of a factor must be seen before what was observed is said to
// depend on it.
const timesOfClass = 2

// dependsOn says what was observed by the classes of the first factor that decides it, such as
// "accepted when the engine is MySQL, refused when the engine is MariaDB". It is empty where no
// factor does.
func dependsOn(seen []observation) string {
	for i := range seen[0].when {
		what, times := map[string]string{}, map[string]int{} // by class
		decides := true
		for _, o := range seen {
			if len(o.when) != len(seen[0].when) {
				return ""
			}
			class := o.when[i].Classes[0]
			decides = decides && (what[class] == "" || what[class] == o.what)
			what[class] = o.what
			times[class]++
		}
		for _, n := range times {
			decides = decides && n >= timesOfClass
		}
		if decides {
			return byClass(seen[0].when[i].Factor, what)
		}
	}
	return ""
}

// byClass says what was observed for the classes of a factor.
func byClass(factor string, what map[string]string) string {
	classes := map[string][]string{} // by what was observed
	for _, class := range slices.Sorted(maps.Keys(what)) {
		classes[what[class]] = append(classes[what[class]], class)
	}
	var parts []string
	for _, seen := range slices.Sorted(maps.Keys(classes)) {
		parts = append(parts, seen+" when "+reports.Condition{Factor: factor, Classes: classes[seen]}.String())
	}
	return strings.Join(parts, ", ")
}
