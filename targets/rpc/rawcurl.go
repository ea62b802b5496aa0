package rpc

import (
	"fmt"
	"net"
	"regexp"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// Marks in a raw request for what only the shell knows: the query, its length and so many more
// bytes, and the text and size of each half of it. They are letters and digits, so that nothing
// escapes them.
const (
	markQuery  = "cbspecMarkQuery"
	markLength = "cbspecMarkLength"
	markText   = "cbspecMarkText"
	markSize   = "cbspecMarkSize"
	markEnd    = "x"
)

// shell renders a call that is sent as a raw request. Its bytes are written by printf, and sent
// by nc or, over TLS, by openssl.
func (t rawSender) shell(call targets.Call) string {
	raw, err := rawNamed(call.Wire)
	if err != nil {
		return "# " + err.Error()
	}
	call = t.rawCall(call, raw)
	s, fault := t.shellStampOf(call)
	call.Auth = fault
	d, err := t.draft(call, s)
	if err != nil {
		return "# " + err.Error()
	}
	var lines []string
	if d.algorithm != targets.Unsigned && call.Auth != targets.AuthMissing {
		lines = shellSHA1(d, s)
	}
	text := t.text(raw, &request{path: t.endpoint.EscapedPath(), query: markQuery, shell: true})
	if rawMarks.MatchString(text) {
		lines = append(lines, "query="+quote(string(appendPairs(nil, d.pairs, targets.Query, call.Encoding))))
	}
	if strings.Contains(text, markSize) {
		lines = append(lines, `first=$(printf "%.$((${#query} / 2))s" "$query"); rest=${query#"$first"}`)
	}
	command := "printf %b " + fillMarks(quote(escapeForPrintf(text))) + " | " + t.shellConnection(raw.how)
	if raw.how == inPieces {
		lines = append(lines, "# cbspec sends this a few bytes at a time")
	}
	whole := strings.Join(append(lines, command), "\n")
	if len(whole) > longestCommand {
		return "# too long for a command line; `cbspec replay` sends it"
	}
	return whole
}

// escapeForPrintf returns a text in the notation of printf's %b, for a text between single quotes.
func escapeForPrintf(text string) string {
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\\':
			b.WriteString(`\\`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\n':
			b.WriteString(`\n`)
		case c < ' ' || c > '~' || c == '\'':
			fmt.Fprintf(&b, `\0%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// rawMarks matches the marks in a raw request.
var rawMarks = regexp.MustCompile(markQuery + "|(" + markLength + "|" + markText + "|" + markSize + ")([0-9]+|first|rest)" + markEnd)

// fillMarks replaces the marks in a text between single quotes.
func fillMarks(text string) string {
	return rawMarks.ReplaceAllStringFunc(text, func(mark string) string {
		m := rawMarks.FindStringSubmatch(mark)
		switch {
		case m[1] == markText:
			return `'"$` + m[2] + `"'`
		case m[1] == markSize:
			return `'"$(printf %x ${#` + m[2] + `})"'`
		case m[1] == markLength && m[2] == "0":
			return `'"${#query}"'`
		case m[1] == markLength:
			return `'"$((${#query} + ` + m[2] + `))"'`
		}
		return `'"$query"'`
	})
}

// shellConnection returns the command that sends its input to the target and prints the answer.
func (t rawSender) shellConnection(how manner) string {
	host, port := t.endpoint.Hostname(), t.port()
	if t.endpoint.Scheme == "https" {
		ofOpenSSL := strings.NewReplacer("--insecure", "", "--cacert", "-CAfile", "--cert", "-cert", "--key", "-key")
		options := ofOpenSSL.Replace(strings.Join(t.curlOptions, " "))
		return strings.TrimSpace("openssl s_client -quiet -alpn http/1.1 -connect " + literal(net.JoinHostPort(host, port)) + " " + options)
	}
	if how == halfClosed {
		return "nc -N " + literal(host) + " " + port // which ends the stream after the request
	}
	return "nc " + literal(host) + " " + port
}

// port returns the port of the target.
func (t rawSender) port() string {
	switch {
	case t.endpoint.Port() != "":
		return t.endpoint.Port()
	case t.endpoint.Scheme == "https":
		return "443"
	}
	return "80"
}
