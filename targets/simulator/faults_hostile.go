package simulator

import (
	"bytes"
	"compress/gzip"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// hostileFaults are answers that harm a client that reads them carelessly, and answers that
// never come, whatever rule the call is about.
var hostileFaults = []Fault{
	{
		Name: "hang-full", Kind: slowness, Edition: original,
		Rules:       []string{"CB-TYPE-2"},
		Description: "A physical backup with FullBackup is never answered.",
		apply: sends(func(e *exchange) bool {
			return e.params.value("BackupType") == "FullBackup" && e.params.value("BackupMethod") != "Logical"
		}, func(e *exchange, _ *message) { wait(e, time.Minute) }),
	},
	{
		Name: "drop-logical", Kind: slowness,
		Rules:       []string{"CB-METHOD-2"},
		Description: "The connection is dropped on a call for a logical backup.",
		apply: sends(func(e *exchange) bool { return e.params.value("BackupMethod") == "Logical" },
			func(e *exchange, _ *message) { drop(e) }),
	},
	{
		Name: "cut-short", Kind: hostile,
		Rules:       []string{"CB-PRE-1"},
		Description: "The answer to an accepted call ends before it is complete.",
		apply: sendsSuccess(func(e *exchange, m *message) {
			e.w.Header().Set("Content-Type", m.contentType)
			e.w.Header().Set("Content-Length", strconv.Itoa(len(m.body)+100))
			e.w.WriteHeader(e.status)
			_, _ = e.w.Write(m.body)
		}),
	},
	{
		Name: "endless-body", Kind: hostile,
		Rules:       []string{"CB-PRE-1"},
		Description: "The answer to an accepted call never ends.",
		apply: sendsSuccess(func(e *exchange, _ *message) {
			chunk := bytes.Repeat([]byte(" "), 1<<16)
			for e.r.Context().Err() == nil {
				if _, err := e.w.Write(chunk); err != nil {
					return
				}
			}
		}),
	},
	{
		Name: "gzip-bomb", Kind: hostile,
		Rules:       []string{"CB-PRE-1"},
		Description: "The answer to an accepted call is a megabyte that unpacks to a gigabyte.",
		apply: sendsSuccess(func(e *exchange, _ *message) {
			e.w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(e.w)
			chunk := make([]byte, 1<<20)
			for range 1000 {
				if _, err := z.Write(chunk); err != nil || e.r.Context().Err() != nil {
					break
				}
			}
			_ = z.Close() // fails only if the client is gone
		}),
	},
	{
		Name: "redirect-loop", Kind: hostile,
		Rules:       []string{"CB-PRE-1"},
		Description: "An accepted call is redirected to itself.",
		apply: changesSuccess(func(e *exchange) {
			e.w.Header().Set("Location", e.r.URL.String())
			e.status = http.StatusFound
		}),
	},
	{
		Name: "xml-entities", Kind: hostile,
		Rules:       []string{"CB-RESPONSE-2", "CB-PRE-1"},
		Description: "The XML of an accepted call defines nested entities.",
		apply: changesBody("XML", func(string) string {
			return `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>` +
				`<CreateBackupResponse><RequestId>&b;</RequestId></CreateBackupResponse>`
		}),
	},
	{
		Name: "deep-json", Kind: hostile,
		Rules:       []string{"CB-RESPONSE-3", "CB-PRE-1"},
		Description: "The JSON of an accepted call is nested 100,000 levels deep and never closed.",
		apply:       changesBody("JSON", func(string) string { return strings.Repeat(`{"a":`, 100_000) }),
	},
	{
		Name: "invalid-utf8", Kind: hostile,
		Rules:       []string{"CB-RESPONSE-3", "CB-PRE-1"},
		Description: "The JSON of an accepted call is not valid UTF-8.",
		apply: changesBody("JSON", func(s string) string {
			return strings.Replace(s, `"RequestId":"`, "\"RequestId\":\"\xff\xfe", 1)
		}),
	},
	{
		Name: "body-of-100-megabytes", Kind: hostile,
		Rules:       []string{"CB-PRE-1"},
		Description: "The answer to an accepted call begins with 100 MB of white space.",
		apply: sendsSuccess(func(e *exchange, m *message) {
			chunk := bytes.Repeat([]byte(" "), 1<<20)
			e.w.Header().Set("Content-Type", m.contentType)
			for range 100 {
				if _, err := e.w.Write(chunk); err != nil {
					return
				}
			}
			_, _ = e.w.Write(m.body) // fails only if the client is gone
		}),
	},
	{
		Name: "body-drips", Kind: slowness,
		Rules:       []string{"CB-PRE-1"},
		Description: "The answer to an accepted call arrives one byte every 200 ms.",
		apply: sendsSuccess(func(e *exchange, m *message) {
			e.w.Header().Set("Content-Type", m.contentType)
			for i := range m.body {
				_, err := e.w.Write(m.body[i : i+1])
				if f, ok := e.w.(http.Flusher); ok {
					f.Flush()
				}
				if wait(e, 200*time.Millisecond); err != nil || e.r.Context().Err() != nil {
					return
				}
			}
		}),
	},
	{
		Name: "length-too-small", Kind: hostile,
		Rules:       []string{"CB-PRE-1"},
		Description: "The Content-Length of an accepted call's answer is half of the body.",
		apply: sendsSuccess(func(e *exchange, m *message) {
			e.w.Header().Set("Content-Type", m.contentType)
			e.w.Header().Set("Content-Length", strconv.Itoa(len(m.body)/2))
			_, _ = e.w.Write(m.body[:len(m.body)/2])
		}),
	},
	{
		Name: "reset-within-answer", Kind: hostile,
		Rules:       []string{"CB-PRE-1"},
		Description: "The connection is reset in the middle of an accepted call's answer.",
		apply: sendsSuccess(func(e *exchange, m *message) {
			onConnection(e, func(c net.Conn) {
				_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" +
					"Content-Length: 4096\r\n\r\n" + string(m.body)))
				reset(c)
			})
		}),
	},
	{
		Name: "no-http", Kind: hostile,
		Rules:       []string{"CB-PRE-1"},
		Description: "The answer to an accepted call is not HTTP.",
		apply: sendsSuccess(func(e *exchange, m *message) {
			onConnection(e, func(c net.Conn) {
				_, _ = c.Write(append([]byte("+OK accepted\r\n\r\n"), m.body...))
			})
		}),
	},
	{
		Name: "header-of-20-megabytes", Kind: hostile,
		Rules:       []string{"CB-PRE-1"},
		Description: "The answer to an accepted call has a header of 20 MB.",
		apply: sendsSuccess(func(e *exchange, m *message) {
			e.w.Header().Set("Content-Type", m.contentType)
			e.w.Header().Set("X-Long", strings.Repeat("x", 20<<20))
			_, _ = e.w.Write(m.body)
		}),
	},
	{
		Name: "continues-for-ever", Kind: hostile,
		Rules:       []string{"CB-PRE-1"},
		Description: "An accepted call gets informational answers without end, and never a final one.",
		apply: sendsSuccess(func(e *exchange, _ *message) {
			for e.r.Context().Err() == nil {
				e.w.WriteHeader(http.StatusProcessing)
				wait(e, time.Millisecond)
			}
		}),
	},
	{
		Name: "xml-two-roots", Kind: hostile,
		Rules:       []string{"CB-RESPONSE-2", "CB-PRE-1"},
		Description: "The XML of an accepted call has two root elements.",
		apply: changesBody("XML", func(s string) string {
			return s + "<CreateBackupResponse><RequestId>1</RequestId></CreateBackupResponse>"
		}),
	},
	{
		Name: "xml-control-character", Kind: hostile,
		Rules:       []string{"CB-RESPONSE-2", "CB-PRE-1"},
		Description: "The XML of an accepted call contains a control character.",
		apply: changesBody("XML", func(s string) string {
			return strings.Replace(s, "<RequestId>", "<RequestId>\x1b[31m", 1)
		}),
	},
	{
		Name: "json-two-values", Kind: hostile,
		Rules:       []string{"CB-RESPONSE-3", "CB-PRE-1"},
		Description: "The JSON of an accepted call is two values.",
		apply:       changesBody("JSON", func(s string) string { return s + s }),
	},
	{
		Name: "json-requestid-object", Kind: hostile,
		Rules:       []string{"CB-RESPONSE-3", "CB-RESPONSE-1"},
		Description: "The JSON gives the RequestId as an object.",
		apply:       changesBody("JSON", func(string) string { return `{"RequestId":{"Id":"DA147739"}}` }),
	},
	{
		Name: "json-requestid-null", Kind: hostile,
		Rules:       []string{"CB-RESPONSE-3", "CB-RESPONSE-1"},
		Description: "The JSON gives the RequestId as null.",
		apply:       changesBody("JSON", func(string) string { return `{"RequestId":null}` }),
	},
	{
		Name: "code-of-escapes", Kind: hostile,
		Rules:       []string{"CB-RESPONSE-7"},
		Description: "The Code and Message of errors contain markup, terminal escapes and bidirectional controls.",
		apply: changesError(func(e *exchange) {
			const harm = "</td><img src=x onerror=alert(1)>]]>\x1b]0;title\x07\x1b[2J\x1b[31m\r\u009b1m" +
				"\u202etxt.exe\u2066"
			e.doc.set("Code", harm)
			e.doc.set("Message", harm)
		}),
	},
	{
		Name: "hang-while-running", Kind: slowness,
		Rules:       []string{"CB-PRE-3"},
		Description: "A call is never answered while a backup is running.",
		apply:       hangsOn("OperationDenied.BackupJobExists"),
	},
	{
		Name: "hang-at-quota", Kind: slowness,
		Rules:       []string{"CB-QUOTA-2"},
		Description: "A call beyond the daily quota is never answered.",
		apply:       hangsOn("BackupTimesExceeded"),
	},
}

// hangsOn never answers calls that are refused with this Code.
func hangsOn(code string) change {
	return sends(func(e *exchange) bool { return e.code == code }, func(e *exchange, _ *message) {
		wait(e, time.Minute)
		drop(e)
	})
}

// onConnection gives the network connection of an answer to f and closes it. If there is none, the
// answer is dropped.
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
	_ = c.Close()
}

// reset makes the connection end with a reset.
func reset(c net.Conn) {
	if l, ok := c.(interface{ SetLinger(int) error }); ok {
		_ = l.SetLinger(0) // best effort
	}
}
