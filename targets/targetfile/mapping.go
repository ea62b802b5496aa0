package targetfile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/antchfx/xpath"
	"github.com/ohler55/ojg/jp"
)

// Mapping describes a server whose HTTP shape is its own.
type Mapping struct {
	Authentication  Authentication  `yaml:"authentication"`
	CreateBackup    CreateBackup    `yaml:"createBackup"`
	DescribeBackups *DescribeBackup `yaml:"describeBackups"`
}

// Authentication is how the server knows its callers: one of the three, beside a client certificate (tls).
type Authentication struct {
	Bearer Secret  `yaml:"bearer"`
	Basic  *Basic  `yaml:"basic"`
	APIKey *APIKey `yaml:"apiKey"`
}

// Basic authentication of HTTP.
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

// Request is a template of a request. {Name} in a path, query or header is the value of the Call's parameter of that name.
type Request struct {
	Method  string            `yaml:"method" enum:"GET POST PUT PATCH DELETE"`
	Path    string            `yaml:"path"` // appended to that of the endpoint
	Query   map[string]string `yaml:"query"`
	Headers map[string]string `yaml:"headers"`
}

// What becomes of a parameter that the mapping does not name. Format and a Version other than the usual are always Unmet: what they ask
// for no server can give that has no words for them.
const (
	Unmet = "unmet" // the call cannot be made: the case is inconclusive
	Send  = "send"  // it is sent under its own name
	Drop  = "drop"  // it is left out, and noted
)

// CreateBackup is the template of the operation under test, and how its answer is read.
type CreateBackup struct {
	Request    `yaml:",inline"`
	Body       string               `yaml:"body" enum:"json form none"` // default none
	Constants  map[string]string    `yaml:"constants"`                  // members that the body always has
	Parameters map[string]Parameter `yaml:"parameters"`
	Others     string               `yaml:"others" enum:"unmet send drop"` // default unmet

	Accepted  Matcher `yaml:"accepted"` // default status 2xx
	Refused   Matcher `yaml:"refused"`  // default status 4xx
	RequestID *Source `yaml:"requestId"`
	HostID    *Source `yaml:"hostId"`
	Code      *Source `yaml:"code"`
	Message   *Source `yaml:"message"`
	// Codes are the server's error codes, each with the documented one.
	Codes map[string]string `yaml:"codes"`
	JobID *Source           `yaml:"jobId"` // BackupJobId of the current edition
}

// Parameter says how a parameter of CreateBackup is sent.
type Parameter struct {
	// Name at the server; empty is its own. In a JSON body a dot goes one level down.
	Name string `yaml:"name,short"`
	In   string `yaml:"in" enum:"query header body"` // default body, or query where there is none
	// Values are the server's spellings; a value that is not among them is sent as it is.
	Values map[string]string `yaml:"values"`
	// Type that a value has in a JSON body; one that is not of it is sent as a string.
	Type string `yaml:"type" enum:"string number boolean list"`
}

// Matcher says which answers are meant: by status, and where Where is given by what that finds.
type Matcher struct {
	Status []StatusRange `yaml:"status"`
	Where  *Source       `yaml:"where"`
	// Equals is what Where must find one of; empty is anything at all.
	Equals []string `yaml:"equals" check:"literal"`
}

// Source is where in an answer a text stands: one of the three.
type Source struct {
	Header string   `yaml:"header"`
	JSON   JSONPath `yaml:"json"`
	XML    XPath    `yaml:"xml"`
}

// DescribeBackup is the template of an operation that lists the backups of an instance, and how one of them is read.
type DescribeBackup struct {
	Request `yaml:",inline"`
	Items   Source `yaml:"items"` // the backups, in any order
	// The rest is read from each item, so paths begin there.
	ID        Source            `yaml:"id"`
	Method    *Source           `yaml:"backupMethod"`
	Strategy  *Source           `yaml:"backupStrategy"`
	Databases *Source           `yaml:"databases"`
	Type      *Source           `yaml:"backupType"`
	Status    *Source           `yaml:"status"`
	Started   *Source           `yaml:"started"` // what the backups are put in order by; default is the order they come in
	Values    map[string]string `yaml:"values"`  // the server's spellings of methods, strategies, types and states
}

// StatusRange is a set of HTTP statuses, written 201, 200-204 or 4xx.
type StatusRange struct{ From, To int }

// Has tells whether the status is in the set.
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
		return errors.New("must be an HTTP status such as 201, 200-204 or 4xx")
	}
	return nil
}

// JSONPath is a compiled path in JSON; its zero value is none.
type JSONPath struct {
	text string
	expr jp.Expr
}

// UnmarshalText compiles the path.
func (p *JSONPath) UnmarshalText(text []byte) error {
	if len(text) == 0 || text[0] != '$' && text[0] != '@' {
		return errors.New("must be a JSONPath such as $.backup.id")
	}
	expr, err := jp.Parse(text)
	if err != nil {
		return fmt.Errorf("no JSONPath: %w", err)
	}
	p.text, p.expr = string(text), expr
	return nil
}

// String returns the path as written.
func (p JSONPath) String() string { return p.text }

// Find returns what is at the path in a decoded document.
func (p JSONPath) Find(document any) []any { return p.expr.Get(document) }

// XPath is a compiled path in XML; its zero value is none.
type XPath struct {
	text string
	expr *xpath.Expr
}

// UnmarshalText compiles the path.
func (p *XPath) UnmarshalText(text []byte) error {
	expr, err := xpath.Compile(string(text))
	if err != nil {
		return fmt.Errorf("no XPath: %w", err)
	}
	p.text, p.expr = string(text), expr
	return nil
}

// String returns the path as written.
func (p XPath) String() string { return p.text }

// Expr returns the compiled path, or nil for none.
func (p XPath) Expr() *xpath.Expr { return p.expr }
