package generators

import (
	"encoding/binary"
	"hash/fnv"

	"pgregory.net/rapid"
)

// Seed derives the seed of the i-th case of that name from the seed of the run. It does not depend
// on what else the run does.
func Seed(run uint64, name string, i int) int {
	h := fnv.New64a()
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], run)
	binary.LittleEndian.PutUint64(b[8:], uint64(i))
	h.Write(b[:])
	h.Write([]byte(name))
	return int(h.Sum64())
}

// DrawNth draws the i-th value of that name from a generator, with a seed derived from that of the
// run.
func DrawNth[V any](g *rapid.Generator[V], run uint64, name string, i int) V {
	return g.Example(Seed(run, name, i))
}

// drawing is rapid.Custom for a function that may draw nothing. rapid takes such a function for a
// mistake.
func drawing[V any](draw func(*rapid.T) V) *rapid.Generator[V] {
	return rapid.Custom(func(t *rapid.T) V {
		rapid.Bool().Draw(t, "")
		return draw(t)
	})
}
