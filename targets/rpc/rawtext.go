package rpc

import (
	"slices"
	"strconv"
	"strings"
)

const (
	closing  = "Connection: close"
	asForm   = "Content-Type: " + formType
	inChunks = "Transfer-Encoding: chunked"
)

func lengthOf(n int) string { return "Content-Length: " + strconv.Itoa(n) }

// length returns a Content-Length: that of the query and so many more bytes.
func (r *request) length(more int) string {
	if r.shell {
		return "Content-Length: " + markLength + strconv.Itoa(more) + markEnd
	}
	return lengthOf(len(r.query) + more)
}

// chunk is a part of the query with its size in hexadecimal digits.
type chunk struct{ size, text string }

// halves returns the query in two chunks.
func (r *request) halves() (first, rest chunk) {
	if r.shell {
		return chunk{markSize + "first" + markEnd, markText + "first" + markEnd}, chunk{markSize + "rest" + markEnd, markText + "rest" + markEnd}
	}
	of := func(text string) chunk { return chunk{strconv.FormatInt(int64(len(text)), 16), text} }
	half := len(r.query) / 2
	return of(r.query[:half]), of(r.query[half:])
}

// head returns a request line and header fields, Host included.
func head(method, uri, host string, fields ...string) string {
	var b strings.Builder
	b.WriteString(method + " " + uri + " HTTP/1.1\r\nHost: " + host + "\r\n")
	for _, f := range fields {
		b.WriteString(f + "\r\n")
	}
	b.WriteString("\r\n")
	return b.String()
}

func uri(r *request) string { return r.path + "?" + r.query }

// to sends a GET without the parameters of the call.
func to(query string) rawText {
	return func(r *request, host string) string { return head("GET", r.path+query, host, closing) }
}

// query sends the call by GET, with more behind its query.
func query(more string) rawText {
	return func(r *request, host string) string { return head("GET", uri(r)+more, host, closing) }
}

// method sends the call in the query by a method, with more header fields.
func method(name string, fields ...string) rawText {
	return func(r *request, host string) string {
		return head(name, uri(r), host, append(slices.Clip(fields), closing)...)
	}
}

func get(fields ...string) rawText { return method("GET", fields...) }

// empty sends none of the parameters of the call.
func empty(name string, fields ...string) rawText {
	return func(r *request, host string) string {
		return head(name, r.path, host, append(slices.Clip(fields), closing)...)
	}
}

// form sends the call in the body, with a content type unless that is empty.
func form(contentType string, fields ...string) rawText {
	if contentType != "" {
		fields = append(fields, "Content-Type: "+contentType)
	}
	return func(r *request, host string) string {
		all := append(slices.Clip(fields), r.length(0), closing)
		return head("POST", r.path, host, all...) + r.query
	}
}

// chunks sends the call in a body of two chunks.
func chunks(extension, trailer string, fields ...string) rawText {
	fields = append([]string{asForm, inChunks}, append(fields, closing)...)
	return func(r *request, host string) string {
		first, rest := r.halves()
		return head("POST", r.path, host, fields...) + first.size + extension + "\r\n" + first.text + "\r\n" +
			rest.size + "\r\n" + rest.text + "\r\n0\r\n" + trailer + "\r\n"
	}
}
