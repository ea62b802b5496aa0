package generators

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
)

// Tour is a case of many steps which sees much with few requests: calls that are valid, and calls that are wrong in one thing, one after another on the same
// instance. A fault that any call shows is seen early, before each rule is looked at by itself.
type Tour struct {
	Case targets.Case
	// Early: it sees more with its requests than the others do, and is taken before them.
	Early bool
	// Sights are what the calls were built of, by their step.
	Sights map[int]Sight
}

// Sight is one call of a tour as a case of its own.
type Sight struct {
	Point Point
	// Wrong is the factor that is wrong on purpose; -1 for a call that is valid by itself.
	Wrong int
	// Algorithm and Auth are those of the call.
	Algorithm string
	Auth      targets.AuthFault
}

// Case is the call by itself, on an instance in the condition that it was made in.
func (s Sight) Case(m *Model, p Point) targets.Case {
	c := m.Case(p)
	c.Steps[0].Call.Algorithm, c.Steps[0].Call.Auth = s.Algorithm, s.Auth
	return c
}

// Tours returns the tours of a target, the early ones first. Each thing that can be wrong is in one of them.
func (m *Model) Tours(able Ability, algorithms []string, seed uint64) []Tour {
	g := guide{m: m, able: able, seed: seed, done: map[int]bool{}}
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

// guide writes tours.
type guide struct {
	m     *Model
	able  Ability
	seed  uint64
	done  map[int]bool // mutations that a tour has
	tours []Tour
	drawn int
	early bool
}

// instance fixes the classes of an instance that nothing was done with.
func (g *guide) instance(engine, databases string) Fixed {
	fixed := Fixed{Engine: {engine}, Databases: {databases}, Status: {targets.Running}, Today: {"0"}, Last: {targets.LastNone}, Lock: {Absent}, Storage: {Absent}}
	maps.DeleteFunc(fixed, func(name string, _ []string) bool { return g.m.Index(name) < 0 })
	return fixed
}

// outing is a tour being written, on one instance or several in turn.
type outing struct {
	g     *guide
	tour  Tour
	today []int
	last  []string
}

func (g *guide) begin(conditions ...targets.Condition) *outing {
	o := &outing{g: g, tour: Tour{Early: g.early, Case: targets.Case{Conditions: conditions}, Sights: map[int]Sight{}}}
	for _, c := range conditions {
		o.today, o.last = append(o.today, c.BackupsToday), append(o.last, c.LastBackup)
	}
	return o
}

func (g *guide) end(o *outing) {
	if len(o.tour.Case.Steps) > 0 {
		g.tours = append(g.tours, o.tour)
	}
}

// call adds the call of a point to instance i. accepted says what is to come of it.
func (o *outing) call(i int, s Sight, accepted bool) {
	m := o.g.m
	c := m.Call(s.Point, i)
	c.Algorithm, c.Auth = s.Algorithm, s.Auth
	s.Point = o.g.in(s.Point, o.today[i], o.last[i])
	o.tour.Sights[len(o.tour.Case.Steps)] = s
	o.tour.Case.Steps = append(o.tour.Case.Steps, targets.Step{Do: targets.StepCall, Instance: i, Call: &c})
	if accepted {
		o.today[i], o.last[i] = o.today[i]+1, targets.LastRunning
	}
}

// complete ends the running backup of instance i; it tells whether the target can.
func (o *outing) complete(i int) bool {
	if !o.g.able.Complete {
		return false
	}
	o.tour.Case.Steps = append(o.tour.Case.Steps, targets.Step{Do: targets.StepComplete, Instance: i, Result: targets.LastCompleted})
	o.last[i] = targets.LastCompleted
	return true
}

func (o *outing) nextDay(i int) {
	o.tour.Case.Steps = append(o.tour.Case.Steps, targets.Step{Do: targets.StepNextDay, Instance: i})
	o.today[i] = 0
}

// in is the point on an instance that has that many backups of today, the last of them in that state: the nearest classes that the model has.
func (g *guide) in(p Point, today int, last string) Point {
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
func (g *guide) visit(on Fixed, long bool) {
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
		o.call(0, Sight{Point: p, Wrong: -1}, true)
		if i == 0 {
			o.call(0, Sight{Point: p, Wrong: g.m.Index(Last)}, false) // while it runs
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
			o.call(0, Sight{Point: p, Wrong: g.m.Index(Today)}, false)
		}
		if g.able.NextDay {
			o.nextDay(0)
			o.call(0, Sight{Point: valid[0], Wrong: -1}, true)
			o.nextDay(0)
			o.call(0, Sight{Point: valid[0], Wrong: g.m.Index(Last)}, false) // what was begun the day before still runs
		}
	}
	g.end(o)
}

// meanwhile writes a tour of calls each of which comes while the backup of another, made differently, runs.
func (g *guide) meanwhile(on Fixed) {
	valid := g.valid(on, true)
	o := g.begin()
	for i := 1; i < len(valid); i++ {
		if i == 1 {
			o = g.begin(g.m.Condition(valid[0]))
		}
		o.call(0, Sight{Point: valid[i-1], Wrong: -1}, true)
		o.call(0, Sight{Point: valid[i], Wrong: g.m.Index(Last)}, false)
		if !o.complete(0) {
			break
		}
	}
	g.end(o)
}

// valid draws the valid calls of a tour: few that have each class, or as many as the quota, which have each pair of classes that so many can.
func (g *guide) valid(on Fixed, long bool) []Point {
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
	points := make([]Point, len(rows))
	for i, row := range rows {
		points[i] = One(g.m.drawing(row), g.seed, "tour", g.next())
	}
	return points
}

func (g *guide) next() int {
	g.drawn++
	return g.drawn
}

// wrong draws the calls that are wrong in one thing on an instance of those classes, and that no earlier tour has.
func (g *guide) wrong(on Fixed) []Sight {
	var sights []Sight
	for i, mu := range g.m.mutations {
		if _, condition := on[g.m.Factors[mu.Factor].Name]; condition || g.done[i] || !g.m.CanBe(mu, on) {
			continue
		}
		g.done[i] = true
		sights = append(sights, Sight{Point: One(g.m.WrongPoint(mu, on), g.seed, "tour", g.next()), Wrong: mu.Factor})
	}
	return sights
}

// statuses writes the tour of an instance through every other status, and back.
func (g *guide) statuses(on Fixed) {
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
			o.call(0, Sight{Point: p, Wrong: f}, false)
		}
	}
	status := func(name string) {
		o.tour.Case.Steps = append(o.tour.Case.Steps, targets.Step{Do: targets.StepStatus, Status: name})
	}
	status(targets.Running)
	o.call(0, Sight{Point: valid[0], Wrong: -1}, true)
	for _, c := range g.m.Factors[f].Classes[1:min(2, len(g.m.Factors[f].Classes))] {
		status(c.Name) // which ends no backup
		status(targets.Running)
		o.call(0, Sight{Point: valid[0], Wrong: g.m.Index(Last)}, false)
	}
	g.end(o)
}

