package targetfile

import (
	"regexp"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets/typo"
)

// Placeholder matches {Name} in a path, query or header of a mapping. It stands for the value of
// the call's parameter with that name.
var Placeholder = regexp.MustCompile(`\{([A-Za-z][A-Za-z0-9]*)\}`)

// parameters are those of CreateBackup, of both editions. The first six are its business
// parameters.
var parameters = []string{
	"DBInstanceId", "BackupMethod", "BackupStrategy", "DBName", "BackupType", "BackupRetentionPeriod",
	"ResourceGroupId", "RegionId", "Format", "Version", "Action",
}

func (d validator) validateMapping(f *File) {
	switch {
	case f.Protocol == Mapped && f.Mapped == nil:
		d.failAt("protocol", "protocol: mapped needs the section mapped: add it")
		return
	case f.Mapped == nil:
		return
	case f.Protocol != Mapped:
		d.failAt("mapped", "the section mapped needs protocol: mapped: add it")
	}
	m := f.Mapped
	d.validateAuthentication(m.Authentication)
	if f.Auth.Signature != "" && f.Auth.Signature != "none" {
		d.failAt("auth.signature", "a mapped target signs nothing: use mapped.authentication")
	}
	d.validateCreateBackup(&m.CreateBackup)
	if m.DescribeBackups != nil {
		d.validateDescribeBackups(m.DescribeBackups)
	}
	if f.Observe == ObserveDescribe && m.DescribeBackups == nil {
		d.failAt("observe", "observe: describe needs mapped.describeBackups: add it")
	}
}

func (d validator) validateAuthentication(a Authentication) {
	if count(a.Bearer != "", a.Basic != nil, a.APIKey != nil) > 1 {
		d.failAt("mapped.authentication", "bearer, basic and apiKey exclude each other: keep one of them")
	}
	if k := a.APIKey; k != nil && (k.Header == "") == (k.Query == "") {
		d.failAt("mapped.authentication.apiKey", "an API key is either in a header or in the query: name one of them")
	}
}

func count(conditions ...bool) int {
	n := 0
	for _, is := range conditions {
		if is {
			n++
		}
	}
	return n
}

func (d validator) validateDescribeBackups(m *DescribeBackup) {
	const at = "mapped.describeBackups"
	d.validateRequest(at, m.Request)
	for _, s := range []struct {
		name   string
		source *Source
	}{
		{"items", &m.Items}, {"id", &m.ID}, {"backupMethod", m.Method}, {"backupStrategy", m.Strategy}, {"databases", m.Databases},
		{"backupType", m.Type}, {"status", m.Status}, {"started", m.Started},
	} {
		d.validateSource(at+"."+s.name, s.source)
		if s.source != nil && s.source.Header != "" {
			d.failAt(at+"."+s.name+".header", "%s cannot be in a header: use json or xml", s.name)
		}
	}
}

func (d validator) validateCreateBackup(c *CreateBackup) {
	at := "mapped.createBackup"
	if !d.has(at) {
		d.failAt("mapped", "createBackup is missing: add the request that makes a backup")
		return
	}
	if c.Request.Method == "" && !d.has(at+".method") {
		d.failAt(at, "method is missing: add the HTTP method of the request")
	}
	d.validateRequest(at, c.Request)
	if c.Constants != nil && (c.Body == "" || c.Body == "none") {
		d.failAt(at+".constants", "constants need a body: add body: json or body: form")
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
			d.failAt(where, "%s needs a body: add body: json or body: form", name)
		}
	}
	for _, s := range []struct {
		name   string
		source *Source
	}{
		{"accepted.where", c.Accepted.Where}, {"refused.where", c.Refused.Where}, {"requestId", c.RequestID}, {"hostId", c.HostID},
		{"code", c.Code}, {"message", c.Message}, {"jobId", c.JobID},
	} {
		d.validateSource(at+"."+s.name, s.source)
	}
}

func (d validator) validateRequest(at string, r Request) {
	switch {
	case r.Path == "":
		d.failAt(at, "path is missing: add one such as /instances/{DBInstanceId}/backups, which is appended to the endpoint")
	case !strings.HasPrefix(r.Path, "/"):
		d.failAt(at+".path", "path: it must begin with /")
	case strings.ContainsAny(r.Path, "?#"):
		d.failAt(at+".path", "path: it must hold neither a query nor a fragment: use query")
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
				d.failAt(at+where, "{%s} is not a parameter of CreateBackup%s", m[1], near)
			}
		}
	}
}

// validateSource checks that a source has exactly one place.
func (d validator) validateSource(at string, s *Source) {
	if s == nil || count(s.Header != "", s.JSON.text != "", s.XML.text != "") == 1 || len(d.errs) > 0 {
		return
	}
	name := at[strings.LastIndexByte(at, '.')+1:]
	d.failAt(at, "%s needs one place: header, json (a JSONPath) or xml (an XPath)", name)
}
