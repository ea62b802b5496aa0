package simulator

import (
	"net/http"
	"strings"
	"unicode/utf16"
)

// encoded has XML answers declare an encoding, and be in it.
func encoded(declaration string, encode func(string) string) func(*Simulator, *behaviour) {
	return changesAnyBody(func(format, s string) string {
		if format != "XML" {
			return s
		}
		if i := strings.Index(s, "?>"); strings.HasPrefix(s, "<?xml") && i > 0 {
			s = s[i+2:]
		}
		return encode(declaration + s)
	})
}

func asIs(s string) string { return s }

// asUTF16 is text as UTF-16 with the small end first, and its mark.
func asUTF16(s string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// refusesEvery turns down one request in so many, before it looks at it.
func refusesEvery(every int, r *refusal, header string) func(*Simulator, *behaviour) {
	return func(_ *Simulator, b *behaviour) {
		requests := newCounter()
		b.refuse = append(b.refuse, func(e *exchange) *refusal {
			if requests.add("")%every != 0 {
				return nil
			}
			if header != "" {
				e.w.Header().Set("Retry-After", header)
			}
			return r
		})
	}
}

// wireVariations are differences in how answers are written, and in what is turned down before the operation is looked at.
var wireVariations = []Variation{
	{"xml-in-ascii", "XML declares US-ASCII.", "XML lets a document declare its encoding", "", false, nil, encoded(`<?xml version="1.0" encoding="US-ASCII"?>`, asIs)},
	{"xml-in-gbk", "XML declares GBK.", "XML lets a document declare its encoding", "", false, nil, encoded(`<?xml version="1.0" encoding="GBK"?>`, asIs)},
	{"xml-in-utf-16", "XML is in UTF-16.", "XML wants every reader to read it", "", false, nil, encoded(`<?xml version="1.0" encoding="UTF-16"?>`, asUTF16)},
	{"xml-1.1", "XML is of version 1.1.", silent, "", false, nil, encoded(`<?xml version="1.1" encoding="UTF-8"?>`, asIs)},
	{"quota-refused-429", "What is beyond the quota is refused with the status 429.", "429 is what many frameworks have for it", "", false, nil, respells("BackupTimesExceeded", "BackupTimesExceeded", http.StatusTooManyRequests)},
	{"quota-refused-429-later", "What is beyond the quota is refused with the status 429 and a Retry-After.", "429 is what many frameworks have for it", "", false, nil, changesAnyError(func(e *exchange) {
		if e.code == quotaSpent.code {
			e.status = http.StatusTooManyRequests
			e.w.Header().Set("Retry-After", "3600")
		}
	})},
	{"control-characters-refused", "A parameter with a control character is turned down, whichever it is.", silent, "", false, nil, func(_ *Simulator, b *behaviour) {
		b.refuse = append(b.refuse, func(e *exchange) *refusal {
			for _, p := range e.params {
				if strings.ContainsFunc(p.value, func(r rune) bool { return r < ' ' }) {
					return invalid(p.name)
				}
			}
			return nil
		})
	}},
	{"codes-of-its-own", "What the tables have no Code for is said with Codes of the server's own.", "no table of this operation's Codes is complete", "", false, nil, changesAnyError(func(e *exchange) {
		switch e.code {
		case noSuchDatabase.code:
			e.doc.set("Code", "DatabaseNotFound")
		case notActive.code:
			e.doc.set("Code", "InstanceNotReady")
		case backupRunning.code:
			e.doc.set("Code", "Conflict.BackupInProgress")
		}
	})},
	{"early-hints", "Before each answer comes an informational one.", "RFC 9110, 15.2: any number of them may", "", false, nil, rewrites(func(e *exchange) { e.w.WriteHeader(http.StatusEarlyHints) })},
	{"throttled-now-and-then", "One request in 200 is throttled.", "wire.md §3.4, Throttling.User", "", false, nil, refusesEvery(200, &refusal{http.StatusBadRequest, "Throttling.User", "Request was denied due to user flow control."}, "")},
	{"unavailable-now-and-then", "One request in 200 meets a gateway that is busy for a moment.", "wire.md §3.4, ServiceUnavailable; clients send again", "", false, nil,
		refusesEvery(200, &refusal{http.StatusServiceUnavailable, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."}, "0")},
}
