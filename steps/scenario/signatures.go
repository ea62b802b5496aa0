package scenario

import (
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// algorithms are the signature algorithms by the names that the feature files have for them.
var algorithms = map[string]string{"HMAC-SHA1": targets.HMACSHA1, "ACS3-HMAC-SHA256": targets.ACS3HMACSHA256}

// sign signs every call with an algorithm.
func sign(b *builder, algorithm string) {
	b.pinned[generators.Format] = []string{"JSON", "XML"}
	b.actions = []action{signedWith(algorithm, b.actions)}
}

// unusualCharacters gives a DBName where it is not valid, with characters that the two encodings of
// a signature treat differently.
func unusualCharacters(b *builder) {
	b.once = true
	for _, text := range []string{"a b*~c,d", "a+b", "*", "~", "a=b&c", "%2A", "!'()", "\u00e9\u4e2d", "A/B:C;D@E$F?G#H", "", " a ", "a\tb"} {
		b.mutate(fmt.Sprintf("its DBName is %q", text), func(c *targets.Call) { *c = c.With(generators.DBName, text) })
	}
}

// unusualNames gives a further parameter whose name some orders put elsewhere than the order of
// bytes does: one in lower case, one that is the beginning of another and goes on with a hyphen.
func unusualNames(b *builder) {
	b.once = true
	for _, name := range []string{"a", "region", "Action-", "DBInstanceId.1", "Zz", "_x", "0", "SIGNATURE"} {
		b.mutate(fmt.Sprintf("it has a parameter %q", name), func(c *targets.Call) { *c = c.With(name, "1") })
	}
}

// addSignatureFaults tries each of the faults.
func addSignatureFaults(b *builder, faults []targets.AuthFault) {
	b.faulty = true
	for _, fault := range faults {
		if _, field := fault.Parts(); field.Name != "" {
			b.once = true // there are many, and an implementation that ignores a field always ignores it
		}
		signedAs(b, fault)
	}
}

// signedAs makes the signature of the last call in an unusual way.
func signedAs(b *builder, fault targets.AuthFault) {
	b.mutate("the signature is "+string(fault), func(c *targets.Call) { c.Auth = fault })
}

// The names that a case has for its two nonces.
const (
	firstNonce  = "first"
	secondNonce = "second"
)

// replayNonce sends the call twice with one nonce, the first backup completing in between. The
// control case has two nonces. The first call is made on the same instance and in the same way, or
// not.
func replayNonce(b *builder) {
	once := b.actions
	b.actions = []action{func(w *caseWriter) {
		for _, nonce := range []string{firstNonce, secondNonce} {
			for _, do := range once {
				do(w)
			}
			w.c.Steps[len(w.c.Steps)-1].Call.Nonce = nonce
			if nonce == firstNonce {
				complete(targets.LastCompleted)(w)
			}
		}
	}}
	b.pinned[generators.Today] = []string{"0", "1"}
	b.faulty = true
	for _, way := range []struct {
		suffix string
		before func(*targets.Case)
	}{
		{"", nil},
		{", other calls ago", othersBetween},
		{", by a call made the other way (GET or POST)", firstTheOtherWay},
		{", by a call on another instance", firstElsewhere},
		{", by a call signed 10 minutes ago", firstEarlier},
	} {
		b.mutate("its nonce was used before"+way.suffix, func(c *targets.Call) { c.Nonce = firstNonce })
		b.mutations[len(b.mutations)-1].before = way.before
	}
	b.mutate("its nonce is long and was used before", func(c *targets.Call) { c.Nonce = runner.LongNonce + firstNonce })
	b.mutations[len(b.mutations)-1].before = func(c *targets.Case) { c.Steps[0].Call.Nonce = runner.LongNonce + firstNonce }
}

// firstEarlier signs the first call of a case 10 minutes before it is sent.
func firstEarlier(c *targets.Case) { c.Steps[0].Call.Auth = targets.AuthRecent }

// othersBetween makes a few calls, which are refused, between the two calls of a case.
func othersBetween(c *targets.Case) {
	for i := range 5 {
		call := c.Steps[len(c.Steps)-1].Call.With(generators.Method, "NoSuchMethod")
		call.Nonce = fmt.Sprintf("between %d", i)
		c.Steps = slices.Insert(c.Steps, len(c.Steps)-1, targets.Step{Do: targets.StepCall, Call: &call})
	}
}

// firstTheOtherWay makes the first call of a case with the other HTTP method.
func firstTheOtherWay(c *targets.Case) {
	first := c.Steps[0].Call
	if first.Method == "POST" {
		first.Method = "GET"
	} else {
		first.Method = "POST"
	}
	place(first, targets.Query)
}

// firstElsewhere makes the first call of a case, and completes its backup, on another instance.
func firstElsewhere(c *targets.Case) {
	c.Conditions = append(c.Conditions, c.Conditions[0])
	c.Steps[0].Instance, c.Steps[1].Instance = 1, 1
	for i, p := range c.Steps[0].Call.Params {
		if p.Value == targets.InstanceRef(0) {
			c.Steps[0].Call.Params[i].Value = targets.InstanceRef(1)
		}
	}
}
