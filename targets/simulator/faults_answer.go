package simulator

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// changesAnswer changes what is answered to CreateBackup.
func changesAnswer(f func(e *exchange)) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.answer = append(b.answer, func(e *exchange) {
			if e.action == "CreateBackup" {
				f(e)
			}
		})
	}
}

// changesSuccess changes only what is answered to an accepted call.
func changesSuccess(f func(e *exchange)) func(*Simulator, *behaviour) {
	return changesAnswer(func(e *exchange) {
		if e.code == "" {
			f(e)
		}
	})
}

// changesError changes only what is answered to a refused call.
func changesError(f func(e *exchange)) func(*Simulator, *behaviour) {
	return changesAnswer(func(e *exchange) {
		if e.code != "" {
			f(e)
		}
	})
}

// changesBytes changes the bytes of an answer to CreateBackup; f returns true where it has written the answer itself.
func changesBytes(f func(e *exchange, contentType *string, body *[]byte) bool) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.write = append(b.write, func(e *exchange, contentType *string, body *[]byte) bool {
			return e.action == "CreateBackup" && f(e, contentType, body)
		})
	}
}

// changesBody replaces the body of accepted calls in one format.
func changesBody(format string, f func(string) string) func(*Simulator, *behaviour) {
	return changesBytes(func(e *exchange, _ *string, body *[]byte) bool {
		if e.format == format && e.code == "" {
			*body = []byte(f(string(*body)))
		}
		return false
	})
}

