package rpc

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// furtherHeader returns the fields of a header, sorted by name.
func furtherHeader(h http.Header) []field {
	var list []field
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			list = append(list, field{http.CanonicalHeaderKey(name), value})
		}
	}
	return list
}

// curlFurther returns the options of curl for the fields of a header.
func curlFurther(fields []field) []string {
	var options []string
	for _, f := range fields {
		options = append(options, "-H", literal(f.name+": "+f.value))
	}
	return options
}

// text returns the bytes of a raw request, with the further header where the request has a first
// line and so a header at all.
func (t rawSender) text(raw rawRequest, r *request) string {
	text := raw.text(r, t.endpoint.Host)
	first, rest, found := strings.Cut(text, "\n")
	if !found || !strings.Contains(first, " HTTP/") {
		return text
	}
	end := "\n"
	if strings.HasSuffix(first, "\r") {
		end = "\r\n"
	}
	for _, f := range t.further {
		rest = f.name + ": " + f.value + end + rest
	}
	return first + "\n" + rest
}
