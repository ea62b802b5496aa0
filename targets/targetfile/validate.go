package targetfile

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets/typo"
)

// validate finds what is wrong between the keys.
func (d *decoder) validate(f *File) {
	if !d.has("endpoint") && len(d.errs) == 0 { // else one of the mistakes may be what it is written as
		d.failAt("", "endpoint is missing: the URL that CreateBackup is sent to")
	}
	if f.Auth.Signature == "none" && (f.Auth.AccessKeyID != "" || f.Auth.AccessKeySecret != "" || f.Auth.Profile != "") {
		d.failAt("auth.signature", "signature none goes with no access key: leave out one or the other")
	}
	if (f.Auth.AccessKeyID == "") != (f.Auth.AccessKeySecret == "") && len(d.errs) == 0 {
		d.failAt("auth", "accessKeyId and accessKeySecret go together: one is missing")
	}
	if f.Auth.Profile != "" && f.Auth.AccessKeyID != "" {
		d.failAt("auth.profile", "profile and accessKeyId: leave out one or the other")
	}
	if (f.TLS.Cert == "") != (f.TLS.Key == "") {
		d.failAt("tls", "cert and key go together: one is missing")
	}
	if !d.has("control.url") && f.Control.Token != "" {
		d.failAt("control.token", "a token without a url")
	}
	if f.Observe == ObserveControl && !d.has("control.url") {
		d.failAt("observe", "observe: control needs the url of the control protocol: add control, or observe: describe")
	}
	d.validateFixtures(f)
	d.validateHooks(f)
	d.validateMapping(f)
}

func (d *decoder) validateFixtures(f *File) {
	seen := map[string]bool{}
	for i, x := range f.Fixtures {
		at := fmt.Sprintf("fixtures[%d]", i)
		switch {
		case x.ID == "" && d.has(at):
			d.failAt(at, "a fixture without an id")
		case seen[x.ID]:
			d.failAt(at+".id", "the fixture %q is there twice", x.ID)
		}
		seen[x.ID] = true
		if slices.Contains(x.Databases, "") {
			d.failAt(at+".databases", "a database without a name")
		}
	}
	if len(f.Fixtures) > 0 && f.Control.URL != "" {
		d.failAt("fixtures", "fixtures are for a target without control: leave out one or the other")
	}
}

func (d *decoder) validateHooks(f *File) {
	v := reflect.ValueOf(f.Hooks)
	for _, x := range fields(v.Type()) {
		h := v.FieldByIndex(x.index).Interface().(*Hook)
		at := "hooks." + x.name
		if h == nil || !d.has(at) {
			continue
		}
		switch {
		case len(h.Command) == 0 == (h.Shell == ""):
			d.failAt(at, "the hook %s needs a command, or a line for a shell (shell: …), and not both", x.name)
		case h.Shell != "":
		case h.Command[0] == "":
			d.failAt(at+".command", "the hook %s has a command without a name", x.name)
		case len(h.Command) == 1 && strings.Contains(h.Command[0], " "):
			if _, err := os.Stat(f.relative(h.Command[0])); err != nil {
				d.failAt(at+".command", "the hook %s: a command with arguments is a list: [%s]; or a line for a shell: {shell: …}",
					x.name, strings.Join(strings.Fields(h.Command[0]), ", "))
			}
		}
	}
}

// Placeholder is {Name} in a path, query or header of a mapping: the value of the call's parameter of that name.
var Placeholder = regexp.MustCompile(`\{([A-Za-z][A-Za-z0-9]*)\}`)

// parameters that a call of CreateBackup may have, of either edition.
var parameters = []string{"DBInstanceId", "BackupMethod", "BackupStrategy", "DBName", "BackupType", "BackupRetentionPeriod",
	"ResourceGroupId", "RegionId", "Format", "Version", "Action"}

