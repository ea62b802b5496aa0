package reports

import (
	"reflect"
	"slices"
)

// Printable returns a copy of the report in which every text is safe to show: [Visible], or
// [VisibleLines] for shell commands. Minimal cases stay as they are, because a replay needs their
// exact bytes: whoever shows one escapes its values.
func Printable(r *Report) *Report {
	return rewriter{skip: []string{"Case"}, text: func(field, s string) string {
		if field == "Curl" {
			return VisibleLines(s)
		}
		return Visible(s)
	}}.report(r)
}

// WithTexts returns a copy of the report with f of every text that a target may have had a part in.
// Verdicts, levels and kinds are words of cbspec alone.
func WithTexts(r *Report, f func(string) string) *Report {
	return rewriter{skip: []string{"Verdict", "Level", "Kind"}, text: func(_, s string) string { return f(s) }}.report(r)
}

// rewriter copies a report with other texts.
type rewriter struct {
	skip []string // fields that stay as they are
	text func(field, s string) string
}

func (w rewriter) report(r *Report) *Report {
	return w.value(reflect.ValueOf(r), "").Interface().(*Report)
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
