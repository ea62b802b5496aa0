package simulator

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// randomPrefix begins the names of random faults. The seed follows.
const randomPrefix = "random-"

// RandomFault returns a fault that nobody wrote: a wrong state machine for an odd seed, and a
// lenient reading of values for an even one.
func RandomFault(seed uint64) Fault {
	r := rand.New(rand.NewPCG(seed, 0))
	f := randomReading(r)
	if seed%2 == 1 {
		f = randomMachine(r)
	}
	f.Name = fmt.Sprint(randomPrefix, seed)
	return f
}

// faultNamed returns the fault of that name, of the catalogue or a random one.
func faultNamed(name string) (Fault, error) {
	if text, is := strings.CutPrefix(name, randomPrefix); is {
		if seed, err := strconv.ParseUint(text, 10, 64); err == nil {
			return RandomFault(seed), nil
		}
	}
	list := faults()
	for _, f := range list {
		if f.Name == name {
			return f, nil
		}
	}
	return Fault{}, unknownName("fault", name, "--list-faults", list, func(f Fault) string { return f.Name })
}

// pickOf picks one of several.
func pickOf[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }
