package generators

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// VectorOf returns the vector whose case is c, if there is one. c must have one ordinary call. The
// vector may have another number of backups today, on the same side of the quota.
func (m *Model) VectorOf(c targets.Case) (Vector, bool) {
	if len(c.Conditions) != 1 || len(c.Steps) != 1 || c.Steps[0].Call == nil {
		return Vector{}, false
	}
	r := reader{m: m, vector: m.BaselineVector(), ok: true}
	r.condition(c.Conditions[0])
	r.parameters(c.Steps[0], c.Conditions[0].Databases)
	r.transport(*c.Steps[0].Call)
	return r.vector, r.ok
}

// reader reads a case as a vector.
type reader struct {
	m      *Model
	vector Vector
	ok     bool // false once something has no class
}

func (r *reader) set(factor, class, value string) {
	f, c := r.m.Index(factor), r.m.Class(factor, class)
	if f < 0 || c < 0 {
		r.ok = r.ok && class == Absent // a factor that the model does not have is absent
		return
	}
	r.vector.Classes[f], r.vector.Values[f] = c, value
}

func (r *reader) condition(c targets.Condition) {
	r.set(Engine, c.Engine, c.Engine)
	r.set(Status, c.Status, c.Status)
	r.set(Last, c.LastBackup, c.LastBackup)
	number := numberOf(c.Databases)
	r.set(Databases, number, number)
	r.ok = r.ok && slices.Equal(r.m.names[number], c.Databases)
	today := ""
	for _, class := range r.m.Factors[r.m.Index(Today)].Classes {
		if n, err := strconv.Atoi(class.Name); err == nil && n <= c.BackupsToday {
			today = class.Name
		}
	}
	r.set(Today, today, today)
	for factor, value := range map[string]string{Lock: c.LockMode, Storage: c.Storage} {
		if value != "" {
			r.set(factor, value, value)
		}
	}
}

func (r *reader) parameters(s targets.Step, databases []string) {
	var further []string
	for _, p := range s.Call.Params {
		r.ok = r.ok && len(s.Call.Values(p.Name)) == 1 && !strings.ContainsAny(p.Name+p.Value, "=&")
		if r.m.Index(p.Name) < 0 {
			further = append(further, p.Name+"="+p.Value)
		}
	}
	for _, name := range []string{Action, InstanceID, Method, Strategy, DBName, Type, Retention, Format} {
		value, given := s.Call.Get(name)
		class := value
		switch {
		case !given:
			class = Absent
		case value == "":
			class = Empty
		case name == InstanceID && value == targets.InstanceRef(s.Instance):
			class, value = ownID, ownID
		case name == DBName && slices.Contains(databases, value):
			class, value = Existing, strconv.Itoa(slices.Index(databases, value))
		case r.m.Class(name, value) < 0:
			class = r.m.classify(name, value, databases)
		}
		if !given || value == "" {
			value = class
		}
		r.set(name, class, value)
	}
	if len(further) == 0 {
		r.set(Further, noFurther, noFurther)
	} else {
		r.set(Further, unknownFurther, strings.Join(further, "&"))
	}
}

// transport reads the way in which the call is sent.
func (r *reader) transport(c targets.Call) {
	r.ok = r.ok && c.Wire == "" && c.Auth == "" && c.Nonce == "" && c.Algorithm == "" && c.Encoding == ""
	public, business := map[targets.Place]bool{}, map[targets.Place]bool{}
	for _, p := range c.Params {
		place := p.In
		if place == "" {
			place = targets.Query
		}
		if p.Name == Action || p.Name == Format {
			public[place] = true
		} else {
			business[place] = true
		}
	}
	way := ""
	switch {
	case c.Method == http.MethodGet && !business[targets.Body] && !public[targets.Body]:
		way = GetQuery
	case c.Method == http.MethodPost && !business[targets.Body] && !public[targets.Body]:
		way = PostQuery
	case c.Method == http.MethodPost && !business[targets.Query] && !public[targets.Query]:
		way = PostForm
	case c.Method == http.MethodPost && !business[targets.Query] && !public[targets.Body]:
		way = PostSplit
	}
	r.set(SentBy, way, way)
}
