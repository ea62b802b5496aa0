package simulator

import (
	"bytes"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// robustnessFaults are unusual requests that make the server fail, hang, or answer with a broken
// document (features/robustness.feature).
var robustnessFaults = []Fault{
	{
		Name: "echo-unescaped-xml", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-2"},
		Description: "Errors repeat a parameter in XML without escaping it.",
		apply:       echoesUnescaped("XML"),
	},
	{
		Name: "echo-unescaped-json", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-2"},
		Description: "Errors repeat a parameter in JSON without escaping it.",
		apply:       echoesUnescaped("JSON"),
	},
	{
		Name: "crash-on-nul", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1", "CB-ROBUST-2", "CB-ROBUST-3"},
		Description: "A NUL in a parameter causes a server error.",
		apply: crashesOn(func(v string) bool {
			return strings.Contains(v, "\x00")
		}),
	},
	{
		Name: "crash-on-invalid-utf8", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1", "CB-ROBUST-3"},
		Description: "A parameter that is not valid UTF-8 causes a server error.",
		apply:       crashesOn(func(v string) bool { return strings.ToValidUTF8(v, "") != v }),
	},
	{
		Name: "crash-on-long", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1", "CB-ROBUST-3"},
		Description: "A value of more than 20,000 bytes causes a server error.",
		apply: crashesOn(func(v string) bool {
			return len(v) > 20_000
		}),
	},
	{
		Name: "crash-on-repeated", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1", "CB-ROBUST-3"},
		Description: "A repeated parameter causes a server error.",
		apply: crashesIf(func(e *exchange) bool {
			for _, p := range e.params {
				if e.params.count(p.name) > 1 {
					return true
				}
			}
			return false
		}),
	},
	{
		Name: "crash-on-chunked", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1"},
		Description: "A form in chunks causes a server error.",
		apply:       crashesIf(func(e *exchange) bool { return len(e.r.TransferEncoding) > 0 }),
	},
	{
		Name: "crash-on-odd-encoding", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1"},
		Description: "A percent sign without two hexadecimal digits causes a server error.",
		apply: changesEveryAnswer(func(e *exchange) {
			if strings.Contains(e.r.URL.RawQuery, "%zz") || strings.HasSuffix(e.r.URL.RawQuery, "%") {
				e.status = http.StatusInternalServerError
			}
		}),
	},
	{
		Name: "drop-on-long", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1", "CB-ROBUST-3"},
		Description: "The connection is dropped on a value of more than 20,000 bytes.",
		apply:       dropsIf(func(e *exchange) bool { return anyValue(e, func(v string) bool { return len(v) > 20_000 }) }),
	},
	{
		Name: "hang-on-markup", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1", "CB-ROBUST-2"},
		Description: "A call with markup in a parameter is never answered.",
		apply: hangsIf(func(e *exchange) bool {
			return anyValue(e, func(v string) bool { return strings.Contains(v, "<!DOCTYPE") })
		}),
	},
	{
		Name: "poisoned", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-4", "CB-PRE-1"},
		Description: "After one request with an unknown HTTP method, every call is refused.",
		apply: func(s *Simulator, b *behaviour) {
			var poisoned atomic.Bool
			together(
				changesEveryAnswer(func(e *exchange) {
					if e.r.Method == "BREW" {
						poisoned.Store(true)
					}
				}),
				refusesIf(func(*exchange) bool { return poisoned.Load() }),
			)(s, b)
		},
	},
	{
		Name: "crash-on-many", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1"},
		Description: "More than 100 parameters cause a server error.",
		apply:       crashesIf(func(e *exchange) bool { return len(e.params) > 100 }),
	},
	{
		Name: "crash-on-nameless", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1"},
		Description: "A parameter without a name causes a server error.",
		apply:       crashesIf(func(e *exchange) bool { return e.params.count("") > 0 }),
	},
	{
		Name: "crash-on-content-type", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1"},
		Description: "A malformed Content-Type causes a server error.",
		apply: crashesIf(func(e *exchange) bool {
			t := e.r.Header.Get("Content-Type")
			_, _, err := mime.ParseMediaType(t)
			return t != "" && err != nil
		}),
	},
	{
		Name: "crash-on-method", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1"},
		Description: "An unknown HTTP method causes a server error.",
		apply:       changesStatus("UnsupportedHTTPMethod", http.StatusInternalServerError),
	},
	{
		Name: "crash-on-path", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1"},
		Description: "A request for another path gets the status 502.",
		apply:       changesStatus("InvalidApi.NotFound", http.StatusBadGateway),
	},
	{
		Name: "crash-on-double-encoding", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-3"},
		Description: "A value that still contains %25 after decoding causes a server error.",
		apply:       crashesOn(func(v string) bool { return strings.Contains(v, "%25") }),
	},
	{
		Name: "crash-on-quote", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-2", "CB-ROBUST-1"},
		Description: "A quotation mark in a parameter causes a server error.",
		apply:       crashesOn(func(v string) bool { return strings.Contains(v, `"`) }),
	},
	{
		Name: "drop-on-put", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1"},
		Description: "The connection is dropped on PUT.",
		apply:       dropsIf(func(e *exchange) bool { return e.r.Method == http.MethodPut }),
	},
	{
		Name: "hang-on-range", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1"},
		Description: "A request with a Range header is never answered.",
		apply:       hangsIf(func(e *exchange) bool { return e.r.Header.Get("Range") != "" }),
	},
	{
		Name: "echo-control-characters", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-2"},
		Description: "Errors in XML repeat control characters of a parameter.",
		apply: echo{format: "XML", parameters: []string{"BackupMethod", "BackupType", "DBName"},
			escape: escapeMarkup}.change(),
	},
	{
		Name: "echo-bytes", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-2"},
		Description: "Errors in JSON repeat bytes of a parameter that are not valid UTF-8.",
		apply:       echo{format: "JSON", parameters: []string{"BackupMethod"}, escape: escapeString}.change(),
	},
	{
		Name: "echo-dbname", Kind: wireKind, Factors: 2,
		Rules:       []string{"CB-ROBUST-2"},
		Description: "The error for an unknown database repeats DBName in XML without escaping it.",
		apply:       echo{format: "XML", code: "InvalidDBName", parameters: []string{"DBName"}}.change(),
	},
	{
		Name: "crash-on-nothing", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1"},
		Description: "A request without parameters causes a server error.",
		apply: changesEveryAnswer(func(e *exchange) {
			if len(e.params) == 0 {
				e.status = http.StatusInternalServerError
			}
		}),
	},
}

func anyValue(e *exchange, is func(string) bool) bool {
	return slices.ContainsFunc(e.params, func(p pair) bool { return is(p.value) })
}

// crashesOn answers requests that have such a value with a server error.
func crashesOn(is func(v string) bool) change {
	return crashesIf(func(e *exchange) bool { return anyValue(e, is) })
}

// dropsIf drops the connection of some requests.
func dropsIf(is func(e *exchange) bool) change {
	return onArrival(func(e *exchange) {
		if is(e) {
			drop(e)
		}
	})
}

// hangsIf never answers some requests.
func hangsIf(is func(e *exchange) bool) change {
	return onArrival(func(e *exchange) {
		if is(e) {
			wait(e, time.Minute)
			drop(e)
		}
	})
}

// echo repeats a parameter in the HostId of an error, without all the escaping that it needs.
type echo struct {
	format     string
	code       string   // that the Code of the error begins with; empty is every error
	parameters []string // of which the first that is sent is repeated
	escape     func(string) string
}

func (o echo) change() change {
	return changesEveryMessage(func(e *exchange, m *message) {
		if e.format != o.format || e.code == "" || !strings.HasPrefix(e.code, o.code) {
			return
		}
		for _, name := range o.parameters {
			if v := e.params.value(name); v != "" {
				if o.escape != nil {
					v = o.escape(v)
				}
				m.body = bytes.Replace(m.body, []byte(e.doc.text("HostId")), []byte(v), 1)
				return
			}
		}
	})
}

// escapeMarkup escapes markup, but not control characters.
func escapeMarkup(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// escapeString escapes what ends a JSON string, but not invalid UTF-8.
func escapeString(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`,
		"\x00", `\u0000`, "\x1b", `\u001b`).Replace(s)
}

// echoesUnescaped repeats a parameter in the Code of an error, without any escaping.
func echoesUnescaped(format string) change {
	return changesEveryMessage(func(e *exchange, m *message) {
		if e.code == "" || e.format != format {
			return
		}
		for _, name := range []string{"BackupMethod", "BackupType", "DBInstanceId", "Action"} {
			if v := e.params.value(name); v != "" && v != "CreateBackup" && v != "Physical" {
				m.body = bytes.Replace(m.body, []byte(e.doc.text("Code")), []byte(v), 1)
				return
			}
		}
	})
}