// refusedSignatures are those by which every reading refuses a call.
var refusedSignatures = []targets.AuthFault{
	targets.AuthMissing, targets.AuthNoSignature, targets.AuthEmpty, targets.AuthTruncated, targets.AuthWrongSecret, targets.AuthUnknownKey,
	targets.AuthTampered, targets.AuthTamperedAdded, targets.AuthExpired, targets.AuthBadTimestamp, targets.AuthOtherMethod,
}

// signatures writes a tour of the faults of a signature for each algorithm.
func (g *guide) signatures(on Fixed, algorithms []string) {
	valid := g.valid(on, false)
	if len(valid) == 0 {
		return
	}
	for _, algorithm := range algorithms {
		o := g.begin(g.m.Condition(valid[0]))
		for _, fault := range refusedSignatures {
			o.call(0, Sight{Point: valid[0], Wrong: -1, Algorithm: algorithm, Auth: fault}, false)
		}
		o.call(0, Sight{Point: valid[0], Wrong: -1, Algorithm: algorithm, Auth: targets.AuthRecent}, true)
		g.end(o)
	}
}

// remaining writes, for each thing that can be wrong and that no tour has yet, the call that is refused for it; only those of a condition, or all.
func (g *guide) remaining(ofCondition bool) {
	for i, mu := range g.m.mutations {
		name := g.m.Factors[mu.Factor].Name
		if g.done[i] || name == Status || ofCondition && !slices.Contains([]string{Engine, Databases, Today, Last}, name) || !g.m.CanBe(mu, nil) {
			continue
		}
		g.done[i] = true
		p := One(g.m.WrongPoint(mu, nil), g.seed, "tour", g.next())
		o := g.begin(g.m.Condition(p))
		o.call(0, Sight{Point: p, Wrong: mu.Factor}, false)
		g.end(o)
	}
}

