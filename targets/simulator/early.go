package simulator

import (
	"bytes"
	"crypto/tls"
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
	tls  *tls.Config   // nil for plain HTTP
	open chan struct{} // has an item for each open connection
}

// newEarlyRefusals returns a listener that has a number of connections open at most.
func newEarlyRefusals(l net.Listener, secure *tls.Config, connections int) earlyRefusals {
	return earlyRefusals{l, secure, make(chan struct{}, connections)}
}

// Accept returns the next connection.
func (l earlyRefusals) Accept() (net.Conn, error) {
	l.open <- struct{}{}
	c, err := l.Listener.Accept()
	half, ok := c.(halfCloser)
	if err != nil || !ok {
		<-l.open
		return c, err
	}
	if l.tls != nil {
		half = tls.Server(c, l.tls) // outside of it nothing can be read
	}
	return earlyConn{half, sync.OnceFunc(func() { <-l.open })}, nil
}

// halfCloser is a connection that Go's server closes without losing what it has just written.
type halfCloser interface {
	net.Conn
	CloseWrite() error
}

type earlyConn struct {
	halfCloser
	closed func()
}

// Close makes room for another connection.
func (c earlyConn) Close() error {
	c.closed()
	return c.halfCloser.Close()
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
		return c.halfCloser.Write(b)
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
	if _, err := c.halfCloser.Write(answer); err != nil {
		return 0, err
	}
	return len(b), nil
}
