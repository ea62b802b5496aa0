package targetfile

import (
	"encoding"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/cbspec/cbspec/targets/transport"
	"github.com/cbspec/cbspec/targets/typo"
)

var (
	durationType = reflect.TypeFor[time.Duration]()
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
	secretType   = reflect.TypeFor[Secret]()
)

// scalar is a value in the file that is neither a mapping nor a list.
type scalar struct {
	field field
	place place
	text  string // with environment variables
	shown string // how messages quote the value: without environment variables, and empty for a secret
}

func (d *decoder) decodeScalar(path string, n ast.Node, v reflect.Value, f field) {
	if !isScalar(n, f) {
		d.fail(placeOf(n), "%s must be %s, not %s", f.name, wanted(v), kind(n))
		return
	}
	s, ok := d.scalar(path, n, v, f)
	if !ok {
		return
	}
	if t, ok := reflect.TypeAssert[encoding.TextUnmarshaler](v.Addr()); ok {
		if err := t.UnmarshalText([]byte(s.text)); err != nil {
			d.failScalar(s, err.Error())
		}
		return
	}
	switch {
	case v.Type() == durationType:
		d.setDuration(s, v)
	case v.Kind() == reflect.Int:
		d.setInt(s, v)
	case v.Kind() == reflect.Float64:
		d.setFloat(s, v)
	default:
		d.setString(s, v)
	}
}

// isScalar reports whether a node is a value that a key may have.
func isScalar(n ast.Node, f field) bool {
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode, *ast.IntegerNode, *ast.FloatNode:
		return true
	case *ast.BoolNode:
		return f.check == "literal"
	}
	return false
}

// wanted names the kind of value that a key takes.
func wanted(v reflect.Value) string {
	switch {
	case v.Type() == durationType:
		return "a duration such as 10s"
	case v.Kind() == reflect.Int, v.Kind() == reflect.Int64, v.Kind() == reflect.Float64:
		return "a number"
	}
	return "a text"
}

// scalar reads a value, and puts environment variables into it.
func (d *decoder) scalar(path string, n ast.Node, v reflect.Value, f field) (scalar, bool) {
	s := scalar{field: f, place: placeOf(n)}
	raw := text(n)
	value, missing := expand(raw, d.lookup)
	if len(missing) > 0 {
		d.fail(s.place, "the environment variable %s is not set", missing[0])
		return s, false
	}
	s.text = value
	secret := v.Type() == secretType
	// An environment variable in a mapping may be a secret too, such as a key in a header.
	if value != "" && (secret || strings.HasPrefix(path, "mapped.") && value != showBraces(raw)) {
		d.secrets = append(d.secrets, value)
	}
	if !secret {
		s.shown = ": " + strconv.Quote(showBraces(raw))
	}
	return s, true
}

// text returns a scalar as the file spells it, so that the version 1.10 does not become 1.1.
func text(n ast.Node) string {
	switch s := n.(type) {
	case *ast.StringNode:
		return s.Value
	case *ast.LiteralNode:
		return s.Value.Value
	}
	return n.GetToken().Value
}

func (d *decoder) failScalar(s scalar, message string) {
	d.fail(s.place, "%s%s: %s", s.field.name, s.shown, message)
}

func (d *decoder) setDuration(s scalar, v reflect.Value) {
	x, err := time.ParseDuration(s.text)
	if err != nil || x <= 0 {
		d.failScalar(s, "it must be a duration above 0, with its unit: 500ms, 10s, 2m")
	}
	v.SetInt(int64(x))
}

func (d *decoder) setInt(s scalar, v reflect.Value) {
	least, words := 0, "0 or more"
	if s.field.check == "positive" {
		least, words = 1, "1 or more"
	}
	x, err := strconv.Atoi(s.text)
	if err != nil || x < least {
		d.failScalar(s, "it must be a whole number, "+words)
	}
	v.SetInt(int64(x))
}

func (d *decoder) setFloat(s scalar, v reflect.Value) {
	x, err := strconv.ParseFloat(s.text, 64)
	if err != nil || !(x > 0) || x > 1e9 {
		d.failScalar(s, "it must be a number above 0")
	}
	v.SetFloat(x)
}

func (d *decoder) setString(s scalar, v reflect.Value) {
	if enum := s.field.enum; len(enum) > 0 && !slices.Contains(enum, s.text) {
		near := typo.Nearest(s.text, enum)
		if near != "" {
			near = ": did you mean " + near + "?"
		}
		d.failScalar(s, "it must be "+either(enum)+near)
		return
	}
	if why := checkURL(s.field.check, s.text); why != "" {
		d.failScalar(s, why)
		return
	}
	v.SetString(s.text)
}

// checkURL says what is wrong with a URL that needs that check, or returns nothing.
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
		return "it must be a URL that begins with " + either(schemes) + ", then :// and a host" + transport.DidYouMean(s)
	case check == "endpoint" && u.User != nil:
		return "it must hold no user: write the credentials in auth"
	case check == "endpoint" && (u.RawQuery != "" || u.ForceQuery || u.Fragment != ""):
		return "it must hold neither a query nor a fragment"
	}
	return ""
}

// host returns the host of a URL.
func host(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return endpoint
	}
	return u.Host
}
