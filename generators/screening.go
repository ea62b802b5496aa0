package generators

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
)

// ScreeningSequence is a case of many steps which sees much with few requests: calls that are valid, and calls that are wrong in one thing, one after another on the same
// instance. A fault that any call shows is seen early, before each rule is looked at by itself.
type ScreeningSequence struct {
	Case targets.Case
	// Early: it sees more with its requests than the others do, and is taken before them.
	Early bool
	// Checkpoints are what the calls were built of, by their step.
	Checkpoints map[int]Checkpoint
}

// Checkpoint is one call of a tour as a case of its own.
type Checkpoint struct {
	Vector Vector
	// WrongFactor is the factor that is wrong on purpose; -1 for a call that is valid by itself.
	WrongFactor int
	// Algorithm and Auth are those of the call.
	Algorithm string
	Auth      targets.AuthFault
}

// Case is the call by itself, on an instance in the condition that it was made in.
func (s Checkpoint) Case(m *Model, p Vector) targets.Case {
	c := m.Case(p)
	c.Steps[0].Call.Algorithm, c.Steps[0].Call.Auth = s.Algorithm, s.Auth
	return c
}

// ScreeningSequences returns the screening sequences of a target, the early ones first. Each thing that can be wrong is in one of them.
func (m *Model) ScreeningSequences(able SequenceSteps, algorithms []string, seed uint64) []ScreeningSequence {
	g := sequenceBuilder{m: m, able: able, seed: seed, done: map[int]bool{}}
	for i, engine := range m.Factors[m.Index(Engine)].Classes {
		on := g.instance(engine.Name, "several")
		if i > 0 {
			g.visit(on, false)
			continue
		}
		first := min(1, len(algorithms))
		g.early = true
		g.signatures(on, algorithms[:first])
		g.visit(on, true)
		g.remaining(true)
		g.statuses(on)
		g.early = false
		g.signatures(on, algorithms[first:])
		g.apart(on)
		g.meanwhile(on)
		g.undocumented(on)
		g.databases(on)
		for _, number := range []string{"none", "one"} {
			g.visit(g.instance(engine.Name, number), false)
		}
	}
	g.remaining(false)
	return g.tours
}

// sequenceBuilder writes tours.
type sequenceBuilder struct {
	m     *Model
	able  SequenceSteps
	seed  uint64
	done  map[int]bool // mutations that a tour has
	tours []ScreeningSequence
	drawn int
	early bool
}

// instance fixes the classes of an instance that nothing was done with.
func (g *sequenceBuilder) instance(engine, databases string) Pinned {
	fixed := Pinned{Engine: {engine}, Databases: {databases}, Status: {targets.Running}, Today: {"0"}, Last: {targets.LastNone}, Lock: {Absent}, Storage: {Absent}}
	maps.DeleteFunc(fixed, func(name string, _ []string) bool { return g.m.Index(name) < 0 })
	return fixed
}

// screeningSequence is a tour being written, on one instance or several in turn.
type screeningSequence struct {
	g     *sequenceBuilder
	tour  ScreeningSequence
	today []int
	last  []string
}

func (g *sequenceBuilder) begin(conditions ...targets.Condition) *screeningSequence {
	o := &screeningSequence{g: g, tour: ScreeningSequence{Early: g.early, Case: targets.Case{Conditions: conditions}, Checkpoints: map[int]Checkpoint{}}}
	for _, c := range conditions {
		o.today, o.last = append(o.today, c.BackupsToday), append(o.last, c.LastBackup)
	}
	return o
}

func (g *sequenceBuilder) end(o *screeningSequence) {
	if len(o.tour.Case.Steps) > 0 {
		g.tours = append(g.tours, o.tour)
	}
}

// call adds the call of a point to instance i. accepted says what is to come of it.
func (o *screeningSequence) call(i int, s Checkpoint, accepted bool) {
	m := o.g.m
	c := m.Call(s.Vector, i)
	c.Algorithm, c.Auth = s.Algorithm, s.Auth
	s.Vector = o.g.in(s.Vector, o.today[i], o.last[i])
	o.tour.Checkpoints[len(o.tour.Case.Steps)] = s
	o.tour.Case.Steps = append(o.tour.Case.Steps, targets.Step{Do: targets.StepCall, Instance: i, Call: &c})
	if accepted {
		o.today[i], o.last[i] = o.today[i]+1, targets.LastRunning
	}
}

