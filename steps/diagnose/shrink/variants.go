package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// compared is what came of holding a case against something else than what the document says of each of its calls.
type compared struct {
	wrong              bool
	why                string // why that says nothing, where it does not
	expected, answered string
}

// again is how often two cases are compared once more before a difference is taken for one: what comes and goes by itself is none.
const again = 2

// decisions states that a call is accepted if and only if the same call, said as in the other case, is.
func decisions(ctx context.Context, s *trial.Session, c, other targets.Case) (compared, error) {
	return bothTell(ctx, s, c, other, func(h trial.History) (string, string) {
		switch e := h.Last(); {
		case len(s.Judge(h)) > 0:
			return "", "one of the two is wrong by another rule"
		case e.Decision == targets.Throttled || e.Decision == targets.Lost || e.Decision == targets.Broken:
			return "", "not every call was answered"
		default:
			return trial.Say(e), ""
		}
	}, func(said string) string { verb, _, _ := strings.Cut(said, " "); return verb }, "%s, as without the difference", "%s")
}

// types states that a backup is of the type of that of the other case.
func types(ctx context.Context, s *trial.Session, c, other targets.Case) (compared, error) {
	return bothTell(ctx, s, c, other, func(h trial.History) (string, string) {
		if t := typeMade(h); t != "" {
			return t, ""
		}
		return "", "no backup shows its type"
	}, func(said string) string { return said }, "a backup of the same type as with Auto (%s)", "a backup of type %s")
}

// bothTell runs two cases until they come to the same by what is read of each, or differ in one way again and again.
func bothTell(ctx context.Context, s *trial.Session, c, other targets.Case, read func(trial.History) (said, why string), key func(string) string, expected, answered string) (compared, error) {
	var out compared
	for i := range 1 + again {
		var said [2]string
		for side, kase := range []targets.Case{c, other} {
			h, err := s.Run(ctx, kase)
			if err != nil {
				return out, err
			}
			if len(h.Events) == 0 {
				return compared{why: "no call was made"}, nil
			}
			if said[side], out.why = read(h); out.why != "" {
				return compared{why: out.why}, nil
			}
		}
		one, two := fmt.Sprintf(answered, said[0]), fmt.Sprintf(expected, said[1])
		if key(said[0]) == key(said[1]) || i > 0 && (one != out.answered || two != out.expected) {
			return compared{expected: two, answered: one}, nil
		}
		out = compared{wrong: true, expected: two, answered: one}
	}
	return out, nil
}

// typeMade is the type of the one backup that came of the last call, as far as it shows.
func typeMade(h trial.History) string {
	for _, bs := range h.Last().New {
		if len(bs) == 1 {
			t := strings.ToLower(bs[0].Type)
			switch {
			case strings.Contains(t, "incr"):
				return "incremental"
			case strings.Contains(t, "full"):
				return "full"
			}
			return t
		}
	}
	return ""
}

// spelling states that a call which one rule alone refuses is refused with one of the codes.
func spelling(ctx context.Context, s *trial.Session, c targets.Case, codes []string) (compared, error) {
	h, err := s.Run(ctx, c)
	if err != nil {
		return compared{}, err
	}
	if len(h.Events) == 0 {
		return compared{why: "no call was made"}, nil
	}
	e := h.Last()
	out := compared{expected: suchAs(codes), answered: trial.Say(e)}
	switch {
	case e.Decision != targets.Refused || e.Answer.Code == "":
		out.why = "not refused with a Code"
	case len(e.Expect.Refuse) != 1:
		out.why = "not refused for one reason alone"
	default:
		out.wrong = !oneOf(codes, e.Answer.Code)
	}
	return out, nil
}

// least finds the least case that is still wrong, and what came of it; was is what came of the case itself.
func (s *suite) least(
	ctx context.Context, c targets.Case, was compared, simpler func(targets.Case) []targets.Case, wrong func(context.Context, targets.Case) (compared, error),
) (targets.Case, compared, error) {
	bounded, cancel := context.WithTimeout(ctx, caseTime)
	defer cancel()
	return leastOf(bounded, c, was, simpler, wrong)
}

// leastOf is least for whatever can be made simpler.
func leastOf[C any](ctx context.Context, c C, was compared, simpler func(C) []C, wrong func(context.Context, C) (compared, error)) (C, compared, error) {
	for found := true; found; {
		found = false
		for _, d := range simpler(c) {
			out, err := wrong(ctx, d)
			switch {
			case errors.Is(ctx.Err(), context.DeadlineExceeded):
				return c, was, nil
			case fatal(err):
				return c, was, err
			}
			if found = err == nil && out.wrong; found {
				c, was = d, out
				break
			}
		}
	}
	return c, was, nil
}

// withoutType lists the simpler cases that end in a call without a BackupType.
func withoutType(c targets.Case) []targets.Case {
	return slices.DeleteFunc(simpler(c), func(d targets.Case) bool {
		last := d.Steps[len(d.Steps)-1]
		return last.Call == nil || len(last.Call.Values(generators.Type)) > 0
	})
}

