package exchange

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/cbspec/cbspec/targets/bounds"
)

// interaction is an exchange in a cassette: of go-vcr, vcrpy, or the VCR of Ruby. Their members
// have different names and types.
type interaction struct {
	Request struct {
		Method  string            `json:"method" yaml:"method"`
		URL     string            `json:"url" yaml:"url"`
		URI     string            `json:"uri" yaml:"uri"`
		Body    any               `json:"body" yaml:"body"`
		Headers map[string]values `json:"headers" yaml:"headers"`
	} `json:"request" yaml:"request"`
	Response struct {
		Body    any               `json:"body" yaml:"body"`
		Headers map[string]values `json:"headers" yaml:"headers"`
		Status  any               `json:"status" yaml:"status"`
		Code    int               `json:"code" yaml:"code"`
	} `json:"response" yaml:"response"`
	Recorded string `json:"recorded_at" yaml:"recorded_at"`
}

// UnmarshalYAML reads a value or a list of values.
func (v *values) UnmarshalYAML(text []byte) error {
	var one string
	if err := yaml.Unmarshal(text, &one); err == nil {
		*v = values{one}
		return nil
	}
	return yaml.Unmarshal(text, (*[]string)(v))
}

func (i *interaction) exchange() (Exchange, error) {
	address := i.Request.URL + i.Request.URI
	if address == "" {
		return Exchange{}, errors.New("the interaction has no request.url and no request.uri")
	}
	code := i.Response.Code
	if status, is := i.Response.Status.(map[string]any); is {
		code = number(status["code"])
	}
	x := Exchange{
		Request: Request{
			Method: strings.ToUpper(i.Request.Method), URL: address, Header: join(i.Request.Headers), Message: message(i.Request.Body),
		},
		Response: Response{Status: code, Header: join(i.Response.Headers), Message: message(i.Response.Body)},
	}
	if at, err := time.Parse(time.RFC1123, i.Recorded); err == nil { // as Ruby writes it, to the second
		x.Start, x.End = at.Add(-time.Minute), at.Add(time.Second)
	}
	return x, nil
}

func number(v any) int {
	var n int
	_, _ = fmt.Sscan(fmt.Sprint(v), &n) // 0 where it is no number
	return n
}

func join(h map[string]values) http.Header {
	joined := http.Header{}
	for name, list := range h {
		for _, v := range list {
			joined.Add(name, v)
		}
	}
	return joined
}

// message reads a body: a text, bytes, or an object with one of them.
func message(v any) Message {
	switch b := v.(type) {
	case nil:
		return Message{}
	case string:
		return Message{Body: []byte(b)}
	case []byte:
		return Message{Body: b}
	case map[string]any:
		if text, is := b["base64_string"].(string); is {
			raw, err := base64.StdEncoding.DecodeString(text)
			return Message{Body: raw, Partial: err != nil}
		}
		return message(b["string"])
	}
	return Message{Partial: true}
}

// cassetteJSON is a cassette in JSON.
type cassetteJSON struct{ *list }

func newCassetteJSON(l *lines) cassetteJSON { return cassetteJSON{newList(l, "interactions")} }

func (c cassetteJSON) next() (Exchange, error) {
	var raw json.RawMessage
	line, err := c.list.next(&raw)
	if err != nil {
		return Exchange{}, err
	}
	return exchangeAt(line, func(i *interaction) error { return json.Unmarshal(raw, i) })
}

// exchangeAt reads the interaction at a line.
func exchangeAt(line int, read func(*interaction) error) (Exchange, error) {
	var i interaction
	err := read(&i)
	if err == nil {
		var x Exchange
		if x, err = i.exchange(); err == nil {
			x.Line = line
			return x, nil
		}
	}
	return Exchange{}, &Error{Line: line, Err: err}
}

// cassetteYAML is a cassette in YAML. Its interactions are read one by one: each begins with a
// hyphen in the column of the first.
type cassetteYAML struct {
	from   *bufio.Reader
	line   int
	ahead  string // a line that was read already
	inside bool   // the list of interactions has begun
	indent string // of its hyphens
}

func newCassetteYAML(l *lines) *cassetteYAML { return &cassetteYAML{from: bufio.NewReader(l.from)} }

// readLine returns the next line. It is empty at the end.
func (c *cassetteYAML) readLine() (string, error) {
	if line := c.ahead; line != "" {
		c.ahead = ""
		return line, nil
	}
	line, err := c.from.ReadString('\n')
	if errors.Is(err, io.EOF) {
		err = nil
	}
	c.line++
	return line, err
}

func (c *cassetteYAML) next() (Exchange, error) {
	first, err := c.begin()
	if err != nil {
		return Exchange{}, err
	}
	at, text := c.line, strings.Builder{}
	for line := first; ; {
		text.WriteString(line)
		if text.Len() > maxItem {
			return Exchange{}, &Error{Line: at, Err: errTooLarge}
		}
		if line, err = c.readLine(); err != nil {
			return Exchange{}, &Error{Line: c.line, Err: err}
		}
		if line == "" || c.ends(line) {
			c.ahead = line
			break
		}
	}
	if line := bounds.YAML([]byte(text.String())); line > 0 {
		return Exchange{}, &Error{Line: at + line - 1, Err: errors.New("lists and mappings are nested too deeply")}
	}
	return exchangeAt(at, func(i *interaction) error {
		var items []interaction
		if err := yaml.Unmarshal([]byte(text.String()), &items); err != nil {
			return errors.New("not an interaction of a cassette: " + firstLine(yaml.FormatError(err, false, false)))
		}
		*i = items[0]
		return nil
	})
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// begin reads up to the first line of the next interaction.
func (c *cassetteYAML) begin() (string, error) {
	for {
		line, err := c.readLine()
		switch trimmed := strings.TrimLeft(line, " "); {
		case err != nil:
			return "", &Error{Line: c.line, Err: err}
		case line == "" && !c.inside:
			return "", &Error{Line: 1, Err: errors.New("not recorded traffic: a cassette of VCR has interactions")}
		case line == "":
			return "", io.EOF
		case !c.inside:
			c.inside = strings.HasPrefix(line, "interactions:") || strings.HasPrefix(line, "http_interactions:")
			if c.inside && strings.HasSuffix(strings.TrimSpace(line), "[]") {
				return "", io.EOF
			}
		case strings.HasPrefix(trimmed, "- ") && (c.indent == "" || line[:len(line)-len(trimmed)] == c.indent):
			c.indent = line[:len(line)-len(trimmed)]
			return line, nil
		case trimmed == line && strings.TrimSpace(line) != "" && line[0] != '#':
			return "", io.EOF // another member of the cassette
		}
	}
}

// ends reports whether a line ends an interaction: by the hyphen of the next one, or by another
// member of the cassette.
func (c *cassetteYAML) ends(line string) bool {
	rest, indented := strings.CutPrefix(line, c.indent)
	return indented && strings.HasPrefix(rest, "- ") || line[0] != ' ' && line[0] != '\n' && line[0] != '\r' && line[0] != '-'
}
