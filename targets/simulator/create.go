package simulator

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// creation is one CreateBackup request. Its instance is locked while it is decided and carried out.
type creation struct {
	e  *exchange
	in *instance // nil if the request names no instance that exists
	// What is asked for. The method and the type are the documented default if they are absent.
	method, strategy, dbName, kind string
	given                          map[string]bool // the optional parameters that are present
	retention                      int             // days; 0: none takes effect
	fails                          bool            // the job fails at once (asynchronous refusal)
	lost                           bool            // for faults: the backup is forgotten at once
}

// optional are the parameters that are not required.
var optional = []string{"BackupMethod", "BackupStrategy", "DBName", "BackupType", "BackupRetentionPeriod"}

func createBackup(e *exchange) *refusal {
	in, refused := e.instance()
	c := &creation{e: e, in: in, given: map[string]bool{}}
	if in == nil {
		// Faults may accept a request that names no instance.
		refused = c.decide(refused)
		c.conclude(refused)
		return refused
	}
	c.read()
	in.mu.Lock()
	defer in.mu.Unlock()
	in.settle(e.now)
	refused = c.decide(c.check())
	if refused == nil {
		refused = c.unlockForAMoment()
	}
	if refused == nil {
		c.carryOut()
	}
	c.conclude(refused)
	return refused
}

func (c *creation) decide(r *refusal) *refusal {
	for _, f := range c.e.s.behaviour.decide {
		r = f(c, r)
	}
	return r
}

// unlockForAMoment makes the mistake of a race where a fault asks for it: it unlocks the instance
// between the check and the act.
func (c *creation) unlockForAMoment() *refusal {
	b := &c.e.s.behaviour
	if b.gap == 0 {
		return nil
	}
	c.in.mu.Unlock()
	<-time.After(b.gap)
	c.in.mu.Lock()
	if b.afterGap == nil {
		return nil
	}
	return b.afterGap(c)
}

// carryOut adds the backup of an accepted call.
func (c *creation) carryOut() {
	made := c.backup()
	for _, f := range c.e.s.behaviour.make {
		f(c, made)
	}
	if c.fails {
		made.status = targets.LastFailed
		made.day = -1 // a job that never began does not count
		c.in.backups = slices.Insert(c.in.backups, 0, made)
	} else {
		c.in.add(made)
	}
	if c.e.s.edition.jobID {
		c.e.doc.set("BackupJobId", made.job)
	}
}

func (c *creation) conclude(refused *refusal) {
	for _, f := range c.e.s.behaviour.done {
		f(c, refused)
	}
}

func (c *creation) quota() int { return c.e.s.edition.quota }

// today counts the backups of the instance that were created today.
func (c *creation) today() int { return c.in.today(c.e.now) }

// failedToday counts those of them that failed.
func (c *creation) failedToday() int {
	today := c.in.day(c.e.now)
	return c.in.count(func(b *backup) bool { return b.day == today && b.status == targets.LastFailed })
}

// read reads the parameters of the operation.
func (c *creation) read() {
	for _, name := range optional {
		_, c.given[name] = c.e.params.get(name)
	}
	c.method, c.kind = c.e.params.value("BackupMethod"), c.e.params.value("BackupType")
	c.strategy, c.dbName = c.e.params.value("BackupStrategy"), c.e.params.value("DBName")
	if !c.given["BackupMethod"] {
		c.method = "Physical"
	}
	if !c.given["BackupType"] {
		c.kind = "Auto"
	}
	for _, f := range c.e.s.behaviour.read {
		f(c)
	}
}

// check decides as the document says.
func (c *creation) check() *refusal {
	if r := c.checkParameters(); r != nil {
		return r
	}
	return c.checkInstance()
}

func (c *creation) checkInstance() *refusal {
	switch {
	case c.in.status != targets.Running:
		return notActive
	case c.in.lockMode != unlocked:
		return locked
	case c.in.running() != nil:
		return backupRunning
	case c.today() >= c.quota():
		return quotaSpent
	}
	return nil
}

func (c *creation) checkParameters() *refusal {
	e := c.e.s.edition
	for _, name := range optional[:4] {
		if c.e.params.count(name) > 1 {
			return invalid(name)
		}
	}
	if !slices.Contains(e.methods, c.method) || !c.methodFits() {
		return notValid(e.codes.badMethod, "BackupMethod")
	}
	if r := c.checkType(); r != nil {
		return r
	}
	if c.method == "Logical" {
		switch {
		case c.in.engine == targets.SQLServer && !e.sqlServerDB:
			return methodDenied
		case len(c.in.databases) == 0:
			return noDatabase
		}
	}
	if c.ranges() {
		if r := c.checkRange(); r != nil {
			return r
		}
	}
	return c.checkRetention()
}

// methodFits reports whether the instance makes backups by the method.
func (c *creation) methodFits() bool {
	e := c.e.s.edition
	switch c.method {
	case "Logical":
		return !e.logicalMySQL || c.in.engine == targets.MySQL
	case "Snapshot":
		return e.snapshotsOfAny || c.in.engine != targets.MariaDB && c.in.storage != localDisk
	default:
		return true
	}
}

// ranges reports whether BackupStrategy and DBName are valid.
func (c *creation) ranges() bool {
	return c.method == "Logical" || c.e.s.edition.sqlServerDB && isSQLServerFull(c)
}

func (c *creation) checkType() *refusal {
	e := c.e.s.edition
	if e.typeOnlySQLServer && !typeTakesEffect(c) {
		return nil
	}
	if c.kind != "Auto" && c.kind != "FullBackup" {
		return badRequest(e.codes.badType, e.codes.badTypeMessage)
	}
	return nil
}

func (c *creation) checkRange() *refusal {
	if c.given["BackupStrategy"] && c.strategy != "db" && c.strategy != "instance" {
		return notSupported("BackupStrategy")
	}
	if c.strategy != "db" {
		return nil
	}
	if c.dbName == "" {
		return missing("DBName")
	}
	for _, name := range c.names() {
		if !slices.Contains(c.in.databases, name) {
			return noSuchDatabase
		}
	}
	return nil
}

// names lists the databases that DBName names.
func (c *creation) names() []string {
	if c.e.s.edition.dbList {
		return strings.Split(c.dbName, ",")
	}
	return []string{c.dbName}
}

func (c *creation) checkRetention() *refusal {
	if !c.e.s.edition.retention || !c.given["BackupRetentionPeriod"] || !retentionTakesEffect(c) {
		return nil
	}
	days, err := strconv.Atoi(c.e.params.value("BackupRetentionPeriod"))
	if err != nil || days != -1 && (days < 7 || days > 730) {
		return notSupported("BackupRetentionPeriod")
	}
	c.retention = days
	return nil
}

// backup returns the backup that an accepted call makes.
func (c *creation) backup() *backup {
	b := &backup{
		id: c.e.s.nextID(), job: c.e.s.nextID(), method: c.method, strategy: "instance",
		databases: c.in.databases, kind: "FullBackup", asked: c.kind,
		status: targets.LastRunning, day: c.in.day(c.e.now), begun: c.e.now, retention: c.retention,
	}
	if c.ranges() && c.strategy == "db" {
		b.strategy, b.databases = "db", c.names()
	}
	// Auto makes an incremental backup if there is a full one to build on. A logical one is always
	// full.
	base := func(o *backup) bool {
		return o.method == "Physical" && o.kind == "FullBackup" && o.status == targets.LastCompleted
	}
	if c.kind != "FullBackup" && c.method == "Physical" && slices.ContainsFunc(c.in.backups, base) {
		b.kind = "IncrementalBackup"
	}
	return b
}
