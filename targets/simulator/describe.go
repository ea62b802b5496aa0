package simulator

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
)

const dateTime = "2006-01-02T15:04:05Z"

// page cuts one page out of n rows (wire.md §5).
func (e *exchange) page(n int) (from, to, number int, refused *refusal) {
	number = 1
	size := 30
	if v := e.params.value("PageNumber"); v != "" {
		i, err := strconv.Atoi(v)
		if err != nil || i < 1 {
			return 0, 0, 0, invalid("PageNumber")
		}
		number = min(i, n+1) // every page beyond the last is as empty as the first of them
	}
	if v := e.params.value("PageSize"); v != "" {
		i, err := strconv.Atoi(v)
		if err != nil || i < 1 || i > 100 {
			return 0, 0, 0, invalid("PageSize")
		}
		size = i
	}
	from = min((number-1)*size, n)
	return from, min(from+size, n), number, nil
}

// excludes tells whether the request asks for another value only.
func (e *exchange) excludes(name, value string) bool {
	want := e.params.value(name)
	return want != "" && want != value
}

// minute reads a time of the request, which is given to the minute; zero where there is none.
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
func (e *exchange) describeBackups() *refusal {
	in, refused := e.instance()
	if refused != nil {
		return refused
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.settle(e.now)
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
		status := map[string]string{targets.LastCompleted: "Success", targets.LastFailed: "Failed"}[b.status]
		switch {
		case status == "", b.hiddenUntil.After(e.now), e.excludes("BackupId", b.id), e.excludes("BackupStatus", status), e.excludes("BackupMode", "Manual"), e.excludes("BackupType", b.kind),
			!from.IsZero() && b.begun.Before(from), !until.IsZero() && b.begun.After(until):
			continue
		}
		scale := "DBBackup"
		if b.strategy == "instance" {
			scale = "InstanceBackup"
		}
		rows = append(rows, document{
			{"BackupId", b.id}, {"DBInstanceId", in.id}, {"HostInstanceID", "1"}, {"BackupStatus", status}, {"BackupStartTime", b.begun.UTC().Format(dateTime)},
			{"BackupEndTime", b.begun.Add(time.Second).UTC().Format(dateTime)}, {"BackupType", b.kind}, {"BackupMode", "Manual"}, {"BackupMethod", b.method},
			{"BackupScale", scale}, {"BackupDBNames", strings.Join(b.databases, ",")}, {"BackupDownloadURL", ""}, {"BackupIntranetDownloadURL", ""},
			{"BackupSize", int64(4096)}, {"StoreStatus", "Enabled"}, {"MetaStatus", "OK"}, {"IsAvail", 1}, {"Engine", in.engine},
		})
	}
	first, last, number, refused := e.page(len(rows))
	if refused != nil {
		return refused
	}
	e.doc = append(e.doc, member{"PageNumber", strconv.Itoa(number)}, member{"PageRecordCount", strconv.Itoa(last - first)}, member{"TotalRecordCount", strconv.Itoa(len(rows))},
		member{"Items", document{{"Backup", rows[first:last]}}})
	return nil
}

