package exchange

import (
	"errors"
	"io"
)

// maxItem is how many bytes one exchange of a file may have.
const maxItem = 64 << 20

var errTooLarge = errors.New("an exchange of more than 64 MiB")

// lines reads a file, and knows in which line each byte of it is.
type lines struct {
	from     io.Reader
	read     int64   // bytes
	line     int     // of the byte at the offset that was asked for last
	newlines []int64 // offsets of the line ends after it
	start    int64   // of the present exchange
}

func (l *lines) Read(p []byte) (int, error) {
	if l.read-l.start > maxItem {
		return 0, errTooLarge
	}
	n, err := l.from.Read(p)
	for i, c := range p[:n] {
		if c == '\n' {
			l.newlines = append(l.newlines, l.read+int64(i))
		}
	}
	l.read += int64(n)
	return n, err
}

// at returns the line of an offset, the first of which is 1. Offsets do not decrease.
func (l *lines) at(offset int64) int {
	i := 0
	for i < len(l.newlines) && l.newlines[i] < offset {
		i++
	}
	l.line += i
	l.newlines = append(l.newlines[:0], l.newlines[i:]...)
	return l.line + 1
}
