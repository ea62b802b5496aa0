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

// Window is what a limit of backups in a day is counted over.
type Window func(now time.Time) (start time.Time)

// Windows of a day, as target files name them.
var (
	UTC     Window = func(now time.Time) time.Time { return midnight(now, time.UTC) }
	UTC8    Window = func(now time.Time) time.Time { return midnight(now, time.FixedZone("UTC+8", 8*60*60)) }
	Rolling Window = func(now time.Time) time.Time { return now.Add(-24 * time.Hour) }
)

func midnight(now time.Time, zone *time.Location) time.Time {
	y, m, d := now.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// Ledger bounds the backups made of one target in a day, over all runs and processes that use the same folder. Each is
// reserved on the disk before its call is sent; what became of a call that never was settled is not known, so it counts.
type Ledger struct {
	limit  int
	window Window
	now    func() time.Time
	lines  *lines
}

// Config of a Ledger.
type Config struct {
	Dir    string // default Dir()
	Target string // what the limit is of: an endpoint, a name
	Limit  int    // backups a day; 0 is none at all
	Day    Window // default UTC
	Now    func() time.Time
}

// Open opens the ledger of a target, and makes it where there is none.
func Open(c Config) (*Ledger, error) {
	if c.Target == "" || c.Limit < 0 {
		return nil, fmt.Errorf("ledger of backups: no target, or a limit below 0")
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

// Path is where the ledger is kept.
func (l *Ledger) Path() string { return l.lines.path }

// Limit is how many backups may be made in a day.
func (l *Ledger) Limit() int { return l.limit }

// What a line of a ledger says of a reservation.
const (
	reserved = "reserved"
	used     = "used"
	returned = "returned"
)

// entry is one line: when, what, and of which reservation.
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

// count returns how many reservations count since start: those made or settled since then. One begun before midnight
// and settled after may be of either day for the target, so it counts in both.
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

// grace is how long before the day's beginning a call may have been sent that the target counts in it: longer than any
// request takes.
const grace = 5 * time.Minute

// Left returns how many more backups may be made today.
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

func (l *Ledger) spent(lines []string) (int, error) {
	start := l.window(l.now())
	today, err := count(lines, start)
	if err != nil {
		return 0, err
	}
	// A call that a killed run left open just before the day began may have got there after.
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

// Reservation is of backups that a call may make.
type Reservation struct {
	ledger *Ledger
	ids    []string
	once   sync.Once
	err    error
}

// Reserve sets n backups aside, and has it on the disk before it returns. Where so many are not left, its error wraps
// targets.ErrBudget.
func (l *Ledger) Reserve(n int) (*Reservation, error) {
	r := &Reservation{ledger: l}
	err := l.lines.edit(func(lines []string) ([]string, error) {
		spent, err := l.spent(lines)
		if err != nil {
			return nil, err
		}
		if spent+n > l.limit {
			return nil, fmt.Errorf("%w: %d of %d backups of today are made or under way", targets.ErrBudget, spent, l.limit)
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

// Use settles the reservation: the backups were made, or may have been. Only the first settlement counts.
func (r *Reservation) Use() error { return r.settle(used) }

// Return gives the backups back: they were surely not made.
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

// forget drops what is of days past, so that the ledger does not grow for ever.
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
	old := l.now().Add(-72 * time.Hour)
	var kept []string
	for _, line := range all {
		e, err := parseEntry(line)
		if err != nil {
			return fmt.Errorf("%s: %w", l.lines.path, err)
		}
		if e.at.After(old) {
			kept = append(kept, line)
		}
	}
	if len(kept) == len(all) {
		return nil
	}
	return l.lines.replace(kept)
}
