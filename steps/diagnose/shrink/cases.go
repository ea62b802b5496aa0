package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// reduce finds the least case, of one that is no point of the model, that still fails in the same way: without steps and parameters that it does not
// need, on instances in the plainest condition.
func (s *suite) reduce(ctx context.Context, o outcome, v trial.Violation) (finding, error) {
	f := finding{kase: o.kase, violation: v, plain: false}
	fails := func(c targets.Case) (bool, error) {
		h, err := s.session.Run(ctx, c)
		if fatal(err) {
			return false, err
		}
		if err != nil {
			return false, nil
		}
		w, is := s.again2(h, v)
		if is {
			f.kase, f.violation = c, w
		}
		return is, nil
	}
	// What comes after the violation has no part in it.
	c := o.kase
	if cut := v.Step + 1; cut < len(c.Steps) {
		c.Steps = c.Steps[:cut]
	}
	alone := false
	for try := 0; try < 2 && !alone; try++ {
		var err error
		if alone, err = fails(c); err != nil {
			return f, err
		}
	}
	if !alone {
		f.words = nowAndThen
		return f, nil
	}
	// Whatever its last call asks for: what a plain one shows is of the rules that every call is under.
	if n := len(f.kase.Steps) - 1; f.kase.Steps[n].Call != nil && f.kase.Steps[n].Call.Wire == "" {
		c := f.kase
		c.Steps = slices.Clone(c.Steps)
		call := plainCall(*c.Steps[n].Call)
		c.Steps[n].Call = &call
		if _, err := fails(c); err != nil {
			return f, err
		}
	}
	for again := true; again; {
		again = false
		for _, c := range simpler(f.kase) {
			ok, err := fails(c)
			if err != nil {
				f.words = caseWords(f.kase)
				return f, err
			}
			if ok {
				again = true
				break
			}
		}
	}
	// Where an instance that was made like that fails too, what brought it about is no part of it: time and again, since the first time may be for what was
	// sent before.
	if single, known := s.lastAlone(f.kase); known && len(f.kase.Steps) > 1 {
		story := f
		for range reproducing {
			is, err := fails(single)
			if err != nil {
				return story, err
			}
			if !is {
				f = story
				break
			}
		}
	}
	f.words = caseWords(f.kase)
	if f.plain = len(f.kase.Steps) == 1; f.plain {
		for _, p := range f.kase.Steps[0].Call.Params {
			f.factors = append(f.factors, p.Name) // what could not be left out matters
		}
		if c := f.kase.Conditions; len(c) > 0 && c[min(f.kase.Steps[0].Instance, len(c)-1)].BackupsToday > 0 {
			f.factors = append(f.factors, generators.Today)
		}
	}
	return f, nil
}

// nowAndThen is said of a failure that does not come about again: what else happens at the time, or chance, has a part in it.
const nowAndThen = "now and then, and not when the same is sent again by itself"

// simpler lists cases that are a little simpler, the boldest first.
func simpler(c targets.Case) []targets.Case {
	var out []targets.Case
	steps := len(c.Steps)
	for size := steps / 2; size >= 1; size /= 2 {
		for i := 0; i+size <= steps; i += size {
			if size < steps {
				out = append(out, targets.Case{Conditions: c.Conditions, Steps: slices.Delete(slices.Clone(c.Steps), i, i+size)})
			}
		}
	}
	for i := len(c.Conditions) - 1; i >= 0 && len(c.Conditions) > 1; i-- {
		if !slices.ContainsFunc(c.Steps, func(s targets.Step) bool { return s.Instance == i || mentions(s, i) }) {
			out = append(out, withoutInstance(c, i))
		}
	}
	for i, condition := range c.Conditions {
		for _, simple := range simplerConditions(condition) {
			d := targets.Case{Conditions: slices.Clone(c.Conditions), Steps: c.Steps}
			d.Conditions[i] = simple
			out = append(out, d)
		}
	}
	for i, s := range c.Steps {
		if s.Call == nil {
			continue
		}
		for _, call := range simplerCalls(*s.Call) {
			d := targets.Case{Conditions: c.Conditions, Steps: slices.Clone(c.Steps)}
			d.Steps[i].Call = &call
			out = append(out, d)
		}
	}
	return out
}

// withoutInstance is the case without an instance that no step is about; those behind it move up.
func withoutInstance(c targets.Case, gone int) targets.Case {
	out := targets.Case{Conditions: slices.Delete(slices.Clone(c.Conditions), gone, gone+1), Steps: slices.Clone(c.Steps)}
	for i, s := range out.Steps {
		if s.Call != nil {
			call := *s.Call
			call.Params = slices.Clone(call.Params)
			for n := gone + 1; n < len(c.Conditions); n++ {
				for p := range call.Params {
					call.Params[p].Value = strings.ReplaceAll(call.Params[p].Value, targets.InstanceRef(n), targets.InstanceRef(n-1))
				}
			}
			out.Steps[i].Call = &call
		}
		if s.Instance > gone {
			out.Steps[i].Instance--
		}
	}
	return out
}

