package targetfile

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
)

// validator finds mistakes that involve several keys, once a file is decoded.
type validator struct{ *decoder }

// validate checks the whole file.
func (d validator) validate(f *File) {
	if !d.has("endpoint") && len(d.errs) == 0 { // another mistake may be a misspelled endpoint
		d.failAt("", "endpoint is missing: add the URL that calls are sent to")
	}
	if f.Auth.Signature == "none" && (f.Auth.AccessKeyID != "" || f.Auth.AccessKeySecret != "" || f.Auth.Profile != "") {
		d.failAt("auth.signature", "signature none does not use an access key: remove one of them")
	}
	if (f.Auth.AccessKeyID == "") != (f.Auth.AccessKeySecret == "") && len(d.errs) == 0 {
		d.failAt("auth", "accessKeyId and accessKeySecret belong together: add the missing one")
	}
	if f.Auth.Profile != "" && f.Auth.AccessKeyID != "" {
		d.failAt("auth.profile", "profile and accessKeyId exclude each other: remove one of them")
	}
	if (f.TLS.Cert == "") != (f.TLS.Key == "") {
		d.failAt("tls", "cert and key belong together: add the missing one")
	}
	if !d.has("control.url") && f.Control.Token != "" {
		d.failAt("control.token", "token needs the url of the control protocol: add it")
	}
	if f.Observe == ObserveControl && !d.has("control.url") {
		d.failAt("observe", "observe: control needs the url of the control protocol: add control, or write observe: describe")
	}
	d.validateFixtures(f)
	d.validateHooks(f)
	d.validateMapping(f)
}

func (d validator) validateFixtures(f *File) {
	seen := map[string]bool{}
	for i, x := range f.Fixtures {
		at := fmt.Sprintf("fixtures[%d]", i)
		switch {
		case x.ID == "" && d.has(at):
			d.failAt(at, "the fixture has no id: add its DBInstanceId")
		case seen[x.ID]:
			d.failAt(at+".id", "the fixture %q is listed twice: remove one", x.ID)
		}
		seen[x.ID] = true
		if x.ID != "" && len(d.errs) == 0 {
			d.validateKnown(at, x, f)
		}
		if slices.Contains(x.Databases, "") {
			d.failAt(at+".databases", "a database has no name: add it")
		}
	}
	if len(f.Fixtures) > 0 && f.Control.URL != "" {
		d.failAt("fixtures", "fixtures and control exclude each other: remove one of them")
	}
}

// validateKnown checks that the file says what a fixture is, or how to look it up.
func (d validator) validateKnown(at string, x Fixture, f *File) {
	if f.Observe == ObserveDescribe && f.Protocol != Mapped {
		return
	}
	remedy := ", or write observe: describe to look it up"
	if f.Protocol == Mapped {
		remedy = ""
	}
	if x.Engine == "" {
		d.failAt(at, "the fixture %q has no engine: add its engine%s", x.ID, remedy)
	}
	if x.Databases == nil && !d.has(at+".databases") {
		d.failAt(at, "the fixture %q has no databases: add their names, or [] for none%s", x.ID, remedy)
	}
}

func (d validator) validateHooks(f *File) {
	v := reflect.ValueOf(f.Hooks)
	for _, x := range fields(v.Type()) {
		h := v.FieldByIndex(x.index).Interface().(*Hook)
		at := "hooks." + x.name
		if h == nil || !d.has(at) {
			continue
		}
		switch {
		case len(h.Command) == 0 == (h.Shell == ""):
			d.failAt(at, "the hook %s needs either a command or a shell command (shell: …)", x.name)
		case h.Shell != "":
		case h.Command[0] == "":
			d.failAt(at+".command", "the command of the hook %s has no name: add it", x.name)
		case len(h.Command) == 1 && strings.Contains(h.Command[0], " "):
			if _, err := os.Stat(f.relative(h.Command[0])); err != nil {
				d.failAt(at+".command", "the hook %s: write a command with arguments as a list: [%s], or as a shell command: {shell: …}",
					x.name, strings.Join(strings.Fields(h.Command[0]), ", "))
			}
		}
	}
}
