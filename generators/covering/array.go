package covering

import "math/rand/v2"

// Array is a covering array of the model: allowed rows that hold every t-tuple that any allowed row holds. Each row adds no
// more new tuples than the one before it. A strength beyond the number of factors is taken as that number, one below 1
// as 1. A model that allows no row at all gives none.
func Array(m Model, strength int, seed uint64) [][]int {
	return array(m, strength, seed, effort)
}

// effort is how many tuples may be covered again in search of a smaller array. It is counted, not timed, so that results do not
// depend on the machine.
const effort = 20_000

// array is Array with another effort.
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
			break // it may be cut short
		}
		if made = s.order(feasible, made); i == 0 || len(made) < len(rows) {
			rows = made
		}
	}
	return rows
}

// arrays is how many whole arrays compete, by the number of tuples: small ones are quick, and vary the most for their size.
func arrays(tuples, effort int) int {
	return min(max(effort/tuples, 1), 30)
}

// candidates is how many rows compete for each place in an array.
func candidates(tuples int) int {
	return min(max(2_000_000/tuples, 5), 20)
}
