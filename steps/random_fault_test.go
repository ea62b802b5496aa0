package steps_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
)

// A server that is wrong wherever one to three factors have some classes, whichever these are, is caught by the combinations with every seed, and the one law that
// is found is that of the mistake: it holds for the same calls, and names no factor without which it would. With CBSPEC_SEEDS=500 for as many mistakes.
func TestAnyFaultOfAFewFactorsIsFoundWithItsLaw(t *testing.T) {
	mistakes := uint64(40)
	if n, err := strconv.ParseUint(os.Getenv("CBSPEC_SEEDS"), 10, 32); err == nil {
		mistakes = n
	} else if testing.Short() {
		t.Skip("takes long with -race; CBSPEC_SEEDS says how many to try all the same")
	}
	edition, err := oracle.EditionOf(oracle.Original)
	require.NoError(t, err)
	model := generators.NewModel(edition, generators.FullModelScope())
	space := newSpace(model)
	for seed := uint64(1); seed <= mistakes; seed++ {
		m := space.mistake(rand.New(rand.NewPCG(seed, 1)))
		t.Run(fmt.Sprintf("%d %s", seed, m), func(t *testing.T) {
			target := &mistaken{edition: edition, model: model, m: m, instances: map[string]targets.Condition{}}
			r, err := steps.Run(context.Background(), steps.Options{Target: target, Phases: []string{"combinations"}, Seed: seed})
			require.NoError(t, err)
			var laws []string
			for _, rule := range r.Rules {
				for _, f := range rule.Failures {
					if f.Case != nil {
						laws = append(laws, f.Law)
						require.Equal(t, f.Tries, f.Reproduced, f.Law)
					}
				}
			}
			require.Len(t, laws, 1, "%v", laws)
			space.requireExact(t, m, laws[0])
		})
	}
}

// mistake is where a server is wrong: it refuses what is valid, or overlooks a rule by which a call is to be refused.
type mistake struct {
	rule  string // overlooked; empty where it refuses
	where map[string]string
}

func (m mistake) String() string {
	var parts []string
	for factor, class := range m.where {
		parts = append(parts, factor+"="+class)
	}
	slices.Sort(parts)
	if m.rule != "" {
		return "overlooks " + m.rule + " where " + strings.Join(parts, ", ")
	}
	return "refuses where " + strings.Join(parts, ", ")
}

func (m mistake) holds(class func(factor string) string) bool {
	for factor, c := range m.where {
		if class(factor) != c {
			return false
		}
	}
	return true
}

// space is every point of the model whose classes are valid or wrong in one thing, with what refuses it.
type space struct {
	model  *generators.Model
	points []spot
}

type spot struct {
	classes []int
	refuse  string // the one rule that refuses it; empty where it is to be accepted
}

func newSpace(m *generators.Model) *space {
	s := &space{model: m}
	seen := map[string]bool{}
	add := func(row []int, rule string) {
		if key := fmt.Sprint(row, rule); !seen[key] {
			seen[key] = true
			s.points = append(s.points, spot{slices.Clone(row), rule})
		}
	}
	row := make([]int, len(m.Factors))
	var walk func(f int)
	walk = func(f int) {
		if f == len(row) {
			if !m.Allowed(row) {
				return
			}
			add(row, "")
			for _, mu := range m.Mutations() {
				if mu.Applies(row) {
					wrong := slices.Clone(row)
					wrong[mu.Factor] = mu.Class
					add(wrong, mu.Rule)
				}
			}
			return
		}
		for c, class := range m.Factors[f].Classes {
			if class.Kind == generators.Valid {
				row[f] = c
				walk(f + 1)
			}
		}
	}
	walk(0)
	return s
}

func (s *space) class(p spot) func(string) string {
	return func(factor string) string {
		f := s.model.Index(factor)
		return s.model.Factors[f].Classes[p.classes[f]].Name
	}
}

