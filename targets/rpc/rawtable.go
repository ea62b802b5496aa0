package rpc

import (
	"slices"
	"strings"
)

// rawRequest is a request that no client library sends. It is written byte by byte.
type rawRequest struct {
	name string
	// valid says that it is HTTP as in RFC 9112. A server may drop the connection of any other one.
	valid bool
	how   manner
	text  rawText
}

// rawText returns the bytes of a raw request for a call.
type rawText func(r *request, host string) string

// manner is how the bytes of a raw request are written.
type manner int

const (
	atOnce     manner = iota
	inPieces          // a few bytes at a time
	halfClosed        // at once, and then the end of the stream
)

// renamed has the present name of the raw requests that replay files of older reports call
// otherwise.
var renamed = map[string]string{
	"HTTP of a version to come":                      "an unknown HTTP version",
	"a chunk whose length is none":                   "a chunk with an invalid length",
	"a form of no content type":                      "a form without a content type",
	"a form whose content type is none":              "a form with an invalid content type",
	"a length that is no number":                     "a length that is not a number",
	"a method in small letters":                      "a method in lower-case letters",
	"a method that nobody has":                       "an unknown method",
	"a value that ends within an encoding":           "a value that ends within a percent-encoding",
	"a value that is no UTF-8, encoded":              "a value that is not UTF-8, encoded",
	"a value with a percent sign and no hexadecimal": "a value with a percent sign and no hexadecimal digits",
	"an Accept of nothing known":                     "an Accept of an image",
	"an expectation that nobody can meet":            "an unknown expectation",
	"no HTTP at all":                                 "bytes that are not HTTP",
}

