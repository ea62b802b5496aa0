package simulator

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
)

// earlyRefusals puts an error document where Go's server turns a request down by itself, in plain text, before any handler sees it:
// what is no HTTP, a header without end, a NUL in the URL. What it blames on itself is laid to the request.
type earlyRefusals struct{ net.Listener }

// Accept returns the next connection.
func (l earlyRefusals) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok && err == nil {
		return earlyConn{tcp}, nil
	}
	return c, err
}

type earlyConn struct{ *net.TCPConn }

// The answers of Go's server itself begin like this; those of a handler have a Date before the type.
var (
	protocol       = []byte("HTTP/1.1 ")
	earlyMark      = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")
	notExpectation = []byte("HTTP/1.1 417 ")
)

// Write sends what Go's server writes, its own refusals in an error document.
func (c earlyConn) Write(b []byte) (int, error) {
	line, _, _ := bytes.Cut(b, []byte("\r\n"))
	early := bytes.HasPrefix(b, protocol) && bytes.HasPrefix(b[len(line):], earlyMark) || bytes.HasPrefix(b, notExpectation)
	if !early {
		return c.TCPConn.Write(b)
	}
	status, err := strconv.Atoi(string(line[len(protocol):min(len(line), len(protocol)+3)]))
	if err != nil || status >= 500 {
		status = 400
	}
	body := appendXML(nil, "Error", document{
		{"RequestId", newUUID()}, {"HostId", c.LocalAddr().String()}, {"Code", "InvalidParameter"}, {"Message", "The request is not well-formed."},
	})
	answer := fmt.Appendf(nil, "HTTP/1.1 %d Refused\r\nContent-Type: text/xml;charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", status, len(body), body)
	if _, err := c.TCPConn.Write(answer); err != nil {
		return 0, err
	}
	return len(b), nil
}
