package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/redact"
	"github.com/cbspec/cbspec/targets/rpc"
)

// maxFailures is how many ways to fail a rule are kept.
const maxFailures = 20

// fail notes a violation. Those of one rule, kind and condition are one failure, of which the first
// is the example.
func (a *Auditor) fail(c *call, r ruling, v judge.Violation) {
	if v.Kind == judge.WronglyRefused {
		v.Reasons = likeliest(v.Reasons, c.answer.Code)
	}
	cause := causeOf(c, r, v)
	f := &reports.Failure{Kind: cause.Kind, When: cause.When}
	rule := v.Rule()
	for _, known := range a.failures[rule] {
		if reports.Fingerprint(rule, *known) == reports.Fingerprint(rule, *f) {
			known.Count++
			return
		}
	}
	if len(a.failures[rule]) >= maxFailures {
		return
	}
	secrets := redact.Of(c.request.Credentials()...) // which a server may echo
	for i := range r.call.Params {
		r.call.Params[i].Value = secrets.Text(r.call.Params[i].Value)
	}
	f.Law, f.Count = reports.Sentence(cause), 1
	f.Expected, f.Answered = v.Expected, secrets.Text(v.Answered)+" ("+c.where()+")"
	f.RequestID, f.Date = secrets.Text(c.answer.RequestID), secrets.Text(c.answer.Header.Get("Date"))
	f.Scenario, f.Case = phase, caseOf(r)
	f.Curl = a.curl(c, r)
	a.failures[rule] = append(a.failures[rule], f)
}

// likeliest puts first the reason that the Code of a refusal speaks of. Where it speaks of none, it
// is one that is about the instance.
func likeliest(reasons []oracle.Reason, code string) []oracle.Reason {
	for _, r := range reasons {
		if spellings := judge.CodesOf(r.Factor); len(spellings.Documented) > 0 && spellings.Allow(code) {
			return []oracle.Reason{r}
		}
	}
	for _, r := range reasons {
		if slices.Contains(ofState, r.Factor) {
			return []oracle.Reason{r}
		}
	}
	return reasons
}

// where says which exchange of which record a call is.
func (c *call) where() string {
	at := "of the traffic"
	if c.exchange.Source != "" {
		at = "of " + c.exchange.Source
	}
	if c.exchange.Line > 0 {
		at = fmt.Sprintf("line %d %s", c.exchange.Line, at)
	}
	if c.span.Known() {
		at += ", " + c.span.Start.UTC().Format(time.RFC3339Nano)
	}
	return at
}

// causeOf says what goes wrong, and when.
func causeOf(c *call, r ruling, v judge.Violation) reports.Cause {
	cause := reports.Cause{Kind: map[judge.Kind]string{
		judge.WronglyAccepted: reports.KindWronglyAccepted, judge.WronglyRefused: reports.KindWronglyRefused,
		judge.WrongDocument: reports.KindWrongDocument,
	}[v.Kind]}
	switch {
	case cause.Kind != "":
	case c.answer.Status >= 500:
		cause.Kind = reports.KindServerError
	default:
		cause.Kind = reports.KindNoAnswer
	}
	decided := v.Kind == judge.WronglyAccepted || v.Kind == judge.WronglyRefused
	if !decided {
		cause.When = []reports.Condition{{Factor: "decision", Classes: []string{string(c.answer.Outcome)}}}
		if c.answer.Outcome == targets.Broken {
			cause.When = []reports.Condition{{Factor: "the status is " + strconv.Itoa(c.answer.Status)}}
		}
		return cause
	}
	cause.When = []reports.Condition{condition(r, v.Reasons[0].Factor, v.Reasons[0].Why)}
	return cause
}

// condition says what a factor of a call was.
func condition(r ruling, factor, why string) reports.Condition {
	s, class := r.best.State, ""
	switch factor {
	case generators.Engine:
		class = s.Engine
	case generators.Status:
		class = s.Status
	case generators.Last:
		class = s.Last
	case generators.Today:
		class = strconv.Itoa(s.AtLeast)
	case generators.Method, generators.Strategy, generators.Type:
		class = classOf(r.call, factor)
	}
	if class == "" {
		return reports.Condition{Factor: why}
	}
	return reports.Condition{Factor: factor, Classes: []string{class}}
}

// documented lists the documented values of parameters.
var documented = []string{"Physical", "Logical", "Snapshot", "db", "instance", "Auto", "FullBackup"}

// classOf returns the class of the value of a parameter.
func classOf(call targets.Call, name string) string {
	switch value, given := call.Get(name); {
	case !given:
		return generators.Absent
	case value == "":
		return generators.Empty
	case slices.Contains(documented, value):
		return value
	}
	return generators.Other
}

// caseOf returns the case that a replay sends: an instance as far as it is known, and the call.
func caseOf(r ruling) *targets.Case {
	s := r.best.State
	condition := targets.Condition{
		Engine: cmp.Or(s.Engine, targets.MySQL), Status: s.Status, Databases: s.Databases,
		BackupsToday: s.AtLeast, LastBackup: s.Last, Storage: s.Storage,
	}
	if condition.Databases == nil {
		condition.Databases = []string{}
	}
	call := r.call
	call.Nonce = ""
	return &targets.Case{
		Conditions: []targets.Condition{condition}, Steps: []targets.Step{{Do: targets.StepCall, Call: &call}},
	}
}

// curl renders a call as shell commands for the server of the traffic.
func (a *Auditor) curl(c *call, r ruling) string {
	config := rpc.Config{Endpoint: cmp.Or(a.o.About.Endpoint, Endpoint(c.exchange.Request.URL)), Signature: targets.Unsigned}
	if c.request.Signed != "" && c.request.Signed != targets.Unsigned {
		config.Signature, config.AccessKeyID, config.AccessKeySecret = c.request.Signed, "key", "secret"
	}
	t, err := rpc.New(config)
	if err != nil {
		return "# " + err.Error()
	}
	return "instance0=ID # of an instance in that condition\n" + t.Curl(r.call)
}
