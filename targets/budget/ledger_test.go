package budget_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/budget"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func open(t require.TestingT, dir string, limit int, day budget.Window, c *clock) *budget.Ledger {
	l, err := budget.Open(budget.Config{Dir: dir, Target: "http://rds.example/", Limit: limit, Day: day, Now: c.now})
	require.NoError(t, err)
	return l
}

func left(t require.TestingT, l *budget.Ledger) int {
	n, err := l.Left()
	require.NoError(t, err)
	return n
}

func TestAReservationCountsUntilItIsReturned(t *testing.T) {
	l := open(t, t.TempDir(), 3, nil, &clock{noon})
	a, err := l.Reserve(1)
	require.NoError(t, err)
	b, err := l.Reserve(1)
	require.NoError(t, err)
	require.Equal(t, 1, left(t, l), "a reservation counts at once")
	require.NoError(t, a.Settle(1))
	require.NoError(t, a.Settle(0), "only the first settlement counts")
	require.Equal(t, 1, left(t, l))
	require.NoError(t, b.Settle(0))
	require.Equal(t, 2, left(t, l))
	_, err = l.Reserve(3)
	require.ErrorIs(t, err, targets.ErrBudget)
	require.EqualError(t, err, "budget is spent: 1 of today's 3 backups are made or reserved")
	require.Equal(t, 2, left(t, l), "a refused reservation costs nothing")
}

func TestALimitOfZeroAllowsNoBackup(t *testing.T) {
	_, err := open(t, t.TempDir(), 0, nil, &clock{noon}).Reserve(1)
	require.ErrorIs(t, err, targets.ErrBudget)
}

func TestALimitHoldsOverARestartOnTheSameDay(t *testing.T) {
	dir, c := t.TempDir(), &clock{noon}
	_, err := open(t, dir, 2, nil, c).Reserve(2) // never settled: the run was killed
	require.NoError(t, err)
	c.at = noon.Add(11 * time.Hour)
	_, err = open(t, dir, 2, nil, c).Reserve(1)
	require.ErrorIs(t, err, targets.ErrBudget)
	c.at = noon.Add(13 * time.Hour)
	require.Equal(t, 2, left(t, open(t, dir, 2, nil, c)), "a new day")
}

func TestEveryTargetHasItsOwnLedger(t *testing.T) {
	dir, c := t.TempDir(), &clock{noon}
	_, err := open(t, dir, 1, nil, c).Reserve(1)
	require.NoError(t, err)
	other, err := budget.Open(budget.Config{Dir: dir, Target: "http://rds.example:81/", Limit: 1, Now: c.now})
	require.NoError(t, err)
	require.Equal(t, 1, left(t, other))
}

func TestTheDayBeginsWhereItsWindowSays(t *testing.T) {
	for _, c := range []struct {
		name  string
		day   budget.Window
		after time.Duration // after noon UTC
		left  int
	}{
		{"utc, same day", budget.UTC, 11*time.Hour + 59*time.Minute, 0},
		{"utc, next day", budget.UTC, 12 * time.Hour, 1},
		{"utc+8, same day", budget.UTC8, 3*time.Hour + 59*time.Minute, 0},
		{"utc+8, next day", budget.UTC8, 4 * time.Hour, 1},
		{"rolling, a minute short", budget.Rolling, 24*time.Hour - time.Minute, 0},
		{"rolling, a minute over", budget.Rolling, 24*time.Hour + time.Minute, 1},
		{"the clock set back", budget.UTC, -30 * time.Hour, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			clk := &clock{noon}
			l := open(t, t.TempDir(), 1, c.day, clk)
			r, err := l.Reserve(1)
			require.NoError(t, err)
			require.NoError(t, r.Settle(1))
			clk.at = noon.Add(c.after)
			require.Equal(t, c.left, left(t, l))
		})
	}
}

func TestACallAcrossMidnightCountsInBothDays(t *testing.T) {
	late := &clock{time.Date(2026, 3, 14, 23, 59, 59, 0, time.UTC)}
	l := open(t, t.TempDir(), 2, nil, late)
	settled, err := l.Reserve(1)
	require.NoError(t, err)
	_, err = l.Reserve(1) // never settled: the run was killed
	require.NoError(t, err)
	late.at = late.at.Add(2 * time.Second)
	require.NoError(t, settled.Settle(1))
	require.Equal(t, 0, left(t, l), "the target may count both in the new day")
	late.at = late.at.Add(24 * time.Hour)
	require.Equal(t, 2, left(t, l))
}

