package steps

import (
	"context"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

func (sc *scenario) defineWire(step func(string, any)) {
	step(`a valid call is sent in every unusual form`, func() { sc.special = sc.tryForms })
	step(`markup, quotes and control characters are sent in every parameter`, func() { sc.special = func(ctx context.Context) error { return sc.tryTexts(ctx, markup) } })
	step(`repeated, very long, binary and doubly encoded parameters are sent`, func() { sc.special = sc.tryBounds })
	step(`calls were sent in every unusual form`, func(ctx context.Context) error {
		saved := *sc
		sc.special = sc.tryForms
		err := sc.run(ctx)
		sc.special, sc.ran, sc.outcomes, sc.result = nil, false, nil, saved.result
		return err
	})
	step(`each unusual or unlimited call is followed by a plain valid one`, func() { sc.special = sc.tryFollowed })
	step(`every call gets a well-formed answer`, sc.answered)
}

// tryForms sends a plain valid call in each unusual form, one after another, each on its own instance.
func (sc *scenario) tryForms(ctx context.Context) error {
	f, ok := targets.As[targets.RawRequester](sc.s.o.Target)
	if !ok || len(f.RawRequests()) == 0 {
		sc.result.inconclusive("", "the target's adapter cannot send unusual forms")
		return nil
	}
	return sc.tryBatches(ctx, sc.forms(f))
}

func (sc *scenario) forms(f targets.RawRequester) []attempt {
	var attempts []attempt
	for i, name := range f.RawRequests() {
		if sc.s.o.Shard.has(sc.key(), i) {
			attempts = append(attempts, sc.changed(func(c *targets.Call) { c.Wire = name }))
		}
	}
	return attempts
}

// tryFollowed sends what no client would, and after each a plain valid call on another instance: one case at a time, so that what a call does to the next shows
// with that one. What comes of the odd call itself is not looked at.
func (sc *scenario) tryFollowed(ctx context.Context) error {
	if !sc.s.session.Capabilities().Provision {
		sc.result.lacks("provision")
		return nil
	}
	attempts := sc.bounds()
	if f, ok := targets.As[targets.RawRequester](sc.s.o.Target); ok {
		attempts = append(attempts, sc.forms(f)...)
	}
	plain := sc.changed(func(*targets.Call) {})
	for i, a := range attempts {
		attempts[i].kase.Conditions = append(a.kase.Conditions, plain.kase.Conditions[0])
		call := sc.model.Call(sc.plainest(), 1)
		attempts[i].kase.Steps = append(a.kase.Steps, targets.Step{Do: targets.StepCall, Instance: 1, Call: &call})
	}
	at := sc.s.o.Concurrency
	sc.s.o.Concurrency = 1
	defer func() { sc.s.o.Concurrency = at }()
	err := sc.tryBatches(ctx, attempts)
	for i, o := range sc.outcomes {
		sc.outcomes[i].violations = slices.DeleteFunc(o.violations, func(v trial.Violation) bool { return v.Step == 0 })
	}
	return err
}

// changed is a plain valid call with a change.
func (sc *scenario) changed(change func(*targets.Call)) attempt {
	c := sc.model.Case(sc.plainest())
	change(c.Steps[0].Call)
	return attempt{model: sc.model, kase: c}
}

func (sc *scenario) plainest() generators.Vector {
	p := generators.Vector{Classes: sc.model.Baseline(), Values: make([]string, len(sc.model.Factors))}
	for f, factor := range sc.model.Factors {
		p.Values[f] = factor.Classes[0].Name
	}
	return p
}

var markup = []string{
	`<script>alert(1)</script>`, `"><x y="`, `]]>`, `<![CDATA[x`, `&amp;&bogus;`, `<!DOCTYPE x>`, `"}`, `\`, `\u0000`, "\x1b[31mred\x1b[0m", "a\tb", "a\r\nX-Injected: 1", "\x00", "\u202e", `{"a":`, "\xff\xfe",
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
	// An implementation that looks at a parameter only where it is valid repeats it only there.
	for _, valid := range sc.validFor() {
		for _, text := range texts {
			for _, format := range []string{"JSON", "XML"} {
				if i++; sc.s.o.Shard.has(sc.key(), i) {
					a := sc.changed(func(c *targets.Call) {
						for _, p := range valid.beside {
							*c = c.With(p.Name, p.Value)
						}
						*c = c.With(generators.Format, format).With(valid.name, text)
					})
					a.kase.Conditions[0].Engine, a.kase.Conditions[0].Databases = valid.engine, []string{"app"}
					attempts = append(attempts, a)
				}
			}
		}
	}
	return sc.tryBatches(ctx, attempts)
}

// valid is a parameter with what it takes for it to count.
type valid struct {
	name, engine string
	beside       []targets.Param
}

// validFor lists the parameters that count beside some others alone.
func (sc *scenario) validFor() []valid {
	can := sc.s.session.Capabilities().Engines
	has := func(engine string) bool { return len(can) == 0 || slices.Contains(can, engine) }
	logical := []targets.Param{{Name: generators.Method, Value: "Logical"}}
	db := append(slices.Clone(logical), targets.Param{Name: generators.Strategy, Value: "db"})
	var vs []valid
	if has(targets.MySQL) {
		vs = append(vs, valid{generators.Strategy, targets.MySQL, logical}, valid{generators.DBName, targets.MySQL, db})
	}
	if sc.s.session.Edition.SQLServerDatabases && has(targets.SQLServer) {
		vs = append(vs, valid{generators.DBName, targets.SQLServer, []targets.Param{
			{Name: generators.Method, Value: "Physical"}, {Name: generators.Type, Value: "FullBackup"}, {Name: generators.Strategy, Value: "db"},
		}})
	}
	return vs
}

// tryBounds sends repeated, very long, binary and doubly encoded parameters.
func (sc *scenario) tryBounds(ctx context.Context) error { return sc.tryBatches(ctx, sc.bounds()) }

func (sc *scenario) bounds() []attempt {
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
	return attempts
}

// answered states that every call gets a well-formed answer, whichever it is.
func (sc *scenario) answered(ctx context.Context) error {
	return sc.check(ctx, func(o outcome) (bool, string) {
		return !slices.ContainsFunc(o.violations, func(v trial.Violation) bool { return v.Kind == trial.NoAnswer }), ""
	})
}
