package targetfile

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/bounds"
)

// maxSize is how large a target file may be, in bytes.
const maxSize = 64 << 10

// Read reads the target file at path, with the environment of the process.
func Read(path string) (*File, error) {
	data, err := targets.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("target file: %w", err)
	}
	return Parse(path, data, os.LookupEnv)
}

// Parse reads the text of a target file. name is its path: messages name it, and relative paths
// start at its folder. lookup finds an environment variable, as [os.LookupEnv] does. The error
// holds every mistake: see [Errors].
func Parse(name string, data []byte, lookup func(string) (string, bool)) (*File, error) {
	if len(data) > maxSize {
		return nil, &Error{File: name, Message: "the file is longer than 64 KiB"}
	}
	root, err := parse(name, bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	if err != nil {
		return nil, err
	}
	f := &File{path: name}
	d := &decoder{file: name, lookup: lookup, at: map[string]place{}}
	d.decodeRoot(root, f)
	validator{d}.validate(f)
	if len(d.errs) > 0 {
		slices.SortStableFunc(d.errs, func(a, b *Error) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
		})
		errs := make([]error, len(d.errs))
		for i, e := range d.errs {
			errs[i] = e
		}
		return nil, errors.Join(errs...)
	}
	f.secrets = func() []string { return d.secrets }
	f.setDefaults()
	f.resolve()
	return f, nil
}

// parse reads the YAML.
func parse(name string, data []byte) (ast.Node, error) {
	if i := strings.IndexAny(string(data), string(opening)+string(closing)); i >= 0 {
		return nil, &Error{
			File: name, Line: 1 + strings.Count(string(data[:i]), "\n"), Column: 1,
			Message: "the file holds a character for private use: remove it",
		}
	}
	if line := bounds.YAML(data); line > 0 {
		return nil, &Error{File: name, Line: line, Column: 1, Message: "not a target file: its lists and mappings are nested too deeply"}
	}
	file, err := parser.ParseBytes(hideBraces(data), 0)
	if err != nil {
		// The error itself quotes lines, which may hold a secret.
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil {
			p := at.GetToken().Position
			return nil, &Error{File: name, Line: p.Line, Column: p.Column, Message: "not YAML: " + showBraces(at.GetMessage())}
		}
		return nil, &Error{File: name, Message: "the file is not YAML"}
	}
	if len(file.Docs) > 1 && file.Docs[1].Body != nil {
		p := file.Docs[1].Body.GetToken().Position
		return nil, &Error{File: name, Line: p.Line, Column: p.Column, Message: "a second document: a target file holds one"}
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, &Error{File: name, Message: "the file is empty: `cbspec targets init` writes one to start from"}
	}
	return file.Docs[0].Body, nil
}

func (f *File) setDefaults() {
	fill := func(s *string, value string) {
		if *s == "" {
			*s = value
		}
	}
	fill(&f.Protocol, RPC)
	fill(&f.Edition, "original")
	fill(&f.Day, UTC)
	fill(&f.Refusal, Sync)
	switch {
	case f.Observe != "":
	case f.Control.URL != "":
		f.Observe = ObserveControl
	default:
		f.Observe = ObserveNone
	}
	if m := f.Mapped; m != nil {
		fill(&m.CreateBackup.Body, "none")
		fill(&m.CreateBackup.Others, Unmet)
		if m.CreateBackup.Accepted.Status == nil {
			m.CreateBackup.Accepted.Status = []StatusRange{{200, 299}}
		}
		if m.CreateBackup.Refused.Status == nil {
			m.CreateBackup.Refused.Status = []StatusRange{{400, 499}}
		}
		if m.DescribeBackups != nil {
			fill(&m.DescribeBackups.Request.Method, "GET")
		}
	}
	if f.Name == "" {
		f.Name = host(f.Endpoint)
	}
}
