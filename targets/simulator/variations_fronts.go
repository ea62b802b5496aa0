package simulator

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
)

// frontVariations are differences that come from a front: a proxy, a load balancer or a web server
// that passes requests on.
var frontVariations = []Variation{
	{
		Name:        "range-answered-206",
		Description: "A call that asks for a part of the answer gets that part with the status 206.",
		Source:      "Apache does so for what it passes on; RFC 9110, 14.2",
		apply: changesSuccessMessage(func(e *exchange, m *message) {
			if e.r.Header.Get("Range") == "bytes=0-1" {
				e.status = http.StatusPartialContent
				e.w.Header().Set("Content-Range", fmt.Sprintf("bytes 0-1/%d", len(m.body)))
				m.body = m.body[:2]
			}
		}),
	},
	{
		Name:        "gzip-always",
		Description: "Every answer is compressed, also if the call does not ask for it.",
		Source:      "RFC 9110, 12.5.3: without Accept-Encoding any coding is acceptable",
		apply: changesEveryMessage(func(e *exchange, m *message) {
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			_, _ = w.Write(m.body)
			_ = w.Close()
			m.body = b.Bytes()
			e.w.Header().Set("Content-Encoding", "gzip")
		}),
	},
	{
		Name:        "success-202",
		Description: "An accepted call has the status 202.",
		Source:      "a backup is made after the answer; RFC 9110, 15.3.3",
		apply:       changesSuccess(func(e *exchange) { e.status = http.StatusAccepted }),
	},
	{
		Name:        "trailers",
		Description: "Answers are sent in chunks, with a trailer.",
		Source:      "RFC 9112, 7.1.2",
		apply: sendsAll(func(e *exchange, m *message) {
			e.w.Header().Set("Trailer", "X-Checksum")
			e.w.WriteHeader(e.status)
			_, _ = e.w.Write(m.body)
			e.w.Header().Set("X-Checksum", "1")
		}),
	},
	{
		Name:        "answers-of-http-1.0",
		Description: "Answers have the version HTTP/1.0, and end with the connection.",
		Source:      "RFC 9112, 6.3",
		apply:       sendsAll(sendHTTP10),
	},
	{
		Name:        "pages-of-a-front",
		Description: "An unusual method, another path and a URL over 8 KiB are refused with an HTML page.",
		Source:      "nginx, HAProxy and Apache do so",
		apply: together(
			refusesRequest(func(e *exchange) *refusal {
				if len(e.r.RequestURI) > frontMaxURI {
					return tooLongURI
				}
				return nil
			}),
			changesEveryMessage(func(e *exchange, m *message) {
				usual := e.r.Method == http.MethodGet || e.r.Method == http.MethodPost
				if usual && e.r.URL.Path == "/" && len(e.r.RequestURI) <= frontMaxURI {
					return
				}
				m.contentType = "text/html"
				m.body = fmt.Appendf(nil, "<html>\r\n<head><title>%d</title></head>\r\n<body><hr><center>front</center>\r\n", e.status)
			}),
		),
	},
}

// frontMaxURI is how long a URL may be that a front passes on, in bytes.
const frontMaxURI = 8 << 10

// changesSuccessMessage changes the bytes of a success.
func changesSuccessMessage(f func(e *exchange, m *message)) change {
	return changesEveryMessage(func(e *exchange, m *message) {
		if e.code == "" {
			f(e, m)
		}
	})
}

// sendsAll sends every answer by f.
func sendsAll(f func(e *exchange, m *message)) change {
	return func(_ *Simulator, b *behaviour) {
		b.write = append(b.write, func(e *exchange, m *message) bool {
			if m.contentType != "" {
				e.w.Header().Set("Content-Type", m.contentType)
			}
			f(e, m)
			return true
		})
	}
}

// sendHTTP10 sends an answer that ends with its connection. An error means that the client is gone.
func sendHTTP10(e *exchange, m *message) {
	hijacker, ok := e.w.(http.Hijacker)
	if !ok {
		return
	}
	conn, _, err := hijacker.Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.0 %d %s\r\n", e.status, http.StatusText(e.status))
	_ = e.w.Header().Write(&b)
	b.WriteString("\r\n")
	b.Write(m.body)
	_, _ = conn.Write(b.Bytes())
}
