package budget

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Window returns when the day began that backups are counted in. UTC, UTC8 and Rolling are windows.
type Window func(now time.Time) (start time.Time)

// UTC is a day from midnight to midnight in UTC.
func UTC(now time.Time) time.Time { return midnight(now, time.UTC) }

// UTC8 is a day from midnight to midnight in China.
func UTC8(now time.Time) time.Time { return midnight(now, time.FixedZone("UTC+8", 8*60*60)) }

// Rolling is the last 24 hours.
func Rolling(now time.Time) time.Time { return now.Add(-24 * time.Hour) }

func midnight(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// Ledger limits the backups made at one address in a day, over all runs and processes that use the
// same folder. A backup is reserved on the disk before its call is sent. A reservation that is
// never settled counts, because nobody knows whether its call made a backup.
//
// Each line of a ledger also stands in a journal of all ledgers of the folder. So a ledger that is
// removed or emptied, even while it is used, forgets nothing.
type Ledger struct {
	limit   int
	address string
	window  Window
	now     func() time.Time
	lines   *lines
	journal *lines

	mu    sync.Mutex
	own   []string // lines that this process wrote
	isNew bool     // nothing was known of the address before
	lost  bool     // lines were missing
}

// Config of a Ledger.
type Config struct {
	Dir    string           // default Dir()
	Target string           // endpoint of the target
	Limit  int              // backups a day; 0 allows none
	Day    Window           // default UTC
	Now    func() time.Time // default time.Now
}

// Headers of the files. Another version of cbspec that writes other lines has other headers.
const (
	ledgerHeader  = "cbspec ledger of backups, version 1"
	journalHeader = "cbspec journal of backups, version 1"
)

// Open opens the ledger of a target, and creates it if it does not exist.
func Open(c Config) (*Ledger, error) {
	switch {
	case c.Target == "":
		return nil, errors.New("ledger of backups: it needs the name of a target")
	case c.Limit < 0:
		return nil, fmt.Errorf("ledger of backups: the limit is %d and must be 0 or more", c.Limit)
	}
	if c.Dir == "" {
		dir, err := Dir()
		if err != nil {
			return nil, err
		}
		c.Dir = dir
	}
	if c.Day == nil {
		c.Day = UTC
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	l := &Ledger{limit: c.Limit, address: Address(c.Target), window: c.Day, now: c.Now}
	if err := l.openFiles(c.Dir); err != nil {
		return nil, fmt.Errorf("ledger of backups in %s: %w", c.Dir, err)
	}
	return l, nil
}

func (l *Ledger) openFiles(dir string) (err error) {
	if l.journal, err = openLines(dir, "backups.journal", journalHeader); err != nil {
		return err
	}
	if err := l.forget(l.journal, func(line string) string { _, entry, _ := strings.Cut(line, " "); return entry }); err != nil {
		return err
	}
	if l.lines, err = openLines(dir, fileName(l.address, "ledger"), ledgerHeader); err != nil {
		return err
	}
	if err := l.forget(l.lines, func(line string) string { return line }); err != nil {
		return err
	}
	return l.edit(func(all []string) ([]string, error) {
		l.isNew = len(all) == 0
		return nil, nil
	})
}

// Path returns the path of the file.
func (l *Ledger) Path() string { return l.lines.path }

// Notes says what the owner of a limit must know: that the ledger is new, so that backups made
// without it are not counted, and that lines were missing in it.
func (l *Ledger) Notes() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var notes []string
	if l.isNew && l.limit > 0 {
		notes = append(notes, fmt.Sprintf("The limit of %d backups a day counts from now on: the folder of %s knows of no earlier ones at %s.",
			l.limit, l.lines.path, l.address))
	}
	if l.lost {
		notes = append(notes, fmt.Sprintf("The ledger of backups %s was removed, emptied or cut: "+
			"its lines were restored from the journal beside it.", l.lines.path))
	}
	return notes
}

// edit gives f all lines of the ledger, those included that are missing in its file. It writes the
// lines that f returns to the journal first, so that none is ever in the ledger alone.
func (l *Ledger) edit(f func(all []string) (more []string, err error)) error {
	return l.lines.edit(func(found []string) (more []string, err error) {
		err = l.journal.edit(func(journal []string) ([]string, error) {
			journal = l.ofAddress(journal)
			all := l.recall(found, journal)
			fresh, err := f(all)
			if err != nil {
				return nil, err
			}
			l.remember(fresh)
			all = append(all, fresh...)
			more = without(all, found)
			return l.addressed(without(all, journal)), nil
		})
		return more, err
	})
}

// ofAddress returns the lines of the journal that are about the address, as a ledger has them.
func (l *Ledger) ofAddress(journal []string) []string {
	var own []string
	for _, line := range journal {
		if entry, is := strings.CutPrefix(line, l.address+" "); is {
			own = append(own, entry)
		}
	}
	return own
}

// addressed returns lines of the ledger as the journal has them.
func (l *Ledger) addressed(lines []string) []string {
	with := make([]string, len(lines))
	for i, line := range lines {
		with[i] = l.address + " " + line
	}
	return with
}

// without returns the lines that are not among others.
func without(lines, others []string) []string {
	among := map[string]bool{}
	for _, line := range others {
		among[line] = true
	}
	return slices.DeleteFunc(slices.Clone(lines), func(line string) bool { return among[line] })
}

// remember keeps lines that this process wrote.
func (l *Ledger) remember(lines []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.own = append(l.own, lines...)
}

// cutOff is how many lines of a ledger are missing, at most, after a process was killed that had
// written them to the journal.
const cutOff = 2

// recall returns all lines that the journal, this process and the ledger know, the oldest first.
func (l *Ledger) recall(found, journal []string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := append(slices.Clone(journal), without(l.own, journal)...)
	all = append(all, without(found, all)...)
	l.lost = l.lost || len(without(all, found)) > cutOff
	return all
}

// grace is longer than any request takes. A call that was sent in this time before midnight may
// reach the target after it.
const grace = 5 * time.Minute

// Left returns how many backups may still be made today.
func (l *Ledger) Left() (int, error) {
	var left int
	err := l.edit(func(lines []string) ([]string, error) {
		n, err := l.spent(lines)
		left = max(0, l.limit-n)
		return nil, err
	})
	if err != nil {
		return 0, fmt.Errorf("ledger of backups %s: %w", l.lines.path, err)
	}
	return left, nil
}

// spent returns how many backups of today count.
func (l *Ledger) spent(lines []string) (int, error) {
	start := l.window(l.now())
	today, err := count(lines, start)
	if err != nil {
		return 0, err
	}
	// A call that a killed run sent just before midnight may have reached the target after it.
	open := map[string]bool{}
	for _, line := range lines {
		e, _ := parseEntry(line)
		switch {
		case e.what != reserved:
			delete(open, e.id)
		case e.at.Before(start) && !e.at.Before(start.Add(-grace)):
			open[e.id] = true
		}
	}
	return today + len(open), nil
}

// kept is how long a line stays in a ledger: longer than it can count in any window.
const kept = 72 * time.Hour

// forget removes old lines of a file, so that it stays small. entryOf returns the entry of a line.
func (l *Ledger) forget(file *lines, entryOf func(line string) string) error {
	unlock, err := file.mutex.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	all, torn, err := file.read()
	if err != nil {
		return fmt.Errorf("%s: %w", file.path, err)
	}
	if torn {
		return nil // the next edit drops the torn line
	}
	old := l.now().Add(-kept)
	var recent []string
	for _, line := range all {
		e, err := parseEntry(entryOf(line))
		if err != nil {
			return fmt.Errorf("%s: %w", file.path, err)
		}
		if e.at.After(old) {
			recent = append(recent, line)
		}
	}
	if len(recent) == len(all) {
		return nil
	}
	return file.replace(recent)
}
