package covering

// solver completes partial rows. Its search is complete: if it finds no allowed row there is none.
type solver struct {
	m       Model
	scratch []int
	budget  int      // how many more times the quick search may call Allowed
	nogoods []nogood // what the careful search has proved
}

// nogood is a combination of levels that no allowed row holds.
type nogood []choice

type choice struct{ factor, level int }

func (g nogood) in(row []int) bool {
	for _, c := range g {
		if row[c.factor] != c.level {
			return false
		}
	}
	return true
}

// maxNogoods bounds the list of nogoods, which is searched from end to end. What does not fit is
// proved again when needed.
const maxNogoods = 512

func newSolver(m Model) *solver {
	return &solver{m: m, scratch: make([]int, len(m.Levels))}
}

// complete sets every unset factor of row so that the row is allowed, and prefers the levels of
// near. near is a full row and need not be allowed. If there is no such row, complete returns false
// and leaves row as it was.
func (x *solver) complete(row, near []int) bool {
	for f, l := range row {
		x.scratch[f] = l
		if l < 0 {
			x.scratch[f] = near[f]
		}
	}
	if x.m.allows(x.scratch) {
		copy(row, x.scratch)
		return true
	}
	if !x.m.allows(row) || x.known(row) != nil {
		return false
	}
	copy(x.scratch, row)
	x.budget = 8
	for _, l := range x.m.Levels {
		x.budget += 4 * l
	}
	found := x.quick(x.scratch, near, 0)
	if !found && x.budget <= 0 {
		copy(x.scratch, row)
		found = x.careful(x.scratch, near) == nil
	}
	if found {
		copy(row, x.scratch)
	}
	return found
}

// quick sets the factors in order, and goes back where it fails. It is cheap and sufficient for
// most models, but it may repeat the same failure many times. It gives up when the budget is used
// up.
func (x *solver) quick(row, near []int, from int) bool {
	for from < len(row) && row[from] >= 0 {
		from++
	}
	if from == len(row) {
		return true
	}
	levels := x.m.Levels[from]
	for i := range levels {
		row[from] = (near[from] + i) % levels
		x.budget--
		if x.m.allows(row) && x.quick(row, near, from+1) {
			return true
		}
		if x.budget <= 0 {
			break
		}
	}
	row[from] = Unset
	return false
}

// conflict reports for each factor whether its level is one of those that no allowed row holds
// together. A conflict without any factor says that no row is allowed. A nil one is no conflict.
type conflict []bool

// careful continues with the factor that has the fewest levels left. At each dead end it finds out
// which of the levels set so far cause it, remembers them, and goes back to the last of them at
// once (conflict-directed backjumping). It returns nil when row is complete. Otherwise row is as
// before, and no allowed row holds the levels of the conflict.
func (x *solver) careful(row, near []int) conflict {
	if g := x.known(row); g != nil {
		return g
	}
	factor := x.tightest(row)
	if factor < 0 {
		return nil
	}
	why := make(conflict, len(row))
	levels := x.m.Levels[factor]
	for i := range levels {
		row[factor] = (near[factor] + i) % levels
		var cause conflict
		if x.m.allows(row) {
			if cause = x.careful(row, near); cause == nil {
				return nil
			}
			if !cause[factor] {
				row[factor] = Unset
				return cause
			}
		} else {
			cause = x.refusal(row, factor)
		}
		for f, b := range cause {
			why[f] = why[f] || b
		}
	}
	why[factor] = false
	row[factor] = Unset
	x.remember(row, why)
	return why
}

// tightest returns the unset factor with the fewest levels that are not refused at once, or -1 in a
// full row.
func (x *solver) tightest(row []int) int {
	factor, fewest := -1, 0
	for f, l := range row {
		if l >= 0 {
			continue
		}
		left := 0
		for l := range x.m.Levels[f] {
			row[f] = l
			if x.m.allows(row) {
				left++
			}
		}
		row[f] = Unset
		if factor < 0 || left < fewest {
			factor, fewest = f, left
		}
		if left == 0 {
			break
		}
	}
	return factor
}

// refusal finds factors whose levels, together with that of the given factor, suffice for Allowed
// to refuse the row.
func (x *solver) refusal(row []int, factor int) conflict {
	why := make(conflict, len(row))
	rest := append([]int(nil), row...)
	for f, l := range rest {
		if l < 0 || f == factor {
			continue
		}
		rest[f] = Unset
		if x.m.allows(rest) {
			rest[f] = l
			why[f] = true
		}
	}
	return why
}

// remember adds the levels of a conflict to the nogoods.
func (x *solver) remember(row []int, why conflict) {
	if len(x.nogoods) == maxNogoods {
		return
	}
	var g nogood
	for f, b := range why {
		if b {
			g = append(g, choice{f, row[f]})
		}
	}
	x.nogoods = append(x.nogoods, g)
}

// known returns the conflict of a remembered combination that the row holds, or nil.
func (x *solver) known(row []int) conflict {
	for _, g := range x.nogoods {
		if g.in(row) {
			why := make(conflict, len(row))
			for _, c := range g {
				why[c.factor] = true
			}
			return why
		}
	}
	return nil
}
