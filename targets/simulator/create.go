package simulator

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// creation is one CreateBackup request on its way. The instance is locked while it is decided and carried out.
type creation struct {
	e  *exchange
	in *instance
	// What was asked for, with the defaults of the document filled in.
	method, strategy, dbName, kind string
	given                          map[string]bool
	retention                      int
	failed                         bool // the job is to end as failed at once
	lost                           bool // the backup is to be forgotten at once
}

// optional are the parameters that are not required.
var optional = []string{"BackupMethod", "BackupStrategy", "DBName", "BackupType", "BackupRetentionPeriod"}

func (e *exchange) createBackup() *refusal {
	in, refused := e.instance()
	c := &creation{e: e, in: in, given: map[string]bool{}}
	if in == nil {
		// Faults may make something of a request that names no instance.
		for _, f := range e.s.behaviour.decide {
			refused = f(c, refused)
		}
		for _, f := range e.s.behaviour.done {
			f(c, refused)
		}
		return refused
	}
	c.read()
	b := &e.s.behaviour
	in.mu.Lock()
	defer in.mu.Unlock()
	in.settle(e.now)
	refused = c.check()
	for _, f := range b.decide {
		refused = f(c, refused)
	}
	if b.gap > 0 && refused == nil {
		// The mistake is to let go of the instance between the check and the act.
		in.mu.Unlock()
		timer := time.NewTimer(b.gap)
		<-timer.C
		in.mu.Lock()
		if b.afterGap != nil {
			refused = b.afterGap(c)
		}
	}
	if refused == nil {
		made := c.backup()
		for _, f := range b.make {
			f(c, made)
		}
		if c.failed {
			made.status = targets.LastFailed
			made.day = -1 // what never began is none of today's
			in.backups = slices.Insert(in.backups, 0, made)
		} else {
			in.backups = append(in.backups, made)
		}
		if e.s.edition.jobID {
			e.doc.set("BackupJobId", made.job)
		}
	}
	for _, f := range b.done {
		f(c, refused)
	}
	return refused
}

// read takes the parameters of the operation.
func (c *creation) read() {
	for _, name := range optional {
		_, c.given[name] = c.e.params.get(name)
	}
	p := c.e.params
	c.method, c.strategy, c.dbName, c.kind = p.value("BackupMethod"), p.value("BackupStrategy"), p.value("DBName"), p.value("BackupType")
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

// check applies the document.
func (c *creation) check() *refusal {
	if r := c.checkParameters(); r != nil {
		return r
	}
	return c.checkInstance()
}

func (c *creation) checkInstance() *refusal {
	in, s := c.in, c.e.s
	switch {
	case in.status != targets.Running:
		return notActive
	case in.lockMode != unlocked:
		return locked
	case in.running() != nil:
		return backupRunning
	case in.today(c.e.now) >= s.edition.quota:
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
		return &refusal{400, e.codes.badMethod, `The specified parameter "BackupMethod" is not valid.`}
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

// methodFits tells whether the instance makes backups by that method.
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

// ranges tells whether BackupStrategy and DBName are valid.
func (c *creation) ranges() bool {
	e := c.e.s.edition
	return c.method == "Logical" || e.sqlServerDB && c.in.engine == targets.SQLServer && c.method == "Physical" && c.kind == "FullBackup"
}

func (c *creation) checkType() *refusal {
	e := c.e.s.edition
	if e.typeOnlySQLServer && (c.in.engine != targets.SQLServer || c.method != "Physical") {
		return nil
	}
	if c.kind != "Auto" && c.kind != "FullBackup" {
		return &refusal{400, e.codes.badType, e.codes.badTypeMessage}
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

func (c *creation) names() []string {
	if c.e.s.edition.dbList {
		return strings.Split(c.dbName, ",")
	}
	return []string{c.dbName}
}

func (c *creation) checkRetention() *refusal {
	e := c.e.s.edition
	if !e.retention || !c.given["BackupRetentionPeriod"] || c.in.engine != targets.SQLServer || c.strategy != "db" || c.method != "Physical" || c.kind != "FullBackup" {
		return nil
	}
	days, err := strconv.Atoi(c.e.params.value("BackupRetentionPeriod"))
	if err != nil || days != -1 && (days < 7 || days > 730) {
		return notSupported("BackupRetentionPeriod")
	}
	c.retention = days
	return nil
}

// backup is what an accepted call makes.
func (c *creation) backup() *backup {
	b := &backup{
		id: nextID(), job: nextID(), method: c.method, strategy: "instance", databases: slices.Clone(c.in.databases), kind: "FullBackup", asked: c.kind,
		status: targets.LastRunning, day: c.in.day(c.e.now), shift: c.in.shift, begun: c.e.now, retention: c.retention,
	}
	if c.ranges() && c.strategy == "db" {
		b.strategy, b.databases = "db", c.names()
	}
	// The calculation: full where there is no full backup to build on, and of a logical one always.
	if c.kind != "FullBackup" && c.method == "Physical" && slices.ContainsFunc(c.in.backups, func(o *backup) bool {
		return o.method == "Physical" && o.kind == "FullBackup" && o.status == targets.LastCompleted
	}) {
		b.kind = "IncrementalBackup"
	}
	return b
}
