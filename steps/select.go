package steps

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/targets/typo"
)

// selected returns the rules of the catalogue that are to be run. A selector that matches nothing
// is an error.
func (o Options) selected(rules []features.Rule) (map[string]bool, error) {
	ids := make([]string, len(rules))
	for i, r := range rules {
		ids[i] = r.ID
	}
	for _, pattern := range o.Rules {
		if slices.Contains(areas(rules), pattern) {
			return nil, fmt.Errorf("%w: %s is an area: write --tags %s", ErrOptions, pattern, pattern)
		}
	}
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
			return nil, fmt.Errorf("%w: no area is named %q%s", ErrOptions, a, typo.Hint(a, areas(rules)))
		}
	}
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	run, some := map[string]bool{}, false
	for _, r := range rules {
		run[r.ID] = (len(o.Rules) == 0 || wanted[r.ID]) && !unwanted[r.ID] &&
			in(o.Levels, r.Level) && in(o.Phases, r.Phase) && in(o.Areas, r.Area)
		some = some || run[r.ID]
	}
	if !some {
		return nil, fmt.Errorf("%w: the selectors leave no rule to run", ErrOptions)
	}
	return run, nil
}

// Selects reports whether a rule of one of the levels is to be run.
func (o Options) Selects(levels ...string) (bool, error) {
	o, err := o.withDefaults()
	if err != nil {
		return false, err
	}
	rules, err := features.Catalogue()
	if err != nil {
		return false, err
	}
	selected, err := o.selected(rules)
	return slices.ContainsFunc(rules, func(r features.Rule) bool { return selected[r.ID] && slices.Contains(levels, r.Level) }), err
}

// areas returns the areas of the rules, each once.
func areas(rules []features.Rule) []string {
	var list []string
	for _, r := range rules {
		if !slices.Contains(list, r.Area) {
			list = append(list, r.Area)
		}
	}
	return list
}

// unwanted reports whether a rule was left out by its name or its level, so that nothing is said
// about it.
func (o Options) unwanted(r features.Rule) bool {
	skipped := slices.ContainsFunc(o.Skip, func(pattern string) bool { return matches(pattern, r.ID) })
	return skipped || len(o.Levels) > 0 && !slices.Contains(o.Levels, r.Level)
}

// match returns the ids that match one of the patterns. A pattern that no id matches is an error.
func match(patterns, ids []string) (map[string]bool, error) {
	got := map[string]bool{}
	for _, p := range patterns {
		hit := false
		for _, id := range ids {
			if matches(p, id) {
				got[id], hit = true, true
			}
		}
		if !hit {
			return nil, fmt.Errorf("%w: no rule matches %q%s", ErrOptions, p, suggestion(p, ids))
		}
	}
	return got, nil
}

// matches reports whether an id matches a pattern, with or without its prefix.
func matches(pattern, id string) bool {
	return slices.ContainsFunc([]string{id, strings.TrimPrefix(id, "CB-")}, func(name string) bool {
		ok, err := path.Match(strings.ToUpper(pattern), name)
		return err == nil && ok
	})
}

// suggestion names the id that is most like a mistyped one.
func suggestion(typed string, ids []string) string {
	if id := typo.Nearest(typed, ids); id != "" {
		return fmt.Sprintf("; did you mean %s?", id)
	}
	return "; `cbspec rules` lists them"
}
