package generators

import (
	"fmt"
	"slices"
	"sync"

	"github.com/cbspec/cbspec/generators/covering"
)

// Covering returns the valid classes of the model as package covering describes a model, to count
// what rows reach.
func (m *Model) Covering() covering.Model {
	model, _ := m.restricted(nil, nil)
	return model
}

// CoveringRow returns the vector as a row of Covering. A factor whose class is not valid is unset.
func (m *Model) CoveringRow(v Vector) []int {
	row := make([]int, len(v.Classes))
	for f, classes := range m.validClasses() {
		row[f] = slices.Index(classes, v.Classes[f])
	}
	return row
}

// array returns a covering array of the valid rows that have the given classes. Where except is not
// nil no row has the class that it sets. The caller must not change the rows.
func (m *Model) array(given []choice, except *Mutation, strength int, seed uint64) [][]int {
	model, classes := m.restricted(given, except)
	var excluded [2]int
	if except != nil {
		excluded = [2]int{except.Factor + 1, except.Class}
	}
	key := fmt.Sprint(classes, m.forbidden, given, excluded, strength, seed)
	if rows, known := arrays.get(key); known {
		return rows
	}
	rows := covering.Array(model, strength, seed)
	for _, row := range rows {
		for f, l := range row {
			row[f] = classes[f][l]
		}
	}
	rows = slices.Clip(rows)
	if m.Stop == nil || !m.Stop() { // otherwise rows may be missing
		arrays.put(key, rows)
	}
	return rows
}

// restricted returns the covering model of the valid rows that array asks for, and the class that
// each of its levels stands for.
func (m *Model) restricted(given []choice, except *Mutation) (covering.Model, [][]int) {
	classes := m.validClasses()
	levels := make([]int, len(classes))
	for f := range classes {
		levels[f] = len(classes[f])
	}
	full := make([]int, len(classes))
	return covering.Model{Levels: levels, Stop: m.Stop, Allowed: func(row []int) bool {
		for f, l := range row {
			full[f] = -1
			if l >= 0 {
				full[f] = classes[f][l]
			}
		}
		return m.Allowed(full) && meets(full, given) && (except == nil || full[except.Factor] != except.Class)
	}}, classes
}

// validClasses lists the valid classes of each factor.
func (m *Model) validClasses() [][]int {
	s, err := m.selection(nil)
	if err != nil {
		panic(err) // NewModel gives every factor a valid class
	}
	return s.allowed
}

// arrayCache keeps covering arrays by what they were made of. A program that tests many targets
// asks for the same arrays again and again, and making them takes a quarter of a run.
type arrayCache struct {
	mu   sync.Mutex
	rows map[string][][]int
}

// arrays is shared by all models. What it holds depends on nothing but the key.
var arrays arrayCache

// maxArrays bounds the cache to about 70 MB.
const maxArrays = 2000

func (c *arrayCache) get(key string) ([][]int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rows, known := c.rows[key]
	return rows, known
}

func (c *arrayCache) put(key string, rows [][]int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rows == nil || len(c.rows) >= maxArrays {
		c.rows = map[string][][]int{}
	}
	c.rows[key] = rows
}