// mistake draws one that some call shows, and that is not simply a way to send calls that the server does not understand.
func (s *space) mistake(r *rand.Rand) mistake {
	for {
		m := mistake{where: map[string]string{}}
		n := 1 + r.IntN(3)
		if r.IntN(2) == 0 {
			rules := map[string][]generators.Mutation{}
			var ids []string
			for _, mu := range s.model.Mutations() {
				if rules[mu.Rule] == nil {
					ids = append(ids, mu.Rule)
				}
				rules[mu.Rule] = append(rules[mu.Rule], mu)
			}
			m.rule = ids[r.IntN(len(ids))]
			mu := rules[m.rule][r.IntN(len(rules[m.rule]))]
			m.where[s.model.Factors[mu.Factor].Name] = s.model.Factors[mu.Factor].Classes[mu.Class].Name
		}
		for len(m.where) < n {
			f := s.model.Factors[r.IntN(len(s.model.Factors))]
			class := f.Classes[r.IntN(len(f.Classes))]
			several := 0
			for _, c := range f.Classes {
				if c.Kind == generators.Valid {
					several++
				}
			}
			if _, is := m.where[f.Name]; !is && class.Kind == generators.Valid && several > 1 {
				m.where[f.Name] = class.Name
			}
		}
		if strings.HasPrefix(m.rule, "CB-INSTANCE") || m.rule == "CB-ACTION-2" {
			continue // such a call shows no instance whose condition could matter, or is answered in whatever way
		}
		_, sent := m.where[generators.SentBy]
		_, format := m.where[generators.Format]
		in, all := 0, 0
		for _, p := range s.points {
			if p.refuse == m.rule {
				all++
				if m.holds(s.class(p)) {
					in++
				}
			}
		}
		if in > 0 && (in < all || m.rule != "") && (m.rule != "" || n > 1 || !sent && !format) {
			return m
		}
	}
}

// requireExact holds a law against the mistake behind it: over all that is to be answered by the mistake's rule.
func (s *space) requireExact(t *testing.T, m mistake, text string) {
	t.Helper()
	kind := "wrongly refused "
	if m.rule != "" {
		kind = "wrongly accepted "
	}
	require.True(t, strings.HasPrefix(text, kind), text)
	law := s.parse(t, strings.TrimPrefix(text, kind))
	differs := func(without string) int {
		n := 0
		for _, p := range s.points {
			class := s.class(p)
			in := true
			for factor, classes := range law {
				in = in && (factor == without || slices.Contains(classes, class(factor)))
			}
			if p.refuse == m.rule && in != m.holds(class) {
				n++
			}
		}
		return n
	}
	require.Zero(t, differs(""), "the law is another: %s", text)
	for factor := range law {
		if s.implied(m, law, factor) {
			continue
		}
		require.Positive(t, differs(factor), "%s does not matter: %s", factor, text)
	}
}

// implied tells whether a law may name a factor though it holds without it: what is wrong with the call, and what the document itself ties to what the law names.
func (s *space) implied(m mistake, law map[string][]string, factor string) bool {
	for _, mu := range s.model.Mutations() {
		if mu.Rule == m.rule && s.model.Factors[mu.Factor].Name == factor {
			return true
		}
	}
	_, strategy := law[generators.Strategy]
	_, name := law[generators.DBName]
	_, today := law[generators.Today]
	return factor == generators.Method && (strategy || name) || factor == generators.Last && today // a backup of today is the last one
}

// parse reads a law's words back.
func (s *space) parse(t *testing.T, words string) map[string][]string {
	t.Helper()
	law := map[string][]string{}
	require.NotContains(t, words, "though not only for that")
	words, _, _ = strings.Cut(words, ";")
	if words == "always" {
		return law
	}
	subjects := map[string]string{
		generators.Engine: "the engine is", generators.Status: "the status is", generators.Databases: "the number of databases is",
		generators.Today: "the number of backups made today is", generators.Last: "the last backup is", generators.Lock: "the lock is",
		generators.SentBy: "the call is sent by", generators.Further: "among the parameters there are",
	}
	for _, part := range strings.Split(strings.TrimPrefix(words, "whenever "), " and ") {
		found := false
		for _, f := range s.model.Factors {
			subject, special := subjects[f.Name]
			if !special {
				subject = f.Name + " is"
			}
			names, is := strings.CutPrefix(part, subject+" ")
			if !is {
				continue
			}
			found = true
			if but, not := strings.CutPrefix(names, "not "); not {
				for _, c := range f.Classes {
					if c.Kind == generators.Valid && c.Name != but {
						law[f.Name] = append(law[f.Name], c.Name)
					}
				}
				continue
			}
			law[f.Name] = strings.Split(names, " or ")
			for _, name := range law[f.Name] {
				require.GreaterOrEqual(t, s.model.Class(f.Name, name), 0, "%s of %s", name, words)
			}
		}
		require.True(t, found, "%s of %s", part, words)
	}
	return law
}

// mistaken is a target without a server, that answers as the oracle wants, but for its mistake.
type mistaken struct {
	edition oracle.Edition
	model   *generators.Model
	m       mistake

	mu        sync.Mutex
	instances map[string]targets.Condition
	n         int
}

