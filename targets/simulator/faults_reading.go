package simulator

import (
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// readingFaults are of how requests are read, and of how errors are written.
var readingFaults = []Fault{
	{"crash-on-many", "More than 100 parameters are answered with a server error.", wireKind, []string{"CB-ROBUST-1"}, 1, "", crashesOn(func(e *exchange) bool { return len(e.params) > 100 })},
	{"crash-on-nameless", "A parameter without a name is answered with a server error.", wireKind, []string{"CB-ROBUST-1"}, 1, "", crashesOn(func(e *exchange) bool { return e.params.count("") > 0 })},
	{"crash-on-content-type", "A content type that is none is answered with a server error.", wireKind, []string{"CB-ROBUST-1"}, 1, "", crashesOn(func(e *exchange) bool {
		t := e.r.Header.Get("Content-Type")
		_, _, err := mime.ParseMediaType(t)
		return t != "" && err != nil
	})},
	{"crash-on-method", "An unknown method of HTTP is answered with a server error.", wireKind, []string{"CB-ROBUST-1"}, 1, "", changesAnyError(func(e *exchange) {
		if e.code == "UnsupportedHTTPMethod" {
			e.status = http.StatusInternalServerError
		}
	})},
	{"crash-on-path", "Another path is answered with a server error.", wireKind, []string{"CB-ROBUST-1"}, 1, "", changesAnyError(func(e *exchange) {
		if e.code == "InvalidApi.NotFound" {
			e.status = http.StatusBadGateway
		}
	})},
	{"crash-on-double-encoding", "A value with a percent sign left in it is answered with a server error.", wireKind, []string{"CB-ROBUST-3"}, 1, "", crashesOn(func(e *exchange) bool {
		return anyValue(e, func(v string) bool { return strings.Contains(v, "%25") })
	})},
	{"crash-on-quote", "A quotation mark in a parameter is answered with a server error.", wireKind, []string{"CB-ROBUST-2", "CB-ROBUST-1"}, 1, "", crashesOn(func(e *exchange) bool {
		return anyValue(e, func(v string) bool { return strings.Contains(v, `"`) })
	})},
	{"drop-on-put", "The connection is dropped where the method is PUT.", wireKind, []string{"CB-ROBUST-1"}, 1, "", onArrival(func(e *exchange) {
		if e.r.Method == http.MethodPut {
			drop(e)
		}
	})},
	{"hang-on-range", "A request for a range is never answered.", wireKind, []string{"CB-ROBUST-1"}, 1, "", onArrival(func(e *exchange) {
		if e.r.Header.Get("Range") != "" {
			wait(e, time.Minute)
			drop(e)
		}
	})},
	{"first-form-parameter-lost", "The first parameter of a form is overlooked.", wireKind, []string{"CB-PUBLIC-1"}, 1, "", rewrites(func(e *exchange) {
		if n := len(e.query); len(e.params) > n {
			e.params = slices.Delete(slices.Clone(e.params), n, n+1)
		}
	})},
	{"small-hex-refused", "Hexadecimal digits in small letters are not decoded.", wireKind, []string{"CB-PUBLIC-5"}, 1, "", refusesRequest(func(e *exchange) bool { return lowerHex(e.r.URL.RawQuery) || lowerHex(string(e.body)) })},
	{"version-date-only", "Any date is taken for a Version.", value, []string{"CB-PUBLIC-3"}, 1, "", rewrites(func(e *exchange) {
		if _, err := time.Parse(time.DateOnly, e.params.value("Version")); err == nil {
			e.params.set("Version", "2014-08-15")
		}
	})},
	{"version-wrong-500", "A wrong Version is answered with the status 500.", statusKind, []string{"CB-PUBLIC-3"}, 1, "", changesAnyError(func(e *exchange) {
		if strings.Contains(e.doc.text("Message"), "Version") {
			e.status = http.StatusInternalServerError
		}
	})},
	{"instance-prefix-found", "An instance is found by the beginning of its id.", value, []string{"CB-INSTANCE-2"}, 1, "", acceptsUnknownInstance(func(c *creation) bool {
		id := c.e.params.value("DBInstanceId")
		return slices.ContainsFunc(c.e.s.others(nil), func(in *instance) bool {
			return id != "" && (strings.HasPrefix(in.id, id) || strings.HasPrefix(id, in.id))
		})
	})},
	{"instance-missing-500", "A missing DBInstanceId is answered with the status 500.", statusKind, []string{"CB-INSTANCE-1"}, 1, "", changesError(func(e *exchange) {
		if e.code == "MissingParameter" && e.params.value("DBInstanceId") == "" {
			e.status = http.StatusInternalServerError
		}
	})},
	{"error-empty-code", "The Code of an error is empty.", bodyKind, []string{"CB-RESPONSE-6"}, 1, "", changesError(func(e *exchange) { e.doc.set("Code", "") })},
	{"error-without-message", "An error has no Message.", bodyKind, []string{"CB-RESPONSE-6"}, 1, "", changesError(func(e *exchange) { e.doc.drop("Message") })},
	{"error-always-xml", "Errors are XML whatever is asked for.", ignored, []string{"CB-RESPONSE-6"}, 1, "", changesError(func(e *exchange) { e.format = "XML" })},
	{"error-json-wrapped", "In JSON an error is wrapped in an Error.", bodyKind, []string{"CB-RESPONSE-6"}, 1, "", changesBytes(func(e *exchange, _ *string, body *[]byte) bool {
		if e.code != "" && e.format == "JSON" {
			*body = []byte(`{"Error":` + string(*body) + "}")
		}
		return false
	})},
	{"media-type-missing", "No answer says of what media type it is.", bodyKind, []string{"CB-RESPONSE-8"}, 1, "", changesBytes(func(e *exchange, contentType *string, _ *[]byte) bool {
		*contentType = ""
		e.w.Header()["Content-Type"] = nil // or Go's server would guess
		return false
	})},
	{"media-type-of-errors", "Errors say that they are plain text.", bodyKind, []string{"CB-RESPONSE-8", "CB-RESPONSE-6"}, 1, "", changesBytes(func(e *exchange, contentType *string, _ *[]byte) bool {
		if e.code != "" {
			*contentType = "text/plain"
		}
		return false
	})},
	{"code-of-another-refusal", "Every refusal has the Code of a missing parameter.", bodyKind, []string{"CB-RESPONSE-7"}, 1, "", changesError(func(e *exchange) { e.doc.set("Code", "MissingParameter") })},
}

// acceptsUnknownInstance answers a request whose instance was not found with success.
func acceptsUnknownInstance(w predicate) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.decide = append(b.decide, func(c *creation, r *refusal) *refusal {
			if c.in == nil && r == noSuchInstance && w(c) {
				return nil
			}
			return r
		})
	}
}

