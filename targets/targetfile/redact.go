package targetfile

import (
	"maps"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets/redact"
)

// Secrets returns the texts of the file that must not be shown, also if a target echoes them.
func (f *File) Secrets() []string {
	if f.secrets == nil {
		return nil
	}
	return slices.Clone(f.secrets())
}

// Redacted returns a copy of the file without secrets.
func (f *File) Redacted() *File {
	c := *f
	c.secrets = nil
	for _, s := range []*Secret{&c.Proxy, &c.Auth.AccessKeyID, &c.Auth.AccessKeySecret, &c.Auth.SecurityToken, &c.Control.Token} {
		*s = Secret(s.String())
	}
	if c.Mapped == nil {
		return &c
	}
	m := *c.Mapped
	m.Authentication.Bearer = Secret(m.Authentication.Bearer.String())
	if b := m.Authentication.Basic; b != nil {
		m.Authentication.Basic = &Basic{User: f.hide(b.User), Password: Secret(b.Password.String())}
	}
	if k := m.Authentication.APIKey; k != nil {
		m.Authentication.APIKey = &APIKey{Header: k.Header, Query: k.Query, Value: Secret(k.Value.String())}
	}
	m.CreateBackup.Request = f.hideRequest(m.CreateBackup.Request)
	m.CreateBackup.Constants = f.hideAll(m.CreateBackup.Constants)
	if x := m.DescribeBackups; x != nil {
		d := *x
		d.Request = f.hideRequest(d.Request)
		m.DescribeBackups = &d
	}
	c.Mapped = &m
	return &c
}

func (f *File) hideRequest(r Request) Request {
	r.Path, r.Query, r.Headers = f.hide(r.Path), f.hideAll(r.Query), f.hideAll(r.Headers)
	return r
}

func (f *File) hideAll(texts map[string]string) map[string]string {
	c := maps.Clone(texts)
	for k, v := range c {
		c[k] = f.hide(v)
	}
	return c
}

func (f *File) hide(s string) string {
	for _, secret := range f.Secrets() {
		s = strings.ReplaceAll(s, secret, redact.Redacted)
	}
	return s
}
