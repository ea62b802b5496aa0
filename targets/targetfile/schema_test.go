package targetfile_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/targetfile"
)

func schema(t *testing.T) *jsonschema.Schema {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(targetfile.JSONSchema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	require.NoError(t, c.AddResource("schema.json", doc))
	s, err := c.Compile("schema.json")
	require.NoError(t, err)
	return s
}

// document returns YAML with the types of JSON, as an editor sees it.
func document(t *testing.T, text []byte) any {
	var v any
	require.NoError(t, yaml.Unmarshal(text, &v))
	data, err := json.Marshal(v)
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	return doc
}

func TestExampleFilesAreValidForTheSchemaAndForParse(t *testing.T) {
	files, err := filepath.Glob("../testdata/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := func(string) (string, bool) { return "http://127.0.0.1:1", true }
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			require.NoError(t, err)
			_, err = targetfile.Parse(name, text, all)
			require.NoError(t, err)
			require.NoError(t, schema(t).Validate(document(t, text)))
		})
	}
}

func TestTheSchemaRefusesWhatParseRefuses(t *testing.T) {
	const mapped = "endpoint: http://h\nprotocol: mapped\nmapped: "
	for _, text := range []string{
		"name: x",
		"endpoint: x",
		"endpoint: http://h\nedition: x",
		"endpoint: http://h\nlimits: {backups: -1}",
		"endpoint: http://h\nfixtures: [{engine: MySQL}]",
		"endpoint: http://h\nfixtures: [{id: a, engine: mysql, databases: []}]",
		"endpoint: http://h\nfixtures: [{id: a, engine: MySQL, databases: [], status: running}]",
		"endpoint: http://h\nauth: {key: x}",
		"endpoint: http://h\nlimits: {timeout: 10}",
		"endpoint: http://h\ntls: {cert: x}",
		mapped + "{createBackup: {method: POST, path: /x, code: {header: a, json: $.b}}}",
		mapped + "{createBackup: {method: POST, path: /x, accepted: {status: [99]}}}",
	} {
		_, err := targetfile.Parse("f.yaml", []byte(text), os.LookupEnv)
		require.Error(t, err, text)
		require.Error(t, schema(t).Validate(document(t, []byte(text))), text)
	}
}

// The engines and statuses of fixtures are those of the document.
func TestAFixtureHasTheEnginesAndStatusesOfTheDocument(t *testing.T) {
	for name, want := range map[string][]string{
		"Engine": targets.Engines(), "Status": append([]string{targets.Running}, targets.Statuses...),
	} {
		f, _ := reflect.TypeFor[targetfile.Fixture]().FieldByName(name)
		require.Equal(t, want, strings.Fields(f.Tag.Get("enum")), name)
	}
}

func TestTheSchemaAndTheStructHaveTheSameKeys(t *testing.T) {
	var root map[string]any
	require.NoError(t, json.Unmarshal(targetfile.JSONSchema(), &root))
	defs := root["$defs"].(map[string]any)
	seen := 0
	var walk func(path string, s map[string]any, typ reflect.Type)
	walk = func(path string, s map[string]any, typ reflect.Type) {
		for typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if ref, ok := s["$ref"].(string); ok {
			s = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		}
		switch typ.Kind() {
		case reflect.Slice:
			if items, ok := s["items"].(map[string]any); ok {
				walk(path+"[]", items, typ.Elem())
			}
			return
		case reflect.Map:
			walk(path+".*", s["additionalProperties"].(map[string]any), typ.Elem())
			return
		case reflect.Struct:
		default:
			if enum := fieldEnum(s); enum != nil {
				seen++
			}
			return
		}
		properties, ok := s["properties"].(map[string]any)
		for _, one := range list(s["anyOf"]) {
			if p, is := one.(map[string]any)["properties"].(map[string]any); is {
				properties, ok = p, true
			}
		}
		if !ok {
			return // a scalar that unmarshals itself
		}
		want := map[string]reflect.StructField{}
		structKeys(typ, want)
		require.Equal(t, sorted(want), sorted(properties), path)
		for name, f := range want {
			seen++
			p := properties[name].(map[string]any)
			require.NotEmpty(t, p["description"], "%s.%s needs a description, which editors show", path, name)
			if enum := f.Tag.Get("enum"); enum != "" {
				require.ElementsMatch(t, strings.Fields(enum), fieldEnum(p), "%s.%s", path, name)
			}
			walk(path+"."+name, p, f.Type)
		}
	}
	walk("", root, reflect.TypeFor[targetfile.File]())
	require.Greater(t, seen, 100)
}

func list(v any) []any { l, _ := v.([]any); return l }

func fieldEnum(s map[string]any) []string {
	var words []string
	for _, one := range list(s["anyOf"]) {
		for _, w := range list(one.(map[string]any)["enum"]) {
			words = append(words, w.(string))
		}
	}
	return words
}

func structKeys(t reflect.Type, into map[string]reflect.StructField) {
	for f := range t.Fields() {
		name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case option == "inline":
			structKeys(f.Type, into)
		case name != "":
			into[name] = f
		}
	}
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

func TestStarterFilesHaveNoMistakes(t *testing.T) {
	for _, s := range []targetfile.Starter{
		{},
		{Name: `a "b": c`, Endpoint: "https://rds.example/api", Control: "http://127.0.0.1:9001", Signature: "none", Edition: "current"},
		{Name: "#1, {x}", Protocol: "mapped", Instance: "rm-9"},
		{Name: "-"},
	} {
		text := targetfile.Init(s)
		f, err := targetfile.Parse("starter.yaml", text, env("CBSPEC_TOKEN=t"))
		require.NoError(t, err, string(text))
		require.NoError(t, schema(t).Validate(document(t, text)), string(text))
		if s.Name != "" {
			require.Equal(t, s.Name, f.Name)
		}
	}
}
