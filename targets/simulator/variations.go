package simulator

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// Variation is a legitimate difference from the plain simulator: no rule may fail for it but those should rules that it names.
type Variation struct {
	Name        string
	Description string
	Source      string   // where it was seen, or what leaves it open
	Edition     string   // in which it is legitimate; empty is both
	Async       bool     // only where asynchronous refusal is declared
	Should      []string // should rules that it may fail
	apply       func(*Simulator, *behaviour)
}

// Variations lists the catalogue of variations.
func Variations() []Variation { return slices.Concat(variations, wireVariations) }

const silent = "the document is silent"

// changesReading changes what was read of a creation before it is decided.
func changesReading(f func(c *creation)) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) { b.read = append(b.read, f) }
}

// respells gives a refusal another Code and status.
func respells(code string, to string, status int) func(*Simulator, *behaviour) {
	return changesAnyError(func(e *exchange) {
		if strings.HasPrefix(e.code, code) {
			e.status = status
			e.doc.set("Code", to)
		}
	})
}

// changesAnyError changes every error document.
func changesAnyError(f func(e *exchange)) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.answer = append(b.answer, func(e *exchange) {
			if e.code != "" {
				f(e)
			}
		})
	}
}

func changesAnyBody(f func(format, s string) string) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.write = append(b.write, func(e *exchange, _ *string, body *[]byte) bool {
			*body = []byte(f(e.format, string(*body)))
			return false
		})
	}
}

func setsContentType(xml, json string) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.write = append(b.write, func(e *exchange, contentType *string, _ *[]byte) bool {
			*contentType = map[string]string{"XML": xml, "JSON": json}[e.format]
			return false
		})
	}
}

func setsHeader(name, value string) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.answer = append(b.answer, func(e *exchange) { e.w.Header().Set(name, value) })
	}
}

func changesShown(f func(b *targets.Backup)) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) { b.shown = append(b.shown, f) }
}

func xmlOnly(f func(string) string) func(format, s string) string {
	return func(format, s string) string {
		if format == "XML" {
			return f(s)
		}
		return s
	}
}

var variations = slices.Concat(bothVariations, currentVariations)