var answerFaults = []Fault{
	{"no-requestid", "An accepted call is answered without a RequestId.", bodyKind, []string{"CB-RESPONSE-1"}, 1, "", changesSuccess(func(e *exchange) { e.doc.drop("RequestId") })},
	{"empty-requestid", "The RequestId of an accepted call is empty.", bodyKind, []string{"CB-RESPONSE-1"}, 1, "", changesSuccess(func(e *exchange) { e.doc.set("RequestId", "") })},
	{"no-requestid-logical", "A logical backup is answered without a RequestId.", interaction, []string{"CB-RESPONSE-1"}, 2, "", changesSuccess(func(e *exchange) {
		if e.params.value("BackupMethod") == "Logical" {
			e.doc.drop("RequestId")
		}
	})},
	{"constant-requestid", "Every RequestId is that of the example.", "an id used again", []string{"CB-RESPONSE-4"}, 1, "", changesSuccess(func(e *exchange) { e.doc.set("RequestId", "DA147739-AEAD-4417-9089-65E9B1D8240D") })},
	{"requestid-per-instance", "Calls on one instance share a RequestId.", "an id used again", []string{"CB-RESPONSE-4"}, 1, "", func(s *Simulator, b *behaviour) {
		changesSuccess(func(e *exchange) {
			id := e.params.value("DBInstanceId") + "0000000000000000000000000000000000000000"
			e.doc.set("RequestId", strings.ToUpper("DA147739-AEAD-4417-9089-"+hexOnly(id)[:12]))
		})(s, b)
	}},
	{"requestid-counter", "A RequestId is a number that counts up.", bodyKind, []string{"CB-RESPONSE-5"}, 1, "", changesSuccess(func(e *exchange) { e.doc.set("RequestId", nextID()) })},
	{"xml-root", "The root of the XML is CreateBackupResult.", bodyKind, []string{"CB-RESPONSE-2"}, 1, "", changesBody("XML", func(s string) string { return strings.ReplaceAll(s, "CreateBackupResponse", "CreateBackupResult") })},
	{"xml-nested", "In XML the RequestId is within a Result.", bodyKind, []string{"CB-RESPONSE-2", "CB-RESPONSE-1"}, 1, "", changesBody("XML", func(s string) string {
		return strings.NewReplacer("<RequestId>", "<Result><RequestId>", "</RequestId>", "</RequestId></Result>").Replace(s)
	})},
	{"xml-small-letters", "In XML the RequestId is written requestId.", bodyKind, []string{"CB-RESPONSE-2", "CB-RESPONSE-1"}, 1, "", changesBody("XML", func(s string) string { return strings.ReplaceAll(s, "RequestId>", "requestId>") })},
	{"xml-asked-json-given", "The answer is JSON whatever is asked for.", ignored, []string{"CB-RESPONSE-2"}, 1, "", changesAnswer(func(e *exchange) { e.format = "JSON" })},
	{"json-asked-xml-given", "The answer is XML whatever is asked for.", ignored, []string{"CB-RESPONSE-3"}, 1, "", changesAnswer(func(e *exchange) { e.format = "XML" })},
	{"json-array", "JSON is an array of one object.", bodyKind, []string{"CB-RESPONSE-3"}, 1, "", changesBody("JSON", func(s string) string { return "[" + s + "]" })},
	{"json-wrapped", "JSON is wrapped in a CreateBackupResponse.", bodyKind, []string{"CB-RESPONSE-3", "CB-RESPONSE-1"}, 1, "", changesBody("JSON", func(s string) string { return `{"CreateBackupResponse":` + s + "}" })},
	{"json-number", "In JSON the RequestId is a number.", bodyKind, []string{"CB-RESPONSE-3", "CB-RESPONSE-1"}, 1, "", changesBody("JSON", func(string) string { return `{"RequestId":` + nextID() + "}" })},
	{"json-small-letters", "In JSON the RequestId is written requestId.", bodyKind, []string{"CB-RESPONSE-3", "CB-RESPONSE-1"}, 1, "", changesBody("JSON", func(s string) string { return strings.Replace(s, "RequestId", "requestId", 1) })},
	{"json-trailing-comma", "JSON ends in a comma too many.", bodyKind, []string{"CB-RESPONSE-3", "CB-PRE-1"}, 1, "", changesBody("JSON", func(s string) string { return strings.TrimSuffix(s, "}") + ",}" })},
	{"empty-body", "An accepted call is answered with nothing.", bodyKind, []string{"CB-PRE-1", "CB-RESPONSE-1"}, 1, "", changesBytes(func(e *exchange, _ *string, body *[]byte) bool {
		if e.code == "" {
			*body = nil
		}
		return false
	})},
	{"plain-text", "An accepted call is answered with plain text.", bodyKind, []string{"CB-PRE-1", "CB-RESPONSE-1"}, 1, "", changesBytes(func(e *exchange, _ *string, body *[]byte) bool {
		if e.code == "" {
			*body = []byte("OK")
		}
		return false
	})},
	{"media-type-html", "Every answer says that it is HTML.", bodyKind, []string{"CB-RESPONSE-8"}, 1, "", changesBytes(func(_ *exchange, contentType *string, _ *[]byte) bool { *contentType = "text/html"; return false })},
	{"media-type-swapped", "XML says that it is JSON.", bodyKind, []string{"CB-RESPONSE-8"}, 1, "", changesBytes(func(e *exchange, contentType *string, _ *[]byte) bool {
		if e.format == "XML" {
			*contentType = "application/json"
		}
		return false
	})},
	{"error-without-code", "An error has no Code.", bodyKind, []string{"CB-RESPONSE-6"}, 1, "", changesError(func(e *exchange) { e.doc.drop("Code") })},
	{"error-without-hostid", "An error has no HostId.", bodyKind, []string{"CB-RESPONSE-6"}, 1, "", changesError(func(e *exchange) { e.doc.drop("HostId") })},
	{"error-without-requestid", "An error has no RequestId.", bodyKind, []string{"CB-RESPONSE-6"}, 1, "", changesError(func(e *exchange) { e.doc.drop("RequestId") })},
	{"error-always-json", "Errors are JSON whatever is asked for.", ignored, []string{"CB-RESPONSE-6"}, 1, "", changesError(func(e *exchange) { e.format = "JSON" })},
	{"error-with-200", "A refused call is answered with the status 200.", statusKind, []string{"CB-METHOD-3", "CB-INSTANCE-2"}, 1, "", changesError(func(e *exchange) { e.status = http.StatusOK })},
	{"error-with-500", "A refused call is answered with the status 500.", statusKind, []string{"CB-METHOD-3", "CB-INSTANCE-2"}, 1, "", changesError(func(e *exchange) { e.status = http.StatusInternalServerError })},
	{"quota-with-503", "A call beyond the quota is answered with the status 503.", statusKind, []string{"CB-QUOTA-2"}, 1, "", changesError(func(e *exchange) {
		if e.code == "BackupTimesExceeded" {
			e.status = http.StatusServiceUnavailable
		}
	})},
	{"error-empty", "A refused call is answered with nothing but a status.", bodyKind, []string{"CB-METHOD-3", "CB-INSTANCE-2"}, 1, "", changesBytes(func(e *exchange, _ *string, body *[]byte) bool {
		if e.code != "" {
			*body = nil
		}
		return false
	})},
	{"error-html", "A refused call is answered with a page.", bodyKind, []string{"CB-METHOD-3", "CB-INSTANCE-2"}, 1, "", changesBytes(func(e *exchange, contentType *string, body *[]byte) bool {
		if e.code != "" {
			*contentType, *body = "text/html", []byte("<html><body>Bad Request</body></html>")
		}
		return false
	})},
	{"code-own-spelling", "Errors have Codes of the implementer's own.", bodyKind, []string{"CB-RESPONSE-7"}, 1, "", changesError(func(e *exchange) { e.doc.set("Code", "E"+strconv.Itoa(len(e.code))) })},
	{"accepted-201-error-body", "A success carries an error document.", bodyKind, []string{"CB-PRE-1"}, 1, "", changesSuccess(func(e *exchange) {
		e.doc = append(e.doc, member{"Code", "InternalError"}, member{"Message", "none"})
		e.code = "InternalError"
		e.status = http.StatusOK
	})},
	{"hang-full", "A call with FullBackup is never answered.", "slowness", []string{"CB-TYPE-2"}, 1, "original", changesBytes(func(e *exchange, _ *string, _ *[]byte) bool {
		if e.params.value("BackupType") == "FullBackup" && e.params.value("BackupMethod") != "Logical" {
			wait(e, time.Minute)
			return true
		}
		return false
	})},
	{"drop-logical", "The connection is dropped where a logical backup is asked for.", "slowness", []string{"CB-METHOD-2"}, 1, "", changesBytes(func(e *exchange, _ *string, _ *[]byte) bool {
		if e.params.value("BackupMethod") == "Logical" {
			drop(e)
			return true
		}
		return false
	})},
	{"cut-short", "Every accepted call's answer ends before it is complete.", hostile, []string{"CB-PRE-1"}, 1, "", changesBytes(func(e *exchange, contentType *string, body *[]byte) bool {
		if e.code != "" {
			return false
		}
		e.w.Header().Set("Content-Type", *contentType)
		e.w.Header().Set("Content-Length", strconv.Itoa(len(*body)+100))
		e.w.WriteHeader(e.status)
		_, _ = e.w.Write(*body)
		return true
	})},
	{"endless-body", "An accepted call's answer never ends.", hostile, []string{"CB-PRE-1"}, 1, "", changesBytes(func(e *exchange, _ *string, _ *[]byte) bool {
		if e.code != "" {
			return false
		}
		chunk := bytes.Repeat([]byte(" "), 1<<16)
		for e.r.Context().Err() == nil {
			if _, err := e.w.Write(chunk); err != nil {
				break
			}
		}
		return true
	})},
	{"gzip-bomb", "An accepted call's answer is a megabyte that unpacks to a gigabyte.", hostile, []string{"CB-PRE-1"}, 1, "", changesBytes(func(e *exchange, _ *string, _ *[]byte) bool {
		if e.code != "" {
			return false
		}
		e.w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(e.w)
		chunk := make([]byte, 1<<20)
		for range 1000 {
			if _, err := z.Write(chunk); err != nil || e.r.Context().Err() != nil {
				break
			}
		}
		_ = z.Close() // whoever reads it has gone
		return true
	})},
	{"redirect-loop", "An accepted call is sent on to itself.", hostile, []string{"CB-PRE-1"}, 1, "", changesSuccess(func(e *exchange) {
		e.w.Header().Set("Location", e.r.URL.String())
		e.status = http.StatusFound
	})},
	{"xml-entities", "The XML of an accepted call defines entities that grow without bound.", hostile, []string{"CB-RESPONSE-2", "CB-PRE-1"}, 1, "", changesBody("XML", func(string) string {
		return `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><CreateBackupResponse><RequestId>&b;</RequestId></CreateBackupResponse>`
	})},
	{"deep-json", "The JSON of an accepted call is nested without end.", hostile, []string{"CB-RESPONSE-3", "CB-PRE-1"}, 1, "", changesBody("JSON", func(string) string { return strings.Repeat(`{"a":`, 100_000) })},
	{"invalid-utf8", "The answer to an accepted call is no UTF-8.", hostile, []string{"CB-RESPONSE-3", "CB-PRE-1"}, 1, "", changesBody("JSON", func(s string) string { return strings.Replace(s, `"RequestId":"`, "\"RequestId\":\"\xff\xfe", 1) })},
	{"echo-unescaped-xml", "What was sent is echoed into the XML of an error as it is.", wireKind, []string{"CB-ROBUST-2"}, 1, "", echoesUnescaped("XML")},
	{"echo-unescaped-json", "What was sent is echoed into the JSON of an error as it is.", wireKind, []string{"CB-ROBUST-2"}, 1, "", echoesUnescaped("JSON")},
}

