package simulator

import (
	"bytes"
	"net/http"
	"strings"
	"time"
	"unicode/utf16"
)

// answerVariations are differences in how answers are written and sent.
var answerVariations = []Variation{
	{
		Name:        "format-default-json",
		Description: "Answers are JSON if Format is absent.",
		Source:      "the Public parameters page contradicts itself",
		apply:       func(_ *Simulator, b *behaviour) { b.format = "JSON" },
	},
	{
		Name:        "instance-404-name",
		Description: "An unknown instance is refused with InvalidDBInstanceName.NotFound and the status 404.",
		Source:      "aliyun/terraform-provider-alicloud recognises both",
		apply:       respells("InvalidDBInstanceId.NotFound", "InvalidDBInstanceName.NotFound", 404),
	},
	{
		Name:        "instance-403-forbidden",
		Description: "An unknown instance is refused with Forbidden.InstanceNotFound and the status 403.",
		Source:      "the RDS error table",
		apply:       respells("InvalidDBInstanceId.NotFound", "Forbidden.InstanceNotFound", 403),
	},
	{
		Name:        "instance-400",
		Description: "An unknown instance is refused with the status 400.",
		Source:      "the RDS error table has a second row",
		apply:       changesStatus("InvalidDBInstanceId.NotFound", 400),
	},
	{
		Name:        "missing-by-name",
		Description: "The Code for a missing parameter is Missing followed by its name.",
		Source:      "the error table of the gateway",
		apply: changesEveryError(func(e *exchange) {
			if e.code == "MissingParameter" {
				e.doc.set("Code", "Missing"+strings.Split(e.doc.text("Message"), `"`)[1])
			}
		}),
	},
	{
		Name:        "job-exists-short",
		Description: "A running backup is reported with BackupJobExists and the status 400.",
		Source:      "aliyun/terraform-provider-alicloud retries on it",
		apply:       respells("OperationDenied.BackupJobExists", "BackupJobExists", 400),
	},
	{
		Name:        "status-incorrect-state",
		Description: "An instance that is not active refuses with IncorrectDBInstanceState.",
		Source:      "newer RDS pages do so",
		apply:       respells("OperationDenied.DBInstanceStatus", "IncorrectDBInstanceState", 403),
	},
	{
		Name:        "action-not-found-404",
		Description: "An unknown Action is refused with InvalidApi.NotFound and the status 404.",
		Source:      "the error table of the gateway",
		apply:       respells("InvalidAction", "InvalidApi.NotFound", 404),
	},
	{
		Name:        "everything-invalid-parameter",
		Description: "Every invalid or missing parameter is refused with InvalidParameter.",
		Source:      "the RDS error table",
		apply: changesEveryError(func(e *exchange) {
			invalid := strings.HasPrefix(e.code, "Invalid") && !strings.Contains(e.code, "NotFound")
			if invalid || e.code == "MissingParameter" {
				e.doc.set("Code", "InvalidParameter")
				e.status = http.StatusBadRequest
			}
		}),
	},
	{
		Name:        "error-422",
		Description: "Every error has the status 422.",
		Source:      "the document names no status",
		apply:       changesEveryError(func(e *exchange) { e.status = http.StatusUnprocessableEntity }),
	},
	{
		Name:        "error-more-members",
		Description: "Error documents also have Recommend and AccessDeniedDetail.",
		Source:      "alibaba-cloud-sdk-go reads Recommend",
		apply: changesEveryError(func(e *exchange) {
			e.doc = append(e.doc, member{"Recommend", "https://error-center.example/?q=" + e.code},
				member{"AccessDeniedDetail", document{{"Reason", "none"}}})
		}),
	},
	{
		Name:        "extra-members",
		Description: "Answers have members that the document does not name.",
		Source:      "later editions add members",
		apply: changesSuccess(func(e *exchange) {
			if !e.s.edition.jobID {
				e.doc.set("BackupJobId", e.s.nextID())
			}
			e.doc = append(e.doc, member{"Extra", document{{"A", 1}}})
		}),
	},
	{
		Name:        "success-code-ok",
		Description: "Success documents have the Code OK.",
		Source:      "sibling products do so",
		apply: changesSuccess(func(e *exchange) {
			e.doc = append(e.doc, member{"Code", "OK"}, member{"Message", "successful"})
		}),
	},
	{
		Name:        "extra-headers",
		Description: "Answers have headers of a gateway.",
		Source:      "every gateway adds some",
		apply:       changesEveryAnswer(func(e *exchange) { e.w.Header().Set("X-Acs-Trace-Id", "0a1b2c3d4e5f") }),
	},
	{
		Name:        "no-xml-declaration",
		Description: "XML has no declaration.",
		Source:      "the document's example does so",
		apply: changesXML(func(s string) string {
			return strings.TrimPrefix(s, `<?xml version="1.0" encoding="UTF-8"?>`)
		}),
	},
	{
		Name:        "xml-namespace",
		Description: "XML has a namespace.",
		Source:      silent,
		apply: changesXML(func(s string) string {
			return strings.Replace(s, "<CreateBackupResponse>",
				`<CreateBackupResponse xmlns="http://rds.example/doc/2014-08-15/" version="1">`, 1)
		}),
	},
	{
		Name:        "xml-pretty",
		Description: "XML is written over several lines, with a comment.",
		Source:      "the document's example does so",
		apply: changesXML(func(s string) string {
			return strings.NewReplacer("><RequestId>", ">\n  <!-- id -->\n  <RequestId>",
				"</RequestId><", "</RequestId>\n<").Replace(s) + "\n"
		}),
	},
	{
		Name:        "xml-cdata",
		Description: "XML holds the RequestId in a CDATA section.",
		Source:      silent,
		apply: changesXML(func(s string) string {
			return strings.NewReplacer("<RequestId>", "<RequestId><![CDATA[",
				"</RequestId>", "]]></RequestId>").Replace(s)
		}),
	},
	{
		Name:        "json-pretty",
		Description: "JSON is written over several lines.",
		Source:      "the document's example does so",
		apply: changesFormat("JSON", func(s string) string {
			return "\n" + strings.ReplaceAll(strings.Replace(s, "{", "{\n  ", 1), `":"`, `" : "`) + "\n\n"
		}),
	},
	{
		Name:        "requestid-small-letters",
		Description: "The RequestId is a UUID in lower case.",
		Source:      "newer services do so",
		apply: changesAnswer(func(e *exchange) {
			e.doc.set("RequestId", strings.ToLower(e.doc.text("RequestId")))
		}),
	},
	{
		Name: "requestid-no-uuid", Should: []string{"CB-RESPONSE-5"},
		Description: "The RequestId is not a UUID.",
		Source:      silent,
		apply:       changesAnswer(func(e *exchange) { e.doc.set("RequestId", "req-"+e.s.nextID()) }),
	},
	{
		Name:        "media-type-plain-xml-json",
		Description: "Media types are application/xml and application/json, without a charset.",
		Source:      silent,
		apply:       setsMediaTypes("application/xml", "application/json"),
	},
	{
		Name:        "media-type-text-xml",
		Description: "Media types are text/xml and application/json, with charset=UTF-8.",
		Source:      silent,
		apply:       setsMediaTypes("text/xml; charset=UTF-8", "application/json; charset=UTF-8"),
	},
	{
		Name:        "chunked",
		Description: "Answers are sent in chunks.",
		Source:      silent,
		apply: sendsAll(func(e *exchange, m *message) {
			e.w.WriteHeader(e.status)
			for part := range bytes.SplitAfterSeq(m.body, []byte(">")) {
				_, _ = e.w.Write(part)
				if f, ok := e.w.(http.Flusher); ok {
					f.Flush()
				}
			}
		}),
	},
	{
		Name:        "no-keep-alive",
		Description: "Every connection is closed after one answer.",
		Source:      silent,
		apply:       func(_ *Simulator, b *behaviour) { b.noKeepAlive = true },
	},
	{
		Name:        "latency-5ms",
		Description: "Every answer takes 5 ms.",
		Source:      silent,
		apply:       onArrival(func(e *exchange) { wait(e, 5*time.Millisecond) }),
	},
	{
		Name: "job-id-uuid", Edition: current,
		Description: "The BackupJobId is a UUID.",
		Source:      "the page says only that it is a String",
		apply:       makes(anyCall, func(_ *creation, made *backup) { made.job = newUUID() }),
	},
	{
		Name: "no-tasks", Edition: current,
		Description: "The operation DescribeBackupTasks does not exist.",
		Source:      "another page describes the operation",
		apply: refusesWith(badAction, func(e *exchange) bool {
			return e.params.value("Action") == "DescribeBackupTasks"
		}),
	},
	{
		Name:        "xml-in-ascii",
		Description: "XML declares the encoding US-ASCII.",
		Source:      "an XML document may declare its encoding",
		apply:       declares(`<?xml version="1.0" encoding="US-ASCII"?>`, nil),
	},
	{
		Name:        "xml-in-gbk",
		Description: "XML declares the encoding GBK.",
		Source:      "an XML document may declare its encoding",
		apply:       declares(`<?xml version="1.0" encoding="GBK"?>`, nil),
	},
	{
		Name:        "xml-in-utf-16",
		Description: "XML is encoded in UTF-16.",
		Source:      "every XML reader must read UTF-16",
		apply:       declares(`<?xml version="1.0" encoding="UTF-16"?>`, asUTF16),
	},
	{
		Name:        "xml-1.1",
		Description: "XML declares version 1.1.",
		Source:      silent,
		apply:       declares(`<?xml version="1.1" encoding="UTF-8"?>`, nil),
	},
	{
		Name:        "quota-refused-429",
		Description: "A call beyond the daily quota is refused with the status 429.",
		Source:      "many frameworks use 429 for this",
		apply:       changesStatus("BackupTimesExceeded", http.StatusTooManyRequests),
	},
	{
		Name:        "quota-refused-429-later",
		Description: "A call beyond the daily quota is refused with the status 429 and Retry-After.",
		Source:      "many frameworks use 429 for this",
		apply: changesRefusal("BackupTimesExceeded", func(e *exchange) {
			e.status = http.StatusTooManyRequests
			e.w.Header().Set("Retry-After", "3600")
		}),
	},
	{
		Name:        "codes-of-its-own",
		Description: "Refusals that the error tables have no Code for use Codes of the server's own.",
		Source:      "no error table of the operation is complete",
		apply: changesEveryError(func(e *exchange) {
			switch e.code {
			case noSuchDatabase.code:
				e.doc.set("Code", "DatabaseNotFound")
			case notActive.code:
				e.doc.set("Code", "InstanceNotReady")
			case backupRunning.code:
				e.doc.set("Code", "Conflict.BackupInProgress")
			}
		}),
	},
	{
		Name:        "early-hints",
		Description: "An informational answer precedes each final one.",
		Source:      "RFC 9110, 15.2 allows any number of them",
		apply:       rewrites(func(e *exchange) { e.w.WriteHeader(http.StatusEarlyHints) }),
	},
	{
		Name:        "throttled-now-and-then",
		Description: "One request in 200 is throttled.",
		Source:      "the error table of the gateway has Throttling.User",
		apply:       refusesEvery(200, throttled, ""),
	},
	{
		Name:        "unavailable-now-and-then",
		Description: "One request in 200 finds the gateway unavailable for a moment.",
		Source:      "the error table of the gateway has ServiceUnavailable, and clients try again",
		apply:       refusesEvery(200, unavailable, "0"),
	},
}

// changesFormat changes the body of any answer in one format.
func changesFormat(format string, f func(string) string) change {
	return changesEveryMessage(func(e *exchange, m *message) {
		if e.format == format {
			m.body = []byte(f(string(m.body)))
		}
	})
}

func changesXML(f func(string) string) change { return changesFormat("XML", f) }

// declares gives XML another declaration, and encodes it as that says. nil leaves it in UTF-8.
func declares(declaration string, encode func(string) string) change {
	return changesXML(func(s string) string {
		if i := strings.Index(s, "?>"); strings.HasPrefix(s, "<?xml") && i > 0 {
			s = s[i+2:]
		}
		if s = declaration + s; encode == nil {
			return s
		}
		return encode(s)
	})
}

// asUTF16 encodes text as UTF-16, little-endian, with a byte order mark.
func asUTF16(s string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// setsMediaTypes gives answers other media types, one for each format.
func setsMediaTypes(xml, json string) change {
	return changesEveryMessage(func(e *exchange, m *message) {
		m.contentType = map[string]string{"XML": xml, "JSON": json}[e.format]
	})
}