func mentions(s targets.Step, instance int) bool {
	return s.Call != nil && slices.ContainsFunc(s.Call.Params, func(p targets.Param) bool { return strings.Contains(p.Value, targets.InstanceRef(instance)) })
}

func simplerConditions(c targets.Condition) []targets.Condition {
	var out []targets.Condition
	try := func(change func(*targets.Condition), is bool) {
		if !is {
			d := c
			change(&d)
			out = append(out, d)
		}
	}
	try(func(d *targets.Condition) { d.LockMode = "" }, c.LockMode == "")
	try(func(d *targets.Condition) { d.BackupsToday, d.LastBackup = 0, targets.LastNone }, c.BackupsToday == 0 && c.LastBackup == targets.LastNone)
	try(func(d *targets.Condition) { d.LastBackup = targets.LastCompleted }, c.LastBackup == targets.LastCompleted || c.LastBackup == targets.LastNone)
	try(func(d *targets.Condition) { d.Status = targets.Running }, c.Status == targets.Running)
	try(func(d *targets.Condition) { d.Databases = []string{"app"} }, slices.Equal(c.Databases, []string{"app"}))
	try(func(d *targets.Condition) { d.Engine = targets.MySQL }, c.Engine == targets.MySQL)
	return out
}

func simplerCalls(c targets.Call) []targets.Call {
	var out []targets.Call
	for i, p := range c.Params {
		if p.Name == generators.Action || p.Name == generators.InstanceID && strings.HasPrefix(p.Value, "${") {
			if repeated := len(c.Values(p.Name)) > 1; !repeated {
				continue
			}
		}
		d := c
		d.Params = slices.Delete(slices.Clone(c.Params), i, i+1)
		out = append(out, d)
		if n := len(p.Value); n > 8 && !strings.HasPrefix(p.Value, "${") {
			for _, half := range []string{p.Value[:n/2], p.Value[n/2:]} {
				e := c
				e.Params = slices.Clone(c.Params)
				e.Params[i].Value = half
				out = append(out, e)
			}
		}
	}
	if c.Encoding != "" {
		d := c
		d.Encoding = ""
		out = append(out, d)
	}
	if c.Form != "" {
		d := c
		d.Form = ""
		out = append(out, d)
	}
	if c.Nonce != "" {
		d := c
		d.Nonce = ""
		out = append(out, d)
	}
	return out
}

// caseWords tells a case as a story.
func caseWords(c targets.Case) string {
	var parts []string
	for i, s := range c.Steps {
		on := ""
		if len(c.Conditions) > 1 {
			on = fmt.Sprintf(" of instance %d", s.Instance+1)
		}
		switch s.Do {
		case targets.StepCall:
			on = ""
			if len(c.Conditions) > 1 {
				on = fmt.Sprintf(" on instance %d", s.Instance+1)
			}
			parts = append(parts, callWords(*s.Call)+on)
		case targets.StepComplete:
			parts = append(parts, "the backup"+on+" "+map[string]string{targets.LastFailed: "fails"}[s.Result]+map[string]string{targets.LastCompleted: "completes"}[s.Result])
		case targets.StepStatus:
			parts = append(parts, "the status"+on+" becomes "+s.Status)
		case targets.StepDatabases:
			parts = append(parts, fmt.Sprintf("the databases%s become %d", on, len(s.Databases)))
		case targets.StepWait:
			parts = append(parts, "some time passes")
		default:
			parts = append(parts, "the next day begins"+on)
		}
		_ = i
	}
	return "after: " + strings.Join(collapse(parts), ", then ")
}

// collapse says a repetition once, with how often.
func collapse(parts []string) []string {
	for size := 1; size <= 2; size++ {
		var out []string
		for i := 0; i < len(parts); {
			n := 1
			for i+(n+1)*size <= len(parts) && slices.Equal(parts[i:i+size], parts[i+n*size:i+(n+1)*size]) {
				n++
			}
			group := strings.Join(parts[i:min(i+size, len(parts))], " and ")
			if n > 1 {
				out = append(out, fmt.Sprintf("%s (%d times)", group, n))
				i += n * size
				continue
			}
			out = append(out, parts[i])
			i++
		}
		parts = out
	}
	return parts
}

func callWords(c targets.Call) string {
	var with []string
	for _, p := range c.Params {
		plain := p.Name == generators.Action && p.Value == "CreateBackup" || p.Name == generators.InstanceID && strings.HasPrefix(p.Value, "${") || p.Name == generators.Format
		if !plain || len(c.Values(p.Name)) > 1 {
			value := p.Value
			if len(value) > 40 {
				value = value[:40] + "…"
			}
			with = append(with, fmt.Sprintf("%q=%q", p.Name, value))
		}
	}
	for _, name := range []string{generators.Action, generators.InstanceID} {
		if len(c.Values(name)) == 0 {
			with = append(with, "no "+name)
		}
	}
	if c.Wire != "" {
		with = append(with, c.Wire)
	}
	if c.Nonce != "" {
		with = append(with, "the nonce "+c.Nonce)
	}
	if len(with) == 0 {
		return "a call"
	}
	return "a call with " + strings.Join(with, ", ")
}
