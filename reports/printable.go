package reports

import "reflect"

// printable returns the report with nothing in it but what prints; the minimal cases stay as they are, for caseWords writes them out itself.
func printable(r *Report) *Report {
	return printableValue(reflect.ValueOf(r), "").Interface().(*Report)
}

func printableValue(v reflect.Value, field string) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.String:
		if field == "Curl" {
			out.SetString(visibleLines(v.String())) // commands, one a line
		} else {
			out.SetString(visible(v.String()))
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
