package simulator

import (
	"regexp"
	"strings"
)

// nameMistake is a mistake in looking for something by its name. It is a fault for each parameter
// that is a name.
type nameMistake struct {
	suffix string // of the name of the fault
	does   string // what the server does; it follows the name of the parameter
	finds  likeness
}

var nameMistakes = []nameMistake{
	{"padded", "is cut at 64 characters and compared without blanks at its end.", paddedTo(64)},
	{"padded-wide", "is cut at 255 characters and compared without blanks at its end.", paddedTo(255)},
	{"narrow-characters", "ends before the first character beyond U+FFFF.", narrow},
	{"invalid-bytes", "ends before the first byte that is not UTF-8.", firstInvalid},
	{"accents-ignored", "is compared without accents.", accentsIgnored},
	{"full-width", "is compared after NFKC, so that full-width letters count as ordinary ones.", compatible},
	{"decoded-twice", "is percent-decoded once more.", decodedAgain},
	{"unescaped", "loses its backslashes.", unescaped},
	{"unquoted", "loses quotes around it.", unquoted("'\"`")},
	{"unbracketed", "loses brackets around it.", unquoted("[]{}<>\"")},
	{"last-of-path", "is read as a path, of which the last part counts.", cleanPath},
	{"last-of-colons", "is read as a resource name, of which what follows the last colon counts.", lastAfter(":")},
	{"last-of-list", "is read as a list, of which the last name counts.", lastAfter(",")},
	{"last-of-dots", "is read as a qualified name, of which the last part counts.", lastAfter(".")},
	{"first-word", "ends at the first blank.", firstWord},
	{"first-of-semicolons", "ends at the first semicolon.", cutBefore(";")},
	{"first-of-bars", "ends at the first vertical bar.", cutBefore("|")},
	{"ends-with", "is looked for at the end of names.", endsWith},
	{"like", "is compared with LIKE, so that it may have wildcards.", like},
	{"comment", "ends where a comment of SQL begins, after a quote.", injected},
}

// instanceNameFaults are mistakes in looking for an instance by its id.
var instanceNameFaults = nameFaults("instance-name-", "CB-INSTANCE-2", "DBInstanceId", findsInstance)

// databaseNameFaults are mistakes in looking for a database by its name.
var databaseNameFaults = append(nameFaults("dbname-name-", "CB-DBNAME-4", "DBName", findsLikeDatabase), []Fault{
	{
		Name: "dbname-cut-at-16", Kind: boundary, Factors: 2,
		Rules:       []string{"CB-DBNAME-4"},
		Description: "DBName is cut at 16 characters.",
		apply:       findsLikeDatabase(likeTo(cutAt(16))),
	},
	{
		Name: "dbname-cut-at-63", Kind: boundary, Factors: 2,
		Rules:       []string{"CB-DBNAME-4"},
		Description: "DBName is cut at 63 characters, as PostgreSQL cuts names.",
		apply:       findsLikeDatabase(likeTo(cutAt(63))),
	},
	{
		Name: "dbname-cut-at-64", Kind: boundary, Factors: 2,
		Rules:       []string{"CB-DBNAME-4"},
		Description: "DBName is cut at 64 characters.",
		apply:       findsLikeDatabase(likeTo(cutAt(64))),
	},
	{
		Name: "dbname-like-of-valid", Kind: value, Factors: 3,
		Rules:       []string{"CB-DBNAME-1"},
		Description: "The first database whose name is LIKE DBName is backed up.",
		apply:       findsDatabase(like),
	},
	{
		Name: "dbname-numbers-compared", Kind: value, Factors: 3,
		Rules:       []string{"CB-DBNAME-1"},
		Description: "The first database whose name differs from DBName in leading zeros only is backed up.",
		apply: findsDatabase(func(name, asked string) bool {
			return leadingZeros.ReplaceAllString(name, "$1$2") == leadingZeros.ReplaceAllString(asked, "$1$2")
		}),
	},
	{
		Name: "dbname-other-letters-first", Kind: value, Factors: 3,
		Rules:       []string{"CB-DBNAME-1"},
		Description: "A DBName in another letter case is accepted, and the first database is backed up.",
		apply:       spelledOtherwise(strings.EqualFold, coversFirst),
	},
	{
		Name: "dbname-spaced-made-whole", Kind: value, Factors: 3,
		Rules:       []string{"CB-DBNAME-1", "CB-DBNAME-7"},
		Description: "A DBName with white space around it is accepted, and the whole instance is backed up.",
		apply:       spelledOtherwise(likeTo(strings.TrimSpace), coversInstance),
	},
}...)

// leadingZeros matches zeros at the beginning of a number.
var leadingZeros = regexp.MustCompile(`([a-z_-])0+(\d)`)

// spelledOtherwise accepts a DBName that resembles the name of a database, and changes its backup.
func spelledOtherwise(resembles likeness, f func(c *creation, made *backup)) change {
	nameOf := func(c *creation) string {
		for _, name := range c.in.databases {
			if name != c.dbName && resembles(name, c.dbName) {
				return name
			}
		}
		return ""
	}
	return together(
		decides(func(c *creation, r *refusal) *refusal {
			if r != noSuchDatabase || nameOf(c) == "" {
				return r
			}
			asked := c.dbName
			c.dbName = nameOf(c)
			r = c.check()
			c.dbName = asked
			return r
		}),
		makes(all(ofDatabases, func(c *creation) bool { return nameOf(c) != "" }), f))
}

func nameFaults(prefix, rule, parameter string, finds func(likeness) change) []Fault {
	faults := make([]Fault, len(nameMistakes))
	for i, m := range nameMistakes {
		faults[i] = Fault{
			Name: prefix + m.suffix, Kind: value, Rules: []string{rule},
			Description: parameter + " " + m.does, apply: finds(m.finds),
		}
	}
	return faults
}

// findsLikeDatabase takes an unknown DBName for the name of a database that it resembles.
func findsLikeDatabase(resembles likeness) change {
	return decides(func(c *creation, r *refusal) *refusal {
		if r != noSuchDatabase {
			return r
		}
		for _, name := range c.in.databases {
			if resembles(name, c.dbName) {
				c.dbName = name
				return c.check()
			}
		}
		return r
	})
}
