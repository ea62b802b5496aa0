package simulator

import (
	"slices"
	"strings"
)

// repeatedFaults are mistakes with parameters that are there twice, or beside others that look like
// them: one value is checked, and another takes effect.
var repeatedFaults = []Fault{
	{
		Name: "first-checked-last-done", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-METHOD-7", "CB-METHOD-5", "CB-DBNAME-1", "CB-TYPE-2"},
		Description: "The first value of a repeated parameter is checked, and the last takes effect.",
		apply:       checksOneDoesOther(first, last),
	},
	{
		Name: "last-checked-first-done", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-METHOD-7", "CB-METHOD-5", "CB-DBNAME-1", "CB-TYPE-2"},
		Description: "The last value of a repeated parameter is checked, and the first takes effect.",
		apply:       checksOneDoesOther(last, first),
	},
	{
		Name: "query-checked-form-done", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-METHOD-7", "CB-METHOD-5", "CB-DBNAME-1"},
		Description: "The parameters of the query are checked, and those of the form take effect.",
		apply:       checksOneDoesOther(ofQuery, ofForm),
	},
	{
		Name: "form-checked-query-done", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-METHOD-7", "CB-METHOD-5", "CB-DBNAME-1"},
		Description: "The parameters of the form are checked, and those of the query take effect.",
		apply:       checksOneDoesOther(ofForm, ofQuery),
	},
	{
		Name: "repeated-database-not-checked", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-DBNAME-1"},
		Description: "A repeated DBName is not checked, and the whole instance is backed up.",
		apply: together(takes(first), accepts("InvalidDBName.NotFound", func(c *creation) bool {
			return len(sent(c.e, "DBName")) > 1
		}), makes(all(ofDatabases, func(c *creation) bool { return len(sent(c.e, "DBName")) > 1 }), coversInstance)),
	},
	{
		Name: "first-instance-checked-last-backed-up", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-INSTANCE-3"},
		Description: "The first DBInstanceId is checked, and the instance of the last is backed up.",
		apply:       checksInstance(first, last),
	},
	{
		Name: "last-instance-checked-first-backed-up", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-INSTANCE-3"},
		Description: "The last DBInstanceId is checked, and the instance of the first is backed up.",
		apply:       checksInstance(last, first),
	},
	{
		Name: "item-of-list-done", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-METHOD-7", "CB-METHOD-5"},
		Description: "BackupMethod is checked, and what BackupMethod[], BackupMethod[0] or BackupMethod.1 says takes effect.",
		apply: makes(anyCall, func(c *creation, made *backup) {
			for _, p := range c.e.params {
				if p.name != "BackupMethod" && strings.HasPrefix(p.name, "BackupMethod") {
					made.method = p.value
				}
			}
		}),
	},
	{
		Name: "name-in-lower-case-done", Kind: interaction, Factors: 2,
		Rules:       []string{"CB-METHOD-7", "CB-METHOD-5"},
		Description: "BackupMethod is checked, and what backupmethod says takes effect.",
		apply: makes(anyCall, func(c *creation, made *backup) {
			if method, given := c.e.params.get("backupmethod"); given {
				made.method = method
			}
		}),
	},
}

// choice chooses one of the parameters of a name, as params or as the exchange says.
type choice func(e *exchange, sent params, name string) string

func first(_ *exchange, sent params, name string) string {
	return sent[slices.IndexFunc(sent, func(p pair) bool { return p.name == name })].value
}

func last(_ *exchange, sent params, name string) string { return sent.value(name) }

func ofQuery(e *exchange, sent params, name string) string {
	if v, given := e.query.get(name); given {
		return v
	}
	return sent.value(name)
}

func ofForm(e *exchange, sent params, name string) string {
	if len(sent) > len(e.query) {
		if v, given := sent[len(e.query):].get(name); given {
			return v
		}
	}
	return sent.value(name)
}

// take leaves one of the parameters of every name.
func take(e *exchange, which choice) params {
	var kept params
	for _, p := range e.received {
		if kept.count(p.name) == 0 {
			kept = append(kept, pair{p.name, which(e, e.received, p.name)})
		}
	}
	return kept
}

// sent lists the values that a parameter was sent with.
func sent(e *exchange, name string) []string {
	var values []string
	for _, p := range e.received {
		if p.name == name {
			values = append(values, p.value)
		}
	}
	return values
}

// takes lets one of repeated parameters count.
func takes(which choice) change {
	return rewrites(func(e *exchange) { e.params = take(e, which) })
}

// checksOneDoesOther decides by one of repeated parameters and makes a backup by another.
func checksOneDoesOther(checked, done choice) change {
	return together(takes(checked), makes(anyCall, func(c *creation, made *backup) {
		other := *c
		e := *c.e
		e.params = take(&e, done)
		other.e, other.given = &e, map[string]bool{}
		other.read()
		as := other.backup()
		made.method, made.strategy, made.databases, made.kind = as.method, as.strategy, as.databases, as.kind
	}))
}

// checksInstance decides on the instance of one DBInstanceId and backs up that of another.
func checksInstance(checked, done choice) change {
	return together(takes(checked), afterAccepting(func(c *creation) {
		id := done(c.e, c.e.received, "DBInstanceId")
		if id == c.in.id {
			return
		}
		made := c.in.removeLast()
		c.e.s.eachOther(c.in, func(other *instance) {
			if other.id == id {
				other.add(made)
			}
		})
	}))
}
