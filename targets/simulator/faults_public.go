package simulator

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// publicFaults are mistakes in how a request is read: HTTP method, query and form, encoding,
// Version and parameters that every operation has (features/public.feature).
var publicFaults = []Fault{
	{
		Name: "version-ignored", Kind: ignored,
		Rules:       []string{"CB-PUBLIC-3"},
		Description: "Any Version is accepted.",
		apply:       rewrites(func(e *exchange) { e.params.set("Version", "2014-08-15") }),
	},
	{
		Name: "auto-get-first-refused", Kind: interaction, Factors: 3, Edition: original,
		Rules:       []string{"CB-PUBLIC-1", "CB-TYPE-1"},
		Description: "A GET call with BackupType Auto is refused if the instance has one backup today.",
		apply:       refuses(invalid("BackupType"), all(kind("Auto"), given("BackupType"), sentBy("GET"), today(1))),
	},
	{
		Name: "plus-is-plus", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-5"},
		Description: "A query with a plus sign for a space, or with lower-case hexadecimal digits, is refused.",
		apply: refusesIf(func(e *exchange) bool {
			query := e.r.URL.RawQuery
			return strings.Contains(query, "%2") && strings.Contains(query, "+") || lowerHex(query)
		}),
	},
	{
		Name: "everything-encoded-refused", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-5"},
		Description: "A letter that is percent-encoded without need is refused.",
		apply: refusesIf(func(e *exchange) bool {
			return strings.Contains(e.r.URL.RawQuery+string(e.body), "%41")
		}),
	},
	{
		Name: "body-ignored", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-1"},
		Description: "Parameters in a form are ignored.",
		apply: rewrites(func(e *exchange) {
			if len(e.body) > 0 {
				e.params = e.query
			}
		}),
	},
	{
		Name: "get-refused", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-1"},
		Description: "GET calls are refused.",
		apply:       refusesIf(func(e *exchange) bool { return e.r.Method == http.MethodGet }),
	},
	{
		Name: "post-query-refused", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-1"},
		Description: "POST calls without a form are refused.",
		apply: refusesIf(func(e *exchange) bool {
			return e.r.Method == http.MethodPost && len(e.body) == 0
		}),
	},
	{
		Name: "regionid-refused", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-2"},
		Description: "Calls with RegionId are refused.",
		apply:       refusesIf(func(e *exchange) bool { return e.params.count("RegionId") > 0 }),
	},
	{
		Name: "signaturetype-refused", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-2"},
		Description: "Calls with SignatureType are refused.",
		apply:       refusesIf(func(e *exchange) bool { return e.params.count("SignatureType") > 0 }),
	},
	{
		Name: "small-format-refused", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-2"},
		Description: "A Format in lower case is refused.",
		apply: refusesIf(func(e *exchange) bool {
			f := e.params.value("Format")
			return f != strings.ToUpper(f)
		}),
	},
	{
		Name: "first-form-parameter-lost", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-1"},
		Description: "The first parameter of a form is ignored.",
		apply: rewrites(func(e *exchange) {
			if n := len(e.query); len(e.params) > n {
				e.params = slices.Delete(slices.Clone(e.params), n, n+1)
			}
		}),
	},
	{
		Name: "small-hex-refused", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-5"},
		Description: "Lower-case hexadecimal digits in an encoded value are refused.",
		apply: refusesIf(func(e *exchange) bool {
			return lowerHex(e.r.URL.RawQuery) || lowerHex(string(e.body))
		}),
	},
	{
		Name: "version-date-only", Kind: value,
		Rules:       []string{"CB-PUBLIC-3"},
		Description: "Any date is accepted as Version.",
		apply: rewrites(func(e *exchange) {
			if _, err := time.Parse(time.DateOnly, e.params.value("Version")); err == nil {
				e.params.set("Version", "2014-08-15")
			}
		}),
	},
	{
		Name: "version-wrong-500", Kind: statusKind,
		Rules:       []string{"CB-PUBLIC-3"},
		Description: "A wrong Version is answered with the status 500.",
		apply: changesEveryError(func(e *exchange) {
			if strings.Contains(e.doc.text("Message"), "Version") {
				e.status = http.StatusInternalServerError
			}
		}),
	},
	{
		Name: "values-end-at-nul", Kind: value,
		Rules:       []string{"CB-METHOD-3", "CB-STRATEGY-2", "CB-INSTANCE-2"},
		Description: "Every value is cut at its first NUL.",
		apply:       cutsValuesAt("\x00"),
	},
	{
		Name: "values-end-at-line", Kind: value,
		Rules:       []string{"CB-METHOD-3", "CB-STRATEGY-2", "CB-INSTANCE-2"},
		Description: "Every value is cut at its first line break.",
		apply:       cutsValuesAt("\n"),
	},
	{
		Name: "decoded-twice", Kind: wireKind,
		Rules:       []string{"CB-METHOD-3", "CB-PUBLIC-5"},
		Description: "Parameters are decoded twice.",
		apply:       decodesTwice(func(*exchange) bool { return true }),
	},
	{
		Name: "form-decoded-twice", Kind: wireKind, Factors: 2,
		Rules:       []string{"CB-METHOD-3", "CB-PUBLIC-5"},
		Description: "Parameters of a form are decoded twice.",
		apply:       decodesTwice(func(e *exchange) bool { return len(e.body) > 0 }),
	},
	{
		Name: "small-digits-not-decoded", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-5"},
		Description: "Lower-case hexadecimal digits in a percent-encoding are refused.",
		apply: refusesIf(func(e *exchange) bool {
			escapes := percentEncoded.FindAllString(e.r.URL.RawQuery+"&"+string(e.body), -1)
			return slices.ContainsFunc(escapes, func(s string) bool { return s != strings.ToUpper(s) })
		}),
	},
	{
		Name: "form-of-a-character-set-unread", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-1"},
		Description: "A form whose Content-Type names a character set is refused.",
		apply: refusesIf(func(e *exchange) bool {
			return strings.Contains(e.r.Header.Get("Content-Type"), ";")
		}),
	},
	{
		Name: "form-in-other-letters-unread", Kind: wireKind,
		Rules:       []string{"CB-PUBLIC-1"},
		Description: "A form whose Content-Type has upper-case letters is refused.",
		apply: refusesIf(func(e *exchange) bool {
			t := e.r.Header.Get("Content-Type")
			return t != strings.ToLower(t) && !strings.Contains(t, ";")
		}),
	},
	{
		Name: "owner-crashes", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1"},
		Description: "OwnerId, which older clients send, causes a server error.",
		apply:       crashesIf(has("OwnerId")),
	},
	{
		Name: "lower-case-name-crashes", Kind: wireKind,
		Rules:       []string{"CB-ROBUST-1"},
		Description: "An unknown parameter whose name begins in lower case causes a server error.",
		apply: crashesIf(func(e *exchange) bool {
			return slices.ContainsFunc(e.params, func(p pair) bool { return p.name != "" && 'a' <= p.name[0] && p.name[0] <= 'z' })
		}),
	},
	{
		Name: "client-token-known", Kind: untrue,
		Rules:       []string{"CB-RESPONSE-10", "CB-PRE-1"},
		Description: "A call with a ClientToken is answered as one that was made before, without a backup.",
		apply: afterAccepting(func(c *creation) {
			if hasParameter("ClientToken")(c) {
				c.in.removeLast()
			}
		}),
	},
	{
		Name: "dry-run-made", Kind: ignored,
		Rules:       []string{"CB-RESPONSE-10", "CB-PRE-1"},
		Description: "A call with DryRun is refused, and its backup is created.",
		apply: together(
			refuses(badRequest("DryRunOperation", "Request validation has been passed with DryRun flag set."), hasParameter("DryRun")),
			makesAlthoughRefused("DryRunOperation"),
		),
	},
	{
		Name: "resource-group-made-twice", Kind: untrue,
		Rules:       []string{"CB-RESPONSE-10", "CB-PRE-1", "CB-PUBLIC-2"},
		Description: "A call with a ResourceGroupId makes two backups.",
		apply: afterAccepting(func(c *creation) {
			if hasParameter("ResourceGroupId")(c) {
				c.in.add(c.in.last().copy())
			}
		}),
	},
}

