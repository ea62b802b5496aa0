package reports

import (
	"reflect"
	"slices"
	"strings"
)

// Printable returns a copy of a report or a diff in which every text is safe to show: [Visible], or
// [VisibleLines] for shell commands. Minimal cases stay as they are, because a replay needs their
// exact bytes: whoever shows one escapes its values.
func Printable[R *Report | *Diff](r R) R {
	return rewritten(r, rewriter{skip: []string{"Case"}, text: func(field, s string) string {
		if strings.HasPrefix(field, "Curl") {
			return VisibleLines(s)
		}
		return Visible(s)
	}})
}

// WithTexts returns a copy of a report or a diff with f of every text that a target may have had a
// part in. Verdicts, levels and kinds are words of cbspec alone.
func WithTexts[R *Report | *Diff](r R, f func(string) string) R {
	return rewritten(r, rewriter{skip: []string{"Verdict", "Level", "Kind"}, text: func(_, s string) string { return f(s) }})
}

// rewriter copies a report or a diff with other texts.
type rewriter struct {
	skip []string // fields that stay as they are
	text func(field, s string) string
}

func rewritten[R *Report | *Diff](r R, w rewriter) R {
	return w.value(reflect.ValueOf(r), "").Interface().(R)
}

// value copies a value of the report. field is the name of the field that it is in.
func (w rewriter) value(v reflect.Value, field string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	if slices.Contains(w.skip, field) {
		return out
	}
	switch v.Kind() {
	case reflect.String:
		out.SetString(w.text(field, v.String()))
	case reflect.Pointer:
		if !v.IsNil() {
			p := reflect.New(v.Type().Elem())
			p.Elem().Set(w.value(v.Elem(), field))
			out.Set(p)
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			out.Index(i).Set(w.value(v.Index(i), field))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(w.value(v.Field(i), v.Type().Field(i).Name))
		}
	}
	return out
}
