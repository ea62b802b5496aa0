package selftest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cbspec/cbspec/reports"
)

// hostile are the servers that harm a client which reads, waits or believes carelessly. A run
// against each of them must end in time, in little memory, and as it says.
var hostile = []adversary{
	{
		name:        "wrong-address",
		description: "A web server that answers every request with a page and 404.",
		serve:       always(page404),
		ending:      ending{cutShort: true},
	},
	{
		name:        "switches-protocols",
		description: "A server that answers 101 Switching Protocols after 100 requests, and then nothing.",
		serve:       after(100, switchProtocols),
		timeout:     impatient,
		ending:      ending{cutShort: true},
	},
	{
		name:        "megabytes",
		description: "A server that answers every request with a megabyte of well-formed success.",
		serve:       always(megabyte(`{"RequestId":"`+requestID+`","More":"`, "a", `"}`)),
		ending:      ending{verdicts: []string{reports.NotConformant}},
	},
	{
		name:        "megabytes-of-garbage",
		description: "A server that answers every request with a megabyte that is no document.",
		serve:       always(megabyte("", "\x00\xff<{", "")),
		ending:      ending{cutShort: true},
	},
	{
		name:        "xml-of-attributes",
		description: "A server that answers every request with XML of a hundred thousand attributes.",
		serve:       always(xmlOfAttributes),
		ending:      ending{cutShort: true},
	},
	{
		name:        "deep-xml",
		description: "A server that answers every request with XML that is nested 100,000 deep.",
		serve:       always(megabyte("", "<a>", "")),
		ending:      ending{cutShort: true},
	},
	{
		name:        "drips",
		description: "A server that answers every request with one byte at a time, without an end.",
		serve:       always(drip),
		timeout:     impatient,
		ending:      ending{verdicts: []string{reports.NotConformant}, fails: []string{"CB-PRE-1"}},
	},
	{
		name:        "hangs-on-backups",
		description: "A server that answers no call of CreateBackup, and any other.",
		serve:       onBackups(silent),
		timeout:     impatient,
		ending:      ending{verdicts: []string{reports.NotConformant}, fails: []string{"CB-PRE-1"}},
	},
	{
		name:        "hides-backups",
		description: "A server that makes every backup that it is asked for, and says that it refuses.",
		serve:       hideBackups,
		ending:      ending{verdicts: []string{reports.NotConformant}, fails: []string{"CB-PRE-1"}},
	},
	{
		name:        "goes-on-unasked",
		description: "A server that sends more after every answer.",
		serve:       always(unasked),
		rules:       plainRules(),
		ending:      ending{verdicts: []string{reports.NotConformant}},
	},
	{
		name:        "control-switches-protocols",
		description: "A control protocol that answers 101 Switching Protocols when backups are listed.",
		control:     onLists(switchProtocols),
		timeout:     impatient,
		rules:       plainRules(),
		ending:      ending{verdicts: []string{reports.NothingTested}},
	},
	{
		name:        "control-grows",
		description: "A control protocol that lists more backups each time.",
		control:     grow,
		rules:       plainRules(),
		ending:      ending{verdicts: []string{reports.NotConformant}},
	},
	{
		name:        "control-lists-megabytes",
		description: "A control protocol that lists backups without an end.",
		control:     onLists(endlessList),
		timeout:     impatient,
		rules:       plainRules(),
		ending:      ending{verdicts: []string{reports.NothingTested}},
	},
}

// impatient is the timeout of requests to servers that leave them unanswered.
const impatient = 300 * time.Millisecond

// plainRules are enough where every rule gets the same trouble, each time for long.
func plainRules() []string { return []string{"CB-PRE-*", "CB-METHOD-*"} }

// always answers every request so.
func always(answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler { return answer }
}

// after answers so many requests as the faithful server, and the others so.
func after(n int64, answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(faithful http.Handler) http.Handler {
		var seen atomic.Int64
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if seen.Add(1) > n {
				answer(w, r)
				return
			}
			faithful.ServeHTTP(w, r)
		})
	}
}

