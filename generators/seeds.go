package generators

import (
	"encoding/binary"
	"hash/fnv"

	"pgregory.net/rapid"
)

// Seed derives the seed of one case from that of the run: the same for the same names, whatever else is run.
func Seed(run uint64, name string, i int) int {
	h := fnv.New64a()
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], run)
	binary.LittleEndian.PutUint64(b[8:], uint64(i))
	h.Write(b[:])
	h.Write([]byte(name))
	return int(h.Sum64())
}

// DrawNth draws the i-th value of a generator for a run and a name.
func DrawNth[V any](g *rapid.Generator[V], run uint64, name string, i int) V {
	return g.Example(Seed(run, name, i))
}
