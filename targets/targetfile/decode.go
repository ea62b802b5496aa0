package targetfile

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/cbspec/cbspec/targets/typo"
)

// place is a line and a column of the file.
type place struct{ line, column int }

// decoder fills a File from its YAML tree. It exists because it reports every mistake, with its
// place and how to fix it, and because it puts environment variables into values, where they cannot
// change the structure of the file.
type decoder struct {
	file    string
	lookup  func(string) (string, bool)
	at      map[string]place // places of the keys in the file, by paths such as auth.profile
	errs    []*Error
	secrets []string // texts that must not be shown
}

func (d *decoder) fail(p place, format string, args ...any) {
	d.errs = append(d.errs, &Error{File: d.file, Line: p.line, Column: p.column, Message: fmt.Sprintf(format, args...)})
}

// failAt fails at the key with that path, or at the nearest one around it if it is not in the file.
func (d *decoder) failAt(path, format string, args ...any) {
	for {
		if p, ok := d.at[path]; ok || path == "" {
			d.fail(p, format, args...)
			return
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
}

// has reports whether the file has the key with that path.
func (d *decoder) has(path string) bool { _, ok := d.at[path]; return ok }

func placeOf(n ast.Node) place {
	// The token of a block mapping is its first colon, so take its first key.
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
	index []int    // of the struct field
	enum  []string // allowed values
	check string   // further check of the value: endpoint, url, proxy, positive, natural or literal
	short bool     // the value may stand for the whole struct, or for a list with one item
}

// fields lists the keys of a struct, those of inlined structs included.
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
		d.fail(placeOf(n), "the file must be a mapping with keys such as endpoint, not %s", kind(n))
		return
	}
	d.decode("", n, reflect.ValueOf(f).Elem(), field{name: "the file"})
}

// entries returns the entries of a mapping, and reports whether the node is one.
func entries(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// kind names what a node is.
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

// decode fills v, the value of the field f, from a node.
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

// unknown reports a key that the struct does not have.
func (d *decoder) unknown(key ast.Node, name string, in field, path string, fs []field) {
	where := ""
	if path != "" {
		where = " in " + in.name
	}
	if near := typo.Nearest(name, keys(fs)); near != "" {
		d.fail(placeOf(key), "unknown key %q%s: did you mean %s?", name, where, near)
		return
	}
	// The key may belong in another section.
	for _, f := range fields(reflect.TypeFor[File]()) {
		t := reflect.TypeFor[File]().FieldByIndex(f.index).Type
		if t.Kind() == reflect.Struct && slices.Contains(keys(fields(t)), name) {
			d.fail(placeOf(key), "unknown key %q%s: it belongs in %s", name, where, f.name)
			return
		}
	}
	d.fail(placeOf(key), "unknown key %q%s: use %s", name, where, either(keys(fs)))
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

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