// complete ends the running backup of instance i; it tells whether the target can.
func (o *screeningSequence) complete(i int) bool {
	if !o.g.able.Complete {
		return false
	}
	o.tour.Case.Steps = append(o.tour.Case.Steps, targets.Step{Do: targets.StepComplete, Instance: i, Result: targets.LastCompleted})
	o.last[i] = targets.LastCompleted
	return true
}

func (o *screeningSequence) nextDay(i int) {
	o.tour.Case.Steps = append(o.tour.Case.Steps, targets.Step{Do: targets.StepNextDay, Instance: i})
	o.today[i] = 0
}

// in is the point on an instance that has that many backups of today, the last of them in that state: the nearest classes that the model has.
func (g *sequenceBuilder) in(p Vector, today int, last string) Vector {
	p = p.Clone()
	f := g.m.Index(Today)
	for class, c := range g.m.Factors[f].Classes {
		if n, err := strconv.Atoi(c.Name); err == nil && n <= today {
			p.Classes[f], p.Values[f] = class, c.Name
		}
	}
	if class := g.m.Class(Last, last); class >= 0 {
		p.Classes[g.m.Index(Last)], p.Values[g.m.Index(Last)] = class, last
	}
	return p
}

// visit writes the tour of an instance of those classes. The long one uses up the quota, and sees the next day.
func (g *sequenceBuilder) visit(on Pinned, long bool) {
	valid := g.valid(on, long)
	if len(valid) == 0 {
		return // the target has no such instance
	}
	wrong := g.wrong(on)
	o := g.begin(g.m.Condition(valid[0]))
	some := func(n int) {
		for _, s := range wrong[:min(n, len(wrong))] {
			o.call(0, s, false)
		}
		wrong = wrong[min(n, len(wrong)):]
	}
	for i, p := range valid {
		o.call(0, Checkpoint{Vector: p, WrongFactor: -1}, true)
		if i == 0 {
			o.call(0, Checkpoint{Vector: p, WrongFactor: g.m.Index(Last)}, false) // while it runs
		}
		if !o.complete(0) {
			break
		}
		some(2 + len(wrong)/len(valid))
	}
	some(len(wrong))
	if long && o.last[0] == targets.LastCompleted && len(valid) == g.m.Edition.Quota {
		o.complete(0)                 // nothing runs, and that is no error
		for _, p := range valid[:2] { // and again: a refusal changes nothing
			o.call(0, Checkpoint{Vector: p, WrongFactor: g.m.Index(Today)}, false)
		}
		if g.able.NextDay {
			o.nextDay(0)
			o.call(0, Checkpoint{Vector: valid[0], WrongFactor: -1}, true)
			o.nextDay(0)
			o.call(0, Checkpoint{Vector: valid[0], WrongFactor: g.m.Index(Last)}, false) // what was begun the day before still runs
		}
	}
	g.end(o)
}

// meanwhile writes a tour of calls each of which comes while the backup of another, made differently, runs.
func (g *sequenceBuilder) meanwhile(on Pinned) {
	valid := g.valid(on, true)
	o := g.begin()
	for i := 1; i < len(valid); i++ {
		if i == 1 {
			o = g.begin(g.m.Condition(valid[0]))
		}
		o.call(0, Checkpoint{Vector: valid[i-1], WrongFactor: -1}, true)
		o.call(0, Checkpoint{Vector: valid[i], WrongFactor: g.m.Index(Last)}, false)
		if !o.complete(0) {
			break
		}
	}
	g.end(o)
}

// valid draws the valid calls of a tour: few that have each class, or as many as the quota, which have each pair of classes that so many can.
func (g *sequenceBuilder) valid(on Pinned, long bool) []Vector {
	var given []choice
	for name, names := range on {
		given = append(given, g.m.pick(name, names...))
	}
	if slices.ContainsFunc(given, func(c choice) bool { return c.classes == 0 }) {
		return nil
	}
	strength := 1
	if long {
		strength = 2
	}
	rows := g.m.array(given, -1, -1, strength, g.seed)
	for long && len(rows) > 0 && len(rows) < g.m.Edition.Quota {
		rows = append(rows, rows[0])
	}
	rows = rows[:min(len(rows), g.m.Edition.Quota)]
	points := make([]Vector, len(rows))
	for i, row := range rows {
		points[i] = DrawNth(g.m.drawing(row), g.seed, "tour", g.next())
	}
	return points
}

