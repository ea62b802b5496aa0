package command

import (
	"errors"
	"fmt"
)

// defaultStrength is what --strength is without a flag.
const defaultStrength = 3

// effortFlags are short for other flags.
type effortFlags struct {
	Quick    bool `help:"Find most mistakes within seconds: --phase examples --checks 1 --strength 1." group:"How much"`
	Thorough bool `help:"Find the rarest mistakes: --checks 200 --strength 4." group:"How much"`
}

// effort sets the flags that --quick and --thorough stand for.
func (f scopeFlags) effort() (scopeFlags, error) {
	if !f.Quick && !f.Thorough {
		return f, nil
	}
	if f.Quick && f.Thorough {
		return f, errors.New("--quick and --thorough exclude each other: leave out one of them")
	}
	name := "--quick"
	if f.Thorough {
		name = "--thorough"
	}
	if f.Checks != 0 || f.Strength != defaultStrength || f.Quick && len(f.Phase) > 0 {
		return f, fmt.Errorf("%s stands for other values of --checks, --strength and --phase: leave these out", name)
	}
	if f.Thorough {
		f.Checks, f.Strength = 200, 4
	} else {
		f.Checks, f.Strength, f.Phase = 1, 1, []string{"examples"}
	}
	return f, nil
}
