package reports

import "reflect"

// Printable returns a copy of the report in which every text is safe to show: [Visible], or
// [VisibleLines] for shell commands. Minimal cases stay as they are, because a replay needs their
// exact bytes: whoever shows one escapes its values.
func Printable(r *Report) *Report {
	return printableValue(reflect.ValueOf(r), "").Interface().(*Report)
}

// printableValue copies a value of the report. field is the name of the field that it is in.
func printableValue(v reflect.Value, field string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		if field == "Curl" {
			out.SetString(VisibleLines(v.String()))
		} else {
			out.SetString(Visible(v.String()))
		}
	case reflect.Pointer:
		if !v.IsNil() && field != "Case" {
			p := reflect.New(v.Type().Elem())
			p.Elem().Set(printableValue(v.Elem(), field))
			out.Set(p)
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		for i := range v.Len() {
			out.Index(i).Set(printableValue(v.Index(i), field))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			out.Field(i).Set(printableValue(v.Field(i), v.Type().Field(i).Name))
		}
	}
	return out
}
