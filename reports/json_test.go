package reports_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
	"github.com/cbspec/cbspec/targets"
)

func TestReadReturnsWhatWriteJSONWrote(t *testing.T) {
	empty := samples.Sample{Name: "empty", Make: func() *reports.Report {
		return samples.Finish(&reports.Report{Schema: reports.Schema, Edition: "original", Seed: 1<<64 - 1, Rules: []reports.Rule{}})
	}}
	for _, s := range append(samples.All(), empty) {
		t.Run(s.Name, func(t *testing.T) {
			first := render(t, func(b *bytes.Buffer) error { return reports.WriteJSON(b, s.Make()) })
			r, err := reports.Read(bytes.NewReader(first))
			require.NoError(t, err)
			require.Equal(t, s.Make().Rules, r.Rules)
			require.Equal(t, s.Make().Seed, r.Seed)
			require.Equal(t, string(first), string(render(t, func(b *bytes.Buffer) error { return reports.WriteJSON(b, r) })))
		})
	}
}

func TestJSONKeepsTheTextsOfATarget(t *testing.T) {
	hostile := samples.Hostile()
	for i := range hostile.Rules {
		hostile.Rules[i].ID = "CB-X-1" // files are named for it, so that Read accepts nothing else
	}
	written := render(t, func(b *bytes.Buffer) error { return reports.WriteJSON(b, hostile) })
	r, err := reports.Read(bytes.NewReader(written))
	require.NoError(t, err)
	failed := slices.IndexFunc(r.Rules, func(rule reports.Rule) bool { return len(rule.Failures) > 0 })
	require.Contains(t, r.Rules[failed].Failures[0].Answered, string([]rune(samples.Attacks)))
}

// Files are named for the ids of rules, so an id cannot lead out of the folder of a report.
func TestReadRefusesRuleIDsThatAreNone(t *testing.T) {
	for _, kind := range []struct {
		name, id string
		ok       bool
	}{
		{"an id", "CB-METHOD-3", true},
		{"a path out of the folder", "../../x", false},
		{"an absolute path", "/etc/x", false},
		{"a path of another system", `..\x`, false},
		{"a path below", "CB-X/1", false},
		{"nothing", "", false},
		{"a line break at its end", "CB-X-1\n", false},
	} {
		t.Run(kind.name, func(t *testing.T) {
			r := samples.Clean()
			r.Rules[0].ID = kind.id
			_, err := reports.Read(bytes.NewReader(render(t, func(b *bytes.Buffer) error { return reports.WriteJSON(b, r) })))
			if kind.ok {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, reports.ErrInvalid)
				require.ErrorContains(t, err, "at rules/0/id")
			}
		})
	}
}

func TestReadSkipsAByteOrderMark(t *testing.T) {
	text := render(t, func(b *bytes.Buffer) error { return reports.WriteJSON(b, samples.Clean()) })
	r, err := reports.Read(bytes.NewReader(append([]byte("\xef\xbb\xbf"), text...)))
	require.NoError(t, err)
	require.Equal(t, samples.Clean().Rules, r.Rules)
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	var whole map[string]any
	require.NoError(t, json.Unmarshal(render(t, func(b *bytes.Buffer) error { return reports.WriteJSON(b, samples.Clean()) }), &whole))
	with := func(key string, value any) string {
		m := map[string]any{}
		maps.Copy(m, whole)
		m[key] = value
		if value == nil {
			delete(m, key)
		}
		data, err := json.Marshal(m)
		require.NoError(t, err)
		return string(data)
	}
	rule := map[string]any{
		"id": "CB-X-1", "level": "must", "area": "", "statement": "", "section": "", "document": "", "feature": "", "line": 1,
		"verdict": "green", "reason": "", "cases": 0,
	}
	for _, c := range []struct {
		name, content string
		is            error
		says          string
	}{
		{"not JSON", "<html>", reports.ErrInvalid, "not JSON"},
		{"cut off", with("seed", 7)[:200], reports.ErrInvalid, "not JSON"},
		{"something else", `{"schema": 1}`, reports.ErrInvalid, "missing properties 'tool'"},
		{"a list", `[]`, reports.ErrInvalid, "want object"},
		{"newer", with("schema", 2), reports.ErrNewer, "format 2"},
		{"older", with("schema", 0), reports.ErrInvalid, "schema"},
		{"no rules", with("rules", nil), reports.ErrInvalid, "'rules'"},
		{"negative count", with("requests", -1), reports.ErrInvalid, "at requests"},
		{"seed too large", with("seed", json.Number("18446744073709551616")), reports.ErrInvalid, "at seed"},
		{"no such verdict", with("rules", []any{rule}), reports.ErrInvalid, "at rules/0/verdict"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "report.json")
			require.NoError(t, os.WriteFile(path, []byte(c.content), 0o600))
			_, err := reports.ReadFile(path)
			require.ErrorIs(t, err, c.is)
			require.ErrorContains(t, err, path)
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), "\n")
		})
	}
	_, err := reports.ReadFile(filepath.Join(t.TempDir(), "none.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "none.json")
}

func TestReadAllowsFieldsOfANewerVersion(t *testing.T) {
	data := render(t, func(b *bytes.Buffer) error { return reports.WriteJSON(b, samples.Clean()) })
	data = bytes.Replace(data, []byte(`"schema": 1,`), []byte(`"schema": 1, "addedLater": {"x": 1},`), 1)
	_, err := reports.Read(bytes.NewReader(data))
	require.NoError(t, err)
}

// The schema is written by hand. This compares it with the Go types, name by name.
func TestSchemaHasTheFieldsOfTheGoTypes(t *testing.T) {
	var schema map[string]any
	require.NoError(t, json.Unmarshal(reports.JSONSchema(), &schema))
	defs := schema["$defs"].(map[string]any)
	var resolve func(node map[string]any) map[string]any
	resolve = func(node map[string]any) map[string]any {
		if ref, ok := node["$ref"].(string); ok {
			_, name, found := strings.Cut(ref, "#/$defs/")
			require.True(t, found, ref)
			require.Contains(t, defs, name)
			return resolve(defs[name].(map[string]any))
		}
		return node
	}
	seen := map[reflect.Type]bool{}
	var check func(typ reflect.Type, node map[string]any, at string)
	check = func(typ reflect.Type, node map[string]any, at string) {
		node = resolve(node)
		switch typ.Kind() {
		case reflect.Pointer:
			check(typ.Elem(), node, at)
			return
		case reflect.Slice:
			require.Contains(t, node, "items", at)
			check(typ.Elem(), node["items"].(map[string]any), at+"[]")
			return
		case reflect.Struct:
		default:
			return
		}
		if typ == reflect.TypeFor[targets.Param]() || seen[typ] { // a Param writes its own JSON
			return
		}
		seen[typ] = true
		properties, _ := node["properties"].(map[string]any)
		required := map[string]bool{}
		if list, ok := node["required"].([]any); ok {
			for _, name := range list {
				required[name.(string)] = true
			}
		}
		named := map[string]bool{}
		for field := range typ.Fields() {
			tag, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			named[tag] = true
			require.Contains(t, properties, tag, at+": the schema does not have it")
			require.Equal(t, !strings.HasPrefix(options, "omit"), required[tag], at+"."+tag+": required unless it may be left out")
			check(field.Type, properties[tag].(map[string]any), at+"."+tag)
		}
		for name := range properties {
			require.True(t, named[name], at+"."+name+": the Go type does not have it")
		}
	}
	check(reflect.TypeFor[reports.Report](), schema, "report")
}

func render(t testing.TB, write func(*bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, write(&b))
	return b.Bytes()
}