func (d *decoder) validateMapping(f *File) {
	switch {
	case f.Protocol == Mapped && f.Mapped == nil:
		d.failAt("protocol", "protocol mapped needs the section mapped, which describes the requests")
		return
	case f.Mapped == nil:
		return
	case f.Protocol != Mapped:
		d.failAt("mapped", "the section mapped is for protocol: mapped")
	}
	m := f.Mapped
	given := 0
	for _, is := range []bool{m.Authentication.Bearer != "", m.Authentication.Basic != nil, m.Authentication.APIKey != nil} {
		if is {
			given++
		}
	}
	if given > 1 {
		d.failAt("mapped.authentication", "one of bearer, basic and apiKey")
	}
	if k := m.Authentication.APIKey; k != nil && (k.Header == "") == (k.Query == "") {
		d.failAt("mapped.authentication.apiKey", "an API key stands in a header or in the query: give one of the two")
	}
	if f.Auth.Signature != "" && f.Auth.Signature != "none" {
		d.failAt("auth.signature", "a mapped target signs nothing: how it authenticates is mapped.authentication")
	}
	d.validateCreateBackup(&m.CreateBackup)
	if m.DescribeBackups != nil {
		x := m.DescribeBackups
		at := "mapped.describeBackups"
		d.validateRequest(at, x.Request)
		for _, s := range []struct {
			name   string
			source *Source
		}{{"items", &x.Items}, {"id", &x.ID}, {"backupMethod", x.Method}, {"backupStrategy", x.Strategy}, {"databases", x.Databases},
			{"backupType", x.Type}, {"status", x.Status}, {"started", x.Started}} {
			d.validateSource(at+"."+s.name, s.source, false)
		}
	}
	if f.Observe == ObserveDescribe && m.DescribeBackups == nil {
		d.failAt("observe", "observe: describe needs mapped.describeBackups")
	}
}

func (d *decoder) validateCreateBackup(c *CreateBackup) {
	at := "mapped.createBackup"
	if !d.has(at) {
		d.failAt("mapped", "createBackup is missing: the request that makes a backup")
		return
	}
	if c.Request.Method == "" && !d.has(at+".method") {
		d.failAt(at, "method is missing: the HTTP method of the request")
	}
	d.validateRequest(at, c.Request)
	if c.Constants != nil && (c.Body == "" || c.Body == "none") {
		d.failAt(at+".constants", "constants stand in the body, and there is none: add body: json or body: form")
	}
	for name, p := range c.Parameters {
		where := at + ".parameters." + name
		if !slices.Contains(parameters, name) {
			if near := typo.Nearest(name, parameters); near != "" {
				d.failAt(where, "unknown parameter %q: did you mean %s?", name, near)
			} else {
				d.failAt(where, "unknown parameter %q: CreateBackup has %s", name, either(parameters[:6]))
			}
		}
		if p.In == "body" && (c.Body == "" || c.Body == "none") {
			d.failAt(where, "%s is to stand in the body, and there is none: add body: json or body: form", name)
		}
	}
	for _, s := range []struct {
		name   string
		source *Source
	}{{"accepted.where", c.Accepted.Where}, {"refused.where", c.Refused.Where}, {"requestId", c.RequestID}, {"hostId", c.HostID},
		{"code", c.Code}, {"message", c.Message}, {"jobId", c.JobID}} {
		d.validateSource(at+"."+s.name, s.source, true)
	}
}

func (d *decoder) validateRequest(at string, r Request) {
	switch {
	case r.Path == "":
		d.failAt(at, "path is missing: it is appended to the endpoint's, such as /instances/{DBInstanceId}/backups")
	case !strings.HasPrefix(r.Path, "/"):
		d.failAt(at+".path", "path: must begin with /")
	case strings.ContainsAny(r.Path, "?#"):
		d.failAt(at+".path", "path: must hold neither a query nor a fragment: use query")
	}
	texts := map[string]string{".path": r.Path}
	for k, v := range r.Query {
		texts[".query."+k] = v
	}
	for k, v := range r.Headers {
		texts[".headers."+k] = v
	}
	for where, s := range texts {
		for _, m := range Placeholder.FindAllStringSubmatch(s, -1) {
			if !slices.Contains(parameters, m[1]) {
				near := typo.Nearest(m[1], parameters)
				if near != "" {
					near = ": did you mean {" + near + "}?"
				}
				d.failAt(at+where, "{%s} is no parameter of CreateBackup%s", m[1], near)
			}
		}
	}
}

func (d *decoder) validateSource(at string, s *Source, header bool) {
	if s == nil {
		return
	}
	given := 0
	for _, is := range []bool{s.Header != "", s.JSON.text != "", s.XML.text != ""} {
		if is {
			given++
		}
	}
	name := at[strings.LastIndexByte(at, '.')+1:]
	switch {
	case given != 1 && len(d.errs) == 0:
		d.failAt(at, "%s stands in one place: header, json (a JSONPath) or xml (an XPath)", name)
	case s.Header != "" && !header:
		d.failAt(at+".header", "%s cannot stand in a header: json or xml", name)
	}
}
