package reports

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestJSONIsReadBackAsItWas(t *testing.T) {
	for _, s := range append(samples, sample{"empty", func() *Report { return finish(&Report{Schema: Schema, Edition: "original", Seed: 1<<64 - 1}) }}) {
		t.Run(s.name, func(t *testing.T) {
			first := render(t, func(b *bytes.Buffer) error { return WriteJSON(b, s.make()) })
			r, err := Read(bytes.NewReader(first))
			require.NoError(t, err)
			require.Equal(t, orEmpty(s.make().Rules), r.Rules)
			require.Equal(t, s.make().Seed, r.Seed)
			require.Equal(t, string(first), string(render(t, func(b *bytes.Buffer) error { return WriteJSON(b, r) })))
		})
	}
}

func TestJSONKeepsWhatATargetSaid(t *testing.T) {
	written := render(t, func(b *bytes.Buffer) error { return WriteJSON(b, hostile()) })
	r, err := Read(bytes.NewReader(written))
	require.NoError(t, err)
	require.Contains(t, r.Rules[0].Failures[0].Answered, string([]rune(attacks)))
}

func TestJSONGolden(t *testing.T) {
	golden(t, "mixed.json", render(t, func(b *bytes.Buffer) error { return WriteJSON(b, mixed()) }))
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	var whole map[string]any
	require.NoError(t, json.Unmarshal(render(t, func(b *bytes.Buffer) error { return WriteJSON(b, clean()) }), &whole))
	with := func(key string, value any) string {
		m := map[string]any{}
		for k, v := range whole {
			m[k] = v
		}
		m[key] = value
		if value == nil {
			delete(m, key)
		}
		data, err := json.Marshal(m)
		require.NoError(t, err)
		return string(data)
	}
	for _, c := range []struct {
		name, content string
		is            error
		says          string
	}{
		{"no JSON", "<html>", ErrInvalid, "no JSON"},
		{"cut off", with("seed", 7)[:200], ErrInvalid, "no JSON"},
		{"something else", `{"schema": 1}`, ErrInvalid, "missing properties 'tool'"},
		{"a list", `[]`, ErrInvalid, "want object"},
		{"newer", with("schema", 2), ErrNewer, "format 2"},
		{"older", with("schema", 0), ErrInvalid, "schema"},
		{"no rules", with("rules", nil), ErrInvalid, "'rules'"},
		{"negative count", with("requests", -1), ErrInvalid, "at requests"},
		{"seed too large", with("seed", json.Number("18446744073709551616")), ErrInvalid, "at seed"},
		{"no such verdict", with("rules", []any{map[string]any{"id": "CB-X-1", "level": "must", "area": "", "statement": "", "section": "", "document": "", "feature": "", "line": 1, "verdict": "green", "reason": "", "cases": 0}}), ErrInvalid, "at rules/0/verdict"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "report.json")
			require.NoError(t, os.WriteFile(path, []byte(c.content), 0o600))
			_, err := ReadFile(path)
			require.ErrorIs(t, err, c.is)
			require.ErrorContains(t, err, path)
			require.ErrorContains(t, err, c.says)
			require.NotContains(t, err.Error(), "\n")
		})
	}
	_, err := ReadFile(filepath.Join(t.TempDir(), "none.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "none.json")
}

func TestReadAllowsWhatANewerToolAdds(t *testing.T) {
	data := render(t, func(b *bytes.Buffer) error { return WriteJSON(b, clean()) })
	data = bytes.Replace(data, []byte(`"schema": 1,`), []byte(`"schema": 1, "addedLater": {"x": 1},`), 1)
	_, err := Read(bytes.NewReader(data))
	require.NoError(t, err)
}

// The schema is written by hand: this holds it against the Go types, name by name.
func TestSchemaHasTheFieldsOfTheModel(t *testing.T) {
	var schema map[string]any
	require.NoError(t, json.Unmarshal(JSONSchema(), &schema))
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
		for i := range typ.NumField() {
			tag, options, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			named[tag] = true
			require.Contains(t, properties, tag, at+": the schema lacks it")
			require.Equal(t, options != "omitempty", required[tag], at+"."+tag+": required unless it may be left out")
			check(typ.Field(i).Type, properties[tag].(map[string]any), at+"."+tag)
		}
		for name := range properties {
			require.True(t, named[name], at+"."+name+": the model lacks it")
		}
	}
	check(reflect.TypeFor[Report](), schema, "report")
	require.NoError(t, json.Unmarshal(ReplaySchema(), &schema))
	check(reflect.TypeFor[Replay](), schema, "replay")
}

func TestReplaySchemaFitsAReplay(t *testing.T) {
	c := jsonschema.NewCompiler()
	for id, data := range map[string][]byte{"urn:cbspec:report:1": JSONSchema(), "urn:cbspec:replay:1": ReplaySchema()} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		require.NoError(t, err)
		require.NoError(t, c.AddResource(id, doc))
	}
	schema, err := c.Compile("urn:cbspec:replay:1")
	require.NoError(t, err)
	failure := broken().Rules[0].Failures[0]
	replay := Replay{Schema: 1, Tool: Tool{"cbspec", "1"}, Rule: "CB-PRE-1", Edition: "original", Check: CheckRace, Case: *failure.Case, Twin: failure.Case, Other: failure.Case, Codes: []string{"A", "B."}, Race: &Race{true, 12, 9}}
	replay.Case.Steps[0].Call.Params[2].Value = "\xff\x00"
	data, err := json.Marshal(replay)
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(value))
	require.Error(t, schema.Validate(map[string]any{"schema": 1}))
}
