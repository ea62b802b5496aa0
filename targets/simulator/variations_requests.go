package simulator

import (
	"cmp"
	"slices"
	"strings"
)

// requestVariations are differences in how parameters and signatures are read, where the
// document leaves that open.
var requestVariations = []Variation{
	{
		Name:        "values-in-any-case",
		Description: "Values are recognised in any letter case.",
		Source:      silent,
		apply: changesReading(func(c *creation) {
			respell := func(value *string, documented ...string) {
				for _, v := range documented {
					if strings.EqualFold(*value, v) {
						*value = v
					}
				}
			}
			respell(&c.method, "Physical", "Logical", "Snapshot")
			respell(&c.strategy, "db", "instance")
			respell(&c.kind, "Auto", "FullBackup")
		}),
	},
	{
		Name:        "empty-is-absent",
		Description: "An empty parameter counts as absent.",
		Source:      silent,
		apply: changesReading(func(c *creation) {
			for _, name := range optional {
				if c.given[name] && c.e.params.value(name) == "" {
					c.given[name] = false
				}
			}
			c.method, c.kind = cmp.Or(c.method, "Physical"), cmp.Or(c.kind, "Auto")
		}),
	},
	{
		Name:        "instance-in-any-case",
		Description: "An instance is found by its id in any letter case.",
		Source:      silent,
		apply:       findsInstance(strings.EqualFold),
	},
	{
		Name:        "instance-trimmed",
		Description: "White space around an id is ignored.",
		Source:      silent,
		apply:       findsInstance(likeTo(strings.TrimSpace)),
	},
	{
		Name:        "database-in-any-case",
		Description: "A database is found by its name in any letter case, and listed as it is called.",
		Source:      silent,
		apply:       findsLikeDatabase(strings.EqualFold),
	},
	{
		Name:        "database-shown-as-asked",
		Description: "A database is found by its name in any letter case, and listed as it was asked for.",
		Source:      silent,
		apply: spelledOtherwise(strings.EqualFold, func(c *creation, made *backup) {
			made.databases = []string{c.dbName}
		}),
	},
	{
		Name:        "space-trimmed",
		Description: "White space around values is ignored.",
		Source:      silent,
		apply: changesReading(func(c *creation) {
			for _, v := range []*string{&c.method, &c.strategy, &c.kind, &c.dbName} {
				*v = strings.TrimSpace(*v)
			}
		}),
	},
	{
		Name:        "unknown-parameter-refused",
		Description: "Unknown parameters are refused.",
		Source:      "the client error table has UnsupportedParameter",
		apply: refusesIf(func(e *exchange) bool {
			return slices.ContainsFunc(e.params, func(p pair) bool { return strings.HasSuffix(p.name, "Extra") })
		}),
	},
	{
		Name:        "window-15-minutes",
		Description: "An HMAC-SHA1 signature is valid for 15 minutes.",
		Source:      "the gateway's page",
		apply:       authenticates(func(a *authentication) { a.window = windowACS3 }),
	},
	{
		Name:        "signature-said-to-be-another",
		Description: "A right signature is let in whatever SignatureMethod and SignatureVersion say.",
		Source:      "no page says how this is answered",
		apply:       authenticates(func(a *authentication) { a.lenient = true }),
	},
	{
		Name:        "future-accepted",
		Description: "A timestamp in the future is let in.",
		Source:      silent,
		apply:       authenticates(func(a *authentication) { a.future = 0 }),
	},
	{
		Name:        "action-in-any-case",
		Description: "Action is recognised in any letter case.",
		Source:      silent,
		apply: rewrites(func(e *exchange) {
			if strings.EqualFold(e.params.value("Action"), "CreateBackup") {
				e.params.set("Action", "CreateBackup")
			}
		}),
	},
	{
		Name:        "names-in-any-case",
		Description: "Parameter names are recognised in any letter case.",
		Source:      silent,
		apply: rewrites(func(e *exchange) {
			for i, p := range e.params {
				for _, name := range append([]string{"Action", "DBInstanceId", "Format", "Version"}, optional...) {
					if strings.EqualFold(p.name, name) {
						e.params[i].name = name
					}
				}
			}
		}),
	},
	{
		Name:        "repeated-first-wins",
		Description: "The first of repeated parameters counts.",
		Source:      silent,
		apply: rewrites(func(e *exchange) {
			var kept params
			for _, p := range e.params {
				if kept.count(p.name) == 0 {
					kept = append(kept, p)
				}
			}
			e.params = kept
		}),
	},
	{
		Name:        "repeated-last-wins",
		Description: "The last of repeated parameters counts.",
		Source:      silent,
		apply:       takes(last),
	},
	{
		Name:        "repeated-refused",
		Description: "A call that repeats any parameter is refused.",
		Source:      silent,
		apply: refusesIf(func(e *exchange) bool {
			return slices.ContainsFunc(e.params, func(p pair) bool { return e.params.count(p.name) > 1 })
		}),
	},
	{
		Name:        "repeated-joined",
		Description: "The values of repeated parameters are joined by commas.",
		Source:      "ASP.NET does so",
		apply: takes(func(e *exchange, _ params, name string) string {
			return strings.Join(sent(e, name), ",")
		}),
	},
	{
		Name:        "query-wins",
		Description: "A parameter of the query counts, and not that of the form with its name.",
		Source:      silent,
		apply:       takes(ofQuery),
	},
	{
		Name:        "items-of-lists-read",
		Description: "BackupMethod[] and BackupMethod.1 are read as BackupMethod if that is absent.",
		Source:      silent,
		apply: rewrites(func(e *exchange) {
			for i, p := range e.params {
				name := strings.TrimSuffix(strings.TrimSuffix(p.name, "[]"), ".1")
				if e.params.count(name) == 0 && slices.Contains(optional, name) {
					e.params[i].name = name
				}
			}
		}),
	},
	{
		Name:        "older-clients-refused",
		Description: "The owner parameters of older clients are refused.",
		Source:      "the client error table has UnsupportedParameter",
		apply: refusesIf(func(e *exchange) bool {
			return slices.ContainsFunc(e.params, func(p pair) bool { return strings.Contains(p.name, "Owner") })
		}),
	},
	{
		Name:        "client-token-checked",
		Description: "A ClientToken that is not a UUID is refused.",
		Source:      silent,
		apply: refusesIf(func(e *exchange) bool {
			token, given := e.params.get("ClientToken")
			return given && len(token) != 36
		}),
	},
	{
		Name: "list-spaces-overlooked", Edition: current,
		Description: "White space around the names of a list is ignored.",
		Source:      silent,
		apply: changesReading(func(c *creation) {
			c.dbName = strings.ReplaceAll(strings.ReplaceAll(c.dbName, ", ", ","), " ,", ",")
		}),
	},
	{
		Name:        "control-characters-refused",
		Description: "Any parameter with a control character is refused.",
		Source:      silent,
		apply: refusesRequest(func(e *exchange) *refusal {
			for _, p := range e.params {
				if strings.ContainsFunc(p.value, func(r rune) bool { return r < ' ' }) {
					return invalid(p.name)
				}
			}
			return nil
		}),
	},
}
