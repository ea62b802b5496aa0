package budget

import (
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/cbspec/cbspec/targets"
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

// Ledger limits the backups made of one target in a day, over all runs and processes that use the
// same folder. A backup is reserved on the disk before its call is sent. A reservation that is
// never settled counts, because nobody knows whether its call made a backup.
type Ledger struct {
	limit  int
	window Window
	now    func() time.Time
	lines  *lines
}

// Config of a Ledger.
type Config struct {
	Dir    string           // default Dir()
	Target string           // names the target: its endpoint, for example
	Limit  int              // backups a day; 0 allows none
	Day    Window           // default UTC
	Now    func() time.Time // default time.Now
}

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
	ls, err := openLines(c.Dir, fileName(c.Target, "ledger"))
	if err != nil {
		return nil, fmt.Errorf("ledger of backups: %w", err)
	}
	l := &Ledger{limit: c.Limit, window: c.Day, now: c.Now, lines: ls}
	if err := l.forget(); err != nil {
		return nil, fmt.Errorf("ledger of backups: %w", err)
	}
	return l, nil
}

// Path returns the path of the file.
func (l *Ledger) Path() string { return l.lines.path }

// States of a reservation, as the lines of a ledger spell them.
const (
	reserved = "reserved"
	used     = "used"
	returned = "returned"
)

// entry is one line: from when on the reservation with that id has that state.
type entry struct {
	at   time.Time
	what string
	id   string
}

func (e entry) String() string {
	return e.at.UTC().Format(time.RFC3339Nano) + " " + e.what + " " + e.id
}

func parseEntry(line string) (entry, error) {
	words := strings.Split(line, " ")
	if len(words) == 3 && (words[1] == reserved || words[1] == used || words[1] == returned) {
		if at, err := time.Parse(time.RFC3339Nano, words[0]); err == nil {
			return entry{at, words[1], words[2]}, nil
		}
	}
	return entry{}, ErrDamaged
}

// count returns how many reservations were made or settled since start, and not returned. The
// target may count one that is made before midnight and settled after it in either day, so it
// counts in both.
func count(lines []string, start time.Time) (int, error) {
	counts := map[string]bool{}
	for _, line := range lines {
		e, err := parseEntry(line)
		if err != nil {
			return 0, err
		}
		switch {
		case e.what == returned:
			delete(counts, e.id)
		case !e.at.Before(start):
			counts[e.id] = true
		}
	}
	return len(counts), nil
}

// grace is longer than any request takes. A call that was sent in this time before midnight may
// reach the target after it.
const grace = 5 * time.Minute

// Left returns how many backups may still be made today.
func (l *Ledger) Left() (int, error) {
	var left int
	err := l.lines.edit(func(lines []string) ([]string, error) {
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

// Reservation holds the backups that one call may make.
type Reservation struct {
	ledger *Ledger
	ids    []string
	once   sync.Once
	err    error
}

// Reserve reserves n backups and writes them to the disk before it returns. Its error wraps
// targets.ErrBudget if fewer than n are left.
func (l *Ledger) Reserve(n int) (*Reservation, error) {
	r := &Reservation{ledger: l}
	err := l.lines.edit(func(lines []string) ([]string, error) {
		spent, err := l.spent(lines)
		if err != nil {
			return nil, err
		}
		if spent+n > l.limit {
			return nil, fmt.Errorf("%w: %d of today's %d backups are made or reserved", targets.ErrBudget, spent, l.limit)
		}
		var more []string
		for range n {
			id := rand.Text()
			r.ids = append(r.ids, id)
			more = append(more, entry{l.now(), reserved, id}.String())
		}
		return more, nil
	})
	if errors.Is(err, targets.ErrBudget) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("ledger of backups %s: %w", l.lines.path, err)
	}
	return r, nil
}

// Use settles the reservation of backups that were made, or may have been. Only the first
// settlement of a reservation counts.
func (r *Reservation) Use() error { return r.settle(used) }

// Return settles the reservation of backups that were certainly not made.
func (r *Reservation) Return() error { return r.settle(returned) }

func (r *Reservation) settle(what string) error {
	r.once.Do(func() {
		l := r.ledger
		r.err = l.lines.edit(func([]string) ([]string, error) {
			var more []string
			for _, id := range r.ids {
				more = append(more, entry{l.now(), what, id}.String())
			}
			return more, nil
		})
	})
	return r.err
}

// kept is how long a line stays in a ledger: longer than it can count in any window.
const kept = 72 * time.Hour

// forget removes old lines, so that the ledger stays small.
func (l *Ledger) forget() error {
	unlock, err := l.lines.mutex.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	all, _, err := l.lines.read()
	if err != nil {
		return err
	}
	old := l.now().Add(-kept)
	var recent []string
	for _, line := range all {
		e, err := parseEntry(line)
		if err != nil {
			return fmt.Errorf("%s: %w", l.lines.path, err)
		}
		if e.at.After(old) {
			recent = append(recent, line)
		}
	}
	if len(recent) == len(all) {
		return nil
	}
	return l.lines.replace(recent)
}
