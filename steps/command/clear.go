package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"

	"github.com/cbspec/cbspec/reports/format"
)

// ownFiles match the names of the files that cbspec writes to the folders of a report.
var ownFiles = map[string]*regexp.Regexp{
	"replays":   regexp.MustCompile(`^(F[0-9]+|CB-[A-Z0-9-]+-[0-9]+)\.(json|sh)$`),
	"histories": regexp.MustCompile(`^CB-[A-Z0-9-]+-[0-9]+\.html$`),
}

// clear removes what an earlier run wrote, and nothing else: a report that stays would pass for the
// result of a run that ends without one. Where a file of somebody else is in the way of a report,
// it returns an error.
func (out *output) clear() error {
	var asked []string
	for _, f := range out.formats {
		asked = append(asked, f.File)
	}
	if out.cucumber != "" {
		asked = append(asked, out.cucumber)
	}
	for _, path := range asked {
		if err := removeOwn(path); err != nil {
			return err
		}
	}
	old, err := out.earlier()
	if err != nil {
		return err
	}
	for _, path := range old {
		if err := removeOwn(path); err != nil && !errors.Is(err, errForeign) {
			return err
		}
	}
	for folder := range ownFiles {
		_ = os.Remove(filepath.Join(out.dir, folder)) // it stays where it holds other files
	}
	return nil
}

// earlier lists the files that have the names of what an earlier run may have written.
func (out *output) earlier() ([]string, error) {
	old := []string{filepath.Join(out.dir, cucumberFile)}
	for _, f := range format.All() {
		old = append(old, filepath.Join(out.dir, f.File))
	}
	for folder, own := range ownFiles {
		files, err := os.ReadDir(filepath.Join(out.dir, folder))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("--out: %w", err)
		}
		for _, f := range files {
			if own.MatchString(f.Name()) {
				old = append(old, filepath.Join(out.dir, folder, f.Name()))
			}
		}
	}
	return old, nil
}

// errForeign means that a file is in the way that cbspec did not write.
var errForeign = errors.New("cbspec did not write it: choose another path, or remove it")

// ownMark matches what is near the beginning of everything that cbspec writes.
var ownMark = regexp.MustCompile(`(?i)cbspec|CreateBackup|CB-[A-Z]+-[0-9]`)

// removeOwn removes a regular file that cbspec wrote, or one with nothing in it, as a report of no
// failures to GitLab. It leaves alone what is no file, such as /dev/stdout.
func removeOwn(path string) error {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	head, err := readHead(path)
	empty := len(bytes.Trim(head, "[] \n")) == 0
	if err == nil && !empty && !ownMark.Match(head) {
		return fmt.Errorf("%s: %w", path, errForeign)
	}
	if err == nil {
		err = os.Remove(path)
	}
	if err != nil {
		return fmt.Errorf("the report of an earlier run cannot be removed: %w", err)
	}
	return nil
}

// readHead returns the beginning of a file.
func readHead(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, 64<<10))
}
