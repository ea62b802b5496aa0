package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
)

// Sizes of the drawing. A line that is longer than columns ends with an ellipsis.
const (
	columns    = 104
	lineHeight = 18
	margin     = 16
)

// style colours the classes that a segment may have, and lets the lines appear one after the other.
// Where nothing moves, all of them are there.
const style = `
  text { font: 13px ui-monospace, Menlo, Consolas, monospace; fill: #d6deeb; white-space: pre; }
  .c1 { font-weight: bold; } .c2 { fill: #8a97a8; }
  .c31 { fill: #ff7b72; } .c32 { fill: #7ee787; } .c33 { fill: #f2cc60; } .c36 { fill: #79c0ff; }
  text { animation: appear 1s step-end backwards; }
  @keyframes appear { from { opacity: 0; } }
  @media (prefers-reduced-motion: reduce) { text { animation: none; } }
`

// colour is an escape sequence that changes how the text after it looks.
var colour = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// drawTerminal draws lines with colours as a terminal shows them. The first is typed, and the
// others follow.
func drawTerminal(lines []string) []byte {
	var b bytes.Buffer
	height := 2*margin + lineHeight*len(lines)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" role="img" aria-label="%s">`+"\n",
		2*margin+columns*78/10, height, "A run in a terminal")
	fmt.Fprintf(&b, "<style>%s</style>\n<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#0d1117\"/>\n", style)
	for i, line := range lines {
		delay := 0.0
		if i > 0 {
			delay = 1 + float64(i)*0.08
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" xml:space="preserve" style="animation-delay:%.2fs">`, margin, margin+13+lineHeight*i, delay)
		drawLine(&b, line)
		b.WriteString("</text>\n")
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// drawLine writes the segments of a line, each with the classes of its colours.
func drawLine(b *bytes.Buffer, line string) {
	room, class := columns, ""
	for line != "" && room > 0 {
		text, next := line, ""
		at := colour.FindStringSubmatchIndex(line)
		if at != nil {
			text, next = line[:at[0]], line[at[2]:at[3]]
		}
		if runes := []rune(text); len(runes) > room {
			text, room = string(runes[:room-1])+"…", 0
		} else {
			room -= len(runes)
		}
		if text != "" {
			fmt.Fprintf(b, `<tspan class="%s">`, class)
			_ = xml.EscapeText(b, []byte(text)) // writing to a buffer never fails
			b.WriteString("</tspan>")
		}
		if at == nil {
			return
		}
		line = line[at[1]:]
		class = ""
		if next != "" && next != "0" {
			class = "c" + strings.ReplaceAll(next, ";", " c")
		}
	}
}
