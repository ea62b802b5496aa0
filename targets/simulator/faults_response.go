package simulator

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// responseFaults are mistakes in the documents that answer calls: their format, members, Codes,
// media type and status (features/response.feature).
var responseFaults = []Fault{
	{
		Name: "refused-and-made-empty-method", Kind: untrue,
		Rules:       []string{"CB-RESPONSE-10"},
		Description: "A call with an empty BackupMethod is refused, but a backup is created.",
		apply: afterRefusing(func(c *creation, _ *refusal) {
			if c.given["BackupMethod"] && c.method == "" {
				c.in.add(c.backup())
			}
		}),
	},
	{
		Name: "postgresql-xml-refused", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-RESPONSE-2"},
		Description: "PostgreSQL refuses calls that ask for XML.",
		apply: refuses(invalid("Format"), all(engine(targets.PostgreSQL), format("XML"), func(c *creation) bool {
			return c.e.params.count("Format") > 0
		})),
	},
	{
		Name: "no-requestid", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-1"},
		Description: "The answer to an accepted call has no RequestId.",
		apply:       changesSuccess(func(e *exchange) { e.doc.drop("RequestId") }),
	},
	{
		Name: "empty-requestid", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-1"},
		Description: "The answer to an accepted call has an empty RequestId.",
		apply:       changesSuccess(func(e *exchange) { e.doc.set("RequestId", "") }),
	},
	{
		Name: "no-requestid-logical", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-RESPONSE-1"},
		Description: "The answer to a logical backup has no RequestId.",
		apply: changesSuccess(func(e *exchange) {
			if e.params.value("BackupMethod") == "Logical" {
				e.doc.drop("RequestId")
			}
		}),
	},
	{
		Name: "constant-requestid", Kind: repeatedID,
		Rules:       []string{"CB-RESPONSE-4"},
		Description: "Every accepted call gets the RequestId of the document's example.",
		apply:       changesSuccess(func(e *exchange) { e.doc.set("RequestId", exampleID) }),
	},
	{
		Name: "requestid-per-instance", Kind: repeatedID,
		Rules:       []string{"CB-RESPONSE-4"},
		Description: "All accepted calls on one instance get the same RequestId.",
		apply: changesSuccess(func(e *exchange) {
			digits := hexOnly(e.params.value("DBInstanceId")) + strings.Repeat("0", 12)
			e.doc.set("RequestId", exampleID[:24]+strings.ToUpper(digits[:12]))
		}),
	},
	{
		Name: "requestid-counter", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-5"},
		Description: "The RequestId is a number that counts up.",
		apply:       changesSuccess(func(e *exchange) { e.doc.set("RequestId", e.s.nextID()) }),
	},
	{
		Name: "xml-root", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-2"},
		Description: "The root element of the XML is CreateBackupResult.",
		apply: changesBody("XML", func(s string) string {
			return strings.ReplaceAll(s, "CreateBackupResponse", "CreateBackupResult")
		}),
	},
	{
		Name: "xml-nested", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-2", "CB-RESPONSE-1"},
		Description: "The XML holds the RequestId inside a Result element.",
		apply: changesBody("XML", func(s string) string {
			return strings.NewReplacer("<RequestId>", "<Result><RequestId>",
				"</RequestId>", "</RequestId></Result>").Replace(s)
		}),
	},
	{
		Name: "xml-small-letters", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-2", "CB-RESPONSE-1"},
		Description: "The XML spells the element requestId.",
		apply: changesBody("XML", func(s string) string {
			return strings.ReplaceAll(s, "RequestId>", "requestId>")
		}),
	},
	{
		Name: "xml-asked-json-given", Kind: ignored,
		Rules:       []string{"CB-RESPONSE-2"},
		Description: "Every answer is JSON, whichever format is asked for.",
		apply:       changesAnswer(func(e *exchange) { e.format = "JSON" }),
	},
	{
		Name: "json-asked-xml-given", Kind: ignored,
		Rules:       []string{"CB-RESPONSE-3"},
		Description: "Every answer is XML, whichever format is asked for.",
		apply:       changesAnswer(func(e *exchange) { e.format = "XML" }),
	},
	{
		Name: "json-array", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-3"},
		Description: "The JSON is an array with one object.",
		apply:       changesBody("JSON", func(s string) string { return "[" + s + "]" }),
	},
	{
		Name: "json-wrapped", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-3", "CB-RESPONSE-1"},
		Description: "The JSON wraps its members in a CreateBackupResponse.",
		apply:       changesBody("JSON", func(s string) string { return `{"CreateBackupResponse":` + s + "}" }),
	},
	{
		Name: "json-number", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-3", "CB-RESPONSE-1"},
		Description: "The JSON gives the RequestId as a number.",
		apply: changesMessage(func(e *exchange, m *message) {
			if e.code == "" && e.format == "JSON" {
				m.body = []byte(`{"RequestId":` + e.s.nextID() + "}")
			}
		}),
	},
	{
		Name: "json-small-letters", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-3", "CB-RESPONSE-1"},
		Description: "The JSON spells the member requestId.",
		apply: changesBody("JSON", func(s string) string {
			return strings.Replace(s, "RequestId", "requestId", 1)
		}),
	},
	{
		Name: "json-trailing-comma", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-3", "CB-PRE-1"},
		Description: "The JSON has a trailing comma.",
		apply:       changesBody("JSON", func(s string) string { return strings.TrimSuffix(s, "}") + ",}" }),
	},
	{
		Name: "empty-body", Kind: bodyKind,
		Rules:       []string{"CB-PRE-1", "CB-RESPONSE-1"},
		Description: "The answer to an accepted call has an empty body.",
		apply: changesMessage(func(e *exchange, m *message) {
			if e.code == "" {
				m.body = nil
			}
		}),
	},
	{
		Name: "plain-text", Kind: bodyKind,
		Rules:       []string{"CB-PRE-1", "CB-RESPONSE-1"},
		Description: "The answer to an accepted call is the plain text OK.",
		apply: changesMessage(func(e *exchange, m *message) {
			if e.code == "" {
				m.body = []byte("OK")
			}
		}),
	},
	{
		Name: "media-type-html", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-8"},
		Description: "Every answer has the media type text/html.",
		apply: changesMessage(func(_ *exchange, m *message) {
			m.contentType = "text/html"
		}),
	},
	{
		Name: "media-type-swapped", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-8"},
		Description: "XML answers have the media type of JSON.",
		apply: changesMessage(func(e *exchange, m *message) {
			if e.format == "XML" {
				m.contentType = "application/json"
			}
		}),
	},
	{
		Name: "error-without-code", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-6"},
		Description: "Error documents have no Code.",
		apply:       changesError(func(e *exchange) { e.doc.drop("Code") }),
	},
	{
		Name: "error-without-hostid", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-6"},
		Description: "Error documents have no HostId.",
		apply:       changesError(func(e *exchange) { e.doc.drop("HostId") }),
	},
	{
		Name: "error-without-requestid", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-6"},
		Description: "Error documents have no RequestId.",
		apply:       changesError(func(e *exchange) { e.doc.drop("RequestId") }),
	},
	{
		Name: "error-always-json", Kind: ignored,
		Rules:       []string{"CB-RESPONSE-6"},
		Description: "Errors are JSON, whichever format is asked for.",
		apply:       changesError(func(e *exchange) { e.format = "JSON" }),
	},
	{
		Name: "error-with-200", Kind: statusKind,
		Rules:       []string{"CB-METHOD-3", "CB-INSTANCE-2"},
		Description: "Errors have the status 200.",
		apply:       changesError(func(e *exchange) { e.status = http.StatusOK }),
	},
	{
		Name: "error-with-500", Kind: statusKind,
		Rules:       []string{"CB-METHOD-3", "CB-INSTANCE-2"},
		Description: "Errors have the status 500.",
		apply:       changesError(func(e *exchange) { e.status = http.StatusInternalServerError }),
	},
	{
		Name: "error-empty", Kind: bodyKind,
		Rules:       []string{"CB-METHOD-3", "CB-INSTANCE-2"},
		Description: "Errors have an empty body.",
		apply: changesMessage(func(e *exchange, m *message) {
			if e.code != "" {
				m.body = nil
			}
		}),
	},
	{
		Name: "error-html", Kind: bodyKind,
		Rules:       []string{"CB-METHOD-3", "CB-INSTANCE-2"},
		Description: "Errors are an HTML page.",
		apply: changesMessage(func(e *exchange, m *message) {
			if e.code != "" {
				m.contentType, m.body = "text/html", []byte("<html><body>Bad Request</body></html>")
			}
		}),
	},
	{
		Name: "code-own-spelling", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-7"},
		Description: "Errors have Codes of the implementer's own.",
		apply:       changesError(func(e *exchange) { e.doc.set("Code", "E"+strconv.Itoa(len(e.code))) }),
	},
	{
		Name: "accepted-201-error-body", Kind: bodyKind,
		Rules:       []string{"CB-PRE-1"},
		Description: "The answer to an accepted call is an error document.",
		apply: changesSuccess(func(e *exchange) {
			e.doc = append(e.doc, member{"Code", "InternalError"}, member{"Message", "none"})
			e.code = "InternalError"
			e.status = http.StatusOK
		}),
	},
	{
		Name: "error-now-and-then", Kind: statusKind,
		Rules:       []string{"CB-PRE-1"},
		Description: "One call in 300 gets an internal error.",
		apply:       refusesEvery(300, internalError, ""),
	},
	{
		Name: "requestid-of-the-moment", Kind: repeatedID, Factors: 2,
		Rules:       []string{"CB-RESPONSE-4"},
		Description: "The RequestId is made from the time in steps of 10 ms, so simultaneous calls share it.",
		apply: changesSuccess(func(e *exchange) {
			e.doc.set("RequestId", fmt.Sprintf("%s%012X", exampleID[:24], e.s.options.Now().UnixMilli()/10))
		}),
	},
	{
		Name: "sqlserver-xml-no-requestid", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-RESPONSE-1", "CB-RESPONSE-2"},
		Description: "The XML of SQL Server has no RequestId.",
		apply: afterAccepting(func(c *creation) {
			if c.in.engine == targets.SQLServer && c.e.format == "XML" {
				c.e.doc.drop("RequestId")
			}
		}),
	},
	{
		Name: "made-and-500", Kind: untrue,
		Rules:       []string{"CB-PRE-1"},
		Description: "A backup is created, but its call is answered with the status 500.",
		apply:       changesSuccess(func(e *exchange) { e.status = http.StatusInternalServerError }),
	},
	{
		Name: "made-and-400", Kind: untrue,
		Rules:       []string{"CB-METHOD-2", "CB-STRATEGY-1"},
		Description: "A logical backup is created, but its call is refused.",
		apply: changesSuccess(func(e *exchange) {
			if e.params.value("BackupMethod") == "Logical" {
				e.refuse(methodDenied)
			}
		}),
	},
	{
		Name: "accepted-304", Kind: statusKind,
		Rules:       []string{"CB-PRE-1"},
		Description: "An accepted call is answered with the status 304 and no body.",
		apply:       sendsSuccess(func(e *exchange, _ *message) { e.w.WriteHeader(http.StatusNotModified) }),
	},
	{
		Name: "error-empty-code", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-6"},
		Description: "Error documents have an empty Code.",
		apply:       changesError(func(e *exchange) { e.doc.set("Code", "") }),
	},
	{
		Name: "error-without-message", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-6"},
		Description: "Error documents have no Message.",
		apply:       changesError(func(e *exchange) { e.doc.drop("Message") }),
	},
	{
		Name: "error-always-xml", Kind: ignored,
		Rules:       []string{"CB-RESPONSE-6"},
		Description: "Errors are XML, whichever format is asked for.",
		apply:       changesError(func(e *exchange) { e.format = "XML" }),
	},
	{
		Name: "error-json-wrapped", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-6"},
		Description: "The JSON of an error wraps its members in an Error.",
		apply: changesMessage(func(e *exchange, m *message) {
			if e.code != "" && e.format == "JSON" {
				m.body = []byte(`{"Error":` + string(m.body) + "}")
			}
		}),
	},
	{
		Name: "media-type-missing", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-8"},
		Description: "Answers have no Content-Type.",
		apply: changesMessage(func(e *exchange, m *message) {
			m.contentType = ""
			e.w.Header()["Content-Type"] = nil // or Go's server would guess
		}),
	},
	{
		Name: "media-type-of-errors", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-8", "CB-RESPONSE-6"},
		Description: "Errors have the media type text/plain.",
		apply: changesMessage(func(e *exchange, m *message) {
			if e.code != "" {
				m.contentType = "text/plain"
			}
		}),
	},
	{
		Name: "code-of-another-refusal", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-7"},
		Description: "Every refusal has the Code MissingParameter.",
		apply:       changesError(func(e *exchange) { e.doc.set("Code", "MissingParameter") }),
	},
	{
		Name: "constant-requestid-of-errors", Kind: repeatedID,
		Rules:       []string{"CB-RESPONSE-4"},
		Description: "Every error has the same RequestId.",
		apply:       changesError(func(e *exchange) { e.doc.set("RequestId", exampleID) }),
	},
	{
		Name: "dbname-told-as-instance", Kind: bodyKind, Factors: 2,
		Rules:       []string{"CB-RESPONSE-7"},
		Description: "An unknown database is refused with the Code for an unknown instance.",
		apply:       respells("InvalidDBName", "InvalidDBInstanceId.NotFound", http.StatusNotFound),
	},
	{
		Name: "running-told-as-method", Kind: bodyKind,
		Rules:       []string{"CB-RESPONSE-7"},
		Description: "A running backup is reported with the Code for an invalid BackupMethod.",
		apply:       respells("OperationDenied.BackupJobExists", "InvalidBackupMethod", http.StatusBadRequest),
	},
	toldAs("quota-told-as-running", "A used up quota is reported as a running backup.", quotaSpent, "BackupJobExists"),
	toldAs("running-told-as-quota", "A running backup is reported as a used up quota.", backupRunning,
		"Exceeded.BackupTimes"),
	toldAs("status-told-as-quota", "A status other than Running is reported as a used up quota.", notActive,
		"Exceeded.BackupTimes"),
	toldAs("dbname-told-as-engine", "An unknown database is reported as a wrong engine.", noSuchDatabase,
		"IncorrectDBInstanceEngine"),
	{
		Name: "xml-late-declaration", Kind: wireKind,
		Rules:       []string{"CB-RESPONSE-2"},
		Description: "A line break precedes the XML declaration.",
		apply:       changesBody("XML", func(s string) string { return "\n" + s }),
	},
	{
		Name: "no-job-id", Kind: bodyKind, Edition: current,
		Rules:       []string{"CB-RESPONSE-12"},
		Description: "The answer has no BackupJobId.",
		apply:       changesSuccess(func(e *exchange) { e.doc.drop("BackupJobId") }),
	},
	{
		Name: "job-id-constant", Kind: repeatedID, Edition: current,
		Rules:       []string{"CB-RESPONSE-11"},
		Description: "Every answer has the same BackupJobId.",
		apply:       changesSuccess(func(e *exchange) { e.doc.set("BackupJobId", "5073731") }),
	},
	{
		Name: "job-id-of-instance", Kind: repeatedID, Edition: current,
		Rules:       []string{"CB-RESPONSE-11"},
		Description: "The BackupJobId is the id of the instance.",
		apply: changesSuccess(func(e *exchange) {
			e.doc.set("BackupJobId", e.params.value("DBInstanceId"))
		}),
	},
	{
		Name: "job-id-number", Kind: bodyKind, Edition: current,
		Rules:       []string{"CB-RESPONSE-12"},
		Description: "The JSON gives the BackupJobId as a number.",
		apply: changesSuccess(func(e *exchange) {
			if n, err := strconv.Atoi(e.doc.text("BackupJobId")); err == nil && e.format == "JSON" {
				e.doc.set("BackupJobId", n)
			}
		}),
	},
	{
		Name: "job-id-empty", Kind: bodyKind, Edition: current,
		Rules:       []string{"CB-RESPONSE-12"},
		Description: "The BackupJobId is empty.",
		apply:       changesSuccess(func(e *exchange) { e.doc.set("BackupJobId", "") }),
	},
	{
		Name: "job-id-missing-sqlserver", Kind: bodyKind, Factors: 2, Edition: current,
		Rules:       []string{"CB-RESPONSE-12"},
		Description: "The answer of SQL Server has no BackupJobId.",
		apply: afterAccepting(func(c *creation) {
			if c.in.engine == targets.SQLServer {
				c.e.doc.drop("BackupJobId")
			}
		}),
	},
	{
		Name: "job-id-of-no-task", Kind: untrue, Edition: current,
		Rules:       []string{"CB-RESPONSE-13", "CB-RESPONSE-11"},
		Description: "The BackupJobId belongs to no task.",
		apply:       changesSuccess(func(e *exchange) { e.doc.set("BackupJobId", e.s.nextID()) }),
	},
	{
		Name: "tasks-by-job-empty", Kind: dropped, Edition: current,
		Rules:       []string{"CB-RESPONSE-13"},
		Description: "DescribeBackupTasks finds no task by its BackupJobId.",
		apply:       changesTasks(func(e *exchange) { e.doc.set("Items", document{{"BackupJob", []document{}}}) }),
	},
	{
		Name: "tasks-other-ids", Kind: value, Edition: current,
		Rules:       []string{"CB-RESPONSE-13"},
		Description: "DescribeBackupTasks shows tasks under other ids.",
		apply: changesTasks(func(e *exchange) {
			if job := e.params.value("BackupJobId"); job != "" {
				task := document{{"BackupJobId", job + "0"}, {"BackupStatus", "Uploading"}}
				e.doc.set("Items", document{{"BackupJob", []document{task}}})
			}
		}),
	},
}

// toldAs is a server that refuses with a Code that stands for something else.
func toldAs(name, description string, r *refusal, code string) Fault {
	return Fault{
		Name: name, Kind: bodyKind, Rules: []string{"CB-RESPONSE-7"}, Description: description,
		apply: respells(r.code, code, r.status),
	}
}

// exampleID is the RequestId of the document's example.
const exampleID = "DA147739-AEAD-4417-9089-65E9B1D8240D"

// hexOnly keeps the hexadecimal digits of s.
func hexOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'f' {
			return r
		}
		return -1
	}, s)
}

// changesTasks changes the answers of DescribeBackupTasks.
func changesTasks(f func(e *exchange)) change {
	return changesEveryAnswer(func(e *exchange) {
		if e.code == "" && e.params.value("Action") == "DescribeBackupTasks" {
			f(e)
		}
	})
}