var bothVariations = []Variation{
	{"failed-last-refused", "After a failed backup an instance refuses.", silent, "original", false, nil, refuses(backupRunning, func(c *creation) bool { return c.in.last() != nil && c.in.last().status == targets.LastFailed })},
	{"failed-not-counted", "Failed backups do not count.", silent, "", false, nil, accepts("BackupTimesExceeded", func(c *creation) bool {
		n := 0
		for _, b := range c.in.backups {
			if b.status == targets.LastFailed && b.day == c.in.day(c.e.now) {
				n++
			}
		}
		return c.in.today(c.e.now)-n < c.e.s.edition.quota
	})},
	{"locked-accepted", "A locked instance accepts a backup.", silent, "", false, nil, accepts("OperationDenied.LockMode", func(c *creation) bool { return c.in.running() == nil && c.in.today(c.e.now) < c.e.s.edition.quota })},
	{"values-in-any-case", "Values are recognised in any letter case.", silent, "", false, nil, changesReading(func(c *creation) {
		for _, f := range []struct {
			v      *string
			values []string
		}{{&c.method, []string{"Physical", "Logical", "Snapshot"}}, {&c.strategy, []string{"db", "instance"}}, {&c.kind, []string{"Auto", "FullBackup"}}} {
			for _, v := range f.values {
				if strings.EqualFold(*f.v, v) {
					*f.v = v
				}
			}
		}
	})},
	{"empty-is-absent", "An empty parameter is taken for an absent one.", silent, "", false, nil, changesReading(func(c *creation) {
		for _, name := range optional {
			if c.given[name] && c.e.params.value(name) == "" {
				c.given[name] = false
			}
		}
		if c.method == "" {
			c.method = "Physical"
		}
		if c.kind == "" {
			c.kind = "Auto"
		}
	})},
	{"space-trimmed", "White space around values is overlooked.", silent, "", false, nil, changesReading(func(c *creation) {
		for _, v := range []*string{&c.method, &c.strategy, &c.kind, &c.dbName} {
			*v = strings.TrimSpace(*v)
		}
	})},
	{"strategy-with-physical-refused", "BackupStrategy with a physical backup is refused.", silent, "", false, nil, refuses(invalid("BackupStrategy"), func(c *creation) bool { return !c.ranges() && c.given["BackupStrategy"] })},
	{"dbname-not-valid-refused", "A DBName where it is not valid is refused.", silent, "", false, nil, refuses(invalid("DBName"), func(c *creation) bool { return (!c.ranges() || c.strategy != "db") && c.given["DBName"] })},
	{"default-strategy-db", "The default range of a logical backup is its first database.", silent, "", false, nil, makes(func(c *creation) bool {
		return c.method == "Logical" && !c.given["BackupStrategy"] && !c.given["DBName"]
	}, func(c *creation, b *backup) {
		b.strategy, b.databases = "db", c.in.databases[:1]
	})},
	{"db-without-name-all", "The strategy db without a DBName backs up every database.", silent, "", false, nil, accepts("MissingParameter", func(c *creation) bool {
		return c.strategy == "db" && c.in.status == targets.Running && c.in.running() == nil && c.in.today(c.e.now) < c.e.s.edition.quota && c.in.lockMode == unlocked
	})},
	{"format-default-json", "The default format is JSON.", "the Public parameters page contradicts itself", "", false, nil, func(_ *Simulator, b *behaviour) { b.format = "JSON" }},
	{"logical-without-strategy-refused", "A logical backup needs its range said.", "BackupStrategy has no documented default", "", false, []string{"CB-STRATEGY-7"}, refuses(missing("BackupStrategy"), func(c *creation) bool { return c.method == "Logical" && !c.given["BackupStrategy"] })},
	{"type-with-logical-refused", "A logical backup takes no BackupType.", "later editions limit BackupType", "original", false, []string{"CB-TYPE-5"}, refuses(invalid("BackupType"), func(c *creation) bool { return c.method == "Logical" && c.given["BackupType"] })},
	{"unknown-parameter-refused", "Parameters that nobody knows are refused.", "the client error table has UnsupportedParameter", "", false, nil, refusesRequest(func(e *exchange) bool {
		return slices.ContainsFunc(e.params, func(p pair) bool { return strings.HasPrefix(p.name, "X") })
	})},
	{"instance-404-name", "An unknown instance is InvalidDBInstanceName.NotFound, 404.", "aliyun/terraform-provider-alicloud takes both", "", false, nil, respells("InvalidDBInstanceId.NotFound", "InvalidDBInstanceName.NotFound", 404)},
	{"instance-403-forbidden", "An unknown instance is Forbidden.InstanceNotFound, 403.", "the RDS error table", "", false, nil, respells("InvalidDBInstanceId.NotFound", "Forbidden.InstanceNotFound", 403)},
	{"instance-400", "An unknown instance is a 400.", "the RDS error table has a second row", "", false, nil, respells("InvalidDBInstanceId.NotFound", "InvalidDBInstanceId.NotFound", 400)},
	{"missing-by-name", "A missing parameter is Missing and its name.", "the gateway's error table", "", false, nil, changesAnyError(func(e *exchange) {
		if e.code == "MissingParameter" {
			e.doc.set("Code", "Missing"+strings.Split(e.doc.text("Message"), `"`)[1])
		}
	})},
	{"job-exists-short", "A running backup is BackupJobExists, 400.", "aliyun/terraform-provider-alicloud retries on it", "", false, nil, respells("OperationDenied.BackupJobExists", "BackupJobExists", 400)},
	{"status-incorrect-state", "A status that is not active is IncorrectDBInstanceState.", "newer RDS pages", "", false, nil, respells("OperationDenied.DBInstanceStatus", "IncorrectDBInstanceState", 403)},
	{"action-not-found-404", "An unknown Action is InvalidApi.NotFound, 404.", "the gateway's error table", "", false, nil, respells("InvalidAction", "InvalidApi.NotFound", 404)},
	{"everything-invalid-parameter", "Whatever is wrong with a parameter is InvalidParameter.", "the RDS error table", "", false, nil, changesAnyError(func(e *exchange) {
		if strings.HasPrefix(e.code, "Invalid") && !strings.Contains(e.code, "NotFound") || e.code == "MissingParameter" {
			e.doc.set("Code", "InvalidParameter")
			e.status = 400
		}
	})},
	{"error-422", "Errors have the status 422.", "a 4xx is a 4xx", "", false, nil, changesAnyError(func(e *exchange) { e.status = http.StatusUnprocessableEntity })},
	{"error-more-members", "Errors have a Recommend and AccessDeniedDetail.", "OLDSDK reads Recommend", "", false, nil, changesAnyError(func(e *exchange) {
		e.doc = append(e.doc, member{"Recommend", "https://error-center.example/?q=" + e.code}, member{"AccessDeniedDetail", document{{"Reason", "none"}}})
	})},
	{"extra-members", "Answers have members that the document does not name.", "later editions add members", "", false, nil, changesSuccess(func(e *exchange) {
		if !e.s.edition.jobID {
			e.doc.set("BackupJobId", nextID())
		}
		e.doc = append(e.doc, member{"Extra", document{{"A", 1}}})
	})},
	{"success-code-ok", "A success has a Code, OK.", "sibling products", "", false, nil, changesSuccess(func(e *exchange) { e.doc = append(e.doc, member{"Code", "OK"}, member{"Message", "successful"}) })},
	{"extra-headers", "Answers have headers of a gateway.", "every gateway has some", "", false, nil, setsHeader("X-Acs-Trace-Id", "0a1b2c3d4e5f")},
	{"no-xml-declaration", "XML has no declaration.", "the document's example", "", false, nil, changesAnyBody(xmlOnly(func(s string) string { return strings.TrimPrefix(s, `<?xml version="1.0" encoding="UTF-8"?>`) }))},
	{"xml-namespace", "XML has a namespace.", silent, "", false, nil, changesAnyBody(xmlOnly(func(s string) string {
		return strings.Replace(s, "<CreateBackupResponse>", `<CreateBackupResponse xmlns="http://rds.example/doc/2014-08-15/" version="1">`, 1)
	}))},
	{"xml-pretty", "XML is written over several lines, with a comment.", "the document's example", "", false, nil, changesAnyBody(xmlOnly(func(s string) string {
		return strings.NewReplacer("><RequestId>", ">\n  <!-- id -->\n  <RequestId>", "</RequestId><", "</RequestId>\n<").Replace(s) + "\n"
	}))},
	{"xml-cdata", "In XML the RequestId is in a CDATA section.", silent, "", false, nil, changesAnyBody(xmlOnly(func(s string) string {
		return strings.NewReplacer("<RequestId>", "<RequestId><![CDATA[", "</RequestId>", "]]></RequestId>").Replace(s)
	}))},
	{"json-pretty", "JSON is written over several lines.", "the document's example", "", false, nil, changesAnyBody(func(format, s string) string {
		if format == "JSON" {
			return "\n" + strings.ReplaceAll(strings.Replace(s, "{", "{\n  ", 1), `":"`, `" : "`) + "\n\n"
		}
		return s
	})},
	{"requestid-small-letters", "A RequestId is a UUID in small letters.", "newer services", "", false, nil, changesAnswer(func(e *exchange) { e.doc.set("RequestId", strings.ToLower(e.doc.text("RequestId"))) })},
	{"requestid-no-uuid", "A RequestId is no UUID.", silent, "", false, []string{"CB-RESPONSE-5"}, changesAnswer(func(e *exchange) { e.doc.set("RequestId", "req-"+nextID()) })},
	{"media-type-plain-xml-json", "Media types have no charset.", silent, "", false, nil, setsContentType("application/xml", "application/json")},
	{"media-type-text-xml", "XML is text/xml; charset=UTF-8, JSON application/json; charset=UTF-8.", silent, "", false, nil, setsContentType("text/xml; charset=UTF-8", "application/json; charset=UTF-8")},
	{"chunked", "Answers are sent in chunks.", silent, "", false, nil, func(_ *Simulator, b *behaviour) {
		b.write = append(b.write, func(e *exchange, contentType *string, body *[]byte) bool {
			e.w.Header().Set("Content-Type", *contentType)
			e.w.WriteHeader(e.status)
			for part := range bytes.SplitAfterSeq(*body, []byte(">")) {
				_, _ = e.w.Write(part)
				if f, ok := e.w.(http.Flusher); ok {
					f.Flush()
				}
			}
			return true
		})
	}},
	{"no-keep-alive", "Every connection ends with its answer.", silent, "", false, nil, func(_ *Simulator, b *behaviour) { b.options.noKeepAlive = true }},
	{"latency-5ms", "Every answer takes 5 ms.", silent, "", false, nil, func(_ *Simulator, b *behaviour) {
		b.request = append(b.request, func(e *exchange) { wait(e, 5*time.Millisecond) })
	}},
	{"synchronous", "A backup is complete when its call is answered.", "the document says nothing of how long a backup takes", "", false, nil, makes(anyCall, func(_ *creation, b *backup) { b.status = targets.LastCompleted })},
	{"asynchronous-refusal", "What is wrong with the instance shows only in a job that fails.", "the document says that creation will fail, not when", "", true, nil, func(s *Simulator, b *behaviour) {
		b.decide = append(b.decide, func(c *creation, r *refusal) *refusal {
			if r != notActive && r != backupRunning && r != quotaSpent || c.in == nil {
				return r
			}
			c.failed = true
			return nil
		})
	}},
	{"only-mysql", "Only MySQL can be provisioned.", silent, "", false, nil, func(_ *Simulator, b *behaviour) { b.engines = []string{targets.MySQL} }},
	{"no-sqlserver", "SQL Server cannot be provisioned.", silent, "", false, nil, func(_ *Simulator, b *behaviour) {
		b.engines = []string{targets.MySQL, targets.PostgreSQL, targets.MariaDB}
	}},
	{"few-statuses", "Two statuses can be provisioned.", silent, "", false, nil, func(_ *Simulator, b *behaviour) { b.statuses = []string{"Running", "Rebooting"} }},
	{"other-statuses", "The statuses of later pages can be provisioned too.", "later pages list Stopping and Stopped", "", false, nil, func(_ *Simulator, b *behaviour) {
		b.statuses = append([]string{"Stopping", "Stopped", "Backuping"}, statuses...)
	}},
	{"no-locks", "Instances cannot be locked by control.", silent, "", false, nil, func(_ *Simulator, b *behaviour) { b.noControl = map[string]bool{"lock": true} }},
	{"no-observe", "Control does not show backups.", silent, "", false, nil, func(_ *Simulator, b *behaviour) { b.noControl = map[string]bool{"observe": true} }},
	{"no-complete", "Control cannot complete backups.", silent, "", false, nil, func(_ *Simulator, b *behaviour) { b.noControl = map[string]bool{"complete": true} }},
	{"plain-names-only", "Control makes databases of three to sixteen letters and underscores alone.", silent, "", false, nil, func(_ *Simulator, b *behaviour) { b.names = regexp.MustCompile(`^[a-z_]{3,16}$`) }},
	{"no-next-day", "Control cannot change the day.", silent, "", false, nil, func(_ *Simulator, b *behaviour) { b.noControl = map[string]bool{"nextDay": true} }},
	{"type-shown-as-asked", "Control shows the BackupType as it was asked for.", "the control protocol allows it", "", false, nil, func(_ *Simulator, b *behaviour) { b.asAsked = true }},
	{"type-shown-in-words", "Control shows full and incremental.", "the control protocol allows it", "", false, nil, changesShown(func(b *targets.Backup) { b.Type = strings.ToLower(strings.TrimSuffix(b.Type, "Backup")) })},
	{"databases-shown-reversed", "Control shows databases in another order.", silent, "", false, nil, changesShown(func(b *targets.Backup) { b.Databases = slices.Clone(b.Databases); slices.Reverse(b.Databases) })},
	{"databases-shown-with-systems", "Control shows the systems' own databases in backups of the instance.", silent, "", false, nil, changesShown(func(b *targets.Backup) {
		if b.Strategy == "instance" {
			b.Databases = append(slices.Clone(b.Databases), "mysql", "sys")
		}
	})},
	{"databases-not-shown", "Control does not show which databases a backup of the instance covers.", silent, "", false, nil, changesShown(func(b *targets.Backup) {
		if b.Strategy == "instance" {
			b.Databases = nil
		}
	})},
	{"no-databases-shown", "Control does not show which databases a backup covers.", "the control protocol allows it", "", false, nil, changesShown(func(b *targets.Backup) { b.Databases = nil })},
	{"no-type-shown", "Control does not show the type of a backup.", "the control protocol allows it", "", false, nil, changesShown(func(b *targets.Backup) { b.Type = "" })},
	{"shown-later", "A backup shows 30 ms after its call was answered.", "TF waits for DescribeBackups", "", false, nil, makes(anyCall, func(c *creation, b *backup) { b.hiddenUntil = c.e.now.Add(30 * time.Millisecond) })},
	{"window-15-minutes", "A signature is good for 15 minutes.", "the gateway's page", "", false, nil, authenticates(func(a *authentication) { a.window = windowACS3 })},
	{"signature-said-to-be-another", "Where the signature is right, what a call says of its kind does not matter.", "no page says what comes of it", "", false, nil, authenticates(func(a *authentication) { a.lenient = true })},
	{"future-accepted", "A timestamp of the future is let in.", silent, "", false, nil, authenticates(func(a *authentication) { a.future = 0 })},
	{"instance-checked-first", "The instance is looked at before the parameters.", silent, "", false, nil, func(_ *Simulator, b *behaviour) {
		b.decide = append(b.decide, func(c *creation, r *refusal) *refusal {
			if c.in != nil && r != nil {
				if first := c.checkInstance(); first != nil {
					return first
				}
			}
			return r
		})
	}},
	{"action-in-any-case", "Action is recognised in any letter case.", silent, "", false, nil, rewrites(func(e *exchange) {
		if strings.EqualFold(e.params.value("Action"), "CreateBackup") {
			e.params.set("Action", "CreateBackup")
		}
	})},
	{"names-in-any-case", "Names of parameters are recognised in any letter case.", silent, "", false, nil, rewrites(func(e *exchange) {
		for i, p := range e.params {
			for _, name := range append([]string{"Action", "DBInstanceId", "Format", "Version"}, optional...) {
				if strings.EqualFold(p.name, name) {
					e.params[i].name = name
				}
			}
		}
	})},
	{"repeated-first-wins", "Of repeated parameters the first counts.", silent, "", false, nil, rewrites(func(e *exchange) {
		var kept params
		for _, p := range e.params {
			if kept.count(p.name) == 0 {
				kept = append(kept, p)
			}
		}
		e.params = kept
	})},
}
