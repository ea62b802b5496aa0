package covering

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	ten    = []int{8, 6, 5, 5, 4, 4, 4, 3, 3, 3}
	twelve = []int{8, 8, 6, 6, 5, 5, 4, 4, 4, 3, 3, 3}
)

// sizes holds the sizes of the arrays that PICT makes at its commit c3dad2b for models without
// constraints.
var sizes = []struct {
	name           string
	levels         []int
	strength, pict int
}{
	{"3^10", same(3, 10), 2, 19},
	{"3^10", same(3, 10), 3, 67},
	{"3^10", same(3, 10), 4, 231},
	{"4^10", same(4, 10), 2, 31},
	{"4^10", same(4, 10), 3, 156},
	{"4^10", same(4, 10), 4, 741},
	{"ten", ten, 2, 52},
	{"ten", ten, 3, 315},
	{"ten", ten, 4, 1627},
	{"twelve", twelve, 2, 71},
	{"twelve", twelve, 3, 512},
	{"twelve", twelve, 4, 3172},
	{"5^12", same(5, 12), 2, 49},
	{"5^12", same(5, 12), 3, 343},
	{"5^12", same(5, 12), 4, 2105},
	{"8^12", same(8, 12), 2, 120},
	{"8^12", same(8, 12), 3, 1357},
}

func TestSizesAgainstPICT(t *testing.T) {
	for _, c := range sizes {
		t.Run(fmt.Sprintf("%s/t=%d", c.name, c.strength), func(t *testing.T) {
			if (c.strength == 4 || c.pict > 1000) && testing.Short() {
				t.Skip("takes long")
			}
			seeds := uint64(3)
			if c.strength == 4 || testing.Short() {
				seeds = 1
			}
			for seed := range seeds {
				m := Model{Levels: c.levels}
				rows := Array(m, c.strength, seed)
				t.Logf("seed %d: %d rows, PICT %d (%.2f)", seed, len(rows), c.pict, float64(len(rows))/float64(c.pict))
				require.LessOrEqual(t, len(rows)*100, c.pict*110, "more than a tenth larger than PICT's")

				coverage := NewCoverage(m, c.strength)
				for _, row := range rows {
					coverage.Add(row)
				}
				require.Equal(t, coverage.Possible(), coverage.Reached())
			}
		})
	}
}
