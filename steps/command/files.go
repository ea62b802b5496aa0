package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
)

// writeFiles writes report.json, junit.xml, the replay files and what else is asked for, and returns their paths.
func writeFiles(r *reports.Report, o steps.Options, dir string, formats []string) ([]string, error) {
	var files []string
	for _, w := range []struct {
		name  string
		write func(io.Writer, *reports.Report) error
	}{{"report.json", reports.WriteJSON}, {"junit.xml", reports.WriteJUnit}} {
		path := filepath.Join(dir, w.name)
		var b bytes.Buffer
		if err := w.write(&b, r); err != nil {
			return files, err
		}
		if err := writeFile(path, b.Bytes()); err != nil {
			return files, err
		}
		files = append(files, path)
	}
	if err := os.RemoveAll(filepath.Join(dir, "replays")); err != nil {
		return files, err
	}
	for _, rule := range r.Rules {
		for _, f := range rule.Failures {
			if f.Case == nil {
				continue
			}
			text, err := json.MarshalIndent(reports.Replay{
				Schema: reports.Schema, Tool: r.Tool, Rule: rule.ID, Edition: r.Edition, Seed: r.Seed, Law: f.Law, Expected: f.Expected, Answered: f.Answered, Case: *f.Case,
			}, "", "  ")
			if err != nil {
				return files, err
			}
			if err := writeFile(filepath.Join(dir, f.Replay), append(text, '\n')); err != nil {
				return files, err
			}
		}
	}
	return files, nil
}

// writeFile writes a whole file or none.
func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".cbspec-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

func readReplay(path string) (reports.Replay, error) {
	var r reports.Replay
	text, err := os.ReadFile(path)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, fmt.Errorf("%s: this is no replay file: %w", path, err)
	}
	if r.Rule == "" || len(r.Case.Steps) == 0 {
		return r, fmt.Errorf("%s: this is no replay file: it names no rule or has no steps", path)
	}
	return r, nil
}