func (g *sequenceBuilder) next() int {
	g.drawn++
	return g.drawn
}

// wrong draws the calls that are wrong in one thing on an instance of those classes, and that no earlier tour has.
func (g *sequenceBuilder) wrong(on Pinned) []Checkpoint {
	var sights []Checkpoint
	for i, mu := range g.m.mutations {
		if _, condition := on[g.m.Factors[mu.Factor].Name]; condition || g.done[i] || !g.m.CanMutate(mu, on) {
			continue
		}
		g.done[i] = true
		sights = append(sights, Checkpoint{Vector: DrawNth(g.m.Mutated(mu, on), g.seed, "tour", g.next()), WrongFactor: mu.Factor})
	}
	return sights
}

// statuses writes the tour of an instance through every other status, and back.
func (g *sequenceBuilder) statuses(on Pinned) {
	valid := g.valid(on, false)
	if !g.able.Change || len(valid) == 0 {
		return
	}
	o := g.begin(g.m.Condition(valid[0]))
	f := g.m.Index(Status)
	for class, c := range g.m.Factors[f].Classes {
		if c.Kind == Invalid {
			p := valid[class%len(valid)].Clone()
			p.Classes[f], p.Values[f] = class, c.Name
			o.tour.Case.Steps = append(o.tour.Case.Steps, targets.Step{Do: targets.StepStatus, Status: c.Name})
			o.call(0, Checkpoint{Vector: p, WrongFactor: f}, false)
		}
	}
	status := func(name string) {
		o.tour.Case.Steps = append(o.tour.Case.Steps, targets.Step{Do: targets.StepStatus, Status: name})
	}
	status(targets.Running)
	o.call(0, Checkpoint{Vector: valid[0], WrongFactor: -1}, true)
	for _, c := range g.m.Factors[f].Classes[1:min(2, len(g.m.Factors[f].Classes))] {
		status(c.Name) // which ends no backup
		status(targets.Running)
		o.call(0, Checkpoint{Vector: valid[0], WrongFactor: g.m.Index(Last)}, false)
	}
	g.end(o)
}

// refusedSignatures are those by which every reading refuses a call.
var refusedSignatures = []targets.AuthFault{
	targets.AuthMissing, targets.AuthNoSignature, targets.AuthEmpty, targets.AuthTruncated, targets.AuthWrongSecret, targets.AuthUnknownKey,
	targets.AuthTampered, targets.AuthTamperedAdded, targets.AuthExpired, targets.AuthBadTimestamp, targets.AuthOtherMethod,
}

// signatures writes a tour of the faults of a signature for each algorithm.
func (g *sequenceBuilder) signatures(on Pinned, algorithms []string) {
	valid := g.valid(on, false)
	if len(valid) == 0 {
		return
	}
	for _, algorithm := range algorithms {
		o := g.begin(g.m.Condition(valid[0]))
		for _, fault := range refusedSignatures {
			o.call(0, Checkpoint{Vector: valid[0], WrongFactor: -1, Algorithm: algorithm, Auth: fault}, false)
		}
		o.call(0, Checkpoint{Vector: valid[0], WrongFactor: -1, Algorithm: algorithm, Auth: targets.AuthRecent}, true)
		g.end(o)
	}
}

// remaining writes, for each thing that can be wrong and that no tour has yet, the call that is refused for it; only those of a condition, or all.
func (g *sequenceBuilder) remaining(ofCondition bool) {
	for i, mu := range g.m.mutations {
		name := g.m.Factors[mu.Factor].Name
		if g.done[i] || name == Status || ofCondition && !slices.Contains([]string{Engine, Databases, Today, Last}, name) || !g.m.CanMutate(mu, nil) {
			continue
		}
		g.done[i] = true
		p := DrawNth(g.m.Mutated(mu, nil), g.seed, "tour", g.next())
		o := g.begin(g.m.Condition(p))
		o.call(0, Checkpoint{Vector: p, WrongFactor: mu.Factor}, false)
		g.end(o)
	}
}

