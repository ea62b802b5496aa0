package covering

import "math/rand/v2"

// Array is a covering array of the model: allowed rows that hold every t-tuple that any allowed row holds. Each row adds no
// more new tuples than the one before it. A strength beyond the number of factors is taken as that number, one below 1
// as 1. A model that allows no row at all gives none.
func Array(m Model, strength int, seed uint64) [][]int {
	return ArrayWith(m, strength, seed, nil)
}

// ArrayWith is Array with rows that must be in it: they come first and in their order, even where they add nothing, and the
// rest of the array covers what they leave open. Unset factors of a seed are filled in; a seed that no allowed row extends is
// left out. Each seed has as many levels as the model has factors.
func ArrayWith(m Model, strength int, seed uint64, seeds [][]int) [][]int {
	s := newSpace(m.Levels, strength)
	if s.size == 0 {
		return nil
	}
	x := newSolver(m)
	feasible := s.feasible(x)
	total := feasible.count()
	if total == 0 {
		return nil
	}
	var best [][]int
	for i := range repeats(total) {
		b := newBuilder(s, x, feasible, total, rand.New(rand.NewPCG(seed, uint64(i))))
		rows, n := b.build(seeds)
		if rows = s.order(feasible, rows, n); best == nil || len(rows) < len(best) {
			best = rows
		}
	}
	return best
}

// repeats is how many arrays compete, by the number of tuples: small ones are quick, and vary the most in relation to their size.
func repeats(tuples int) int {
	return min(max(20_000/tuples, 1), 30)
}
