package simulator

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// exchange is one request with the answer that is made to it.
type exchange struct {
	s      *Simulator
	w      http.ResponseWriter
	r      *http.Request
	now    time.Time
	query  params // of the URL
	params params // of the URL and the form
	body   []byte
	action string
	format string

	status int
	doc    document
	code   string // of a refusal
}

// behaviour is what faults and variations change of a faithful server: each hook is asked in turn.
type behaviour struct {
	auth   authentication
	format string // where none is asked for
	gap    time.Duration
	// afterGap checks again what the gap does not stand behind; nil checks nothing again.
	afterGap func(c *creation) *refusal
	// control hooks
	engines, statuses, storages []string
	noControl                   map[string]bool // capabilities that are not offered

	rewrite    []func(e *exchange)                                         // likewise, once the signature was checked
	request []func(e *exchange)                                         // changes what was understood of a request
	refuse  []func(e *exchange) *refusal                                // turns a request down before anything is looked at
	read    []func(c *creation)                                         // changes what was read of a creation
	shown   []func(b *targets.Backup)                                   // changes what control shows
	asAsked bool                                                        // control shows the BackupType as asked for
	decide  []func(c *creation, r *refusal) *refusal                    // changes a decision; nil is accepted
	make    []func(c *creation, b *backup)                              // changes the backup that is made
	done    []func(c *creation, r *refusal)                             // after the decision was carried out
	answer  []func(e *exchange)                                         // changes what is answered
	write   []func(e *exchange, contentType *string, body *[]byte) bool // changes the bytes; true when it has written them itself
	control []func(in *instance, event string)
	options serverOptions
	// extra are operations beside the documented ones.
	extra map[string]func(*exchange) *refusal
	// names, where set, is what databases of control's instances may be called.
	names *regexp.Regexp
	// newID names the instances that control makes.
	newID func() string
	// clock has the day of every instance follow the clock.
	clock *dayClock
	// Mistakes in authentication that are of the order of things.
	unsigned       bool   // a call without any signature is let in
	tamper         string // what of a call the signature does not cover: changed or added parameters, or the form
	makeBeforeAuth bool   // the backup is made before the signature is looked at
}

// serverOptions are settings of the HTTP server itself.
type serverOptions struct {
	noKeepAlive bool
	http2       bool
}

func (s *Simulator) serve(w http.ResponseWriter, r *http.Request) {
	e := &exchange{s: s, w: w, r: r, now: s.options.Now(), format: s.behaviour.format}
	refusal := e.read()
	if refusal == nil {
		refusal = e.handle()
	}
	if refusal != nil {
		e.refused(refusal)
	}
	for _, f := range s.behaviour.answer {
		f(e)
	}
	e.send()
}

// read understands the request.
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
	for _, f := range e.s.behaviour.request {
		f(e)
	}
	format, refused := formatOf(e.params, e.r.Header.Get("Accept"), e.s.behaviour.format)
	e.format = format
	return refused
}

// handle does what the request asks for.
func (e *exchange) handle() *refusal {
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
	if r := e.authenticate(); r != nil && !e.lax(r) {
		if e.s.behaviour.makeBeforeAuth && e.s.find(e.params.value("DBInstanceId")) != nil {
			_ = e.createBackup() // the mistake
			e.doc = nil
		}
		return r
	}
	for _, f := range e.s.behaviour.rewrite {
		f(e)
	}
	e.action = e.params.value("Action")
	version, versioned := e.params.get("Version")
	if e.signedACS3() || e.action == "" && e.r.Header.Get("X-Acs-Action") != "" {
		if e.action == "" {
			e.action = e.r.Header.Get("X-Acs-Action")
		}
		if !versioned {
			version = e.r.Header.Get("X-Acs-Version")
		}
	}
	switch {
	case e.action == "":
		return missing("Action")
	case version != "2014-08-15":
		return badVersion
	}
	operation, known := operations[e.action]
	if extra := e.s.behaviour.extra[e.action]; extra != nil {
		operation, known = extra, true
	}
	if !known {
		return badAction
	}
	e.status = http.StatusOK
	e.doc = document{{"RequestId", newUUID()}}
	return operation(e)
}

var operations map[string]func(*exchange) *refusal

func init() {
	operations = map[string]func(*exchange) *refusal{
		"CreateBackup": (*exchange).createBackup, "DescribeBackups": (*exchange).describeBackups, "DescribeBackupTasks": (*exchange).describeBackupTasks,
		"DescribeDBInstanceAttribute": (*exchange).describeAttribute, "DescribeDBInstances": (*exchange).describeInstances,
		"DescribeDatabases": (*exchange).describeDatabases, "DeleteBackup": (*exchange).deleteBackup,
	}
}

// refused makes the error document.
func (e *exchange) refused(r *refusal) {
	e.status, e.code = r.status, r.code
	e.doc = document{{"RequestId", newUUID()}, {"HostId", e.r.Host}, {"Code", r.code}, {"Message", r.message}}
}

// root is the name of the document in XML.
func (e *exchange) root() string {
	if e.code != "" {
		return "Error"
	}
	return e.action + "Response"
}

func (e *exchange) send() {
	contentType := "application/json;charset=utf-8"
	var body []byte
	if e.format == "JSON" {
		body = appendJSON(make([]byte, 0, 256), e.doc)
	} else {
		contentType = "text/xml;charset=utf-8"
		body = appendXML([]byte(`<?xml version="1.0" encoding="UTF-8"?>`), e.root(), e.doc)
	}
	for _, f := range e.s.behaviour.write {
		if f(e, &contentType, &body) {
			return
		}
	}
	h := e.w.Header()
	if contentType != "" {
		h.Set("Content-Type", contentType)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if e.s.behaviour.options.noKeepAlive {
		h.Set("Connection", "close")
	}
	e.w.WriteHeader(e.status)
	_, _ = e.w.Write(body) // a client that has gone is no concern of the server
}

// instance finds the instance that the request names.
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

// lax tells whether a fault lets in what authentication refuses.
func (e *exchange) lax(r *refusal) bool {
	b := &e.s.behaviour
	_, signed := e.params.get("Signature")
	switch {
	case b.unsigned:
		return !signed && e.r.Header.Get("Authorization") == ""
	case b.tamper != "" && r.code == "SignatureDoesNotMatch":
		return e.tampered(b.tamper)
	}
	return false
}

// tampered tells whether the signature would be right for the call with one business parameter other than it is, as a server that does
// not cover these would find. How is changed, added, or form for those that were changed in the form.
func (e *exchange) tampered(how string) bool {
	query, all := e.query, e.params
	defer func() { e.query, e.params = query, all }()
	for _, name := range append([]string{"DBInstanceId"}, optional...) {
		v, given := all.get(name)
		if _, inQuery := query.get(name); !given || how == "form" && inQuery {
			continue
		}
		for _, p := range []*params{&e.query, &e.params} {
			*p = slices.Clone(*p)
			if _, has := p.get(name); !has {
				continue
			}
			if how == "added" {
				p.del(name)
			} else {
				p.replace(name, v+"x")
			}
		}
		if e.authenticate() == nil {
			return true
		}
		e.query, e.params = query, all
	}
	return false
}
