package targetfile

import (
	"encoding"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/cbspec/cbspec/targets/typo"
)

// place is where something stands in the file.
type place struct{ line, column int }

// decoder fills a File from the tree of its YAML. It is one of our own because every mistake is to be told, with its place and its mend,
// and because variables are put in value by value, where they cannot change the shape of the file.
type decoder struct {
	file   string
	lookup func(string) (string, bool)
	at     map[string]place // of each key that is there, by its path such as auth.profile
	errs   []*Error
	// secrets are the texts that are never to be shown.
	secrets []string
}

func (d *decoder) fail(p place, format string, args ...any) {
	d.errs = append(d.errs, &Error{File: d.file, Line: p.line, Column: p.column, Message: fmt.Sprintf(format, args...)})
}

// failAt fails at the key of that path, or where it is missing at the nearest one around it.
func (d *decoder) failAt(path, format string, args ...any) {
	for {
		if p, ok := d.at[path]; ok || path == "" {
			d.fail(p, format, args...)
			return
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

func (d *decoder) has(path string) bool { _, ok := d.at[path]; return ok }

func placeOf(n ast.Node) place {
	// The token of a block mapping is its first colon.
	switch m := n.(type) {
	case *ast.MappingNode:
		if !m.IsFlowStyle && len(m.Values) > 0 {
			return placeOf(m.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return placeOf(m.Key)
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return place{t.Position.Line, t.Position.Column}
	}
	return place{}
}

// field is a key of a struct.
type field struct {
	name  string
	index []int
	enum  []string
	check string
	short bool
}

// fields lists the keys of a struct, inlined ones included.
func fields(t reflect.Type) []field {
	var fs []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if option == "inline" {
			for _, in := range fields(f.Type) {
				in.index = append([]int{i}, in.index...)
				fs = append(fs, in)
			}
			continue
		}
		if name != "" {
			fs = append(fs, field{name, []int{i}, strings.Fields(f.Tag.Get("enum")), f.Tag.Get("check"), option == "short"})
		}
	}
	return fs
}

func keys(fs []field) []string {
	names := make([]string, len(fs))
	for i, f := range fs {
		names[i] = f.name
	}
	return names
}

func (d *decoder) decodeRoot(n ast.Node, f *File) {
	if _, ok := entries(n); !ok {
		d.fail(placeOf(n), "must be a mapping of keys such as endpoint, not %s", kind(n))
		return
	}
	d.decode("", n, reflect.ValueOf(f).Elem(), field{name: "the file"})
}

// entries lists those of a mapping.
func entries(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

func kind(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.NullNode:
		return "empty"
	case *ast.BoolNode:
		return "true or false"
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return "an anchor or alias, which a target file cannot have"
	case *ast.TagNode:
		return "a tagged value, which a target file cannot have"
	default:
		return "a text or number"
	}
}

var (
	durationType = reflect.TypeFor[time.Duration]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
	secretType   = reflect.TypeFor[Secret]()
)

func (d *decoder) decode(path string, n ast.Node, v reflect.Value, f field) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	switch isText := reflect.PointerTo(v.Type()).Implements(textType); {
	case v.Kind() == reflect.Struct && !isText:
		d.decodeStruct(path, n, v, f)
	case v.Kind() == reflect.Slice:
		d.decodeList(path, n, v, f)
	case v.Kind() == reflect.Map:
		d.decodeMap(path, n, v, f)
	default:
		d.decodeScalar(path, n, v, f)
	}
}

func (d *decoder) decodeStruct(path string, n ast.Node, v reflect.Value, in field) {
	fs := fields(v.Type())
	es, ok := entries(n)
	if !ok {
		if i := slices.IndexFunc(fs, func(f field) bool { return f.short }); i >= 0 {
			d.at[join(path, fs[i].name)] = placeOf(n)
			d.decode(join(path, fs[i].name), n, v.FieldByIndex(fs[i].index), fs[i])
			return
		}
		d.fail(placeOf(n), "%s must be a mapping with %s, not %s", in.name, either(keys(fs)), kind(n))
		return
	}
	for _, e := range es {
		name := text(e.Key)
		i := slices.IndexFunc(fs, func(f field) bool { return f.name == name })
		if i < 0 {
			d.unknown(e.Key, name, in, path, fs)
			continue
		}
		d.at[join(path, name)] = placeOf(e.Key)
		d.decode(join(path, name), e.Value, v.FieldByIndex(fs[i].index), fs[i])
	}
}

func (d *decoder) unknown(key ast.Node, name string, in field, path string, fs []field) {
	where := ""
	if path != "" {
		where = " in " + in.name
	}
	if near := typo.Nearest(name, keys(fs)); near != "" {
		d.fail(placeOf(key), "unknown key %q%s: did you mean %s?", name, where, near)
		return
	}
	// A key that is right elsewhere is told where.
	for _, f := range fields(reflect.TypeFor[File]()) {
		t := reflect.TypeFor[File]().FieldByIndex(f.index).Type
		if t.Kind() == reflect.Struct && slices.Contains(keys(fields(t)), name) {
			d.fail(placeOf(key), "unknown key %q%s: it belongs in %s", name, where, f.name)
			return
		}
	}
	d.fail(placeOf(key), "unknown key %q%s: it may hold %s", name, where, either(keys(fs)))
}

func (d *decoder) decodeList(path string, n ast.Node, v reflect.Value, f field) {
	list, ok := n.(*ast.SequenceNode)
	if !ok && f.short {
		if s, ok := n.(ast.ScalarNode); ok && s.Type() != ast.NullType {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			d.decodeScalar(path, n, v.Index(0), f)
			return
		}
	}
	if !ok {
		d.fail(placeOf(n), "%s must be a list, not %s", f.name, kind(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list.Values), len(list.Values)))
	for i, item := range list.Values {
		at := fmt.Sprintf("%s[%d]", path, i)
		d.at[at] = placeOf(item)
		one := f
		one.name = "an item of " + f.name
		d.decode(at, item, v.Index(i), one)
	}
}

func (d *decoder) decodeMap(path string, n ast.Node, v reflect.Value, f field) {
	es, ok := entries(n)
	if !ok {
		d.fail(placeOf(n), "%s must be a mapping of names, not %s", f.name, kind(n))
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, e := range es {
		name := text(e.Key)
		d.at[join(path, name)] = placeOf(e.Key)
		one := reflect.New(v.Type().Elem()).Elem()
		d.decode(join(path, name), e.Value, one, field{name: name})
		v.SetMapIndex(reflect.ValueOf(name), one)
	}
}

// text is a scalar as the file spells it: 1.10 stays 1.10.
func text(n ast.Node) string {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value
	case *ast.LiteralNode:
		return s.Value.Value
	}
	return n.GetToken().Value
}

func (d *decoder) decodeScalar(path string, n ast.Node, v reflect.Value, f field) {
	p := placeOf(n)
	_, isBool := n.(*ast.BoolNode)
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode, *ast.IntegerNode, *ast.FloatNode:
	default:
		if isBool && f.check == "literal" {
			break
		}
		want := "a text"
		switch v.Kind() {
		case reflect.Int, reflect.Int64, reflect.Float64:
			want = "a number"
		}
		if v.Type() == durationType {
			want = "a duration such as 10s"
		}
		d.fail(p, "%s must be %s, not %s", f.name, want, kind(n))
		return
	}
	raw := text(n)
	s, missing := expand(raw, d.lookup)
	if len(missing) > 0 {
		d.fail(p, "the environment variable %s is not set", missing[0])
		return
	}
	// What the environment puts into a mapping may be a key that goes by another name.
	if s != "" && (v.Type() == secretType || strings.HasPrefix(path, "mapped.") && s != showBraces(raw)) {
		d.secrets = append(d.secrets, s)
	}
	shown := ": " + strconv.Quote(showBraces(raw))
	if v.Type() == secretType {
		shown = ""
	}
	if t, ok := v.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := t.UnmarshalText([]byte(s)); err != nil {
			d.fail(p, "%s%s: %s", f.name, shown, err)
		}
		return
	}
	switch {
	case v.Type() == durationType:
		x, err := time.ParseDuration(s)
		if err != nil || x <= 0 {
			d.fail(p, "%s%s: must be a duration above 0, with its unit: 500ms, 10s, 2m", f.name, shown)
		}
		v.SetInt(int64(x))
	case v.Kind() == reflect.Int:
		x, err := strconv.Atoi(s)
		if err != nil || x < 0 || x == 0 && f.check == "positive" {
			d.fail(p, "%s%s: must be a whole number, %s", f.name, shown, least(f.check))
		}
		v.SetInt(int64(x))
	case v.Kind() == reflect.Float64:
		x, err := strconv.ParseFloat(s, 64)
		if err != nil || !(x > 0) || x > 1e9 {
			d.fail(p, "%s%s: must be a number above 0", f.name, shown)
		}
		v.SetFloat(x)
	default:
		if len(f.enum) > 0 && !slices.Contains(f.enum, s) {
			near := typo.Nearest(s, f.enum)
			if near != "" {
				near = ": did you mean " + near + "?"
			}
			d.fail(p, "%s%s: must be %s%s", f.name, shown, either(f.enum), near)
			return
		}
		if why := checkURL(f.check, s); why != "" {
			d.fail(p, "%s%s: %s", f.name, shown, why)
			return
		}
		v.SetString(s)
	}
}

func least(check string) string {
	if check == "positive" {
		return "1 or more"
	}
	return "0 or more"
}

// checkURL says what is wrong with a URL of that kind, or nothing.
func checkURL(check, s string) string {
	var schemes []string
	switch check {
	case "endpoint", "url":
		schemes = []string{"http", "https"}
	case "proxy":
		schemes = []string{"http", "https", "socks5", "socks5h"}
	default:
		return ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || !slices.Contains(schemes, u.Scheme) || u.Hostname() == "":
		return "must be a URL that begins with " + either(schemes) + ", then :// and a host"
	case check == "endpoint" && u.User != nil:
		return "must hold no user: credentials go into auth"
	case check == "endpoint" && (u.RawQuery != "" || u.ForceQuery || u.Fragment != ""):
		return "must hold neither a query nor a fragment"
	}
	return ""
}

func host(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return endpoint
	}
	return u.Host
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
