package rpc

import (
	"regexp"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// instanceRef matches what [targets.InstanceRef], [targets.CutRef] and [targets.TailRef] make. A
// shell reads all of them in the same way, where the variable is the id.
var instanceRef = regexp.MustCompile(`\$\{instance\d+(?:[%#]\?)?\}`)

// appendShell appends a value, percent-encoded, for a text between single quotes. The shell fills
// in the ids of instances, wherever in the value they are.
func appendShell(dst []byte, value string, e targets.Encoding) []byte {
	at := 0
	for _, ref := range instanceRef.FindAllStringIndex(value, -1) {
		dst = appendEncoded(dst, value[at:ref[0]], e)
		dst = append(dst, `'"`...)
		dst = append(dst, shellID(value[ref[0]:ref[1]], e)...)
		dst = append(dst, `"'`...)
		at = ref[1]
	}
	return appendEncoded(dst, value[at:], e)
}

// shellID returns the shell's words for an id. Only an encoding of every byte changes an id.
func shellID(ref string, e targets.Encoding) string {
	if !strings.ContainsAny(ref, "%#") {
		ref = "$" + strings.Trim(ref, "${}")
	}
	upper := ""
	switch e {
	case targets.EncodingAll:
		upper = " | tr a-f A-F"
	case targets.EncodingAllLower:
	default:
		return ref
	}
	return `$(printf %s "` + ref + `" | od -An -v -tx1 | tr -d '\n' | tr ' ' %` + upper + ")"
}
