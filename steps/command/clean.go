package command

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"sync"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets/redact"
)

// hidden are the secrets of the process, which no output may contain. A nil one has none.
type hidden struct {
	mu      sync.RWMutex
	secrets redact.Secrets
}

// add adds texts that are secret from now on.
func (h *hidden) add(texts ...string) {
	if h == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.secrets = append(h.secrets, redact.Of(texts...)...)
}

// text returns a text without secrets.
func (h *hidden) text(s string) string {
	if h == nil {
		return s
	}
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.secrets.Text(s)
}

// json returns a JSON text without secrets, in which every character that does not print is written
// out.
func (h *hidden) json(text []byte) []byte { return reports.VisibleJSON([]byte(h.text(string(text)))) }

// cleanWriter is the way to the terminal and to the log of a CI server. It writes whole lines:
// without secrets, with every character that does not print made visible, and without commands to
// the CI server. A target may have chosen any part of a line.
type cleanWriter struct {
	mu     sync.Mutex
	to     io.Writer
	hidden *hidden
	colors bool // the sequences that set colours stay
	rest   []byte
}

// Write writes the lines that are complete, and keeps the rest until its line is.
func (w *cleanWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rest = append(w.rest, p...)
	end := bytes.LastIndexByte(w.rest, '\n') + 1
	if end == 0 {
		return len(p), nil
	}
	whole := w.rest[:end]
	w.rest = bytes.Clone(w.rest[end:])
	return len(p), w.write(string(whole))
}

// flush writes a line that is not complete, such as a question.
func (w *cleanWriter) flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	rest := string(w.rest)
	w.rest = nil
	if rest == "" {
		return nil
	}
	return w.write(rest)
}

func (w *cleanWriter) write(text string) error {
	lines := strings.Split(w.hidden.text(text), "\n")
	for i, line := range lines {
		lines[i] = w.harmless(line)
	}
	_, err := io.WriteString(w.to, strings.Join(lines, "\n"))
	return err
}

// color matches the sequences that set colours and do nothing else.
var color = regexp.MustCompile(`\x1b\[[0-9;]*m|\t`)

// harmless returns a line as it may reach a terminal or a log.
func (w *cleanWriter) harmless(line string) string {
	var b strings.Builder
	end := 0
	for _, at := range color.FindAllStringIndex(line, -1) {
		if kept := line[at[0]:at[1]]; kept == "\t" || w.colors {
			b.WriteString(reports.Visible(line[end:at[0]]))
			b.WriteString(kept)
			end = at[1]
		}
	}
	b.WriteString(reports.Visible(line[end:]))
	return anyCommand.ReplaceAllString(firstCommand.ReplaceAllString(b.String(), `$1\:`), `#\$1`)
}

// What CI servers take for a command: "::error" and the like at the start of a line, and
// "##[error]", "##vso[" or "##teamcity[" anywhere.
var (
	firstCommand = regexp.MustCompile(`^(\s*:):`)
	anyCommand   = regexp.MustCompile(`#(#\w*\[)`)
)