// databases writes the tour of an instance whose databases change: one that is added can be backed up by its name, and one that is dropped cannot.
func (g *sequenceBuilder) databases(on Pinned) {
	fixed := maps.Clone(on)
	fixed[Method], fixed[Strategy], fixed[DBName] = []string{"Logical"}, []string{"db"}, []string{Existing}
	points, err := g.m.Vectors(fixed)
	class := g.m.Class(Databases, AnyNames)
	if err != nil || class < 0 || !g.able.Change || !g.able.Complete {
		return
	}
	p := DrawNth(points, g.seed, "tour", g.next())
	o := g.begin(g.m.Condition(p))
	names := slices.Clone(g.m.Condition(p).Databases)
	change := func(to []string) {
		names = to
		o.tour.Case.Steps = append(o.tour.Case.Steps, targets.Step{Do: targets.StepDatabases, Databases: to})
	}
	asks := func(which, value string) Vector {
		q := p.Clone()
		f, name := g.m.Index(Databases), g.m.Index(DBName)
		q.Classes[f], q.Values[f] = class, strings.Join(names, ",")
		q.Classes[name], q.Values[name] = g.m.Class(DBName, which), value
		return q
	}
	o.call(0, Checkpoint{Vector: p, WrongFactor: -1}, true)
	o.complete(0)
	change(append(slices.Clone(names), "added"))
	o.call(0, Checkpoint{Vector: asks(Existing, itoa(len(names)-1)), WrongFactor: -1}, true)
	o.complete(0)
	dropped := names[0]
	change(slices.Clone(names[1:]))
	o.call(0, Checkpoint{Vector: asks(Unknown, dropped), WrongFactor: g.m.Index(DBName)}, false)
	o.call(0, Checkpoint{Vector: asks(Existing, itoa(len(names)-1)), WrongFactor: -1}, true)
	o.complete(0)
	g.end(o)
}

// apart writes the tour of two instances: what one does is nothing to the other.
func (g *sequenceBuilder) apart(on Pinned) {
	valid := g.valid(on, false)
	if len(valid) == 0 || !g.able.Complete {
		return
	}
	used := g.m.Condition(g.in(valid[0], g.m.Edition.Quota, targets.LastCompleted))
	o := g.begin(used, g.m.Condition(valid[0]), g.m.Condition(valid[0]))
	sight := Checkpoint{Vector: valid[0], WrongFactor: -1}
	o.call(1, sight, true)
	o.call(2, sight, true)
	o.call(0, Checkpoint{Vector: valid[0], WrongFactor: g.m.Index(Today)}, false)
	o.complete(1)
	o.call(2, Checkpoint{Vector: valid[0], WrongFactor: g.m.Index(Last)}, false)
	o.call(1, sight, true)
	g.end(o)
	// One more than the quota, the last of which failed: enough, whether that counts or not.
	beyond := g.in(valid[0], g.m.Edition.Quota+1, targets.LastFailed)
	o = g.begin(g.m.Condition(beyond))
	o.call(0, Checkpoint{Vector: beyond, WrongFactor: g.m.Index(Today)}, false)
	g.end(o)
}

// undocumented writes tours of what the document leaves open, on instances that refuse whatever is asked: one with a backup under way, one whose quota is used up, and
// one that is not active.
func (g *sequenceBuilder) undocumented(on Pinned) {
	valid := g.valid(on, false)
	if len(valid) == 0 {
		return
	}
	var open []Vector
	for f, factor := range g.m.Factors {
		if _, condition := on[factor.Name]; condition || factor.Name == Action {
			continue
		}
		for class, c := range factor.Classes {
			if c.Kind == Unspecified {
				open = append(open, DrawNth(rapid.Custom(func(t *rapid.T) Vector {
					rapid.Bool().Draw(t, "")
					return g.m.With(t, valid[len(open)%len(valid)], f, class)
				}), g.seed, "tour", g.next()))
			}
		}
	}
	for _, state := range []struct {
		factor, class, last string
		today               int
	}{{Last, targets.LastRunning, targets.LastRunning, 1}, {Today, itoa(g.m.Edition.Quota), targets.LastCompleted, g.m.Edition.Quota}, {Status, "Rebooting", targets.LastNone, 0}} {
		f, class := g.m.Index(state.factor), g.m.Class(state.factor, state.class)
		if class < 0 {
			continue
		}
		in := func(p Vector) Vector {
			p = g.in(p, state.today, state.last)
			p.Classes[f], p.Values[f] = class, state.class
			return p
		}
		o := g.begin(g.m.Condition(in(valid[0])))
		for _, p := range open {
			o.call(0, Checkpoint{Vector: in(p), WrongFactor: f}, false)
		}
		g.end(o)
	}
}
