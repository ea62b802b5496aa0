package simulator

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// instance is one database instance with its backups.
type instance struct {
	mu            sync.Mutex
	id            string
	engine        string
	status        string
	databases     []string
	lockMode      string
	storage       string
	shift         int       // days that control has moved it on
	pinned        time.Time // whose day it stays until control moves it on; zero follows the clock
	clock         dayClock
	backups       []*backup
	completeAfter time.Duration // 0: a backup runs until it is completed by control
}

// backup is one backup of an instance.
type backup struct {
	id, job          string
	method, strategy string
	databases        []string
	kind             string // FullBackup or IncrementalBackup
	asked            string // the BackupType asked for
	status           string // running, completed or failed
	day              int    // of the instance
	shift            int    // of the instance when the backup was made
	begun            time.Time
	retention        int
	hiddenUntil      time.Time
}

var lastID atomic.Int64

func nextID() string { return strconv.FormatInt(1_000_000+lastID.Add(1), 10) }

// newInstance makes an instance in a condition (design: "Control protocol").
func newInstance(id string, c targets.Condition, now time.Time, clock dayClock) *instance {
	in := &instance{id: id, clock: clock, engine: c.Engine, status: c.Status, databases: slices.Clone(c.Databases), lockMode: c.LockMode, storage: c.Storage}
	if in.lockMode == "" {
		in.lockMode = unlocked
	}
	today := in.day(now)
	n, day, begun := c.BackupsToday, today, now
	if n == 0 && c.LastBackup != targets.LastNone && c.LastBackup != "" {
		n, day, begun = 1, today-1, now.Add(-24*time.Hour)
	}
	for i := range n {
		b := &backup{
			id: nextID(), job: nextID(), method: "Physical", strategy: "instance", databases: slices.Clone(in.databases), kind: "FullBackup", asked: "Auto",
			status: targets.LastCompleted, day: day, begun: begun,
		}
		if i == n-1 && c.LastBackup != targets.LastNone && c.LastBackup != "" {
			b.status = c.LastBackup
		}
		in.backups = append(in.backups, b)
	}
	return in
}

// dayClock says when a day begins. The document does not.
type dayClock struct {
	zone    time.Duration // east of UTC
	rolling bool          // a day is the last 24 hours
}

var localDay = dayClock{zone: 8 * time.Hour}

// day numbers the days of the instance: those of its clock, and those that control has added. On an instance of control's only control moves the
// day on, so that nobody's run is disturbed by midnight.
func (in *instance) day(now time.Time) int {
	if !in.pinned.IsZero() {
		now = in.pinned
	}
	return int(now.Add(in.clock.zone).Unix()/86400) + in.shift
}

// settle completes what has run for long enough. The instance is locked.
func (in *instance) settle(now time.Time) {
	if in.completeAfter == 0 {
		return
	}
	for _, b := range in.backups {
		if b.status == targets.LastRunning && now.Sub(b.begun) >= in.completeAfter {
			b.status = targets.LastCompleted
		}
	}
}

func (in *instance) last() *backup {
	if len(in.backups) == 0 {
		return nil
	}
	return in.backups[len(in.backups)-1]
}

func (in *instance) running() *backup {
	if b := in.last(); b != nil && b.status == targets.LastRunning {
		return b
	}
	return nil
}

// today counts the backups that were created today.
func (in *instance) today(now time.Time) int {
	n, day := 0, in.day(now)
	for _, b := range in.backups {
		today := b.day == day
		if in.clock.rolling {
			today = b.day >= 0 && now.Sub(b.begun)+time.Duration(in.shift-b.shift)*24*time.Hour < 24*time.Hour
		}
		if today {
			n++
		}
	}
	return n
}

func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := strings.ToUpper(hex.EncodeToString(b[:]))
	return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}