func hexOnly(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'f' {
			return r
		}
		return -1
	}, s)
}

// echoesUnescaped writes a sent value into the Message of an error, unescaped.
func echoesUnescaped(format string) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.write = append(b.write, func(e *exchange, _ *string, body *[]byte) bool {
			if e.code == "" || e.format != format {
				return false
			}
			for _, name := range []string{"BackupMethod", "BackupType", "DBInstanceId", "Action"} {
				if v := e.params.value(name); v != "" && v != "CreateBackup" && v != "Physical" {
					*body = bytes.Replace(*body, []byte(e.doc.text("Code")), []byte(v), 1)
					return false
				}
			}
			return false
		})
	}
}

// wait waits for so long, or for the client to go.
func wait(e *exchange, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-e.r.Context().Done():
	}
}

// drop ends the connection without a word.
func drop(e *exchange) { panic(http.ErrAbortHandler) }

// wireFaults are of how requests are read.
var wireFaults = []Fault{
	{"plus-is-plus", "A plus sign in a query is not taken for a space.", wireKind, []string{"CB-PUBLIC-5"}, 1, "", refusesRequest(func(e *exchange) bool {
		return strings.Contains(e.r.URL.RawQuery, "%2") && strings.Contains(e.r.URL.RawQuery, "+") || lowerHex(e.r.URL.RawQuery)
	})},
	{"everything-encoded-refused", "A letter that is encoded without need is not decoded.", wireKind, []string{"CB-PUBLIC-5"}, 1, "", refusesRequest(func(e *exchange) bool { return strings.Contains(e.r.URL.RawQuery+string(e.body), "%41") })},
	{"body-ignored", "Parameters in a form are overlooked.", wireKind, []string{"CB-PUBLIC-1"}, 1, "", rewrites(func(e *exchange) {
		if len(e.body) > 0 {
			e.params = e.query
		}
	})},
	{"get-refused", "GET is refused.", wireKind, []string{"CB-PUBLIC-1"}, 1, "", refusesRequest(func(e *exchange) bool { return e.r.Method == http.MethodGet })},
	{"post-query-refused", "A POST without a form is refused.", wireKind, []string{"CB-PUBLIC-1"}, 1, "", refusesRequest(func(e *exchange) bool { return e.r.Method == http.MethodPost && len(e.body) == 0 })},
	{"regionid-refused", "RegionId is refused.", wireKind, []string{"CB-PUBLIC-2"}, 1, "", refusesRequest(func(e *exchange) bool { return e.params.count("RegionId") > 0 })},
	{"signaturetype-refused", "An empty SignatureType is refused.", wireKind, []string{"CB-PUBLIC-2"}, 1, "", refusesRequest(func(e *exchange) bool { return e.params.count("SignatureType") > 0 })},
	{"small-format-refused", "A Format in small letters is refused.", wireKind, []string{"CB-PUBLIC-2"}, 1, "", refusesRequest(func(e *exchange) bool { f := e.params.value("Format"); return f != strings.ToUpper(f) })},
	{"crash-on-nul", "A NUL is answered with a server error.", wireKind, []string{"CB-ROBUST-1", "CB-ROBUST-2", "CB-ROBUST-3"}, 1, "", crashesOn(func(e *exchange) bool { return anyValue(e, func(v string) bool { return strings.Contains(v, "\x00") }) })},
	{"crash-on-invalid-utf8", "Bytes that are no UTF-8 are answered with a server error.", wireKind, []string{"CB-ROBUST-1", "CB-ROBUST-3"}, 1, "", crashesOn(func(e *exchange) bool {
		return anyValue(e, func(v string) bool { return strings.ToValidUTF8(v, "") != v })
	})},
	{"crash-on-long", "A value of more than 20,000 bytes is answered with a server error.", wireKind, []string{"CB-ROBUST-1", "CB-ROBUST-3"}, 1, "", crashesOn(func(e *exchange) bool { return anyValue(e, func(v string) bool { return len(v) > 20_000 }) })},
	{"crash-on-repeated", "A repeated parameter is answered with a server error.", wireKind, []string{"CB-ROBUST-1", "CB-ROBUST-3"}, 1, "", crashesOn(func(e *exchange) bool {
		for _, p := range e.params {
			if e.params.count(p.name) > 1 {
				return true
			}
		}
		return false
	})},
	{"crash-on-chunked", "A form in chunks is answered with a server error.", wireKind, []string{"CB-ROBUST-1"}, 1, "", crashesOn(func(e *exchange) bool { return len(e.r.TransferEncoding) > 0 })},
	{"crash-on-odd-encoding", "A lone percent sign is answered with a server error.", wireKind, []string{"CB-ROBUST-1"}, 1, "", func(_ *Simulator, b *behaviour) {
		b.answer = append(b.answer, func(e *exchange) {
			if strings.Contains(e.r.URL.RawQuery, "%zz") || strings.HasSuffix(e.r.URL.RawQuery, "%") {
				e.status = http.StatusInternalServerError
			}
		})
	}},
	{"drop-on-long", "The connection is dropped at a value of more than 20,000 bytes.", wireKind, []string{"CB-ROBUST-1", "CB-ROBUST-3"}, 1, "", onArrival(func(e *exchange) {
		if anyValue(e, func(v string) bool { return len(v) > 20_000 }) {
			drop(e)
		}
	})},
	{"hang-on-markup", "Markup in a parameter is never answered.", wireKind, []string{"CB-ROBUST-1", "CB-ROBUST-2"}, 1, "", onArrival(func(e *exchange) {
		if anyValue(e, func(v string) bool { return strings.Contains(v, "<!DOCTYPE") }) {
			wait(e, time.Minute)
			drop(e)
		}
	})},
	{"poisoned", "After a request with an unknown method of HTTP nothing is accepted any more.", wireKind, []string{"CB-ROBUST-4", "CB-PRE-1"}, 1, "", func(_ *Simulator, b *behaviour) {
		poison := newCounter()
		b.answer = append(b.answer, func(e *exchange) {
			if e.r.Method == "BREW" {
				poison.add("x")
			}
		})
		b.refuse = append(b.refuse, func(*exchange) *refusal {
			if poison.of("x") > 0 {
				return invalid("everything")
			}
			return nil
		})
	}},
}

func lowerHex(query string) bool {
	for i := 0; i+2 < len(query); i++ {
		if query[i] == '%' && strings.ContainsAny(query[i+1:i+3], "abcdef") {
			return true
		}
	}
	return false
}

func anyValue(e *exchange, is func(string) bool) bool {
	for _, p := range e.params {
		if is(p.value) {
			return true
		}
	}
	return false
}

// refusesRequest turns down what it does not understand.
func refusesRequest(is func(e *exchange) bool) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.refuse = append(b.refuse, func(e *exchange) *refusal {
			if is(e) {
				return invalid("request")
			}
			return nil
		})
	}
}

// crashesOn answers with a server error.
func crashesOn(is func(e *exchange) bool) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.refuse = append(b.refuse, func(e *exchange) *refusal {
			if is(e) {
				return &refusal{http.StatusInternalServerError, "InternalError", "The request processing has failed due to some unknown error."}
			}
			return nil
		})
	}
}

// onArrival looks at a request before anything else does.
func onArrival(f func(e *exchange)) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) { b.request = append(b.request, f) }
}
