package scenario

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/targets"
)

// mutation changes the last call of a case, and has a name for what is then unusual about it.
type mutation struct {
	name string
	// group, where set, is what an observation is kept under in place of the name.
	group string
	// apply changes a copy of the call.
	apply func(t *rapid.T, c *targets.Call)
	// before, where set, changes the steps before the last call.
	before func(c *targets.Case)
}

// to returns the call with the mutation.
func (m mutation) to(t *rapid.T, call targets.Call) targets.Call {
	call.Params = slices.Clone(call.Params)
	m.apply(t, &call)
	return call
}

// mutate adds a mutation that draws nothing.
func (b *builder) mutate(name string, apply func(c *targets.Call)) {
	b.mutations = append(b.mutations, mutation{name: name, apply: func(_ *rapid.T, c *targets.Call) { apply(c) }})
}

// transport is a way to send a call: the HTTP method, where Action and Format are, and where the
// other parameters are.
type transport struct {
	method           string
	public, business targets.Place
}

// transports are the words for the ways to send a call.
var transports = map[string]transport{
	"GET":                {"GET", targets.Query, targets.Query},
	"POST, in the query": {"POST", targets.Query, targets.Query},
	"POST, in the form":  {"POST", targets.Body, targets.Body},
	"POST, in both":      {"POST", targets.Query, targets.Body},
}

// addTransport sends the call in one way.
func addTransport(b *builder, name string) error {
	way, known := transports[name]
	if !known {
		return fmt.Errorf("unknown way to send a call %q", name)
	}
	b.model = b.env.FullModel
	b.mutate("it is sent by "+name, func(c *targets.Call) {
		c.Method = way.method
		for i, p := range c.Params {
			c.Params[i].In = way.business
			if p.Name == generators.Action || p.Name == generators.Format {
				c.Params[i].In = way.public
			}
		}
	})
	return nil
}

// addForm writes the content type of a form in one way.
func addForm(b *builder, name string) error {
	form := targets.Form(name)
	if form != targets.FormCharset && form != targets.FormLetters {
		return fmt.Errorf("unknown way to write the content type of a form %q", name)
	}
	b.mutate("its content type is that of a form, "+name, func(c *targets.Call) {
		c.Method, c.Form = "POST", form
		place(c, targets.Body)
	})
	return nil
}

// place puts every parameter of a call into the query or the body.
func place(c *targets.Call, in targets.Place) {
	for i := range c.Params {
		c.Params[i].In = in
	}
}

// encodings are the words for the ways to encode a call.
var encodings = map[string]targets.Encoding{
	"every character encoded":                         targets.EncodingAll,
	"every character encoded, with lower-case digits": targets.EncodingAllLower,
	"lower-case hexadecimal digits":                   targets.EncodingLower,
	"a space as +":                                    targets.EncodingPlus,
}

// addEncoding encodes the call in one way.
func addEncoding(b *builder, name string) error {
	e, known := encodings[name]
	if !known {
		return fmt.Errorf("unknown encoding %q", name)
	}
	b.mutate("its encoding is "+string(e), func(c *targets.Call) { c.Encoding = e })
	return nil
}

// encodedTwice gives a documented value percent-encoded. The call encodes it once more and the
// target decodes it once, so that it is another value.
func encodedTwice(b *builder) {
	b.faulty, b.once = true, true
	twice := func(s string) string { return fmt.Sprintf("%%%02X%s", s[0], s[1:]) }
	for _, p := range []targets.Param{
		{Name: generators.Method, Value: "Physical"}, {Name: generators.Type, Value: "FullBackup"},
		{Name: generators.Action, Value: "CreateBackup"},
	} {
		for _, in := range []targets.Place{targets.Query, targets.Body} {
			b.mutate(p.Name+" is encoded twice, in the "+string(in), func(c *targets.Call) {
				*c = c.With(p.Name, twice(p.Value))
				c.Method = "POST"
				place(c, in)
			})
		}
	}
}

// lowerCaseFormat writes the Format in lower case, as official clients do.
func lowerCaseFormat(b *builder) {
	b.do(callOnce)
	for _, f := range []string{"json", "xml"} {
		b.mutate("Format is "+f, func(c *targets.Call) { *c = c.With(generators.Format, f) })
	}
}

// otherVersion gives the call a Version that no operation has.
func otherVersion(b *builder) {
	b.faulty = true
	versions := rapid.SampledFrom([]string{
		"2014-08-14", "2013-08-15", "2099-12-31", "2014", "latest", "20140815", "2014-8-15", "2014-08-15x", "2014-08",
	})
	b.mutations = append(b.mutations, mutation{name: "another version", apply: func(t *rapid.T, c *targets.Call) {
		*c = c.With("Version", versions.Draw(t, "Version"))
	}})
}

// deleteBefore deletes the instance before the call.
func deleteBefore(b *builder) {
	b.faulty = true
	b.mutations = append(b.mutations, mutation{
		name: "the instance was deleted", apply: func(*rapid.T, *targets.Call) {},
		before: func(c *targets.Case) {
			seen := c.Steps[0].Call.With(generators.Method, "NoSuchMethod") // the target has to know the instance
			c.Steps = slices.Insert(c.Steps, 0, targets.Step{Do: targets.StepCall, Call: &seen}, targets.Step{Do: targets.StepDelete})
		},
	})
}

// nameBoth names a second instance in the call: by the parameter once more, before or after, or in
// a list.
func nameBoth(b *builder) {
	b.do(callOnce)
	first, second := targets.InstanceRef(0), targets.InstanceRef(1)
	for _, way := range []struct {
		name   string
		values []string
	}{
		{"DBInstanceId is there twice", []string{first, second}},
		{"DBInstanceId is there twice, the other way round", []string{second, first}},
		{"DBInstanceId is a list", []string{first + "," + second}},
	} {
		b.mutate(way.name, func(c *targets.Call) {
			at := slices.IndexFunc(c.Params, func(p targets.Param) bool { return p.Name == generators.InstanceID })
			if at < 0 {
				return // a search for the cause leaves the parameter out
			}
			p := c.Params[at]
			c.Params = slices.Delete(c.Params, at, at+1)
			for i, v := range way.values {
				p.Value = v
				c.Params = slices.Insert(c.Params, at+i, p)
			}
		})
	}
}