// A call waits until its line is on the disk, in the journal and then in the ledger.
func TestATornLineIsDropped(t *testing.T) {
	for _, file := range []string{"the ledger", "the journal"} {
		t.Run(file, func(t *testing.T) {
			dir, c := t.TempDir(), &clock{noon}
			l := open(t, dir, 3, nil, c)
			_, err := l.Reserve(2)
			require.NoError(t, err)
			path, want := l.Path(), 1
			if file == "the journal" {
				path, want = filepath.Join(dir, "backups.journal"), 2
				lines := lines(t, l.Path())
				write(t, l.Path(), lines[:len(lines)-1]) // the line had not come to the ledger
			}
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, data[:len(data)-5], 0o600))
			l = open(t, dir, 3, nil, c)
			require.Equal(t, want, left(t, l))
			require.Empty(t, l.Notes(), "a killed process is no loss")
			_, err = l.Reserve(want)
			require.NoError(t, err)
			require.Equal(t, 0, left(t, l))
		})
	}
}

// lines returns the lines of a file.
func lines(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return strings.SplitAfter(strings.TrimSuffix(string(data), "\n"), "\n")
}

func write(t *testing.T, path string, lines []string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "")), 0o600))
}

// A ledger that is lost grants no more than one that is not, whatever is lost and whenever.
func TestALostLedgerForgetsNothing(t *testing.T) {
	lose := map[string]func(t *testing.T, l *budget.Ledger){
		"removed": func(t *testing.T, l *budget.Ledger) { require.NoError(t, os.Remove(l.Path())) },
		"emptied": func(t *testing.T, l *budget.Ledger) { write(t, l.Path(), nil) },
		"cut":     func(t *testing.T, l *budget.Ledger) { write(t, l.Path(), lines(t, l.Path())[:2]) },
	}
	for how, f := range lose {
		for _, during := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, during a run %t", how, during), func(t *testing.T) {
				dir, c := t.TempDir(), &clock{noon}
				l := open(t, dir, 5, nil, c)
				for range 4 {
					_, err := l.Reserve(1)
					require.NoError(t, err)
				}
				f(t, l)
				if !during {
					l = open(t, dir, 5, nil, c)
				}
				require.Equal(t, 1, left(t, l))
				require.ErrorContains(t, errors.New(strings.Join(l.Notes(), " ")), "restored from the journal")
				again := open(t, dir, 5, nil, c)
				require.Equal(t, 1, left(t, again))
				require.Empty(t, again.Notes())
			})
		}
	}
	t.Run("with the journal, during a run", func(t *testing.T) {
		dir, c := t.TempDir(), &clock{noon}
		l := open(t, dir, 5, nil, c)
		_, err := l.Reserve(4)
		require.NoError(t, err)
		require.NoError(t, os.Remove(l.Path()))
		require.NoError(t, os.Remove(filepath.Join(dir, "backups.journal")))
		require.Equal(t, 1, left(t, l))
		require.Equal(t, 1, left(t, open(t, dir, 5, nil, c)), "both are restored")
	})
	t.Run("with the journal, before a run", func(t *testing.T) {
		l := open(t, t.TempDir(), 5, nil, &clock{noon})
		require.Len(t, l.Notes(), 1)
		require.Contains(t, l.Notes()[0], "counts from now on")
	})
}

func TestEverySpellingOfAnEndpointHasTheSameLedger(t *testing.T) {
	for _, same := range [][]string{
		{"http://rds.example/", "http://rds.example", "HTTP://RDS.Example:80/", "http://rds.example./", "http://rds.example/api"},
		{"https://rds.example/", "https://rds.example:443", "HTTPS://rds.EXAMPLE"},
		{"http://localhost:8080/", "http://127.0.0.1:8080", "HTTP://LOCALHOST:8080/x", "http://[::1]:8080", "http://0.0.0.0:8080", "http://127.0.0.2:8080"},
		{"http://[2001:db8::1]:9/", "http://[2001:DB8:0::1]:9"},
	} {
		for _, s := range same {
			require.Equal(t, budget.Address(same[0]), budget.Address(s), s)
		}
	}
	require.NotEqual(t, budget.Address("http://rds.example/"), budget.Address("https://rds.example/"))
	require.NotEqual(t, budget.Address("http://localhost:1/"), budget.Address("http://localhost:2/"))
	require.Equal(t, "t", budget.Address("t"))
}

func TestIsLocal(t *testing.T) {
	for endpoint, want := range map[string]bool{
		"http://127.0.0.1:1": true, "http://LOCALHOST.:1/": true, "http://[::1]:1": true, "http://a.localhost": true,
		"http://0.0.0.0:1": false, "http://[::]:1": false, "http://:1": false, "http://rds.example": false, "http://localhost.example": false, "": false,
	} {
		require.Equal(t, want, budget.IsLocal(endpoint), endpoint)
	}
}