// databases writes the tour of an instance whose databases change: one that is added can be backed up by its name, and one that is dropped cannot.
func (g *guide) databases(on Fixed) {
	fixed := maps.Clone(on)
	fixed[Method], fixed[Strategy], fixed[DBName] = []string{"Logical"}, []string{"db"}, []string{Existing}
	points, err := g.m.Points(fixed)
	class := g.m.Class(Databases, AnyNames)
	if err != nil || class < 0 || !g.able.Change || !g.able.Complete {
		return
	}
	p := One(points, g.seed, "tour", g.next())
	o := g.begin(g.m.Condition(p))
	names := slices.Clone(g.m.Condition(p).Databases)
	change := func(to []string) {
		names = to
		o.tour.Case.Steps = append(o.tour.Case.Steps, targets.Step{Do: targets.StepDatabases, Databases: to})
	}
	asks := func(which, value string) Point {
		q := p.Clone()
		f, name := g.m.Index(Databases), g.m.Index(DBName)
		q.Classes[f], q.Values[f] = class, strings.Join(names, ",")
		q.Classes[name], q.Values[name] = g.m.Class(DBName, which), value
		return q
	}
	o.call(0, Sight{Point: p, Wrong: -1}, true)
	o.complete(0)
	change(append(slices.Clone(names), "added"))
	o.call(0, Sight{Point: asks(Existing, itoa(len(names)-1)), Wrong: -1}, true)
	o.complete(0)
	dropped := names[0]
	change(slices.Clone(names[1:]))
	o.call(0, Sight{Point: asks(Unknown, dropped), Wrong: g.m.Index(DBName)}, false)
	o.call(0, Sight{Point: asks(Existing, itoa(len(names)-1)), Wrong: -1}, true)
	o.complete(0)
	g.end(o)
}

// apart writes the tour of two instances: what one does is nothing to the other.
func (g *guide) apart(on Fixed) {
	valid := g.valid(on, false)
	if len(valid) == 0 || !g.able.Complete {
		return
	}
	used := g.m.Condition(g.in(valid[0], g.m.Edition.Quota, targets.LastCompleted))
	o := g.begin(used, g.m.Condition(valid[0]), g.m.Condition(valid[0]))
	sight := Sight{Point: valid[0], Wrong: -1}
	o.call(1, sight, true)
	o.call(2, sight, true)
	o.call(0, Sight{Point: valid[0], Wrong: g.m.Index(Today)}, false)
	o.complete(1)
	o.call(2, Sight{Point: valid[0], Wrong: g.m.Index(Last)}, false)
	o.call(1, sight, true)
	g.end(o)
	// One more than the quota, the last of which failed: enough, whether that counts or not.
	beyond := g.in(valid[0], g.m.Edition.Quota+1, targets.LastFailed)
	o = g.begin(g.m.Condition(beyond))
	o.call(0, Sight{Point: beyond, Wrong: g.m.Index(Today)}, false)
	g.end(o)
}

// undocumented writes tours of what the document leaves open, on instances that refuse whatever is asked: one with a backup under way, one whose quota is used up, and
// one that is not active.
func (g *guide) undocumented(on Fixed) {
	valid := g.valid(on, false)
	if len(valid) == 0 {
		return
	}
	var open []Point
	for f, factor := range g.m.Factors {
		if _, condition := on[factor.Name]; condition || factor.Name == Action {
			continue
		}
		for class, c := range factor.Classes {
			if c.Kind == Open {
				open = append(open, One(rapid.Custom(func(t *rapid.T) Point {
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
		in := func(p Point) Point {
			p = g.in(p, state.today, state.last)
			p.Classes[f], p.Values[f] = class, state.class
			return p
		}
		o := g.begin(g.m.Condition(in(valid[0])))
		for _, p := range open {
			o.call(0, Sight{Point: in(p), Wrong: f}, false)
		}
		g.end(o)
	}
}
