package format

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Styles of text, as parameters of the escape sequence SGR.
const (
	bold   = "1"
	dim    = "2"
	red    = "31"
	green  = "32"
	yellow = "33"
	cyan   = "36"
)

// Bounds of the width of a terminal, in columns.
const (
	defaultWidth = 100
	leastWidth   = 40
)

// terminalWriter writes styled text, wrapped to a width.
type terminalWriter struct {
	bytes.Buffer
	width int
	color bool
}

func newTerminalWriter(o TerminalOptions) *terminalWriter {
	width := o.Width
	if width <= 0 {
		width = defaultWidth
	}
	return &terminalWriter{width: max(width, leastWidth), color: o.Color}
}

// paint returns a text in some styles.
func (t *terminalWriter) paint(s string, styles ...string) string {
	if !t.color || s == "" {
		return s
	}
	return "\x1b[" + strings.Join(styles, ";") + "m" + s + "\x1b[0m"
}

// line writes a line as it is.
func (t *terminalWriter) line(s string) { t.WriteString(strings.TrimRight(s, " ") + "\n") }

// text writes a label and, beside it, a text wrapped to the width.
func (t *terminalWriter) text(indent int, label, s string, styles ...string) {
	pad := strings.Repeat(" ", indent)
	for i, l := range wrap(s, t.width-indent-runewidth.StringWidth(label)) {
		if i == 1 {
			pad += strings.Repeat(" ", runewidth.StringWidth(label))
			label = ""
		}
		t.line(pad + t.paint(label, dim) + t.paint(l, styles...))
	}
}

// heading writes the heading of a section.
func (t *terminalWriter) heading(s string, styles ...string) {
	t.line("")
	t.text(0, "", s, append([]string{bold}, styles...)...)
}

// fieldLabel formats the label of a field.
func fieldLabel(label string) string { return fmt.Sprintf("%-14s", label) }

// field writes one field of a failure.
func (t *terminalWriter) field(label, s string, styles ...string) {
	t.text(2, fieldLabel(label), s, styles...)
}

// command writes shell commands. It does not wrap them, so that they can be pasted.
func (t *terminalWriter) command(label string, lines ...string) {
	for _, l := range lines {
		t.line("  " + t.paint(fieldLabel(label), dim) + t.paint(l, cyan))
		label = ""
	}
}

// leastText is the least number of columns that a text is wrapped to.
const leastText = 20

// wrap breaks a text at spaces into lines of at most width columns. It breaks a longer word where
// it must.
func wrap(s string, width int) []string {
	w := wrapper{width: max(width, leastText)}
	for word := range strings.FieldsSeq(s) {
		w.add(word)
	}
	w.end()
	return w.lines
}

// wrapper collects the words of a text into lines.
type wrapper struct {
	width int
	lines []string
	line  string
	used  int // columns of line
}

// end ends the line.
func (w *wrapper) end() { w.lines, w.line, w.used = append(w.lines, w.line), "", 0 }

func (w *wrapper) add(word string) {
	columns := runewidth.StringWidth(word)
	if w.used > 0 && w.used+1+columns > w.width {
		w.end()
	}
	for columns > w.width {
		head := runewidth.Truncate(word, w.width, "")
		if head == "" {
			break
		}
		w.line = head
		w.end()
		word = word[len(head):]
		columns = runewidth.StringWidth(word)
	}
	if w.used > 0 {
		w.line, w.used = w.line+" ", w.used+1
	}
	w.line, w.used = w.line+word, w.used+columns
}