func TestALedgerOfAnotherVersionGrantsNothing(t *testing.T) {
	dir, c := t.TempDir(), &clock{noon}
	l := open(t, dir, 3, nil, c)
	write(t, l.Path(), []string{"cbspec ledger of backups, version 2\n"})
	_, err := l.Reserve(1)
	require.ErrorIs(t, err, budget.ErrDamaged)
}

func TestADamagedLedgerGrantsNothing(t *testing.T) {
	dir, c := t.TempDir(), &clock{noon}
	l := open(t, dir, 3, nil, c)
	require.NoError(t, os.WriteFile(l.Path(), []byte("who wrote this?\n"), 0o600))
	_, err := l.Reserve(1)
	require.ErrorIs(t, err, budget.ErrDamaged)
	require.ErrorContains(t, err, l.Path())
	_, err = budget.Open(budget.Config{Dir: dir, Target: "http://rds.example/", Limit: 3, Now: c.now})
	require.ErrorIs(t, err, budget.ErrDamaged)
}

func TestOpenFailsInAFolderThatCannotBeWritten(t *testing.T) {
	file := t.TempDir() + "/file"
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := budget.Open(budget.Config{Dir: file, Target: "x", Limit: 1})
	require.Error(t, err)
}

func TestOldLinesAreRemoved(t *testing.T) {
	dir, c := t.TempDir(), &clock{noon}
	l := open(t, dir, 9, nil, c)
	_, err := l.Reserve(9)
	require.NoError(t, err)
	c.at = noon.Add(100 * time.Hour)
	l = open(t, dir, 9, nil, c)
	require.Len(t, lines(t, l.Path()), 1, "the header alone")
	require.Len(t, lines(t, filepath.Join(dir, "backups.journal")), 1)
}

func TestSimultaneousReservationsNeverExceedTheLimit(t *testing.T) {
	dir, c := t.TempDir(), &clock{noon}
	var granted sync.Map
	var wg sync.WaitGroup
	for i := range 4 {
		l := open(t, dir, 10, nil, c) // as separate processes do
		for j := range 5 {
			wg.Go(func() {
				if _, err := l.Reserve(1); err == nil {
					granted.Store([2]int{i, j}, true)
				}
			})
		}
	}
	wg.Wait()
	n := 0
	granted.Range(func(any, any) bool { n++; return true })
	require.Equal(t, 10, n)
}

// reservation is what the model knows of a reservation.
type reservation struct {
	r        *budget.Reservation
	begun    time.Time
	settled  time.Time
	returned bool
}

// countedToday counts the reservations that the ledger must count at a time.
func countedToday(all []*reservation, now time.Time) int {
	day := now.Truncate(24 * time.Hour)
	n := 0
	for _, x := range all {
		open := x.settled.IsZero() && !x.begun.Before(day.Add(-5*time.Minute))
		settledToday := !x.settled.IsZero() && !x.settled.Before(day)
		if !x.returned && (!x.begun.Before(day) || settledToday || open) {
			n++
		}
	}
	return n
}

// TestLedgerAgreesWithItsModel compares the ledger with a model: a list of reservations and their
// times.
func TestLedgerAgreesWithItsModel(t *testing.T) {
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(root, "")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		c := &clock{noon}
		limit := rapid.IntRange(0, 6).Draw(t, "limit")
		l := open(t, dir, limit, budget.UTC, c)
		var all []*reservation
		t.Repeat(map[string]func(*rapid.T){
			"reserve": func(t *rapid.T) {
				before := countedToday(all, c.at)
				r, err := l.Reserve(1)
				if before >= limit {
					require.ErrorIs(t, err, targets.ErrBudget)
					return
				}
				require.NoError(t, err)
				all = append(all, &reservation{r: r, begun: c.at})
			},
			"settle": func(t *rapid.T) {
				if len(all) == 0 {
					t.Skip()
				}
				x := rapid.SampledFrom(all).Draw(t, "which")
				back := rapid.Bool().Draw(t, "back")
				if !x.settled.IsZero() {
					return
				}
				x.settled, x.returned = c.at, back
				if back {
					require.NoError(t, x.r.Settle(0))
				} else {
					require.NoError(t, x.r.Settle(1))
				}
			},
			"wait": func(t *rapid.T) {
				c.at = c.at.Add(time.Duration(rapid.IntRange(1, 900).Draw(t, "minutes")) * time.Minute)
			},
			"restart": func(t *rapid.T) { l = open(t, dir, limit, budget.UTC, c) },
			"": func(t *rapid.T) {
				require.Equal(t, max(0, limit-countedToday(all, c.at)), left(t, l))
			},
		})
	})
}
