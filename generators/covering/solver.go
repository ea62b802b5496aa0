package covering

// solver completes partial rows. It is complete: where it finds no allowed row there is none.
type solver struct {
	m      Model
	dead   map[string]struct{} // partial rows that nothing allowed extends
	key    []byte
	trial  []int
	budget int // calls of Allowed left to the quick search
}

// maxDead bounds the memory for dead ends; past it they are proved again.
const maxDead = 1 << 17

func newSolver(m Model) *solver {
	return &solver{m: m, dead: map[string]struct{}{}, trial: make([]int, len(m.Levels))}
}

// complete sets every unset factor of row so that the row is allowed, with levels of near where it can; near is a full row, not
// necessarily allowed. If there is no such row it says false and leaves row as it was.
func (x *solver) complete(row, near []int) bool {
	for i, l := range row {
		x.trial[i] = l
		if l < 0 {
			x.trial[i] = near[i]
		}
	}
	if x.m.allows(x.trial) {
		copy(row, x.trial)
		return true
	}
	if !x.m.allows(row) {
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
		found = x.careful(x.trial, near)
	}
	if found {
		copy(row, x.trial)
	}
	return found
}

// quick goes through the factors in order. It is enough for most models and cheap, but may thrash: it gives up when the
// budget is spent.
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

// careful goes on with the factor that has the fewest levels left, and remembers dead ends.
func (x *solver) careful(row, near []int) bool {
	if x.isDead(row) {
		return false
	}
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
	if factor < 0 {
		return true
	}
	if fewest > 0 {
		levels := x.m.Levels[factor]
		for i := range levels {
			row[factor] = (near[factor] + i) % levels
			if x.m.allows(row) && x.careful(row, near) {
				return true
			}
		}
		row[factor] = Unset
	}
	if len(x.dead) < maxDead {
		x.dead[string(x.key4(row))] = struct{}{}
	}
	return false
}

func (x *solver) isDead(row []int) bool {
	_, dead := x.dead[string(x.key4(row))]
	return dead
}

func (x *solver) key4(row []int) []byte {
	x.key = x.key[:0]
	for _, l := range row {
		x.key = append(x.key, byte(l), byte(l>>8), byte(l>>16), byte(l>>24))
	}
	return x.key
}
