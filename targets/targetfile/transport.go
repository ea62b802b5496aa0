package targetfile

import (
	"cmp"
	"net/http"
	"time"

	"github.com/cbspec/cbspec/targets/transport"
)

// Transport returns a transport as the tls, proxy, timeouts and limits of the file say. If
// limits.backups is set, it keeps no connections: then no call needs to be sent twice because a
// kept connection turned out to be closed.
func (f *File) Transport() (*http.Transport, error) {
	return transport.New(transport.Config{
		CAFile: f.TLS.CA, CertFile: f.TLS.Cert, KeyFile: f.TLS.Key, Proxy: f.Proxy.Reveal(),
		ConnectTimeout: f.Timeouts.Connect, TLSTimeout: f.Timeouts.TLS, HeaderTimeout: f.Timeouts.FirstByte,
		Connections: f.Limits.Concurrency, FreshConnections: f.Limits.Backups != nil,
	})
}

// Timeout returns how long one request may take, from connecting to the last byte of its answer.
func (f *File) Timeout() time.Duration { return cmp.Or(f.Limits.Timeout, 10*time.Second) }
