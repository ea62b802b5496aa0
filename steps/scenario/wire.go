package scenario

import (
	"context"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// wire sends for a scenario what no client library would.
type wire struct{ *Scenario }

// rawRequests lists the raw requests that the target's adapter can send.
func (s wire) rawRequests() []string {
	if t, ok := targets.As[targets.RawRequester](s.env.Target); ok {
		return t.RawRequests()
	}
	return nil
}

// runRawRequests sends a plain valid call as each raw request, each on its own instance.
func (s wire) runRawRequests(ctx context.Context) error {
	names := s.rawRequests()
	if len(names) == 0 {
		s.tally.inconclusive("the target's adapter cannot send raw requests")
		return nil
	}
	return s.runCases(ctx, s.rawCases(names))
}

func (s wire) rawCases(names []string) []testcase.Case {
	var cases []testcase.Case
	for i, name := range names {
		if s.inShard(i) {
			cases = append(cases, s.plainBut(func(c *targets.Call) { c.Wire = name }))
		}
	}
	return cases
}

// afterRawRequests sends the raw requests before the cases of the scenario. Another rule
// judges their own results.
func (s wire) afterRawRequests(ctx context.Context) error {
	before := s.tally
	err := s.runRawRequests(ctx)
	s.results, s.tally = nil, before
	return err
}

// runFollowed sends calls that no client would, and after each a plain valid call on another
// instance. The cases run one at a time, so that a call that does harm is followed by the one that
// shows it. The result of the unusual call itself is up to other rules.
func (s wire) runFollowed(ctx context.Context) error {
	if !s.env.can().Provision {
		s.tally.lacks("provision")
		return nil
	}
	cases := append(s.unlimitedCases(), s.rawCases(s.rawRequests())...)
	m := s.build.model
	plain := m.BaselineVector()
	for i, c := range cases {
		call := m.Call(plain, 1)
		cases[i].Case = targets.Case{
			Conditions: append(slices.Clone(c.Case.Conditions), m.Condition(plain)),
			Steps:      append(slices.Clone(c.Case.Steps), targets.Step{Do: targets.StepCall, Instance: 1, Call: &call}),
		}
	}
	results, err := s.env.Executor.RunInOrder(ctx, cases)
	s.results = append(s.results, results...)
	for i, r := range s.results {
		s.results[i].Violations = slices.DeleteFunc(r.Violations, func(v judge.Violation) bool { return v.Step == 0 })
	}
	return err
}

// plainBut returns the case of a plain valid call with a change.
func (s wire) plainBut(change func(*targets.Call)) testcase.Case {
	c := s.build.model.Case(s.build.model.BaselineVector())
	change(c.Steps[0].Call)
	return testcase.Case{Model: s.build.model, Case: c}
}

// markup are texts that break an answer which echoes them without escaping.
func markup() []string {
	return []string{
		`<script>alert(1)</script>`, `"><x y="`, `]]>`, `<![CDATA[x`, `&amp;&bogus;`, `<!DOCTYPE x>`, `"}`, `\`, `\u0000`,
		"\x1b[31mred\x1b[0m", "a\tb", "a\r\nX-Injected: 1", "\x00", "\u202e", `{"a":`, "\xff\xfe",
	}
}

// parameters lists the parameters that unusual values are sent in.
func parameters() []string {
	return []string{
		generators.Action, generators.InstanceID, generators.Method, generators.Strategy, generators.DBName, generators.Type, generators.Format,
	}
}

// place where markup is sent: a parameter, beside others, to an instance of an engine.
type markupPlace struct {
	name, engine string
	beside       []targets.Param
}

// runMarkup sends markup in every parameter, asking for XML and for JSON.
func (s wire) runMarkup(ctx context.Context) error {
	var places []markupPlace
	for _, name := range parameters() {
		places = append(places, markupPlace{name: name})
	}
	var cases []testcase.Case
	i := 0
	for _, p := range append(places, s.dependentParameters()...) {
		for _, text := range markup() {
			for _, format := range []string{"JSON", "XML"} {
				if i++; s.inShard(i) {
					cases = append(cases, s.markupCase(p, text, format))
				}
			}
		}
	}
	return s.runCases(ctx, cases)
}

func (s wire) markupCase(p markupPlace, text, format string) testcase.Case {
	c := s.plainBut(func(c *targets.Call) {
		for _, beside := range p.beside {
			*c = c.With(beside.Name, beside.Value)
		}
		*c = c.With(generators.Format, format).With(p.name, text)
	})
	if p.engine != "" {
		c.Case.Conditions[0].Engine, c.Case.Conditions[0].Databases = p.engine, []string{"app"}
	}
	return c
}

// dependentParameters lists the parameters that are valid only beside others. An implementation
// that looks at a parameter only where it is valid echoes it only there.
func (s wire) dependentParameters() []markupPlace {
	engines := s.env.can().Engines
	has := func(engine string) bool { return len(engines) == 0 || slices.Contains(engines, engine) }
	logical := []targets.Param{{Name: generators.Method, Value: "Logical"}}
	db := append(slices.Clone(logical), targets.Param{Name: generators.Strategy, Value: "db"})
	var places []markupPlace
	if has(targets.MySQL) {
		places = append(places, markupPlace{generators.Strategy, targets.MySQL, logical}, markupPlace{generators.DBName, targets.MySQL, db})
	}
	if s.env.edition().SQLServerDatabases && has(targets.SQLServer) {
		places = append(places, markupPlace{generators.DBName, targets.SQLServer, []targets.Param{
			{Name: generators.Method, Value: "Physical"}, {Name: generators.Type, Value: "FullBackup"}, {Name: generators.Strategy, Value: "db"},
		}})
	}
	return places
}

// runUnlimited sends repeated, very long, binary and doubly encoded parameters.
func (s wire) runUnlimited(ctx context.Context) error {
	return s.runCases(ctx, s.unlimitedCases())
}

func (s wire) unlimitedCases() []testcase.Case {
	var cases []testcase.Case
	i := 0
	add := func(change func(*targets.Call)) {
		if i++; s.inShard(i) {
			cases = append(cases, s.plainBut(change))
		}
	}
	for _, name := range parameters() {
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
	return cases
}
