package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
)

// ownFiles match the names of the files that cbspec writes to the folders of a report.
var ownFiles = map[string]*regexp.Regexp{
	"replays":   regexp.MustCompile(`^(F[0-9]+|CB-[A-Z0-9-]+-[0-9]+)\.json$`),
	"histories": regexp.MustCompile(`^CB-[A-Z0-9-]+-[0-9]+\.html$`),
}

// clear removes what an earlier run wrote, and nothing else: a report that stays would pass for the
// result of a run that ends without one.
func (out *output) clear() error {
	var old []string
	for _, f := range out.formats {
		old = append(old, f.File)
	}
	if out.cucumber != "" {
		old = append(old, out.cucumber)
	}
	for folder, own := range ownFiles {
		files, err := os.ReadDir(filepath.Join(out.dir, folder))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("--out: %w", err)
		}
		for _, f := range files {
			if own.MatchString(f.Name()) {
				old = append(old, filepath.Join(out.dir, folder, f.Name()))
			}
		}
	}
	for _, path := range old {
		if err := removeFile(path); err != nil {
			return fmt.Errorf("the report of an earlier run cannot be removed: %w", err)
		}
	}
	for folder := range ownFiles {
		_ = os.Remove(filepath.Join(out.dir, folder)) // it stays where it holds other files
	}
	return nil
}

// removeFile removes a regular file. It leaves alone what is no file, such as /dev/stdout.
func removeFile(path string) error {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return os.Remove(path)
}
