package localise

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
)

// Words says when the failure comes about: "whenever BackupMethod is Logical and the engine is PostgreSQL; nothing else matters". They are the same however
// many contexts that was checked in. also is a condition that is none of the model, as "its nonce was used before", or "": beside it goes without saying that
// the call is one of CreateBackup.
func (l FailingCondition) Words(also string) string {
	var parts []string
	if also != "" {
		parts = append(parts, also)
	}
	for _, c := range l.Conditions {
		factor := l.model.Factors[c.Factor]
		if also == "" || factor.Name != generators.Action || factor.Classes[c.Classes[0]].Kind != generators.Valid {
			parts = append(parts, c.words(factor))
		}
	}
	when := "always"
	if len(parts) > 0 {
		when = "whenever " + strings.Join(parts, " and ")
	}
	switch {
	case l.Contexts == 0:
		return when
	case l.Failing < l.Contexts:
		return when + ", though not only for that"
	default:
		return when + "; nothing else matters"
	}
}

func (c Condition) words(f generators.Factor) string {
	if c.Value != nil {
		what := subject(f.Name)
		if f.Name == generators.Databases {
			what = "the databases are"
		}
		return fmt.Sprintf("%s %q", what, *c.Value)
	}
	var others []string
	for i, class := range f.Classes {
		if class.Kind == generators.Valid && !slices.Contains(c.Classes, i) {
			others = append(others, class.Name)
		}
	}
	var names []string
	for _, i := range c.Classes {
		names = append(names, f.Classes[i].Name)
	}
	if len(names) > 2 && len(others) == 1 {
		return strings.Replace(subject(f.Name), " is", " is not", 1) + " " + others[0]
	}
	return subject(f.Name) + " " + strings.Join(names, " or ")
}

var subjects = map[string]string{
	generators.Engine: "the engine is", generators.Status: "the status is", generators.Databases: "the number of databases is",
	generators.Today: "the number of backups made today is", generators.Last: "the last backup is", generators.Lock: "the lock is",
	generators.SentBy: "the call is sent by", generators.Further: "among the parameters there are",
}

func subject(factor string) string {
	if s, ok := subjects[factor]; ok {
		return s
	}
	return factor + " is"
}