// percentEncoded matches one percent-encoded byte.
var percentEncoded = regexp.MustCompile("%[0-9A-Fa-f]{2}")

// lowerHex reports whether a percent sign is followed by a lower-case hexadecimal digit.
func lowerHex(query string) bool {
	for i := 0; i+2 < len(query); i++ {
		if query[i] == '%' && strings.ContainsAny(query[i+1:i+3], "abcdef") {
			return true
		}
	}
	return false
}

// cutsValuesAt cuts the value of every parameter before end.
func cutsValuesAt(end string) change {
	return rewrites(func(e *exchange) {
		for i, p := range e.params {
			e.params[i].value, _, _ = strings.Cut(p.value, end)
		}
	})
}

// decodesTwice decodes the parameters of some requests a second time.
func decodesTwice(is func(*exchange) bool) change {
	return rewrites(func(e *exchange) {
		if !is(e) {
			return
		}
		for i, p := range e.params {
			if v, ok := decodeForm(p.value); ok {
				e.params[i].value = v
			}
		}
	})
}

// has reports whether a request has a parameter.
func has(name string) func(e *exchange) bool {
	return func(e *exchange) bool { return e.params.count(name) > 0 }
}

// hasParameter reports whether a call of CreateBackup has a parameter that it does not take.
func hasParameter(name string) predicate { return func(c *creation) bool { return has(name)(c.e) } }
