package samples

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/cbspec/cbspec/reports"
)

// Attacks is a text that does harm wherever it is not escaped: in a terminal, in XML, HTML,
// Markdown and a shell.
const Attacks = "</script><script>document.title='owned'</script></title></style></svg></textarea>--><!--" +
	"<img src=x onerror=\"document.title='owned'\"><base href=//evil.example> \"' onmouseover=\"document.title='owned'\"" +
	" style=\"color:red\" {{.}} ]]>" +
	"\x1b]0;owned\a\x1b[31m\x9b31m\x00\x07\x7f \xff\xfe \u202eevil\u202c\u2066x\u2069 \u200b\u2028\ufffe\U000e0041" +
	" javascript:document.title='owned' //evil.example/ | `code` ``` [x](javascript:alert) @team #1" +
	" https://evil.example www.evil.example $x$" +
	" &lt;script&gt;&#60;script&#62; \r\n# heading\n\n| a | b |\n::error::owned\n"

// Hostile is a report with [Attacks] in every free text.
func Hostile() *reports.Report { return Filled(Attacks) }

// Filled is the report of [Mixed] without its passed rules, in which every free text is replaced by
// another, with a number before it: no two are the same. What the schema fixes stays.
func Filled(text string) *reports.Report {
	r := Mixed()
	r.Rules = slices.DeleteFunc(r.Rules, func(rule reports.Rule) bool { return rule.Verdict == reports.Passed })
	r.Complete, r.LeftOut, r.Target.Implementation = false, []string{""}, &reports.Implementation{}
	f := filler{text: text}
	f.fill(reflect.ValueOf(r).Elem())
	return r
}

// filler replaces texts.
type filler struct {
	text string
	n    int
}

// fill replaces every text in a value.
func (f *filler) fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			f.fill(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fixed := []string{"Verdict", "Level", "Party", "Kind", "Do", "In", "Shard"}
			if !slices.Contains(fixed, v.Type().Field(i).Name) {
				f.fill(v.Field(i))
			}
		}
	case reflect.String:
		f.n++
		v.SetString(fmt.Sprintf("%d %s", f.n, f.text))
	}
}

// Excerpt returns the report with only some of its rules, and their behaviours.
func Excerpt(r *reports.Report, ids ...string) *reports.Report {
	r.Rules = slices.DeleteFunc(r.Rules, func(rule reports.Rule) bool { return !slices.Contains(ids, rule.ID) })
	r.Behaviours = slices.DeleteFunc(r.Behaviours, func(b reports.Behaviour) bool { return !slices.Contains(ids, b.ID) })
	return Finish(r)
}
