package mapped

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// Marks in a request for what only the shell knows. They are letters and digits, so that nothing
// encodes them.
const (
	markInstance = "cbspecMarkInstance"
	markToken    = "cbspecMarkToken"
)

var (
	// instanceRef matches what [targets.InstanceRef], [targets.CutRef] and [targets.TailRef] make.
	instanceRef = regexp.MustCompile(`\$\{instance(\d+)([%#]\?)?\}`)
	marks       = regexp.MustCompile(markInstance + `(\d+)(whole|cut|tail)|` + markToken)
	partOf      = map[string]string{"": "whole", "%?": "cut", "#?": "tail"}
	expansionOf = map[string]string{"whole": "", "cut": "%?", "tail": "#?"}
)

// Curl renders the call as a shell command. The variable instance0 is the id of the first instance,
// and so on. The variable CBSPEC_TOKEN is the password, token or key of the mapping.
func (t *Target) Curl(call targets.Call) string {
	if err := targets.CheckShell(call); err != nil {
		return "# " + err.Error()
	}
	shell := Target{base: t.base, mapping: t.mapping}
	shell.mapping.Authentication = marked(t.mapping.Authentication)
	call.Params = slices.Clone(call.Params)
	for i, p := range call.Params {
		call.Params[i].Value = instanceRef.ReplaceAllStringFunc(p.Value, func(ref string) string {
			m := instanceRef.FindStringSubmatch(ref)
			return markInstance + m[1] + partOf[m[2]]
		})
	}
	r, err := shell.build(call)
	if err != nil {
		return "# " + err.Error()
	}
	parts := []string{"curl -sS -i -X " + r.method, quote(t.secrets.Text(r.url.String()))}
	for _, name := range slices.Sorted(maps.Keys(r.header)) {
		for _, value := range r.header[name] {
			switch {
			case name == "User-Agent":
			case name == "Authorization" && t.mapping.Authentication.Basic != nil:
				user := t.secrets.Text(t.mapping.Authentication.Basic.User)
				parts = append(parts, "-u "+quote(user+":"+markToken))
			default:
				parts = append(parts, "-H "+quote(name+": "+t.secrets.Text(value)))
			}
		}
	}
	if len(r.body) > 0 {
		parts = append(parts, "--data-raw "+quote(t.secrets.Text(string(r.body))))
	}
	return strings.Join(parts, " ")
}

// marked returns the authentication with a mark in place of its secret.
func marked(a targetfile.Authentication) targetfile.Authentication {
	if a.Bearer != "" {
		a.Bearer = markToken
	}
	if a.APIKey != nil {
		a.APIKey = &targetfile.APIKey{Header: a.APIKey.Header, Query: a.APIKey.Query, Value: markToken}
	}
	return a
}

// quote returns a text as one word of a shell command, with variables in place of its marks.
func quote(s string) string {
	s = "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	return marks.ReplaceAllStringFunc(s, func(m string) string {
		if m == markToken {
			return `'"$CBSPEC_TOKEN"'`
		}
		of := marks.FindStringSubmatch(m)
		return `'"${instance` + of[1] + expansionOf[of[2]] + `}"'`
	})
}
