package covering

import "math/rand/v2"

// Array returns a covering array of the model: allowed rows that together hold every t-tuple that
// any allowed row holds, where t is the strength. Each row adds at most as many new tuples as the
// row before it. A strength above the number of factors counts as that number, and a strength below
// 1 as 1. A model that allows no row gives no rows.
func Array(m Model, strength int, seed uint64) [][]int {
	return array(m, strength, seed, effort)
}

// effort is the number of tuples that may be covered again in search of a smaller array. It is a
// count and not a time, so that the result does not depend on the machine.
const effort = 20_000

// array is Array with a chosen effort.
func array(m Model, strength int, seed uint64, effort int) [][]int {
	s := newSpace(m.Levels, strength)
	x := newSolver(m)
	feasible := s.feasible(x)
	total := feasible.count()
	if total == 0 {
		return nil
	}
	var rows [][]int
	for i := range arrays(total, effort) {
		if i > 0 && m.stopped() {
			break
		}
		b := newBuilder(s, x, feasible, total, rand.New(rand.NewPCG(seed, uint64(i))))
		made := b.build(candidates(total), m.stopped)
		if i > 0 && m.stopped() {
			break // the rows may be incomplete
		}
		if made = s.order(feasible, made); i == 0 || len(made) < len(rows) {
			rows = made
		}
	}
	return rows
}

// arrays returns how many arrays compete, by the number of tuples. Small arrays are quick to make,
// and their sizes vary the most.
func arrays(tuples, effort int) int {
	return min(max(effort/tuples, 1), 30)
}

// candidates returns how many rows compete for each place in an array, by the number of tuples.
func candidates(tuples int) int {
	return min(max(2_000_000/tuples, 5), 20)
}
