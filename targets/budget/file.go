package budget

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/lockedfile"
)

// Dir returns the default folder of ledgers and journals: cbspec in the user's configuration
// folder.
func Dir() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("find a folder for ledgers and journals: %w", err)
	}
	return filepath.Join(dir, "cbspec"), nil
}

// ErrDamaged means that a ledger or journal holds a line that cbspec never writes. The file is left
// as it is, because only its owner can say what it should hold.
var ErrDamaged = errors.New("file is damaged: repair or remove it")

// lines is a file of lines. A second file beside it is its lock between processes.
type lines struct {
	path   string
	header string // the first line of the file, with its version; empty for none
	mutex  *lockedfile.Mutex
}

func openLines(dir, name, header string) (*lines, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, name)
	l := &lines{path: path, header: header, mutex: lockedfile.MutexAt(path + ".lock")}
	// A file that cannot be written must be an error before anything is sent.
	return l, l.edit(func([]string) ([]string, error) { return nil, nil })
}

// read returns the lines after the header, and whether the last one is torn: cut off while it was
// written.
func (l *lines) read() (all []string, torn bool, err error) {
	data, err := os.ReadFile(l.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, err
	}
	if len(data) == 0 {
		return nil, false, nil
	}
	torn = data[len(data)-1] != '\n'
	all = strings.Split(string(bytes.TrimSuffix(data, []byte("\n"))), "\n")
	switch {
	case l.header == "":
		return all, torn, nil
	case torn && len(all) == 1:
		return all, true, nil // the header itself was cut off
	case all[0] != l.header:
		return nil, false, ErrDamaged
	}
	return all[1:], torn, nil
}

// edit gives f all lines and appends those that f returns. It drops a torn line: what that line is
// about has not happened, since it waits until the line is on the disk.
func (l *lines) edit(f func(lines []string) (more []string, err error)) error {
	unlock, err := l.mutex.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	all, torn, err := l.read()
	if err != nil {
		return err
	}
	if torn {
		all = all[:len(all)-1]
		if err := l.replace(all); err != nil {
			return err
		}
	}
	more, err := f(all)
	if err != nil || len(more) == 0 {
		return err
	}
	return l.append(more)
}

func (l *lines) append(more []string) error {
	info, err := os.Stat(l.path)
	made := errors.Is(err, fs.ErrNotExist)
	if l.header != "" && (made || err == nil && info.Size() == 0) {
		more = append([]string{l.header}, more...)
	}
	file, err := os.OpenFile(l.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString(strings.Join(more, "\n") + "\n")
	if err == nil {
		err = file.Sync()
	}
	if e := file.Close(); err == nil {
		err = e
	}
	if err == nil && made {
		err = syncDir(filepath.Dir(l.path))
	}
	return err
}

// replace writes a new file and renames it to the old one. The caller holds the lock.
func (l *lines) replace(all []string) error {
	file, err := os.CreateTemp(filepath.Dir(l.path), filepath.Base(l.path)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	if l.header != "" {
		all = append([]string{l.header}, all...)
	}
	if len(all) > 0 {
		_, err = file.WriteString(strings.Join(all, "\n") + "\n")
	}
	if err == nil {
		err = file.Sync()
	}
	if e := file.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(file.Name(), l.path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(l.path))
	}
	return err
}

// syncDir writes a new file name to the disk. It ignores an error of Sync: not every file system
// can do that, and the lines are safe without it.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}

// fileName returns a readable file name that belongs to one target only.
func fileName(target, suffix string) string {
	clean := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '-':
			return r
		}
		return '_'
	}, target)
	sum := sha256.Sum256([]byte(target))
	return fmt.Sprintf("%.40s-%s.%s", clean, hex.EncodeToString(sum[:4]), suffix)
}
