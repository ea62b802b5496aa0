package reports

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Format is a form in which a report is written.
type Format struct {
	Name  string // as it is asked for
	File  string // its file, unless another is asked for
	Write func(io.Writer, *Report) error
}

// Formats lists the formats of this package. The page for people is of package page; the summary on a terminal is no file.
var Formats = []Format{
	{"json", "report.json", WriteJSON},
	{"junit", "junit.xml", WriteJUnit},
	{"markdown", "report.md", WriteMarkdown},
	{"sarif", "report.sarif", WriteSARIF},
	{"badge", "badge.svg", WriteBadge},
	{"badge-json", "badge.json", WriteBadgeJSON},
}

// FormatOf returns the format, of this package or a further one, that is asked for as "junit" or as "junit=path/of/its.xml".
func FormatOf(asked string, further ...Format) (Format, error) {
	name, file, elsewhere := strings.Cut(asked, "=")
	var names []string
	for _, f := range append(slices.Clone(Formats), further...) {
		names = append(names, f.Name)
		if f.Name != name {
			continue
		}
		if elsewhere {
			f.File = file
		}
		if f.File == "" {
			return f, fmt.Errorf("format %q: write the file's path after the =", asked)
		}
		return f, nil
	}
	return Format{}, fmt.Errorf("there is no format %q: it is one of %s", name, strings.Join(names, ", "))
}

// WriteFile writes a file as a whole or not at all: what stood there before stays until the new content is complete.
// Folders that are missing are made.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("writing %s: %w", path, err)
		}
	}()
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Chmod(0o644) // CreateTemp's 0600 would keep a CI server from reading it
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}
