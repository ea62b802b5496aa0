package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/format"
)

// always returns the formats that need not be asked for.
func always() []string { return []string{"json", "junit", "html"} }

// output is what a run leaves: the files of the report, its pictures, and the Cucumber documents.
type output struct {
	dir      string
	formats  []format.Format   // each with the path of its file
	pictures map[string][]byte // by path within dir
	cucumber string            // path; empty for none
	scripts  [][]byte          // Cucumber documents, one for each rule
	hidden   *hidden
}

// newOutput reads the formats, each as FORMAT or FORMAT=PATH. It writes nothing.
func newOutput(dir string, asked []string) (*output, error) {
	out := &output{dir: dir, pictures: map[string][]byte{}}
	for _, a := range append(always(), asked...) {
		f, err := format.Parse(a, format.Format{Name: cucumber, File: cucumberFile})
		if err != nil {
			return nil, fmt.Errorf("--report: %w", err)
		}
		if !strings.Contains(a, "=") {
			f.File = filepath.Join(dir, f.File)
		}
		if f.Name == cucumber {
			out.cucumber = f.File
			continue
		}
		out.formats = append(out.formats, f)
	}
	return out, nil
}

// check reports a file that could not be written, before anything is sent. It leaves nothing
// behind but the folders that are missing.
func (out *output) check() error {
	paths := []string{}
	for _, f := range out.formats {
		paths = append(paths, f.File)
	}
	if out.cucumber != "" {
		paths = append(paths, out.cucumber)
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case err == nil && info.IsDir():
			return fmt.Errorf("--report: %s is a folder", path)
		case err == nil && !info.Mode().IsRegular():
			continue // a device or a pipe is opened when there is something to write
		}
		if err := writable(filepath.Dir(path)); err != nil {
			return fmt.Errorf("--report: %w", err)
		}
	}
	return nil
}

// cucumber is the format that godog itself writes, rule by rule.
const (
	cucumber     = "cucumber"
	cucumberFile = "cucumber.json"
)

// write writes the report in every format, the replay files and the pictures. It returns the paths
// of the formats.
func (out *output) write(r *reports.Report) ([]string, error) {
	if err := out.clear(); err != nil {
		return nil, err
	}
	var paths []string
	for _, f := range out.formats {
		if slices.Contains(paths, f.File) {
			continue
		}
		paths = append(paths, f.File)
		if err := reports.WriteFile(f.File, func(w io.Writer) error { return f.Write(w, r) }); err != nil {
			return nil, err
		}
	}
	if out.cucumber != "" {
		text, err := joinCucumber(out.scripts)
		if err != nil {
			return nil, err
		}
		if err := writeFile(out.cucumber, out.hidden.json(text)); err != nil {
			return nil, err
		}
		paths = append(paths, out.cucumber)
	}
	for name, page := range out.pictures { // which the run itself named
		if err := writeWithin(out.dir, name, []byte(out.hidden.text(string(page)))); err != nil {
			return nil, err
		}
	}
	return paths, writeReplays(r, out.dir)
}

// writeReplays writes the minimal case of each failure to a file of its own, and that of each
// finding to another.
func writeReplays(r *reports.Report, dir string) error {
	for _, rule := range r.Rules {
		for _, f := range rule.Failures {
			if f.Case == nil {
				continue
			}
			if err := writeReplay(r, rule.ID, f, dir); err != nil {
				return err
			}
		}
	}
	for _, finding := range r.Findings {
		if f := r.FailureOf(finding); f != nil {
			if err := writeReplay(r, finding.Rule, withReplay(*f, finding.Replay), dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// withReplay returns a failure with another replay file.
func withReplay(f reports.Failure, path string) reports.Failure {
	f.Replay = path
	return f
}

// writeReplay writes the replay file of a failure, within a folder, and its shell commands where
// they are many.
func writeReplay(r *reports.Report, rule string, f reports.Failure, dir string) error {
	if !filepath.IsLocal(f.Replay) {
		return fmt.Errorf("%s: the replay file %q is not within the folder of the report", rule, f.Replay)
	}
	text, err := json.MarshalIndent(reports.ReplayOf(r, rule, f), "", "  ")
	if err != nil {
		return err
	}
	if err := writeWithin(dir, f.Replay, append(reports.VisibleJSON(text), '\n')); err != nil {
		return err
	}
	if script := f.Script(); script != "" {
		title := fmt.Sprintf("# cbspec: %s: %s\n", rule, reports.Visible(f.Law))
		return writeWithin(dir, script, []byte(title+strings.TrimSpace(reports.VisibleLines(f.Curl))+"\n"))
	}
	return nil
}

// writeWithin writes a file below a folder, whatever its name and the links below the folder are.
func writeWithin(dir, name string, data []byte) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return root.WriteFile(name, data, 0o644)
}

// joinCucumber joins the documents of the rules, each of which is a list of features.
func joinCucumber(scripts [][]byte) ([]byte, error) {
	all := []json.RawMessage{}
	for _, s := range scripts {
		var features []json.RawMessage
		if len(bytes.TrimSpace(s)) == 0 {
			continue
		}
		if err := json.Unmarshal(s, &features); err != nil {
			return nil, fmt.Errorf("cucumber: %w", err)
		}
		all = append(all, features...)
	}
	return json.MarshalIndent(all, "", "  ")
}

// writeFile writes the whole file or leaves it alone.
func writeFile(path string, data []byte) error {
	return reports.WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
