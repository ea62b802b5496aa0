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

// Dir is the folder that ledgers and journals are kept in where no other is named: cbspec in the user's folder for configuration.
func Dir() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("folder for the budget: %w", err)
	}
	return filepath.Join(dir, "cbspec"), nil
}

// ErrDamaged says that a ledger or journal holds what was never written to it. It is left as it is: what it should say is for its
// owner to decide.
var ErrDamaged = errors.New("file is damaged")

// lines is a file of lines, locked beside itself.
type lines struct {
	path  string
	mutex *lockedfile.Mutex
}

func openLines(dir, name string) (*lines, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, name)
	l := &lines{path: path, mutex: lockedfile.MutexAt(path + ".lock")}
	// Whether it can be written is to be known before anything is sent.
	return l, l.edit(func([]string) ([]string, error) { return nil, nil })
}

// read returns the lines. torn tells that the last one was cut off as it was written.
func (l *lines) read() (all []string, torn bool, err error) {
	data, err := os.ReadFile(l.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, false, err
	}
	if len(data) == 0 {
		return nil, false, nil
	}
	torn = data[len(data)-1] != '\n'
	return strings.Split(string(bytes.TrimSuffix(data, []byte("\n"))), "\n"), torn, nil
}

// edit gives f the whole lines, and appends those that it returns. A line cut off is dropped: what it speaks of was not yet done,
// since that waits for the line to be on the disk.
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
	_, err := os.Stat(l.path)
	made := errors.Is(err, fs.ErrNotExist)
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

// replace writes the file anew, by way of another that takes its place. The caller holds the lock.
func (l *lines) replace(all []string) error {
	file, err := os.CreateTemp(filepath.Dir(l.path), filepath.Base(l.path)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
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

// syncDir makes a new name last. Not every file system can; the lines themselves are safe without.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}

// fileName is a name for the file of a target: readable, and no other target's.
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
