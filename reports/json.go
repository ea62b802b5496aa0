package reports

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"github.com/cbspec/cbspec/targets"
)

//go:embed report.schema.json
var reportSchema []byte

// JSONSchema returns the JSON Schema (draft 2020-12) of report.json. It allows further properties,
// so that an older cbspec can read what a newer one adds to the same version of the format.
func JSONSchema() []byte { return bytes.Clone(reportSchema) }

// Errors of [Read].
var (
	// ErrNewer means that this cbspec does not know the version of the format yet.
	ErrNewer = errors.New("newer format")
	// ErrInvalid means that the content is not a report.
	ErrInvalid = errors.New("not a report")
)

// WriteJSON writes the report as report.json. The texts of a target are in it unchanged, except
// bytes that are not UTF-8: JSON cannot hold them. Characters that do not print are written out.
func WriteJSON(w io.Writer, r *Report) error {
	full := *r
	// Readers in other languages expect an empty list to be [], not null.
	full.Target.Capabilities = orEmpty(full.Target.Capabilities)
	full.Options.Phases = orEmpty(full.Options.Phases)
	full.Phases = orEmpty(full.Phases)
	full.Rules = orEmpty(full.Rules)
	full.Behaviours = orEmpty(full.Behaviours)
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false) // people read the curl commands here, with & and quotes
	enc.SetIndent("", "  ")
	if err := enc.Encode(&full); err != nil {
		return err
	}
	_, err := w.Write(VisibleJSON(text.Bytes()))
	return err
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// ReadFile reads a report from a file. Its error names the file.
func ReadFile(path string) (*Report, error) {
	text, err := targets.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	r, err := Read(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// Read reads a report and validates it against its schema. Where the content is wrong, the error
// wraps [ErrNewer] or [ErrInvalid].
func Read(in io.Reader) (*Report, error) {
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	data = withoutMark(data)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: it is not JSON: %w", ErrInvalid, err)
	}
	var version struct {
		Schema int `json:"schema"`
	}
	// The validation below says it better where the version is not a number.
	if json.Unmarshal(data, &version) == nil && version.Schema > Schema {
		return nil, fmt.Errorf("%w: the report has format %d, and this cbspec reads formats up to %d",
			ErrNewer, version.Schema, Schema)
	}
	schema, err := compiledSchema()
	if err != nil {
		return nil, err
	}
	if err := schema.Validate(value); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrInvalid, firstFault(err))
	}
	var r Report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return &r, nil
}

var compiledSchema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(reportSchema))
	if err != nil {
		return nil, err
	}
	const id = "urn:cbspec:report:1"
	if err := c.AddResource(id, doc); err != nil {
		return nil, err
	}
	return c.Compile(id)
})

// firstFault says in one line where a document first differs from its schema, and how.
func firstFault(err error) string {
	var v *jsonschema.ValidationError
	if !errors.As(err, &v) {
		return err.Error()
	}
	for len(v.Causes) > 0 {
		v = v.Causes[0]
	}
	what := v.ErrorKind.LocalizedString(message.NewPrinter(language.English))
	if len(v.InstanceLocation) == 0 {
		return what
	}
	return "at " + Visible(strings.Join(v.InstanceLocation, "/")) + ": " + what
}