// rawRequests lists the raw requests. Their names end up in replay files.
var rawRequests = []rawRequest{
	{"no parameter at all", true, atOnce, to("")},
	{"an empty query", true, atOnce, to("?")},
	{"an empty form", true, atOnce, empty("POST", asForm, "Content-Length: 0")},
	{"a value with a lone percent sign", true, atOnce, query("&X=%")},
	{"a value with a percent sign and no hexadecimal digits", true, atOnce, query("&X=%zz")},
	{"a value that ends within a percent-encoding", true, atOnce, query("&X=%2")},
	{"a name with a lone percent sign", true, atOnce, query("&%=1")},
	{"a value that is not UTF-8, encoded", true, atOnce, query("&X=%ff%fe")},
	{"a value with an encoded NUL", true, atOnce, query("&X=%00")},
	{"bytes over 127 in the query", false, atOnce, query("&X=\xff\xfe")},
	{"a NUL in the query", false, atOnce, query("&X=\x00")},
	{"a query of 7 KiB", true, atOnce, query("&X=" + strings.Repeat("x", 7<<10))},
	{"a query of 64 KiB", false, atOnce, query("&X=" + strings.Repeat("x", 64<<10))},
	{"a query of 1 MiB", false, atOnce, query("&X=" + strings.Repeat("x", 1<<20))},
	{"a header of 4 KiB", true, atOnce, get("X-Long: " + strings.Repeat("x", 4<<10))},
	{"a header of 64 KiB", false, atOnce, get("X-Long: " + strings.Repeat("x", 64<<10))},
	{"300 headers", false, atOnce, get(slices.Repeat([]string{"X-Many: x"}, 300)...)},
	{"500 parameters", true, atOnce, query(strings.Repeat("&X=1", 500))},
	{"empty parameters", true, atOnce, query("&&&=&=1&X")},
	{"Action twice", true, atOnce, query("&Action=CreateBackup")},
	{"Version twice", true, atOnce, query("&Version=2014-08-15")},
	{"two Formats", true, atOnce, query("&Format=XML&Format=JSON")},
	{"two Signatures", true, atOnce, query("&Signature=x")},
	{"a form without a content type", true, atOnce, form("")},
	{"a form that says it is text", true, atOnce, form("text/plain")},
	{"a form that says it is JSON", true, atOnce, form("application/json")},
	{"a form with an invalid content type", true, atOnce, form(";;;/")},
	{"a form in another character set", true, atOnce, form("application/x-www-form-urlencoded; charset=utf-16")},
	{"a multipart form without a boundary", true, atOnce, form("multipart/form-data")},
	{"a form that says it is compressed", true, atOnce, form(formType, "Content-Encoding: gzip")},
	{"a form in chunks", true, atOnce, chunks("", "")},
	{"a form in chunks with extensions", true, atOnce, chunks(";x=y", "")},
	{"a form in chunks with a trailer", true, atOnce, chunks("", "X-T: 1\r\n", "Trailer: X-T")},
	{"a chunk with an invalid length", false, atOnce, func(r *request, host string) string {
		return head("POST", r.path, host, asForm, inChunks, closing) + "zz\r\n" + r.query + "\r\n0\r\n\r\n"
	}},
	{"a POST without a length", false, atOnce, method("POST")},
	{"two different lengths", false, atOnce, method("POST", "Content-Length: 0", "Content-Length: 5")},
	{"a length that is not a number", false, atOnce, method("POST", "Content-Length: five")},
	{"a length beyond the body", false, halfClosed, func(r *request, host string) string {
		return head("POST", r.path, host, asForm, r.length(50), closing) + r.query
	}},
	{"a body under GET", true, atOnce, func(r *request, host string) string {
		return head("GET", uri(r), host, asForm, lengthOf(3), closing) + "x=y"
	}},
	{"the method PUT", true, atOnce, method("PUT", lengthOf(0))},
	{"the method DELETE", true, atOnce, method("DELETE")},
	{"the method PATCH", true, atOnce, method("PATCH", lengthOf(0))},
	{"the method OPTIONS", true, atOnce, method("OPTIONS")},
	{"the method TRACE", true, atOnce, method("TRACE")},
	{"an unknown method", true, atOnce, method("BREW")},
	{"a method in lower-case letters", true, atOnce, method("get")},
	{"HTTP/1.0", true, atOnce, func(r *request, host string) string {
		return "GET " + uri(r) + " HTTP/1.0\r\nHost: " + host + "\r\n\r\n"
	}},
	{"an unknown HTTP version", false, atOnce, func(r *request, host string) string {
		return "GET " + uri(r) + " HTTP/9.9\r\nHost: " + host + "\r\n\r\n"
	}},
	{"a whole URL in the request line", true, atOnce, func(r *request, host string) string {
		return head("GET", "http://"+host+uri(r), host, closing)
	}},
	{"another path", true, atOnce, func(r *request, host string) string {
		return head("GET", "/elsewhere?"+r.query, host, closing)
	}},
	{"a path with dots", true, atOnce, func(r *request, host string) string {
		return head("GET", "/../..//?"+r.query, host, closing)
	}},
	{"no Host", false, atOnce, func(r *request, _ string) string {
		return "GET " + uri(r) + " HTTP/1.1\r\n" + closing + "\r\n\r\n"
	}},
	{"two Hosts", false, atOnce, func(r *request, host string) string {
		return head("GET", uri(r), host, "Host: "+host, closing)
	}},
	{"a space before a colon", false, atOnce, get("X-Odd : 1")},
	{"a folded header", false, atOnce, get("X-Folded: a\r\n b")},
	{"lines that end in LF alone", false, atOnce, func(r *request, host string) string {
		return strings.ReplaceAll(get()(r, host), "\r\n", "\n")
	}},
	{"an empty line before the request", true, atOnce, func(r *request, host string) string {
		return "\r\n" + get()(r, host)
	}},
	{"an expectation to continue", true, atOnce, form(formType, "Expect: 100-continue")},
	{"an unknown expectation", true, atOnce, get("Expect: the-unexpected")},
	{"an Accept of an image", true, atOnce, get("Accept: image/png")},
	{"a range", true, atOnce, get("Range: bytes=0-1")},
	{"two requests at once", true, atOnce, func(r *request, host string) string {
		// The call comes first: a server may close the connection after the first answer.
		return head("GET", uri(r), host) + head("GET", r.path+"?Action=CbspecNoSuchAction", host, closing)
	}},
	{"a request sent in small pieces", true, inPieces, form(formType)},
	{"bytes that are not HTTP", false, atOnce, func(*request, string) string {
		return "\x16\x03\x01\x00\xa5\x01\x00\x00\r\n\r\n"
	}},
}
