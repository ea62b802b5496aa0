package simulator

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
	"sync"
)

// earlyRefusals gives requests an error document that Go's server refuses in plain text before any
// handler sees them: what is not HTTP, a header that is too long, a NUL in the URL. A status of 500
// or more becomes 400, because the request is wrong and not the server.
type earlyRefusals struct {
	net.Listener
	open chan struct{} // has an item for each open connection
}

// newEarlyRefusals returns a listener that has a number of connections open at most.
func newEarlyRefusals(l net.Listener, connections int) earlyRefusals {
	return earlyRefusals{l, make(chan struct{}, connections)}
}

// Accept returns the next connection.
func (l earlyRefusals) Accept() (net.Conn, error) {
	l.open <- struct{}{}
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok && err == nil {
		return earlyConn{tcp, sync.OnceFunc(func() { <-l.open })}, nil
	}
	<-l.open
	return c, err
}

type earlyConn struct {
	*net.TCPConn
	closed func()
}

// Close makes room for another connection.
func (c earlyConn) Close() error {
	c.closed()
	return c.TCPConn.Close()
}

// The refusals of Go's server begin like this. The answers of a handler have a Date before the
// type.
var (
	protocol       = []byte("HTTP/1.1 ")
	earlyMark      = []byte("\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n")
	notExpectation = []byte("HTTP/1.1 417 ")
)

// Write sends what Go's server writes, and an error document in place of its own refusals.
func (c earlyConn) Write(b []byte) (int, error) {
	line, _, _ := bytes.Cut(b, []byte("\r\n"))
	plainText := bytes.HasPrefix(b, protocol) && bytes.HasPrefix(b[len(line):], earlyMark)
	if !plainText && !bytes.HasPrefix(b, notExpectation) {
		return c.TCPConn.Write(b)
	}
	status, err := strconv.Atoi(string(line[len(protocol):min(len(line), len(protocol)+3)]))
	if err != nil || status >= 500 {
		status = 400
	}
	body := appendXML(nil, "Error", document{
		{"RequestId", newUUID()}, {"HostId", c.LocalAddr().String()},
		{"Code", "InvalidParameter"}, {"Message", "The request is not well-formed."},
	})
	answer := fmt.Appendf(nil, "HTTP/1.1 %d Refused\r\nContent-Type: text/xml;charset=utf-8\r\n"+
		"Content-Length: %d\r\nConnection: close\r\n\r\n%s", status, len(body), body)
	if _, err := c.TCPConn.Write(answer); err != nil {
		return 0, err
	}
	return len(b), nil
}
