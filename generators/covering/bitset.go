package covering

import "math/bits"

// bitset is a set of tuple ranks.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) has(i int) bool { return b[uint(i)/64]>>(uint(i)%64)&1 != 0 }
func (b bitset) set(i int)      { b[uint(i)/64] |= 1 << (uint(i) % 64) }
func (b bitset) clear(i int)    { b[uint(i)/64] &^= 1 << (uint(i) % 64) }

func (b bitset) count() int {
	n := 0
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// next returns the first member in [from, to), or -1.
func (b bitset) next(from, to int) int {
	for i := from; i < to; {
		if w := b[i/64] >> (i % 64); w != 0 {
			if i += bits.TrailingZeros64(w); i < to {
				return i
			}
			return -1
		}
		i = i/64*64 + 64
	}
	return -1
}
