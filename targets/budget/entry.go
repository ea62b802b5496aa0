package budget

import (
	"strings"
	"time"
)

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
