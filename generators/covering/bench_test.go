package covering

import (
	"fmt"
	"testing"
)

func BenchmarkArray(b *testing.B) {
	for _, c := range []struct {
		name     string
		m        Model
		strength int
	}{
		{"constrained", constrained(), 2},
		{"constrained", constrained(), 3},
		{"constrained", constrained(), 4},
		{"ten", Model{Levels: ten}, 4},
		{"ten", Model{Levels: ten}, 5},
		{"ten", Model{Levels: ten}, 6},
		{"8^12", Model{Levels: same(8, 12)}, 3},
		{"8^12", Model{Levels: same(8, 12)}, 4},
	} {
		b.Run(fmt.Sprintf("%s/t=%d", c.name, c.strength), func(b *testing.B) {
			b.ReportAllocs()
			rows := 0
			for b.Loop() {
				rows = len(Array(c.m, c.strength, 1))
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}

func BenchmarkNewCoverage(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		NewCoverage(constrained(), 3)
	}
}