// widerInteractionFaults need more factors to come together than three, or are of other kinds of wrong than a refusal.
var widerInteractionFaults = []Fault{
	{"mariadb-logical-many-full-refused", "MariaDB with several databases refuses a full logical backup.", interaction, []string{"CB-TYPE-5", "CB-METHOD-2"}, 4, "original", refuses(methodDenied, all(engine(targets.MariaDB), severalDatabases, method("Logical"), kind("FullBackup")))},
	{"postgresql-get-logical-instance-refused", "PostgreSQL refuses a logical backup of the instance by GET.", interaction, []string{"CB-STRATEGY-1", "CB-METHOD-2", "CB-PUBLIC-1"}, 4, "original", refuses(methodDenied, all(engine(targets.PostgreSQL), method("Logical"), strategy("instance"), by("GET")))},
	{"quota-mysql-full-accepted", "MySQL accepts full physical backups beyond the quota.", interaction, []string{"CB-QUOTA-2"}, 4, "original", accepts("BackupTimesExceeded", all(engine(targets.MySQL), method("Physical"), kind("FullBackup")))},
	{"running-sqlserver-auto-accepted", "While a backup runs SQL Server accepts one of the type Auto.", interaction, []string{"CB-PRE-3"}, 3, "original", accepts("OperationDenied.BackupJobExists", all(engine(targets.SQLServer), given("BackupType"), kind("Auto")))},
	{"mariadb-db-first", "MariaDB backs up the first of several databases, whichever is named.", interaction, []string{"CB-DBNAME-1"}, 4, "original", makes(all(engine(targets.MariaDB), method("Logical"), strategy("db"), severalDatabases), func(c *creation, b *backup) {
		b.databases = c.in.databases[:1]
	})},
	{"postgresql-full-made-incremental", "PostgreSQL makes an incremental backup of FullBackup where there is a full one already.", interaction, []string{"CB-TYPE-2"}, 3, "original", makes(all(engine(targets.PostgreSQL), kind("FullBackup"), method("Physical"), func(c *creation) bool { return c.in.last() != nil }), func(_ *creation, b *backup) { b.kind = "IncrementalBackup" })},
	{"mysql-default-made-logical-on-one-database", "MySQL with one database makes a logical backup where no BackupMethod is given.", interaction, []string{"CB-METHOD-4"}, 3, "", makes(all(engine(targets.MySQL), not(given("BackupMethod")), func(c *creation) bool { return len(c.in.databases) == 1 }), func(_ *creation, b *backup) { b.method = "Logical" })},
	{"sqlserver-xml-no-requestid", "SQL Server's XML has no RequestId.", interaction, []string{"CB-RESPONSE-1", "CB-RESPONSE-2"}, 2, "", func(_ *Simulator, b *behaviour) {
		b.done = append(b.done, func(c *creation, r *refusal) {
			if r == nil && c.in != nil && c.in.engine == targets.SQLServer && c.e.format == "XML" {
				c.e.doc.drop("RequestId")
			}
		})
	}},
}