// onBackups answers calls of CreateBackup so.
func onBackups(answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(faithful http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isBackup(r) {
				answer(w, r)
				return
			}
			faithful.ServeHTTP(w, r)
		})
	}
}

// isBackup reports whether a request is a call of CreateBackup. Its body can be read again.
func isBackup(r *http.Request) bool {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return false
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return strings.Contains(r.URL.RawQuery+"&"+string(body), "Action=CreateBackup&") || strings.HasSuffix(string(body), "Action=CreateBackup")
}

// onLists answers so when the backups of an instance are listed.
func onLists(answer http.HandlerFunc) func(http.Handler) http.Handler {
	return func(faithful http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/backups") {
				answer(w, r)
				return
			}
			faithful.ServeHTTP(w, r)
		})
	}
}

func page404(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(http.StatusNotFound)
	_, _ = io.WriteString(w, "<!doctype html><h1>Not Found</h1>") // fails only if the client is gone
}

func switchProtocols(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Connection", "Upgrade")
	w.Header().Set("Upgrade", "other")
	w.WriteHeader(http.StatusSwitchingProtocols)
	<-r.Context().Done()
}

// megabyte answers with a text that goes on for a megabyte in the middle.
func megabyte(begin, middle, end string) http.HandlerFunc {
	body := begin + strings.Repeat(middle, 1<<20/len(middle)) + end
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, body)
	}
}

func xmlOfAttributes(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	_, _ = io.WriteString(w, "<CreateBackupResponse")
	for i := range 100_000 {
		_, _ = fmt.Fprintf(w, ` a%d=""`, i)
	}
	_, _ = io.WriteString(w, "><RequestId>"+requestID+"</RequestId></CreateBackupResponse>")
}

func drip(w http.ResponseWriter, r *http.Request) {
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			_, err := io.WriteString(w, " ")
			if f, is := w.(http.Flusher); is && err == nil {
				f.Flush()
			}
		case <-r.Context().Done():
			return
		}
	}
}

// hideBackups makes what it is asked for and answers that it does not.
func hideBackups(faithful http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isBackup(r) {
			faithful.ServeHTTP(w, r)
			return
		}
		faithful.ServeHTTP(unsent{http.Header{}}, r)
		alwaysNo(w, r)
	})
}

// unsent is where an answer goes that nobody gets.
type unsent struct{ header http.Header }

func (u unsent) Header() http.Header       { return u.header }
func (unsent) Write(p []byte) (int, error) { return len(p), nil }
func (unsent) WriteHeader(int)             {}

func unasked(w http.ResponseWriter, r *http.Request) {
	h, is := w.(http.Hijacker)
	if !is {
		return
	}
	c, _, err := h.Hijack()
	if err != nil {
		return
	}
	body := fmt.Sprintf(`{"RequestId":%q}`, requestID)
	_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	_, _ = fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nX-Unasked: %s\r\n\r\n\x1b]0;unasked\x07%s", r.Header.Get("Authorization"), r.URL)
	_ = c.Close()
}

// grow lists one backup more each time.
func grow(faithful http.Handler) http.Handler {
	var lists atomic.Int64
	return onLists(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"backups":[`)
		for i := range lists.Add(1) {
			_, _ = fmt.Fprintf(w, `{"backupId":"g%d","method":"Physical","status":"completed"},`, i)
		}
		_, _ = io.WriteString(w, `{"backupId":"last"}]}`)
	})(faithful)
}

func endlessList(w http.ResponseWriter, r *http.Request) {
	_, err := io.WriteString(w, `{"backups":[`)
	for i := 0; err == nil && r.Context().Err() == nil; i++ {
		_, err = fmt.Fprintf(w, `{"backupId":"%d","method":"Physical","status":"completed"},`, i)
	}
}
