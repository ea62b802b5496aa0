package simulator

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// instance is one database instance with its backups. Whoever uses its fields holds mu, except for
// id, engine and storage, which never change.
type instance struct {
	mu            sync.Mutex
	id            string
	engine        string
	storage       string
	status        string
	databases     []string // shared with backups: replaced, and never changed in place
	lockMode      string
	shift         int           // how many days the control protocol has moved it on
	pinned        time.Time     // its day is the day of this moment; zero follows the clock
	backups       []*backup     // oldest first
	completeAfter time.Duration // 0: a backup runs until the control protocol ends it
}

// backup is one backup of an instance.
type backup struct {
	id, job          string
	method, strategy string
	databases        []string
	kind             string // FullBackup or IncrementalBackup
	asked            string // the BackupType asked for
	status           string // running, completed or failed
	day              int    // of the instance, when it was created
	begun            time.Time
	retention        int // days; 0 is not chosen
	hiddenUntil      time.Time
}

func (b backup) copy() *backup { return &b }

// newInstance returns an instance in a condition (design.md §5).
func (s *Simulator) newInstance(id string, c targets.Condition, now time.Time) *instance {
	in := &instance{
		id: id, engine: c.Engine, storage: c.Storage, status: c.Status, databases: slices.Clone(c.Databases),
		lockMode: c.LockMode,
	}
	if in.lockMode == "" {
		in.lockMode = unlocked
	}
	hasLast := c.LastBackup != targets.LastNone && c.LastBackup != ""
	n, day, begun := c.BackupsToday, in.day(now), now
	if n == 0 && hasLast {
		n, day, begun = 1, day-1, now.Add(-24*time.Hour)
	}
	for range n {
		in.add(&backup{
			id: s.nextID(), job: s.nextID(), method: "Physical", strategy: "instance",
			databases: in.databases, kind: "FullBackup", asked: "Auto",
			status: targets.LastCompleted, day: day, begun: begun,
		})
	}
	if last := in.last(); last != nil && hasLast {
		last.status = c.LastBackup
	}
	return in
}

// dayBegins is how far east of UTC the day of an instance begins. The document does not say; the
// service is one of China.
const dayBegins = 8 * time.Hour

// day numbers the days of the instance. The day of an instance that was provisioned changes only
// when the control protocol moves it on, so that midnight disturbs no run.
func (in *instance) day(now time.Time) int {
	if !in.pinned.IsZero() {
		now = in.pinned
	}
	return int(now.Add(dayBegins).Unix()/86400) + in.shift
}

// settle completes backups that have run long enough.
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

// end gives the backups that are running a final status.
func (in *instance) end(status string) {
	for _, b := range in.backups {
		if b.status == targets.LastRunning {
			b.status = status
		}
	}
}

func (in *instance) add(b *backup) { in.backups = append(in.backups, b) }

// removeLast removes the last backup and returns it.
func (in *instance) removeLast() *backup {
	last := in.last()
	in.backups = in.backups[:len(in.backups)-1]
	return last
}

// moveBackups moves all backups to a later day.
func (in *instance) moveBackups(days int) {
	for _, b := range in.backups {
		b.day += days
	}
}

// last returns the last backup, or nil if there is none.
func (in *instance) last() *backup {
	if len(in.backups) == 0 {
		return nil
	}
	return in.backups[len(in.backups)-1]
}

// running returns the last backup if it is running, or nil.
func (in *instance) running() *backup {
	if b := in.last(); b != nil && b.status == targets.LastRunning {
		return b
	}
	return nil
}

// today counts the backups that were created today.
func (in *instance) today(now time.Time) int {
	return in.count(func(b *backup) bool { return b.day == in.day(now) })
}

func (in *instance) count(is func(*backup) bool) int {
	n := 0
	for _, b := range in.backups {
		if is(b) {
			n++
		}
	}
	return n
}

// newUUID returns a random UUID in upper case.
func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	const digits = "0123456789ABCDEF"
	text := make([]byte, 0, 36)
	for i, c := range b {
		if i >= 4 && i <= 10 && i%2 == 0 {
			text = append(text, '-')
		}
		text = append(text, digits[c>>4], digits[c&15])
	}
	return string(text)
}
