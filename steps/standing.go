package steps

import (
	"strconv"
	"strings"

	"github.com/cbspec/cbspec/generators"
)

// standingContexts is in how many contexts the standing values of an example are tried, in turn: few, so that the twins are.
const standingContexts = 4

// stand is a value that is tried whatever is drawn: of a class that is wrong, or the names of the databases.
type stand struct {
	factor, class int
	value         string
	mutation      generators.Mutation
	position      string // of the database that is asked for by name
}

// in is the point with the value in it.
func (st stand) in(p generators.Vector) generators.Vector {
	if st.factor < 0 {
		return p
	}
	p = p.Clone()
	p.Classes[st.factor], p.Values[st.factor] = st.class, st.value
	return p
}

// standing lists the values that stand for the scenario, as far as its target has instances made for them.
func (sc *scenario) standing(mutations []generators.Mutation) []stand {
	if sc.s.pool != nil || !sc.single() {
		return nil
	}
	var out []stand
	byClass := map[int][]generators.Mutation{}
	var classes []int
	for _, mu := range mutations {
		if mu.Rule != sc.rule.ID {
			continue // tried where the rule itself is
		}
		if byClass[mu.Class] == nil {
			classes = append(classes, mu.Class)
		}
		byClass[mu.Class] = append(byClass[mu.Class], mu)
	}
	for _, class := range classes {
		ways := byClass[class]
		for i, v := range sc.model.Factors[ways[0].Factor].Classes[class].MustTry {
			mu := ways[i%len(ways)]
			out = append(out, stand{factor: mu.Factor, class: class, value: v, mutation: mu})
		}
	}
	class := sc.model.Class(generators.Databases, generators.AnyNames)
	if _, fixed := sc.fixed[generators.Databases]; !sc.named || class < 0 || fixed || len(mutations) > 0 {
		return out
	}
	f := sc.model.Index(generators.Databases)
	again := map[string]int{}
	for _, v := range sc.model.Factors[f].Classes[class].MustTry {
		n := strings.Count(v, ",") + 1
		out = append(out, stand{factor: f, class: class, value: v, position: strconv.Itoa((n - 1 + again[v]) % n)}) // the last, then the first
		again[v]++
	}
	return out
}