func (x *mistaken) Provision(_ context.Context, c targets.Condition) (string, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.n++
	id := fmt.Sprintf("rm-%d", x.n)
	x.instances[id] = c
	return id, nil
}

func (x *mistaken) Release(_ context.Context, id string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.instances, id)
	return nil
}

func (x *mistaken) Send(_ context.Context, call targets.Call) (targets.Answer, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.n++
	var conditions []targets.Condition
	call.Params = slices.Clone(call.Params)
	for i, p := range call.Params {
		for id, c := range x.instances {
			if p.Name == generators.InstanceID && strings.HasPrefix(p.Value, id) && (p.Value == id || len(conditions) == 0) {
				// The id of no instance may be that of one with something behind it.
				conditions = []targets.Condition{c}
				call.Params[i].Value = targets.InstanceRef(0) + strings.TrimPrefix(p.Value, id)
			}
		}
	}
	if len(conditions) == 0 {
		conditions = []targets.Condition{x.other()}
	}
	want := oracle.NewWorld(x.edition, conditions).Expect(call)
	accept := len(want.Refuse) == 0 && want.NoBackup == ""
	alone := !slices.ContainsFunc(want.Refuse, func(r oracle.Reason) bool { return r.Rule != x.m.rule })
	if holds := x.m.holds(func(factor string) string { return classOf(x.model, factor, conditions[0], call) }); holds && alone {
		accept = x.m.rule != "" && len(want.Refuse) > 0 || accept && x.m.rule != ""
	}
	return answerOf(call, accept, x.n), nil
}

// other is the condition of one of the instances, for a call that names none.
func (x *mistaken) other() targets.Condition {
	return targets.Condition{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone}
}

func answerOf(call targets.Call, accept bool, n int) targets.Answer {
	id := fmt.Sprintf("DA147739-AEAD-4417-9089-%012X", n)
	a := targets.Answer{Outcome: targets.Accepted, Status: 200, Format: "JSON", RequestID: id, Attempts: 1, Header: http.Header{"Content-Type": {"application/json"}}}
	a.Body = []byte(`{"RequestId":"` + id + `"}`)
	if !accept {
		a.Outcome, a.Status, a.HostID, a.Code, a.Message = targets.Refused, 400, "h", "InvalidParameter", "no"
	}
	if f, _ := call.Get(generators.Format); f == "XML" {
		a.Format, a.Header = "XML", http.Header{"Content-Type": {"text/xml"}}
		a.Body = []byte("<CreateBackupResponse><RequestId>" + id + "</RequestId></CreateBackupResponse>")
	}
	return a
}

// classOf reads back which class of a factor a call has.
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
		if c.LockMode != "" {
			return c.LockMode
		}
		return generators.Absent
	case generators.SentBy:
		return wayOf(call)
	case generators.Further:
		known := []string{generators.Action, generators.InstanceID, generators.Method, generators.Strategy, generators.DBName, generators.Type, generators.Format}
		for _, p := range call.Params {
			if !slices.Contains(known, p.Name) {
				if strings.HasPrefix(p.Name, "X") {
					return "unknown ones"
				}
				return "those of official clients"
			}
		}
		return "none"
	}
	v, given := call.Get(factor)
	switch {
	case !given:
		return generators.Absent
	case v == "":
		return generators.Empty
	case m.Class(factor, v) >= 0:
		return v
	case factor == generators.InstanceID && v == targets.InstanceRef(0):
		return "its id"
	case factor == generators.InstanceID:
		return "that of no instance"
	case factor == generators.DBName && slices.Contains(c.Databases, v):
		return generators.Existing
	case factor == generators.DBName && v != "" && !strings.Contains(v, ",") &&
		!slices.ContainsFunc(c.Databases, func(name string) bool { return strings.EqualFold(name, v) }):
		return generators.Unknown
	}
	for _, class := range m.Factors[m.Index(factor)].Classes {
		switch {
		case strings.EqualFold(class.Name, v):
			return generators.AnyCase
		case strings.TrimSpace(v) == class.Name:
			return generators.Spaced
		}
	}
	return generators.Other
}

func wayOf(call targets.Call) string {
	body := func(name string) bool {
		return slices.ContainsFunc(call.Params, func(p targets.Param) bool { return p.Name == name && p.In == targets.Body })
	}
	forms := slices.ContainsFunc(call.Params, func(p targets.Param) bool { return p.In == targets.Body })
	switch {
	case call.Method == http.MethodGet:
		return generators.GetQuery
	case !forms:
		return generators.PostQuery
	case body(generators.Action) || body(generators.Format):
		return generators.PostForm
	default:
		return generators.PostSplit
	}
}
