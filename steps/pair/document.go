package pair

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"maps"
	"mime"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/targets"
)

// documents says in what the documents of the answers differ first: the format, the members, the
// media type, or else in what the document forbids. Their values differ by nature.
func documents(v views) (a, b string) {
	if v[0].Decision == targets.Broken {
		return "", ""
	}
	for _, read := range []func(view) string{format, root, members, mediaType, forbidden} {
		a, b := read(v[0]), read(v[1])
		if a != b && a != "" && b != "" {
			return "answered with " + a, "answered with " + b
		}
	}
	return "", ""
}

func format(v view) string { return cmp.Or(v.Answer.Format, "neither XML nor JSON") }

// root says of which name the root element of XML is, and is empty for JSON.
func root(v view) string {
	var doc element
	if v.Answer.Format != "XML" || xml.Unmarshal(targets.Text(v.Answer.Body), &doc) != nil {
		return ""
	}
	return "the root element " + doc.XMLName.Local
}

// members says which members the document has, in the same words for XML and JSON. It is empty
// where that cannot be read.
func members(v view) string {
	text := targets.Text(v.Answer.Body)
	switch v.Answer.Format {
	case "JSON":
		var doc any
		if json.Unmarshal(text, &doc) == nil {
			return "the members " + cmp.Or(jsonShape(doc), "()")
		}
	case "XML":
		var doc element
		if xml.Unmarshal(text, &doc) == nil {
			return "the members " + cmp.Or(strings.TrimPrefix(doc.shape(), doc.XMLName.Local), "()")
		}
	}
	return ""
}

// jsonShape lists the names of the members of a value, whatever their order.
func jsonShape(value any) string {
	switch value := value.(type) {
	case map[string]any:
		var list []string
		for _, name := range slices.Sorted(maps.Keys(value)) {
			list = append(list, name+jsonShape(value[name]))
		}
		return "(" + strings.Join(list, ", ") + ")"
	case []any:
		var list []string
		for _, item := range value {
			list = append(list, jsonShape(item))
		}
		return "[" + strings.Join(distinct(list), ", ") + "]"
	case string:
		return ""
	default:
		return " (not a string)"
	}
}

// element is an XML element.
type element struct {
	XMLName  xml.Name
	Children []element `xml:",any"`
}

// shape lists the names of the element and of those in it, whatever their order.
func (e element) shape() string {
	var list []string
	for _, child := range e.Children {
		list = append(list, child.shape())
	}
	if len(list) == 0 {
		return e.XMLName.Local
	}
	return e.XMLName.Local + "(" + strings.Join(distinct(list), ", ") + ")"
}

// distinct returns the texts in order, each once.
func distinct(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// mediaType returns the media type without its parameters.
func mediaType(v view) string {
	media, _, err := mime.ParseMediaType(v.Answer.Header.Get("Content-Type"))
	if err != nil {
		return "no media type"
	}
	return "the media type " + media
}

// forbidden says what is wrong with the document of the answer.
func forbidden(v view) string {
	var list []string
	for _, w := range v.wrong {
		if w.Kind == judge.WrongDocument {
			list = append(list, w.Answered)
		}
	}
	return cmp.Or(strings.Join(distinct(list), " and "), "what the document says")
}
