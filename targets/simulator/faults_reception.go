package simulator

import (
	"bytes"
	"net/http"
	"regexp"
	"strings"
)

// echoes puts what was sent in one of the parameters into an error that is refused by a code, after escape has had it.
func echoes(format, code string, names []string, escape func(string) string) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.write = append(b.write, func(e *exchange, _ *string, body *[]byte) bool {
			if e.format != format || e.code == "" || !strings.HasPrefix(e.code, code) {
				return false
			}
			for _, name := range names {
				if v := e.params.value(name); v != "" {
					*body = bytes.Replace(*body, []byte(e.doc.text("HostId")), []byte(escape(v)), 1)
					return false
				}
			}
			return false
		})
	}
}

// unquoted escapes what markup and strings have, and no control characters.
var unquoted = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

var smallEscape = regexp.MustCompile("%[0-9A-Fa-f]{2}")

// receptionFaults are mistakes in how a request is understood and its errors are written.
var receptionFaults = []Fault{
	{"constant-requestid-of-errors", "Every error bears the same RequestId.", "an id used again", []string{"CB-RESPONSE-4"}, 1, "", changesError(func(e *exchange) { e.doc.set("RequestId", "DA147739-AEAD-4417-9089-65E9B1D8240D") })},
	{"dbname-told-as-instance", "That a database does not exist is said with the Code for an instance that does not.", bodyKind, []string{"CB-RESPONSE-7"}, 2, "", respells("InvalidDBName", "InvalidDBInstanceId.NotFound", http.StatusNotFound)},
	{"running-told-as-method", "That a backup runs is said with the Code for a wrong method.", bodyKind, []string{"CB-RESPONSE-7"}, 1, "", respells("OperationDenied.BackupJobExists", "InvalidBackupMethod", http.StatusBadRequest)},
	{"xml-late-declaration", "A line break stands before the XML declaration.", wireKind, []string{"CB-RESPONSE-2"}, 1, "", changesBody("XML", func(s string) string { return "\n" + s })},
	{"echo-control-characters", "Control characters are echoed into the XML of an error as they are.", wireKind, []string{"CB-ROBUST-2"}, 1, "", echoes("XML", "", []string{"BackupMethod", "BackupType", "DBName"}, unquoted.Replace)},
	{"echo-bytes", "Bytes that are no UTF-8 are echoed into the JSON of an error as they are.", wireKind, []string{"CB-ROBUST-2"}, 1, "", echoes("JSON", "", []string{"BackupMethod"}, func(v string) string {
		return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\x00", `\u0000`, "\x1b", `\u001b`).Replace(v)
	})},
	{"echo-dbname", "The name of a database that there is not is echoed into the XML of an error as it is.", wireKind, []string{"CB-ROBUST-2"}, 2, "", echoes("XML", "InvalidDBName", []string{"DBName"}, func(v string) string { return v })},
	{"decoded-twice", "Parameters are decoded twice.", wireKind, []string{"CB-METHOD-3", "CB-PUBLIC-5"}, 1, "", decodedTwice(func(*exchange) bool { return true })},
	{"form-decoded-twice", "Parameters of a form are decoded twice.", wireKind, []string{"CB-METHOD-3", "CB-PUBLIC-5"}, 2, "", decodedTwice(func(e *exchange) bool { return len(e.body) > 0 })},
	{"small-digits-not-decoded", "Hexadecimal digits are understood only as large letters.", wireKind, []string{"CB-PUBLIC-5"}, 1, "", refusesRequest(func(e *exchange) bool {
		for _, escape := range smallEscape.FindAllString(e.r.URL.RawQuery+"&"+string(e.body), -1) {
			if escape != strings.ToUpper(escape) {
				return true
			}
		}
		return false
	})},
	{"form-of-a-character-set-unread", "A form whose content type names a character set is not read.", wireKind, []string{"CB-PUBLIC-1"}, 1, "", refusesRequest(func(e *exchange) bool {
		return strings.Contains(e.r.Header.Get("Content-Type"), ";")
	})},
	{"form-in-other-letters-unread", "A form whose content type has large letters is not read.", wireKind, []string{"CB-PUBLIC-1"}, 1, "", refusesRequest(func(e *exchange) bool {
		t := e.r.Header.Get("Content-Type")
		return t != strings.ToLower(t) && !strings.Contains(t, ";")
	})},
	{"crash-on-nothing", "A request without any parameter is answered with a server error.", wireKind, []string{"CB-ROBUST-1"}, 1, "", func(_ *Simulator, b *behaviour) {
		b.answer = append(b.answer, func(e *exchange) {
			if len(e.params) == 0 {
				e.status = http.StatusInternalServerError
			}
		})
	}},
}

// decodedTwice decodes the parameters of some requests once more, once their signature was checked.
func decodedTwice(w func(*exchange) bool) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		b.rewrite = append(b.rewrite, func(e *exchange) {
			if !w(e) {
				return
			}
			for i, p := range e.params {
				if v, ok := decodeForm(p.value); ok {
					e.params[i].value = v
				}
			}
		})
	}
}
