package simulator

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
)

const dateTime = "2006-01-02T15:04:05Z"

// page is a part of a list.
type page struct {
	number   int // the first is 1
	from, to int // rows, to excluded
	total    int // rows of the list
}

// page reads which page of a list the request asks for (wire.md §5).
func (e *exchange) page(total int) (page, *refusal) {
	number, refused := e.number("PageNumber", 1, math.MaxInt)
	if refused != nil {
		return page{}, refused
	}
	size, refused := e.number("PageSize", 30, 100)
	if refused != nil {
		return page{}, refused
	}
	number = min(number, total+1) // all pages beyond the last are empty
	from := min((number-1)*size, total)
	return page{number, from, min(from+size, total), total}, nil
}

// number reads a parameter that is a number from 1 to most.
func (e *exchange) number(name string, byDefault, most int) (int, *refusal) {
	text := e.params.value(name)
	if text == "" {
		return byDefault, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, invalid(name)
	}
	return n, nil
}

// excludes reports whether the request asks only for other values.
func (e *exchange) excludes(name, value string) bool {
	asked := e.params.value(name)
	return asked != "" && asked != value
}

// minute reads a parameter that is a time to the minute; it is zero if the parameter is absent.
func (e *exchange) minute(name string) (time.Time, *refusal) {
	text := e.params.value(name)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse("2006-01-02T15:04Z", text)
	if err != nil {
		return time.Time{}, malformed(name)
	}
	return t, nil
}

// describeBackups lists the finished backups.
func describeBackups(e *exchange, in *instance) *refusal {
	from, refused := e.minute("StartTime")
	if refused != nil {
		return refused
	}
	until, refused := e.minute("EndTime")
	if refused != nil {
		return refused
	}
	rows := []document{}
	for _, b := range in.backups {
		status, finished := shownStatus[b.status]
		if !finished || b.hiddenUntil.After(e.now) || e.excludes("BackupId", b.id) ||
			e.excludes("BackupStatus", status) || e.excludes("BackupMode", "Manual") || e.excludes("BackupType", b.kind) ||
			!from.IsZero() && b.begun.Before(from) || !until.IsZero() && b.begun.After(until) {
			continue
		}
		rows = append(rows, b.row(in, status))
	}
	p, refused := e.page(len(rows))
	if refused != nil {
		return refused
	}
	e.doc = append(e.doc, member{"PageNumber", strconv.Itoa(p.number)},
		member{"PageRecordCount", strconv.Itoa(p.to - p.from)}, member{"TotalRecordCount", strconv.Itoa(p.total)},
		member{"Items", document{{"Backup", rows[p.from:p.to]}}})
	return nil
}

// shownStatus is how DescribeBackups spells the status of a finished backup.
var shownStatus = map[string]string{targets.LastCompleted: "Success", targets.LastFailed: "Failed"}

// row is how DescribeBackups shows a backup.
func (b *backup) row(in *instance, status string) document {
	scale := "DBBackup"
	if b.strategy == "instance" {
		scale = "InstanceBackup"
	}
	return document{
		{"BackupId", b.id}, {"DBInstanceId", in.id}, {"HostInstanceID", "1"}, {"BackupStatus", status},
		{"BackupStartTime", b.begun.UTC().Format(dateTime)},
		{"BackupEndTime", b.begun.Add(time.Second).UTC().Format(dateTime)},
		{"BackupType", b.kind}, {"BackupMode", "Manual"}, {"BackupMethod", b.method}, {"BackupScale", scale},
		{"BackupDBNames", strings.Join(b.databases, ",")}, {"BackupDownloadURL", ""}, {"BackupIntranetDownloadURL", ""},
		{"BackupSize", int64(4096)}, {"StoreStatus", "Enabled"}, {"MetaStatus", "OK"}, {"IsAvail", 1},
		{"Engine", in.engine},
	}
}

// taskStatus is how DescribeBackupTasks spells the status of a backup.
var taskStatus = map[string]string{
	targets.LastRunning: "Uploading", targets.LastCompleted: "Finished", targets.LastFailed: "Failed",
}

