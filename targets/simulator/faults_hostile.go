package simulator

import (
	"bytes"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// answersAccepted writes the answer to an answersAccepted call by itself.
func answersAccepted(f func(e *exchange, contentType string, body []byte)) func(*Simulator, *behaviour) {
	return changesBytes(func(e *exchange, contentType *string, body *[]byte) bool {
		if e.code != "" {
			return false
		}
		f(e, *contentType, *body)
		return true
	})
}

// hangsOn never answers a call that is refused with a code.
func hangsOn(code string) func(*Simulator, *behaviour) {
	return changesBytes(func(e *exchange, _ *string, _ *[]byte) bool {
		if e.code != code {
			return false
		}
		wait(e, time.Minute)
		drop(e)
		return true
	})
}

// hostileFaults are answers that harm whoever reads them carelessly, or that never come.
var hostileFaults = []Fault{
	{"body-of-100-megabytes", "An accepted call's answer is 100 MB of white space and then right.", hostile, []string{"CB-PRE-1"}, 1, "", answersAccepted(func(e *exchange, contentType string, body []byte) {
		chunk := bytes.Repeat([]byte(" "), 1<<20)
		e.w.Header().Set("Content-Type", contentType)
		for range 100 {
			if _, err := e.w.Write(chunk); err != nil {
				return
			}
		}
		_, _ = e.w.Write(body) // a client that has gone is no concern of the server
	})},
	{"body-drips", "An accepted call's answer comes one byte every 200 ms.", "slowness", []string{"CB-PRE-1"}, 1, "", answersAccepted(func(e *exchange, contentType string, body []byte) {
		e.w.Header().Set("Content-Type", contentType)
		for i := range body {
			_, err := e.w.Write(body[i : i+1])
			if f, ok := e.w.(http.Flusher); ok {
				f.Flush()
			}
			if wait(e, 200*time.Millisecond); err != nil || e.r.Context().Err() != nil {
				return
			}
		}
	})},
	{"length-too-small", "Content-Length is half of what an accepted call's answer has.", hostile, []string{"CB-PRE-1"}, 1, "", answersAccepted(func(e *exchange, contentType string, body []byte) {
		e.w.Header().Set("Content-Type", contentType)
		e.w.Header().Set("Content-Length", strconv.Itoa(len(body)/2))
		_, _ = e.w.Write(body[:len(body)/2])
	})},
	{"reset-within-answer", "The connection is reset within an accepted call's answer.", hostile, []string{"CB-PRE-1"}, 1, "", answersAccepted(func(e *exchange, _ string, body []byte) {
		onConnection(e, func(c net.Conn) {
			_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4096\r\n\r\n" + string(body)))
			reset(c)
		})
	})},
	{"no-http", "An accepted call is answered with what is no HTTP.", hostile, []string{"CB-PRE-1"}, 1, "", answersAccepted(func(e *exchange, _ string, body []byte) {
		onConnection(e, func(c net.Conn) {
			_, _ = c.Write(append([]byte("+OK accepted\r\n\r\n"), body...))
		})
	})},
	{"header-of-20-megabytes", "An accepted call's answer has a header of 20 MB.", hostile, []string{"CB-PRE-1"}, 1, "", answersAccepted(func(e *exchange, contentType string, body []byte) {
		e.w.Header().Set("Content-Type", contentType)
		e.w.Header().Set("X-Long", strings.Repeat("x", 20<<20))
		_, _ = e.w.Write(body)
	})},
	{"continues-for-ever", "An accepted call is answered with one informational answer after another.", hostile, []string{"CB-PRE-1"}, 1, "", answersAccepted(func(e *exchange, _ string, _ []byte) {
		for e.r.Context().Err() == nil {
			e.w.WriteHeader(http.StatusProcessing)
			wait(e, time.Millisecond)
		}
	})},
	{"xml-two-roots", "The XML of an accepted call has two roots.", hostile, []string{"CB-RESPONSE-2", "CB-PRE-1"}, 1, "", changesBody("XML", func(s string) string {
		return s + "<CreateBackupResponse><RequestId>1</RequestId></CreateBackupResponse>"
	})},
	{"xml-control-character", "The XML of an accepted call has a control character in it.", hostile, []string{"CB-RESPONSE-2", "CB-PRE-1"}, 1, "", changesBody("XML", func(s string) string {
		return strings.Replace(s, "<RequestId>", "<RequestId>\x1b[31m", 1)
	})},
	{"json-two-values", "The JSON of an accepted call is two values.", hostile, []string{"CB-RESPONSE-3", "CB-PRE-1"}, 1, "", changesBody("JSON", func(s string) string { return s + s })},
	{"json-requestid-object", "In JSON the RequestId is an object.", hostile, []string{"CB-RESPONSE-3", "CB-RESPONSE-1"}, 1, "", changesBody("JSON", func(string) string { return `{"RequestId":{"Id":"DA147739"}}` })},
	{"json-requestid-null", "In JSON the RequestId is null.", hostile, []string{"CB-RESPONSE-3", "CB-RESPONSE-1"}, 1, "", changesBody("JSON", func(string) string { return `{"RequestId":null}` })},
	{"code-of-escapes", "The Code and the Message of an error are markup, terminal escapes and letters that turn the direction of writing.", hostile, []string{"CB-RESPONSE-7"}, 1, "", changesError(func(e *exchange) {
		const harm = "</td><img src=x onerror=alert(1)>]]>\x1b]0;title\x07\x1b[2J\x1b[31m\r\u009b1m\u202etxt.exe\u2066"
		e.doc.set("Code", harm)
		e.doc.set("Message", harm)
	})},
	{"hang-while-running", "While a backup runs a call is never answered.", "slowness", []string{"CB-PRE-3"}, 1, "", hangsOn("OperationDenied.BackupJobExists")},
	{"hang-at-quota", "A call beyond the quota is never answered.", "slowness", []string{"CB-QUOTA-2"}, 1, "", hangsOn("BackupTimesExceeded")},
	{"made-and-500", "A backup is made and its call answered with the status 500.", lie, []string{"CB-PRE-1"}, 1, "", changesSuccess(func(e *exchange) { e.status = http.StatusInternalServerError })},
	{"made-and-400", "A logical backup is made and its call refused.", lie, []string{"CB-METHOD-2", "CB-STRATEGY-1"}, 1, "", changesSuccess(func(e *exchange) {
		if e.params.value("BackupMethod") == "Logical" {
			e.refused(methodDenied)
		}
	})},
	{"accepted-304", "An accepted call is answered with the status 304 and nothing.", statusKind, []string{"CB-PRE-1"}, 1, "", answersAccepted(func(e *exchange, _ string, _ []byte) { e.w.WriteHeader(http.StatusNotModified) })},
}

// onConnection gives the bare connection to f and closes it. Where there is none the answer is dropped.
func onConnection(e *exchange, f func(net.Conn)) {
	h, ok := e.w.(http.Hijacker)
	if !ok {
		drop(e)
	}
	c, _, err := h.Hijack()
	if err != nil {
		drop(e)
	}
	f(c)
	_ = c.Close() // nothing is left to be told
}

// reset has the connection end with a reset rather than in order.
func reset(c net.Conn) {
	if l, ok := c.(interface{ SetLinger(int) error }); ok {
		_ = l.SetLinger(0) // best effort: else it ends in order
	}
}