// describeBackupTasks lists the tasks that run, and the one asked for by its id.
func (e *exchange) describeBackupTasks() *refusal {
	in, refused := e.instance()
	if refused != nil {
		return refused
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	in.settle(e.now)
	job := e.params.value("BackupJobId")
	rows := []document{}
	for _, b := range in.backups {
		if job != b.job && (job != "" || b.status != targets.LastRunning) {
			continue
		}
		status := map[string]string{targets.LastRunning: "Uploading", targets.LastCompleted: "Finished", targets.LastFailed: "Failed"}[b.status]
		row := document{{"BackupJobId", b.job}, {"BackupStatus", status}, {"BackupProgressStatus", status}, {"JobMode", "Manual"}, {"Process", "25"}, {"TaskAction", "TempBackupTask"}}
		if b.status == targets.LastCompleted {
			row.set("BackupId", b.id)
			row.set("Process", "100")
		}
		rows = append(rows, row)
	}
	e.doc = append(e.doc, member{"Items", document{{"BackupJob", rows}}})
	return nil
}

func (e *exchange) describeAttribute() *refusal {
	var rows []document
	for _, id := range strings.Split(e.params.value("DBInstanceId"), ",") {
		in := e.s.find(id)
		if in == nil {
			if id == "" {
				return missing("DBInstanceId")
			}
			return noSuchInstance
		}
		in.mu.Lock()
		rows = append(rows, document{
			{"DBInstanceId", in.id}, {"DBInstanceStatus", in.status}, {"Engine", in.engine}, {"EngineVersion", "8.0"}, {"PayType", "Postpaid"}, {"DBInstanceType", "Primary"},
			{"Category", "HighAvailability"}, {"InstanceNetworkType", "VPC"}, {"ConnectionMode", "Standard"}, {"RegionId", "cn-hangzhou"}, {"ZoneId", "cn-hangzhou-b"},
			{"Port", "3306"}, {"DBInstanceMemory", int64(4096)}, {"DBInstanceStorage", 50}, {"LockMode", in.lockMode}, {"DBMaxQuantity", 500}, {"MaxConnections", 2000},
		})
		in.mu.Unlock()
	}
	e.doc = append(e.doc, member{"Items", document{{"DBInstanceAttribute", rows}}})
	return nil
}

func (e *exchange) describeInstances() *refusal {
	e.s.mu.RLock()
	var all []*instance
	for _, in := range e.s.instances {
		all = append(all, in)
	}
	e.s.mu.RUnlock()
	all = slices.DeleteFunc(all, func(in *instance) bool {
		in.mu.Lock()
		defer in.mu.Unlock()
		return e.excludes("DBInstanceId", in.id) || e.excludes("Engine", in.engine) || e.excludes("DBInstanceStatus", in.status)
	})
	slices.SortFunc(all, func(a, b *instance) int { return cmp.Compare(a.id, b.id) })
	from, to, number, refused := e.page(len(all))
	if refused != nil {
		return refused
	}
	rows := []document{}
	for _, in := range all[from:to] {
		in.mu.Lock()
		rows = append(rows, document{{"DBInstanceId", in.id}, {"DBInstanceStatus", in.status}, {"Engine", in.engine}, {"EngineVersion", "8.0"}, {"RegionId", "cn-hangzhou"}, {"LockMode", in.lockMode}})
		in.mu.Unlock()
	}
	e.doc = append(e.doc, member{"PageNumber", number}, member{"PageRecordCount", to - from}, member{"TotalRecordCount", len(all)}, member{"Items", document{{"DBInstance", rows}}})
	return nil
}

func (e *exchange) describeDatabases() *refusal {
	in, refused := e.instance()
	if refused != nil {
		return refused
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	rows := []document{}
	for _, name := range in.databases {
		if !e.excludes("DBName", name) && !e.excludes("DBStatus", "Running") {
			rows = append(rows, document{{"DBName", name}, {"DBInstanceId", in.id}, {"Engine", in.engine}, {"DBStatus", "Running"}, {"CharacterSetName", "utf8mb4"}, {"DBDescription", ""}})
		}
	}
	first, last, _, refused := e.page(len(rows))
	if refused != nil {
		return refused
	}
	e.doc = append(e.doc, member{"Databases", document{{"Database", rows[first:last]}}})
	return nil
}

func (e *exchange) deleteBackup() *refusal {
	in, refused := e.instance()
	if refused != nil {
		return refused
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	id := e.params.value("BackupId")
	i := slices.IndexFunc(in.backups, func(b *backup) bool {
		return b.id == id && b.status != targets.LastRunning && !b.hiddenUntil.After(e.now)
	})
	if i < 0 {
		return noSuchBackup
	}
	in.backups[i].hiddenUntil = e.now.AddDate(100, 0, 0) // it is gone from sight; the quota of the day still knows it
	return nil
}