// withAuto is a case with Auto for the BackupType of its last call.
func withAuto(c targets.Case) targets.Case {
	d := targets.Case{Conditions: c.Conditions, Steps: slices.Clone(c.Steps)}
	n := len(d.Steps) - 1
	call := d.Steps[n].Call.With(generators.Type, "Auto")
	d.Steps[n].Call = &call
	return d
}

// pair is one call said in two ways, each as a case of one step.
type pair struct{ a, b targets.Case }

// simplerPairs lists pairs that are a little simpler: of a plainer condition, of fewer parameters, of less that is said differently.
func simplerPairs(p pair) []pair {
	var out []pair
	call := func(c targets.Case) targets.Call { return *c.Steps[0].Call }
	with := func(a, b targets.Call) {
		out = append(out, pair{oneCall(p.a.Conditions, a), oneCall(p.b.Conditions, b)})
	}
	a, b := call(p.a), call(p.b)
	for _, d := range simplerConditions(p.a.Conditions[0]) {
		out = append(out, pair{oneCall([]targets.Condition{d}, a), oneCall([]targets.Condition{d}, b)})
	}
	for _, name := range names(a) {
		if name != generators.Action && name != generators.InstanceID {
			with(a.Without(name), b.Without(name))
		}
	}
	for _, liken := range likenings {
		if c := liken.apply(a, b); liken.differ(a, b) {
			with(a, c)
		}
	}
	return out
}

func oneCall(conditions []targets.Condition, call targets.Call) targets.Case {
	return targets.Case{Conditions: conditions, Steps: []targets.Step{{Do: targets.StepCall, Call: &call}}}
}

func names(c targets.Call) []string {
	var out []string
	for _, p := range c.Params {
		if !slices.Contains(out, p.Name) {
			out = append(out, p.Name)
		}
	}
	return out
}

// likenings are the respects in which the same call can be said differently: whether b differs from a in it, b as a is, and how to say the difference.
var likenings = []struct {
	differ func(a, b targets.Call) bool
	apply  func(a, b targets.Call) targets.Call
	say    func(a, b targets.Call) string
}{
	{
		func(a, b targets.Call) bool { return a.Encoding != b.Encoding },
		func(a, b targets.Call) targets.Call { b.Encoding = a.Encoding; return b },
		func(a, b targets.Call) string {
			return fmt.Sprintf("the encoding %q and not %q", b.Encoding, a.Encoding)
		},
	},
	{
		func(a, b targets.Call) bool {
			return !slices.Equal(a.Values(generators.Format), b.Values(generators.Format))
		},
		func(a, b targets.Call) targets.Call {
			if f, named := a.Get(generators.Format); named {
				return b.With(generators.Format, f)
			}
			return b.Without(generators.Format)
		},
		func(a, b targets.Call) string {
			x, _ := a.Get(generators.Format)
			y, _ := b.Get(generators.Format)
			return fmt.Sprintf("the Format %s and not %s", y, x)
		},
	},
	{
		func(a, b targets.Call) bool { return wayWords(a) != wayWords(b) },
		func(a, b targets.Call) targets.Call {
			b.Method, b.Params = a.Method, slices.Clone(b.Params)
			for i, p := range b.Params {
				if j := slices.IndexFunc(a.Params, func(q targets.Param) bool { return q.Name == p.Name }); j >= 0 {
					b.Params[i].In = a.Params[j].In
				}
			}
			return b
		},
		func(a, b targets.Call) string { return wayWords(b) + " and not " + wayWords(a) },
	},
	{
		func(a, b targets.Call) bool { return !slices.Equal(names(a), names(b)) },
		func(a, b targets.Call) targets.Call {
			order := names(a)
			b.Params = slices.Clone(b.Params)
			slices.SortStableFunc(b.Params, func(p, q targets.Param) int { return slices.Index(order, p.Name) - slices.Index(order, q.Name) })
			return b
		},
		func(_, b targets.Call) string { return "the parameters in the order " + strings.Join(names(b), ", ") },
	},
}

// wayWords says how a call is sent.
func wayWords(c targets.Call) string {
	var places []string
	for _, p := range c.Params {
		place := "a query"
		if p.In == targets.Body {
			place = "a form"
		}
		if !slices.Contains(places, place) {
			places = append(places, place)
		}
	}
	slices.Sort(places)
	return strings.TrimSpace(c.Method + " with " + strings.Join(places, " and "))
}

// difference says in what two ways to say the same call differ.
func difference(p pair) string {
	a, b := *p.a.Steps[0].Call, *p.b.Steps[0].Call
	var parts []string
	for _, l := range likenings {
		if l.differ(a, b) {
			parts = append(parts, l.say(a, b))
		}
	}
	return strings.Join(parts, ", ")
}

// layCompared writes down what a comparison of the scenario found.
func (s *suite) layCompared(sc *scenario, f reports.Failure, out compared) {
	f.Expected, f.Answered, f.Curl = out.expected, out.answered, s.curl(*f.Case)
	if f.Tries == 0 {
		f.Reproduced, f.Tries = 1+again, 1+again // a difference that does not come about each time is none
	}
	if f.Other != nil && f.Curl != "" {
		f.Curl += "\n# against\n" + s.curl(*f.Other)
	}
	s.lay(sc, sc.rule.ID, "compared", sc.rule.Level, f)
}
