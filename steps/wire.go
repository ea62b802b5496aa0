package steps

import (
	"context"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

func (sc *scenario) defineWire(step func(string, any)) {
	step(`a call is sent in every unusual form`, func() { sc.special = sc.tryForms })
	step(`markup, quotes and control characters are sent in every parameter`, func() { sc.special = func(ctx context.Context) error { return sc.tryTexts(ctx, markup) } })
	step(`parameters out of all bounds are sent`, func() { sc.special = sc.tryBounds })
	step(`requests that no client would send have been sent`, func(ctx context.Context) error {
		saved := *sc
		sc.special = sc.tryForms
		err := sc.run(ctx)
		sc.special, sc.ran, sc.outcomes, sc.result = nil, false, nil, saved.result
		return err
	})
	step(`every one is answered`, func(ctx context.Context) error { return sc.answered(ctx, trial.NoAnswer) })
	step(`every answer is well-formed`, func(ctx context.Context) error { return sc.answered(ctx, trial.NoAnswer) })
}

// former is a target that can send forms of a request that no client library would.
type former interface {
	// Forms lists the names of the forms.
	Forms() []string
}

// tryForms sends a plain valid call in each unusual form, one after another, each on its own instance.
func (sc *scenario) tryForms(ctx context.Context) error {
	f, ok := sc.s.o.Target.(former)
	if !ok || len(f.Forms()) == 0 {
		sc.result.inconclusive("", "the target's adapter cannot send unusual forms")
		return nil
	}
	var attempts []attempt
	for i, name := range f.Forms() {
		if sc.s.o.Shard.has(sc.key(), i) {
			attempts = append(attempts, sc.changed(func(c *targets.Call) { c.Wire = name }))
		}
	}
	return sc.tryBatches(ctx, attempts)
}

// changed is a plain valid call with a change.
func (sc *scenario) changed(change func(*targets.Call)) attempt {
	p := generators.Point{Classes: sc.model.Baseline(), Values: make([]string, len(sc.model.Factors))}
	for f, factor := range sc.model.Factors {
		p.Values[f] = factor.Classes[0].Name
	}
	c := sc.model.Case(p)
	change(c.Steps[0].Call)
	return attempt{model: sc.model, kase: c}
}

var markup = []string{
	`<script>alert(1)</script>`, `"><x y="`, `]]>`, `<![CDATA[x`, `&amp;&bogus;`, `<!DOCTYPE x>`, `"}`, `\`, `\u0000`, "\x1b[31mred\x1b[0m", "a\tb", "a\r\nX-Injected: 1", "\x00", "\u202e", `{"a":`,
}

var parameters = []string{generators.Action, generators.InstanceID, generators.Method, generators.Strategy, generators.DBName, generators.Type, generators.Format}

// tryTexts sends each text in each parameter, asking for XML and for JSON.
func (sc *scenario) tryTexts(ctx context.Context, texts []string) error {
	var attempts []attempt
	i := 0
	for _, name := range parameters {
		for _, text := range texts {
			for _, format := range []string{"JSON", "XML"} {
				i++
				if !sc.s.o.Shard.has(sc.key(), i) {
					continue
				}
				attempts = append(attempts, sc.changed(func(c *targets.Call) { *c = c.With(generators.Format, format).With(name, text) }))
			}
		}
	}
	return sc.tryBatches(ctx, attempts)
}

// tryBounds sends repeated, very long, binary and doubly encoded parameters.
func (sc *scenario) tryBounds(ctx context.Context) error {
	var attempts []attempt
	n := 0
	add := func(change func(*targets.Call)) {
		if n++; sc.s.o.Shard.has(sc.key(), n) {
			attempts = append(attempts, sc.changed(change))
		}
	}
	for _, name := range parameters {
		for _, n := range []int{300, 3000, 30000} {
			add(func(c *targets.Call) { *c = c.With(name, strings.Repeat("x", n)) })
		}
		for _, text := range []string{"\xff\xfe", "\xc0\x80", "a\x00b", "%2550hysical", "%25252550", strings.Repeat("%25", 40), "\U0010ffff"} {
			add(func(c *targets.Call) { *c = c.With(name, text) })
		}
		for _, n := range []int{2, 20} {
			add(func(c *targets.Call) {
				for i := range n {
					c.Params = append(c.Params, targets.Param{Name: name, Value: strings.Repeat("y", i), In: c.Params[0].In})
				}
			})
		}
	}
	return sc.tryBatches(ctx, attempts)
}

// answered states that every call was answered, whatever with.
func (sc *scenario) answered(ctx context.Context, kind string) error {
	return sc.check(ctx, func(o outcome) (bool, string) {
		for _, v := range o.violations {
			if v.Kind == kind {
				return false, ""
			}
		}
		return true, ""
	})
}
