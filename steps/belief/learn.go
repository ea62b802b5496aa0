package belief

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// Answer is a successful answer to an operation that describes instances.
type Answer struct {
	Span   Span
	Action string
	Params targets.Call // that were asked with
	Body   []byte
}

// Describes reports whether an operation tells something about instances.
func Describes(action string) bool { return readers[action] != nil }

var readers = map[string]func(*Memory, Answer, *node){
	"DescribeDBInstanceAttribute": func(m *Memory, a Answer, doc *node) {
		m.attributes(a, doc.all("Items", "DBInstanceAttribute"))
	},
	"DescribeDBInstances": func(m *Memory, a Answer, doc *node) {
		m.attributes(a, doc.all("Items", "DBInstance"))
	},
	"DescribeDatabases":   (*Memory).databases,
	"DescribeBackups":     (*Memory).backups,
	"DescribeBackupTasks": (*Memory).tasks,
}

// Learn takes in what an answer tells. It reports whether it could be read.
func (m *Memory) Learn(a Answer) bool {
	doc := parse(a.Body)
	if doc == nil {
		return false
	}
	if a.Span.Known() {
		readers[a.Action](m, a, doc)
	}
	return true
}

// attributes takes in the engine and the status of instances.
func (m *Memory) attributes(a Answer, items []*node) {
	for _, item := range items {
		id, s := item.get("DBInstanceId"), status{item.get("DBInstanceStatus"), item.get("LockMode")}
		if id == "" {
			continue
		}
		in := m.of(id)
		in.sameEngine(item.get("Engine"))
		if strings.EqualFold(s.name, targets.Running) {
			s.name = targets.Running
		}
		if s.name != "" {
			in.status = append(in.status, fact[status]{a.Span, s})
		}
	}
}

// smallestPage is the size of a page where a request names none, at least.
const smallestPage = 30

// databases takes in the databases of an instance, where the answer lists all of them.
func (m *Memory) databases(a Answer, doc *node) {
	id, _ := a.Params.Get("DBInstanceId")
	items := doc.all("Databases", "Database")
	size, number := smallestPage, 1
	for name, into := range map[string]*int{"PageSize": &size, "PageNumber": &number} {
		if text, given := a.Params.Get(name); given {
			*into, _ = strconv.Atoi(text)
		}
	}
	_, byName := a.Params.Get("DBName")
	_, byStatus := a.Params.Get("DBStatus")
	if id == "" || byName || byStatus || number != 1 || len(items) >= size {
		return
	}
	names := []string{}
	for _, item := range items {
		if s := item.get("DBStatus"); s != "" && s != targets.Running {
			return // it comes or goes
		}
		names = append(names, item.get("DBName"))
	}
	slices.Sort(names)
	m.of(id).databases = append(m.of(id).databases, fact[[]string]{a.Span, names})
}

// backups takes in the backups that are certainly finished and count towards the quota.
func (m *Memory) backups(a Answer, doc *node) {
	asked, _ := a.Params.Get("DBInstanceId")
	for _, item := range doc.all("Items", "Backup") {
		id, backup := cmp.Or(item.get("DBInstanceId"), asked), item.get("BackupId")
		begun, err := time.Parse(time.RFC3339, item.get("BackupStartTime"))
		if id == "" || backup == "" || err != nil || item.get("BackupStatus") != "Success" || item.get("BackupMode") != "Manual" {
			continue
		}
		in := m.of(id)
		if _, known := in.done[backup]; !known {
			in.done[backup] = finished{a.Span, begun}
		}
	}
}

// underWay lists the states of a job that has begun and is not over.
var underWay = []string{"Preparing", "Uploading", "Checking", "Progressing"}

// tasks takes in which jobs are running.
func (m *Memory) tasks(a Answer, doc *node) {
	id, _ := a.Params.Get("DBInstanceId")
	if id == "" {
		return
	}
	in, items := m.of(id), doc.all("Items", "BackupJob")
	for _, item := range items {
		job := item.get("BackupJobId")
		if job != "" && slices.Contains(underWay, cmp.Or(item.get("BackupStatus"), item.get("BackupProgressStatus"))) {
			in.runs(job, a.Span)
		}
	}
	_, byJob := a.Params.Get("BackupJobId")
	_, byMode := a.Params.Get("BackupMode")
	_, byStatus := a.Params.Get("BackupJobStatus")
	if len(items) == 0 && !byJob && !byMode && !byStatus {
		in.idle = append(in.idle, fact[struct{}]{at: a.Span})
	}
}
