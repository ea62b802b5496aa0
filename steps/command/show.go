package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/format"
)

// print shows a report that was written to the paths: on the standard output, to the CI server that
// runs cbspec, and in a browser.
func (c conclusion) print(s streams, paths []string) error {
	if c.summary != nil {
		if err := c.printReport(s, paths); err != nil {
			return err
		}
	}
	if err := appendSummary(os.Getenv("GITHUB_STEP_SUMMARY"), c.report); err != nil {
		return fmt.Errorf("GITHUB_STEP_SUMMARY: %w", err)
	}
	if c.open {
		if err := openPage(paths); err != nil {
			fmt.Fprintln(s.err, "warning: --open:", err)
		}
	}
	return nil
}

func (c conclusion) printReport(s streams, paths []string) error {
	switch c.stdout {
	case "json":
		var text bytes.Buffer
		if err := reports.WriteJSON(&text, c.report); err != nil {
			return err
		}
		_, err := s.raw.Write(s.hidden.json(text.Bytes()))
		return err
	case "markdown":
		f, err := format.Parse("markdown")
		if err != nil {
			return err
		}
		return f.Write(s.raw, c.report)
	case "github":
		return format.WriteGitHub(s.raw, c.report)
	}
	if err := format.WriteTerminal(s.out, c.report, *c.summary); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(s.out, "\n  report    %s\n", strings.Join(paths, ", ")); err != nil {
		return err
	}
	if os.Getenv("GITHUB_ACTIONS") == "true" {
		return format.WriteGitHub(s.raw, c.report)
	}
	return nil
}

// appendSummary adds a report to the summary of a job of GitHub Actions, where there is one.
func appendSummary(path string, r *reports.Report) error {
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	markdown, err := format.Parse("markdown")
	if err == nil {
		err = markdown.Write(f, r)
	}
	return errors.Join(err, f.Close())
}

// openPage opens the first HTML file of the paths in the browser of the user.
func openPage(paths []string) error {
	for _, path := range paths {
		if filepath.Ext(path) != ".html" {
			continue
		}
		words := map[string][]string{"darwin": {"open"}, "windows": {"rundll32", "url.dll,FileProtocolHandler"}}[runtime.GOOS]
		if words == nil {
			words = []string{"xdg-open"}
		}
		cmd := exec.Command(words[0], append(words[1:], path)...)
		cmd.Stdout, cmd.Stderr = io.Discard, io.Discard
		return cmd.Run()
	}
	return errors.New("the report has no page")
}