// describeBackupTasks lists the tasks that are running, or the one that is asked for by its id.
func describeBackupTasks(e *exchange, in *instance) *refusal {
	job := e.params.value("BackupJobId")
	rows := []document{}
	for _, b := range in.backups {
		if job != b.job && (job != "" || b.status != targets.LastRunning) {
			continue
		}
		status := taskStatus[b.status]
		row := document{
			{"BackupJobId", b.job}, {"BackupStatus", status}, {"BackupProgressStatus", status},
			{"JobMode", "Manual"}, {"Process", "25"}, {"TaskAction", "TempBackupTask"},
		}
		if b.status == targets.LastCompleted {
			row.set("BackupId", b.id)
			row.set("Process", "100")
		}
		rows = append(rows, row)
	}
	e.doc = append(e.doc, member{"Items", document{{"BackupJob", rows}}})
	return nil
}

// describeAttribute describes the instances that DBInstanceId lists.
func describeAttribute(e *exchange) *refusal {
	var rows []document
	for id := range strings.SplitSeq(e.params.value("DBInstanceId"), ",") {
		in := e.s.find(id)
		if in == nil {
			if id == "" {
				return missing("DBInstanceId")
			}
			return noSuchInstance
		}
		in.mu.Lock()
		rows = append(rows, document{
			{"DBInstanceId", in.id}, {"DBInstanceStatus", in.status}, {"Engine", in.engine}, {"EngineVersion", "8.0"},
			{"PayType", "Postpaid"}, {"DBInstanceType", "Primary"}, {"Category", "HighAvailability"},
			{"InstanceNetworkType", "VPC"}, {"ConnectionMode", "Standard"}, {"RegionId", "cn-hangzhou"},
			{"ZoneId", "cn-hangzhou-b"}, {"Port", "3306"}, {"DBInstanceMemory", int64(4096)}, {"DBInstanceStorage", 50},
			{"LockMode", in.lockMode}, {"DBMaxQuantity", 500}, {"MaxConnections", 2000},
		})
		in.mu.Unlock()
	}
	e.doc = append(e.doc, member{"Items", document{{"DBInstanceAttribute", rows}}})
	return nil
}

// describeInstances lists the instances.
func describeInstances(e *exchange) *refusal {
	all := slices.DeleteFunc(e.s.others(nil), func(in *instance) bool {
		in.mu.Lock()
		defer in.mu.Unlock()
		return e.excludes("DBInstanceId", in.id) || e.excludes("Engine", in.engine) ||
			e.excludes("DBInstanceStatus", in.status)
	})
	slices.SortFunc(all, func(a, b *instance) int { return cmp.Compare(a.id, b.id) })
	p, refused := e.page(len(all))
	if refused != nil {
		return refused
	}
	rows := []document{}
	for _, in := range all[p.from:p.to] {
		in.mu.Lock()
		rows = append(rows, document{
			{"DBInstanceId", in.id}, {"DBInstanceStatus", in.status}, {"Engine", in.engine}, {"EngineVersion", "8.0"},
			{"RegionId", "cn-hangzhou"}, {"LockMode", in.lockMode},
		})
		in.mu.Unlock()
	}
	e.doc = append(e.doc, member{"PageNumber", p.number}, member{"PageRecordCount", p.to - p.from},
		member{"TotalRecordCount", p.total}, member{"Items", document{{"DBInstance", rows}}})
	return nil
}

// describeDatabases lists the databases of an instance.
func describeDatabases(e *exchange, in *instance) *refusal {
	rows := []document{}
	for _, name := range in.databases {
		if !e.excludes("DBName", name) && !e.excludes("DBStatus", "Running") {
			rows = append(rows, document{
				{"DBName", name}, {"DBInstanceId", in.id}, {"Engine", in.engine}, {"DBStatus", "Running"},
				{"CharacterSetName", "utf8mb4"}, {"DBDescription", ""},
			})
		}
	}
	p, refused := e.page(len(rows))
	if refused != nil {
		return refused
	}
	e.doc = append(e.doc, member{"Databases", document{{"Database", rows[p.from:p.to]}}})
	return nil
}

// deleteBackup hides a finished backup. It still counts towards the quota of its day.
func deleteBackup(e *exchange, in *instance) *refusal {
	id := e.params.value("BackupId")
	i := slices.IndexFunc(in.backups, func(b *backup) bool {
		return b.id == id && b.status != targets.LastRunning && !b.hiddenUntil.After(e.now)
	})
	if i < 0 {
		return noSuchBackup
	}
	in.backups[i].hiddenUntil = e.now.AddDate(100, 0, 0)
	return nil
}
