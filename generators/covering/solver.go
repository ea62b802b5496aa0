package covering

// solver completes partial rows. It is complete: where it finds no allowed row there is none.
type solver struct {
	m       Model
	trial   []int
	budget  int      // calls of Allowed left to the quick search
	nogoods []nogood // memo of the careful search
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

// maxNogoods bounds the memo, which is searched from end to end; what is past it is proved again.
const maxNogoods = 512

func newSolver(m Model) *solver {
	return &solver{m: m, trial: make([]int, len(m.Levels))}
}

// complete sets every unset factor of row so that the row is allowed, with levels of near where it can; near is a full row, not
// necessarily allowed. If there is no such row it says false and leaves row as it was.
func (x *solver) complete(row, near []int) bool {
	for f, l := range row {
		x.trial[f] = l
		if l < 0 {
			x.trial[f] = near[f]
		}
	}
	if x.m.allows(x.trial) {
		copy(row, x.trial)
		return true
	}
	if !x.m.allows(row) || x.known(row) != nil {
		return false
	}
	copy(x.trial, row)
	x.budget = 8
	for _, l := range x.m.Levels {
		x.budget += 4 * l
	}
	found := x.quick(x.trial, near, 0)
	if !found && x.budget <= 0 {
		copy(x.trial, row)
		found = x.careful(x.trial, near) == nil
	}
	if found {
		copy(row, x.trial)
	}
	return found
}

// quick goes through the factors in order. It is cheap, and enough for most models, but may thrash: it gives up when the budget
// is spent.
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

// conflict tells of each factor whether its level is to blame. Unlike a nil one, an empty one is a conflict too: nothing is allowed.
type conflict []bool

// careful goes on with the factor that has the fewest levels left. Of each dead end it finds out which of the levels set before
// are to blame, remembers them, and goes back to the last of those at once (conflict-directed backjumping). It is nil when
// row is complete; else row is as before, and no allowed row holds the levels to blame.
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
		var blame conflict
		if x.m.allows(row) {
			if blame = x.careful(row, near); blame == nil {
				return nil
			}
			if !blame[factor] {
				row[factor] = Unset
				return blame
			}
		} else {
			blame = x.refusal(row, factor)
		}
		for f, b := range blame {
			why[f] = why[f] || b
		}
	}
	why[factor] = false
	row[factor] = Unset
	x.remember(row, why)
	return why
}

// tightest is the unset factor with the fewest levels that are not refused at once, or -1 in a full row.
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

// refusal finds factors whose levels suffice, with that of the given one, for Allowed to refuse.
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

// known is the conflict of a remembered combination that the row holds, or nil.
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
