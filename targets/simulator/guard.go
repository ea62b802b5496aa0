package simulator

import (
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// guard keeps web pages away from the control protocol. A browser on this machine reaches it, and
// a page in it may send requests to any address, or have its own name resolved to one.
type guard struct {
	next  http.Handler
	host  string // of the address that it is served on
	token bool   // requests have a token, which no page knows
}

func (g guard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if status, why := g.refuses(r); status != 0 {
		writeError(w, status, why)
		return
	}
	g.next.ServeHTTP(w, r)
}

// refuses says why a request is refused. The status is 0 if it is not.
func (g guard) refuses(r *http.Request) (status int, why string) {
	host := hostOf(r.Host)
	switch {
	case !g.token && !g.known(host):
		return http.StatusForbidden, "requests for the host " + host + " are refused: use the address itself, or serve with --control-token"
	case r.Header.Get("Origin") != "" && r.Header.Get("Origin") != "http://"+r.Host && r.Header.Get("Origin") != "https://"+r.Host:
		return http.StatusForbidden, "requests of web pages are refused"
	case r.ContentLength == 0:
		return 0, ""
	}
	if !jsonOf(r) {
		return http.StatusUnsupportedMediaType, "the Content-Type of a body is application/json"
	}
	return 0, ""
}

// jsonOf reports whether a body may be JSON, by its type. Without one, and with the one that curl
// and Python send if they are told nothing, it is, unless a browser sent the request.
func jsonOf(r *http.Request) bool {
	named := r.Header.Get("Content-Type")
	media, _, err := mime.ParseMediaType(named)
	unsaid := named == "" || err == nil && media == "application/x-www-form-urlencoded"
	browser := r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != ""
	return err == nil && media == "application/json" || unsaid && !browser
}

// known reports whether a host is no name that somebody else could have given to this machine: an
// IP address, a name without a domain, or the name that it is served on.
func (g guard) known(host string) bool {
	return net.ParseIP(host) != nil || !strings.Contains(host, ".") || strings.HasSuffix(host, ".localhost") || strings.EqualFold(host, g.host)
}

// hostOf returns the host of an address, without its port.
func hostOf(address string) string { return (&url.URL{Host: address}).Hostname() }
