package simulator

import (
	"cmp"
	"crypto/rand"
	"encoding/binary"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// stackVariations are differences that come from what a server is built with: a language, a
// framework, its defaults for ids, documents and limits.
var stackVariations = []Variation{
	{
		Name:        "ids-are-numbers",
		Description: "The id of an instance is a number.",
		Source:      "databases number their rows; the protocol says only that it is a string",
		apply: namesInstances(func(random [8]byte) string {
			return strconv.FormatUint(binary.BigEndian.Uint64(random[:])>>12|1<<52, 10)
		}),
	},
	{
		Name:        "ids-are-uuids",
		Description: "The id of an instance is a UUID in upper case.",
		Source:      "the protocol says only that it is a string",
		apply:       namesInstances(func([8]byte) string { return newUUID() }),
	},
	{
		Name:        "ids-of-63-letters",
		Description: "The id of an instance has 63 letters of both cases.",
		Source:      "the protocol says only that it is a string",
		apply: namesInstances(func([8]byte) string {
			return "Instance" + (rand.Text() + strings.ToLower(rand.Text()) + rand.Text())[:55]
		}),
	},
	{
		Name:        "backup-ids-are-uuids",
		Description: "The id of a backup is a UUID.",
		Source:      silent,
		apply:       makes(anyCall, func(_ *creation, made *backup) { made.id = newUUID() }),
	},
	{
		Name:        "xml-byte-order-mark",
		Description: "XML begins with a byte order mark.",
		Source:      ".NET writes one; XML 1.0, 4.3.3",
		apply:       changesXML(func(s string) string { return "\ufeff" + s }),
	},
	{
		Name:        "xml-character-references",
		Description: "XML writes the hyphens of a RequestId as character references.",
		Source:      "some libraries escape all but letters and digits",
		apply: changesXML(func(s string) string {
			before, id, found := strings.Cut(s, "<RequestId>")
			if !found {
				return s
			}
			id, after, _ := strings.Cut(id, "<")
			return before + "<RequestId>" + strings.ReplaceAll(id, "-", "&#x2d;") + "<" + after
		}),
	},
	{
		Name:        "xml-declared-by-python",
		Description: "The XML declaration has single quotes and a line after it.",
		Source:      "ElementTree of Python writes it so",
		apply:       declares("<?xml version='1.0' encoding='utf-8'?>\n", nil),
	},
	{
		Name:        "xml-standalone",
		Description: "The XML declaration says standalone, and a comment follows the document.",
		Source:      "JAXB writes it so",
		apply: together(declares(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>`, nil),
			changesXML(func(s string) string { return s + "\n<!-- end -->\n" })),
	},
	{
		Name:        "json-escaped",
		Description: "JSON escapes letters and slashes that need no escape.",
		Source:      "RFC 8259, 7 allows it",
		apply: changesFormat("JSON", func(s string) string {
			return strings.NewReplacer("RequestId", `\u0052equestId`, "Code", `\u0043ode`, "/", `\/`).Replace(s)
		}),
	},
	{
		Name:        "members-sorted",
		Description: "The members of a document are in alphabetical order.",
		Source:      "Go and Python write maps so",
		apply: changesEveryAnswer(func(e *exchange) {
			slices.SortFunc(e.doc, func(a, b member) int { return cmp.Compare(a.name, b.name) })
		}),
	},
	{
		Name:        "messages-in-chinese",
		Description: "The Message of an error is Chinese.",
		Source:      "the vendor's console shows such messages",
		apply: changesEveryError(func(e *exchange) {
			e.doc.set("Message", "请求参数“"+e.doc.text("Code")+"”不合法。")
		}),
	},
	{
		Name:        "host-id-of-the-service",
		Description: "The HostId of an error is the name of the service.",
		Source:      "the example of the page on public parameters",
		apply:       changesEveryError(func(e *exchange) { e.doc.set("HostId", "rds.aliyuncs.com") }),
	},
	{
		Name:        "conflict-409",
		Description: "What the state of an instance forbids is refused with the status 409.",
		Source:      "RFC 9110, 15.5.10",
		apply: together(changesStatus("OperationDenied.", http.StatusConflict),
			changesStatus("BackupTimesExceeded", http.StatusConflict)),
	},
}

// namesInstances changes how instances are named that the control protocol makes.
func namesInstances(name func(random [8]byte) string) change {
	return func(_ *Simulator, b *behaviour) { b.instanceID = name }
}
