package steps_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// oracleTarget is a target without a server: it answers as the oracle expects, but for its fault.
type oracleTarget struct {
	model *generators.Model
	fault fault

	mu        sync.Mutex
	instances map[string]targets.Condition
	ids       int // used so far, of instances and requests
}

func newOracleTarget(m *generators.Model, f fault) *oracleTarget {
	return &oracleTarget{model: m, fault: f, instances: map[string]targets.Condition{}}
}

func (x *oracleTarget) Provision(_ context.Context, c targets.Condition) (string, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ids++
	id := fmt.Sprintf("rm-%d", x.ids)
	x.instances[id] = c
	return id, nil
}

func (x *oracleTarget) Release(_ context.Context, id string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.instances, id)
	return nil
}

func (x *oracleTarget) Send(_ context.Context, call targets.Call) (targets.Answer, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ids++
	call, condition := x.resolve(call)
	a := acceptance(call, x.ids)
	if !x.accepts(call, condition) {
		a.Outcome, a.Status = targets.Refused, http.StatusBadRequest
		a.HostID, a.Code, a.Message = "h", "InvalidParameter", "no"
	}
	return a, nil
}

// resolve returns a call with a reference in place of the id of its instance, and the condition of
// that instance. A call that names no instance gets the condition of a plain one.
func (x *oracleTarget) resolve(call targets.Call) (targets.Call, targets.Condition) {
	condition, found := targets.Condition{
		Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone,
	}, false
	call.Params = slices.Clone(call.Params)
	for i, p := range call.Params {
		for id, c := range x.instances {
			// An id that is of no instance may begin with one that is.
			if p.Name == generators.InstanceID && strings.HasPrefix(p.Value, id) && (p.Value == id || !found) {
				condition, found = c, true
				call.Params[i].Value = targets.InstanceRef(0) + strings.TrimPrefix(p.Value, id)
			}
		}
	}
	return call, condition
}

// accepts decides a call. The fault changes the decision only where the rule that it overlooks is
// the only one that refuses the call.
func (x *oracleTarget) accepts(call targets.Call, condition targets.Condition) bool {
	want := oracle.NewWorld(x.model.Edition, []targets.Condition{condition}).Expect(call)
	accept := len(want.Refuse) == 0 && want.NoBackup == ""
	refusedByOther := slices.ContainsFunc(want.Refuse, func(r oracle.Reason) bool { return r.Rule != x.fault.overlooks })
	if refusedByOther || !x.fault.matches(func(factor string) string { return classOf(x.model, factor, condition, call) }) {
		return accept
	}
	return x.fault.overlooks != "" && (accept || len(want.Refuse) > 0)
}

// acceptance returns the documented answer to an accepted call, in the format that the call asks
// for. n makes its id.
func acceptance(call targets.Call, n int) targets.Answer {
	id := fmt.Sprintf("DA147739-AEAD-4417-9089-%012X", n)
	a := targets.Answer{
		Outcome: targets.Accepted, Status: http.StatusOK, Format: "JSON", RequestID: id, Attempts: 1,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"RequestId":"` + id + `"}`),
	}
	if f, _ := call.Get(generators.Format); f == "XML" {
		a.Format, a.Header = "XML", http.Header{"Content-Type": {"text/xml"}}
		a.Body = []byte("<CreateBackupResponse><RequestId>" + id + "</RequestId></CreateBackupResponse>")
	}
	return a
}

// classOf returns the class of a factor that a call on an instance has.
func classOf(m *generators.Model, factor string, c targets.Condition, call targets.Call) string {
	switch factor {
	case generators.Engine:
		return c.Engine
	case generators.Status:
		return c.Status
	case generators.Databases:
		return []string{"none", "one", "several"}[min(len(c.Databases), 2)]
	case generators.Today:
		return strconv.Itoa(c.BackupsToday)
	case generators.Last:
		return c.LastBackup
	case generators.Lock:
		if c.LockMode == "" {
			return generators.Absent
		}
		return c.LockMode
	case generators.SentBy:
		return transportOf(call)
	case generators.Further:
		return furtherOf(call)
	}
	return classOfParameter(m, factor, c, call)
}

// transportOf returns the class of how a call is sent.
func transportOf(call targets.Call) string {
	inBody := func(p targets.Param) bool { return p.In == targets.Body }
	publicInBody := func(p targets.Param) bool {
		return inBody(p) && (p.Name == generators.Action || p.Name == generators.Format)
	}
	switch {
	case call.Method == http.MethodGet:
		return generators.GetQuery
	case !slices.ContainsFunc(call.Params, inBody):
		return generators.PostQuery
	case slices.ContainsFunc(call.Params, publicInBody):
		return generators.PostForm
	default:
		return generators.PostSplit
	}
}

// furtherOf returns the class of the parameters of a call that the document of CreateBackup does
// not list.
func furtherOf(call targets.Call) string {
	listed := []string{
		generators.Action, generators.InstanceID, generators.Method, generators.Strategy, generators.DBName, generators.Type, generators.Format,
	}
	i := slices.IndexFunc(call.Params, func(p targets.Param) bool { return !slices.Contains(listed, p.Name) })
	switch {
	case i < 0:
		return "none"
	case strings.HasPrefix(call.Params[i].Name, "X"):
		return "unknown ones"
	default:
		return "those of official clients"
	}
}

// classOfParameter returns the class of the value of a parameter.
func classOfParameter(m *generators.Model, name string, c targets.Condition, call targets.Call) string {
	v, given := call.Get(name)
	switch {
	case !given:
		return generators.Absent
	case v == "":
		return generators.Empty
	case m.Class(name, v) >= 0:
		return v
	case name == generators.InstanceID && v == targets.InstanceRef(0):
		return "its id"
	case name == generators.InstanceID:
		return "that of no instance"
	case name == generators.DBName && slices.Contains(c.Databases, v):
		return generators.Existing
	case name == generators.DBName && !strings.Contains(v, ",") &&
		!slices.ContainsFunc(c.Databases, func(database string) bool { return strings.EqualFold(database, v) }):
		return generators.Unknown
	}
	for _, class := range m.Factors[m.Index(name)].Classes {
		switch {
		case strings.EqualFold(class.Name, v):
			return generators.AnyCase
		case strings.TrimSpace(v) == class.Name:
			return generators.Spaced
		}
	}
	return generators.Other
}
