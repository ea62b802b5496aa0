package shrink

import (
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/targets"
)

// halvedFrom is the length in bytes from which on a value is tried with half of it.
const halvedFrom = 9

// PlainCall returns the call of nothing but what is required, on the same instance.
func PlainCall(c targets.Call) targets.Call {
	id, _ := c.Get(generators.InstanceID)
	return targets.Call{Method: "POST", Algorithm: c.Algorithm, Params: []targets.Param{
		{Name: generators.Action, Value: "CreateBackup", In: targets.Query},
		{Name: generators.InstanceID, Value: id, In: targets.Query},
	}}
}

// Calls lists the calls that have one parameter, half of a value or one oddity less than c. Action
// and a DBInstanceId that names an instance stay, unless they are repeated.
func Calls(c targets.Call) []targets.Call {
	var list []targets.Call
	for i, p := range c.Params {
		names := strings.HasPrefix(p.Value, "${") // an instance
		required := p.Name == generators.Action || p.Name == generators.InstanceID && names
		if required && len(c.Values(p.Name)) == 1 {
			continue
		}
		without := c
		without.Params = slices.Delete(slices.Clone(c.Params), i, i+1)
		list = append(list, without)
		n := len(p.Value)
		if n < halvedFrom || names {
			continue
		}
		for _, half := range []string{p.Value[:n/2], p.Value[n/2:]} {
			shorter := c
			shorter.Params = slices.Clone(c.Params)
			shorter.Params[i].Value = half
			list = append(list, shorter)
		}
	}
	if c.Encoding != "" {
		plain := c
		plain.Encoding = ""
		list = append(list, plain)
	}
	if c.Form != "" {
		plain := c
		plain.Form = ""
		list = append(list, plain)
	}
	if c.Nonce != "" {
		plain := c
		plain.Nonce = ""
		list = append(list, plain)
	}
	return list
}

// callSize measures a call by its parameters, the length of their values, and its oddities.
func callSize(c targets.Call) int {
	n := len(c.Params)
	for _, p := range c.Params {
		n += len(p.Value)
	}
	for _, odd := range []bool{c.Encoding != "", c.Form != "", c.Nonce != ""} {
		if odd {
			n++
		}
	}
	return n
}
