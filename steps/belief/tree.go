package belief

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/bounds"
)

// node is a value of a document in either format: a member of an object or an element. The items of
// a list are nodes of one name.
type node struct {
	name, text string
	nodes      []*node
}

// parse reads a document. It returns nil for one that is not well-formed.
func parse(body []byte) *node {
	body = targets.Text(body)
	root := &node{}
	switch {
	case len(body) == 0:
		return nil
	case body[0] == '<':
		if bounds.XML(body) != nil || !root.readXML(body) {
			return nil
		}
	default:
		var v any
		if bounds.JSON(body) != nil {
			return nil
		}
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		if d.Decode(&v) != nil {
			return nil
		}
		root.addJSON("", v)
	}
	if len(root.nodes) == 0 {
		return nil
	}
	return root.nodes[0]
}

func (n *node) addJSON(name string, v any) {
	if items, is := v.([]any); is {
		for _, item := range items {
			n.addJSON(name, item)
		}
		return
	}
	child := &node{name: name}
	n.nodes = append(n.nodes, child)
	switch v := v.(type) {
	case string:
		child.text = v
	case json.Number:
		child.text = v.String()
	case map[string]any:
		for name, member := range v {
			child.addJSON(name, member)
		}
	}
}

// readXML reads a document below n, and reports whether it is well-formed.
func (n *node) readXML(body []byte) bool {
	decoder := xml.NewDecoder(bytes.NewReader(body))
	path := []*node{n}
	for {
		token, err := decoder.Token()
		if err != nil {
			return len(path) == 1 && len(n.nodes) == 1
		}
		last := path[len(path)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(path) > bounds.MaxDepth {
				return false
			}
			child := &node{name: t.Name.Local}
			last.nodes = append(last.nodes, child)
			path = append(path, child)
		case xml.CharData:
			last.text += strings.TrimSpace(string(t))
		case xml.EndElement:
			path = path[:len(path)-1]
		}
	}
}

// all lists the nodes at a path below n.
func (n *node) all(path ...string) []*node {
	if n == nil {
		return nil
	}
	if len(path) == 0 {
		return []*node{n}
	}
	var found []*node
	for _, child := range n.nodes {
		if child.name == path[0] {
			found = append(found, child.all(path[1:]...)...)
		}
	}
	return found
}

// get returns the text of a member.
func (n *node) get(name string) string {
	for _, child := range n.nodes {
		if child.name == name {
			return child.text
		}
	}
	return ""
}
