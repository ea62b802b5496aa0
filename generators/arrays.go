package generators

import (
	"fmt"
	"slices"
	"sync"

	"github.com/cbspec/cbspec/generators/covering"
)

// arrays keeps covering arrays by what they were made of: a program that judges many targets, as the proof does, wants the same ones again and again, and to make
// them is a quarter of a run.
var arrays struct {
	mu   sync.Mutex
	rows map[string][][]int
}

// mostArrays bounds what is kept, to some 70 MB.
const mostArrays = 2000

// array covers the valid rows in which given holds and factor is not of class, where factor is not negative. The rows are not to be changed.
func (m *Model) array(given []choice, factor, class, strength int, seed uint64) [][]int {
	model, classes := m.restricted(given, factor, class)
	key := fmt.Sprint(classes, m.forbidden, given, factor, class, strength, seed)
	arrays.mu.Lock()
	rows, known := arrays.rows[key]
	arrays.mu.Unlock()
	if known {
		return rows
	}
	rows = covering.Array(model, strength, seed)
	for _, row := range rows {
		for f, l := range row {
			row[f] = classes[f][l]
		}
	}
	rows = slices.Clip(rows)
	if m.Stop != nil && m.Stop() {
		return rows // there may be more to them
	}
	arrays.mu.Lock()
	defer arrays.mu.Unlock()
	if arrays.rows == nil || len(arrays.rows) >= mostArrays {
		arrays.rows = map[string][][]int{}
	}
	arrays.rows[key] = rows
	return rows
}
