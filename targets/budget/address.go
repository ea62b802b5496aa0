package budget

import (
	"net"
	"net/url"
	"strings"
)

// Address returns the host and the port of an endpoint in one spelling, so that all spellings of an
// endpoint share a ledger: those with capital letters, with the port that is the default, and with
// any name of this machine. A path is left out, since many paths may lead to the same API.
func Address(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return endpoint
	}
	host, port := strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	ip := net.ParseIP(host)
	if ip != nil {
		host = ip.String()
	}
	if IsLocal(endpoint) || ip.IsUnspecified() { // to which a connection is one to this machine
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// IsLocal reports whether an endpoint is on this machine and cannot be reached from others.
func IsLocal(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip.IsLoopback()
}
