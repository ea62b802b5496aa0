package targetfile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/antchfx/xpath"
	"github.com/ohler55/ojg/jp"
)

// Mapping describes a server with its own HTTP interface.
type Mapping struct {
	Authentication  Authentication  `yaml:"authentication"`
	CreateBackup    CreateBackup    `yaml:"createBackup"`
	DescribeBackups *DescribeBackup `yaml:"describeBackups"`
}

// Authentication says how the server knows its callers. It is one of the three; a client
// certificate is in TLS.
type Authentication struct {
	Bearer Secret  `yaml:"bearer"`
	Basic  *Basic  `yaml:"basic"`
	APIKey *APIKey `yaml:"apiKey"`
}

// Basic is the basic authentication of HTTP.
type Basic struct {
	User     string `yaml:"user"`
	Password Secret `yaml:"password"`
}

// APIKey is a key in a header or in the query.
type APIKey struct {
	Header string `yaml:"header"`
	Query  string `yaml:"query"`
	Value  Secret `yaml:"value"`
}

// Request is a template of a request. {Name} in a path, query or header stands for the value of the
// call's parameter with that name.
type Request struct {
	Method  string            `yaml:"method" enum:"GET POST PUT PATCH DELETE"`
	Path    string            `yaml:"path"` // appended to the path of the endpoint
	Query   map[string]string `yaml:"query"`
	Headers map[string]string `yaml:"headers"`
}

// What happens with a parameter that the mapping does not name. Format, and a Version other than
// the usual one, are always Unmet: a server that does not know them cannot give what they ask for.
const (
	Unmet = "unmet" // the call is not sent, and its case is inconclusive
	Send  = "send"  // the parameter is sent with its own name
	Drop  = "drop"  // the parameter is left out
)

// CreateBackup is the template of the operation under test, and says how its answer is read.
type CreateBackup struct {
	Request    `yaml:",inline"`
	Body       string               `yaml:"body" enum:"json form none"` // default none
	Constants  map[string]string    `yaml:"constants"`                  // members that every body has
	Parameters map[string]Parameter `yaml:"parameters"`
	Others     string               `yaml:"others" enum:"unmet send drop"` // default unmet

	Accepted  Matcher `yaml:"accepted"` // default status 2xx
	Refused   Matcher `yaml:"refused"`  // default status 4xx
	RequestID *Source `yaml:"requestId"`
	HostID    *Source `yaml:"hostId"`
	Code      *Source `yaml:"code"`
	Message   *Source `yaml:"message"`
	// Codes maps the server's error codes to the documented ones.
	Codes map[string]string `yaml:"codes"`
	JobID *Source           `yaml:"jobId"` // BackupJobId of the current edition
}

// Parameter says how a parameter of CreateBackup is sent.
type Parameter struct {
	// Name is its name at the server; empty means the documented name. In a JSON body, a dot leads
	// one level down.
	Name string `yaml:"name,short"`
	In   string `yaml:"in" enum:"query header body"` // default body, or query if there is no body
	// Values maps documented values to the server's. A value that is not listed is sent as it is.
	Values map[string]string `yaml:"values"`
	// Type is the type of the value in a JSON body. A value that does not have it is sent as a
	// string.
	Type string `yaml:"type" enum:"string number boolean list"`
}

// Matcher describes answers by their status and, if Where is set, by a text in them.
type Matcher struct {
	Status []StatusRange `yaml:"status"`
	Where  *Source       `yaml:"where"`
	// Equals lists the texts that Where may find. If it is empty, any text will do.
	Equals []string `yaml:"equals" check:"literal"`
}

// Source says where in an answer a text is. It is one of the three.
type Source struct {
	Header string   `yaml:"header"`
	JSON   JSONPath `yaml:"json"`
	XML    XPath    `yaml:"xml"`
}

// DescribeBackup is the template of an operation that lists the backups of an instance, and says
// how each of them is read.
type DescribeBackup struct {
	Request `yaml:",inline"`
	Items   Source `yaml:"items"` // the backups, in any order
	// The paths of all others start at an item.
	ID        Source  `yaml:"id"`
	Method    *Source `yaml:"backupMethod"`
	Strategy  *Source `yaml:"backupStrategy"`
	Databases *Source `yaml:"databases"`
	Type      *Source `yaml:"backupType"`
	Status    *Source `yaml:"status"`
	Started   *Source `yaml:"started"` // time that the backups are sorted by; default is the order of the items
	// Values maps the server's methods, strategies, types and states to the documented ones.
	Values map[string]string `yaml:"values"`
}

// StatusRange is a set of HTTP statuses, written 201, 200-204 or 4xx.
type StatusRange struct{ From, To int }

// Has reports whether the status is in the set.
func (r StatusRange) Has(status int) bool { return r.From <= status && status <= r.To }

// UnmarshalText reads one of the three forms.
func (r *StatusRange) UnmarshalText(text []byte) error {
	s := string(text)
	from, to, isRange := strings.Cut(s, "-")
	if len(s) == 3 && strings.HasSuffix(strings.ToLower(s), "xx") {
		from, to, isRange = s[:1]+"00", s[:1]+"99", true
	}
	if !isRange {
		to = from
	}
	var err1, err2 error
	r.From, err1 = strconv.Atoi(from)
	r.To, err2 = strconv.Atoi(to)
	if err1 != nil || err2 != nil || r.From < 100 || r.To > 599 || r.To < r.From {
		return errors.New("it must be an HTTP status such as 201, 200-204 or 4xx")
	}
	return nil
}

// JSONPath is a compiled JSONPath. The zero value is no path.
type JSONPath struct {
	text string
	expr jp.Expr
}

// UnmarshalText compiles the path.
func (p *JSONPath) UnmarshalText(text []byte) error {
	if len(text) == 0 || text[0] != '$' && text[0] != '@' {
		return errors.New("it must be a JSONPath such as $.backup.id")
	}
	expr, err := jp.Parse(text)
	if err != nil {
		return fmt.Errorf("it is not a JSONPath: %w", err)
	}
	p.text, p.expr = string(text), expr
	return nil
}

// String returns the path as written.
func (p JSONPath) String() string { return p.text }

// Find returns the values at the path in a decoded document.
func (p JSONPath) Find(document any) []any { return p.expr.Get(document) }

// XPath is a compiled XPath. The zero value is no path.
type XPath struct {
	text string
	expr *xpath.Expr
}

// UnmarshalText compiles the path.
func (p *XPath) UnmarshalText(text []byte) error {
	expr, err := xpath.Compile(string(text))
	if err != nil {
		return fmt.Errorf("it is not an XPath: %w", err)
	}
	p.text, p.expr = string(text), expr
	return nil
}

// String returns the path as written.
func (p XPath) String() string { return p.text }

// Expr returns the compiled path, or nil for no path.
func (p XPath) Expr() *xpath.Expr { return p.expr }
