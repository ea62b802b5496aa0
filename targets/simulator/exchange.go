package simulator

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// exchange is one request and its answer.
type exchange struct {
	s      *Simulator
	w      http.ResponseWriter
	r      *http.Request
	now    time.Time
	query  params // of the URL
	params params // of the URL and then of the form
	// received are the parameters as they came, for faults.
	received params
	body     []byte
	action   string
	format   string // of the answer: XML or JSON

	status int
	doc    document
	code   string // of the error document; empty if the request succeeds
}

func (s *Simulator) serve(w http.ResponseWriter, r *http.Request) {
	e := &exchange{s: s, w: w, r: r, now: s.options.Now(), format: s.behaviour.format}
	refused := e.read()
	if refused == nil {
		refused = e.handle()
	}
	if refused != nil {
		e.refuse(refused)
	}
	for _, f := range s.behaviour.answer {
		f(e)
	}
	e.send()
	answered := newAnswered(e)
	s.calls.add(answered)
	if f := s.options.OnAnswer; f != nil {
		f(answered)
	}
}

// read reads the parameters of the request and the format it asks for.
func (e *exchange) read() *refusal {
	if len(e.r.RequestURI) > maxURI {
		return tooLongURI
	}
	if !e.query.parse(e.r.URL.RawQuery, decodeForm) {
		return badEncoding
	}
	var refused *refusal
	if e.body, refused = readBody(e.r); refused != nil {
		return refused
	}
	e.params = slices.Clone(e.query)
	if len(e.body) > 0 && isForm(e.r.Header.Get("Content-Type")) && !e.params.parse(string(e.body), decodeForm) {
		return badEncoding
	}
	for _, f := range e.s.behaviour.arrival {
		f(e)
	}
	format, refused := formatOf(e.params, e.r.Header.Get("Accept"), e.s.behaviour.format)
	e.format = format
	return refused
}

// handle carries out the request.
func (e *exchange) handle() *refusal {
	if refused := e.admit(); refused != nil {
		return refused
	}
	e.received = e.params
	for _, f := range e.s.behaviour.rewrite {
		f(e)
	}
	var version string
	e.action, version = e.operation()
	run := operations(e.action)
	switch {
	case e.action == "":
		return missing("Action")
	case version == "":
		return missing("Version")
	case version != "2014-08-15":
		return badVersion
	case run == nil:
		return badAction
	}
	e.status = http.StatusOK
	e.doc = document{{"RequestId", newUUID()}}
	return run(e)
}

// admit checks the HTTP method, the path and the signature.
func (e *exchange) admit() *refusal {
	switch {
	case e.r.Method != http.MethodGet && e.r.Method != http.MethodPost:
		return badMethodOfHTTP
	case e.r.URL.Path != "/" && e.r.URL.Path != "":
		return badPath
	}
	for _, f := range e.s.behaviour.refuse {
		if r := f(e); r != nil {
			return r
		}
	}
	r := e.authenticate()
	if r == nil {
		return nil
	}
	for _, pardons := range e.s.behaviour.pardon {
		if pardons(e, r) {
			return nil
		}
	}
	return r
}

// operation returns the action and version that the request names: in its parameters, or, if it has
// an ACS3 signature or no Action, in its headers.
func (e *exchange) operation() (action, version string) {
	action, version = e.params.value("Action"), e.params.value("Version")
	if e.signedACS3() || action == "" && e.r.Header.Get("X-Acs-Action") != "" {
		action = cmp.Or(action, e.r.Header.Get("X-Acs-Action"))
		if e.params.count("Version") == 0 {
			version = e.r.Header.Get("X-Acs-Version")
		}
	}
	return action, version
}

// operations returns the operation of that name, or nil.
func operations(action string) func(*exchange) *refusal {
	switch action {
	case "CreateBackup":
		return createBackup
	case "DescribeBackups":
		return onInstance(describeBackups)
	case "DescribeBackupTasks":
		return onInstance(describeBackupTasks)
	case "DescribeDBInstanceAttribute":
		return describeAttribute
	case "DescribeDBInstances":
		return describeInstances
	case "DescribeDatabases":
		return onInstance(describeDatabases)
	case "DeleteBackup":
		return onInstance(deleteBackup)
	}
	return nil
}

// refuse makes the error document.
func (e *exchange) refuse(r *refusal) {
	e.status, e.code = r.status, r.code
	e.doc = document{{"RequestId", newUUID()}, {"HostId", e.r.Host}, {"Code", r.code}, {"Message", r.message}}
}

// root is the name of the root element in XML.
func (e *exchange) root() string {
	if e.code != "" {
		return "Error"
	}
	return e.action + "Response"
}

func (e *exchange) send() {
	var m message
	if e.format == "JSON" {
		m = message{"application/json;charset=utf-8", appendJSON(make([]byte, 0, 256), e.doc)}
	} else {
		m = message{"text/xml;charset=utf-8", appendXML([]byte(`<?xml version="1.0" encoding="UTF-8"?>`), e.root(), e.doc)}
	}
	for _, f := range e.s.behaviour.write {
		if f(e, &m) {
			return
		}
	}
	h := e.w.Header()
	if m.contentType != "" {
		h.Set("Content-Type", m.contentType)
	}
	h.Set("Content-Length", strconv.Itoa(len(m.body)))
	if e.s.behaviour.noKeepAlive {
		h.Set("Connection", "close")
	}
	e.w.WriteHeader(e.status)
	_, _ = e.w.Write(m.body) // fails only if the client is gone
}

// instance returns the instance that the request names.
func (e *exchange) instance() (*instance, *refusal) {
	id, given := e.params.get("DBInstanceId")
	if !given || id == "" {
		return nil, missing("DBInstanceId")
	}
	in := e.s.find(id)
	if in == nil {
		return nil, noSuchInstance
	}
	return in, nil
}

// onInstance runs an operation on the instance that the request names, which it locks.
func onInstance(run func(e *exchange, in *instance) *refusal) func(*exchange) *refusal {
	return func(e *exchange) *refusal {
		in, refused := e.instance()
		if refused != nil {
			return refused
		}
		in.mu.Lock()
		defer in.mu.Unlock()
		in.settle(e.now)
		return run(e, in)
	}
}
