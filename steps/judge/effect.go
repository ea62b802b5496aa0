package judge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// NoBackup ends what was answered by an accepted call that made no backup.
const NoBackup = ", and no backup was made"

// effect judges the backups that resulted from a call: of which instance, how many, and whether
// they are as asked for.
func effect(e runner.Event) []Violation {
	x, said, accepted := e.Expect, Say(e), e.Decision == targets.Accepted
	vs := elsewhere(e)
	if x.Instance < 0 || x.NoBackup != "" {
		return vs
	}
	made, of := e.New[x.Instance], x.Instance
	for _, i := range x.OtherInstances {
		if len(made) > 0 && len(e.New[i]) > 0 {
			return append(vs, violation(
				WrongInstance, because("CB-INSTANCE-3", oracle.Must),
				"a backup of one of the instances that the call names", said+", and backups of several instances were made",
			))
		}
		made = append(slices.Clone(made), e.New[i]...)
		if len(e.New[i]) > 0 {
			of = i
		}
	}
	contradiction := func(expected, answered string) {
		vs = append(vs, violation(ContradictsEffect, honesty(x), expected, answered))
	}
	switch {
	case !accepted && len(made) > 0:
		contradiction(Expected(x)+", and no backup of a refused call", said+", and a backup was made all the same")
	case accepted && len(made) == 0:
		contradiction("a backup of an accepted call", said+NoBackup)
	case accepted && len(made) > 1:
		contradiction("one backup of one accepted call", fmt.Sprintf("%s, and %d backups were made", said, len(made)))
	case accepted && len(x.Refuse) == 0:
		vs = append(vs, asAsked(e, made[0], of)...)
	}
	return vs
}

// elsewhere judges the backups that may not result at all, or not of their instance. Where a call
// for no instance is accepted, that is what is wrong, whatever is backed up.
func elsewhere(e runner.Event) []Violation {
	x, said := e.Expect, Say(e)
	if x.Instance < 0 && len(x.Refuse) > 0 && e.Decision == targets.Accepted {
		return nil
	}
	var vs []Violation
	for i, bs := range e.New {
		switch {
		case len(bs) > 0 && x.NoBackup != "":
			vs = append(vs, violation(ContradictsEffect, reasons(x), Expected(x), said+", and a backup was made"))
		case len(bs) > 0 && i != x.Instance && !slices.Contains(x.OtherInstances, i):
			vs = append(vs, violation(
				WrongInstance, because("CB-INSTANCE-3", oracle.Must),
				"a backup of that instance and of no other", said+", and a backup of another instance was made",
			))
		}
	}
	return vs
}

// honesty returns the rules that an answer breaks which contradicts its effect: those of the
// decision, or CB-RESPONSE-10 where the document leaves the decision open.
func honesty(x oracle.Expectation) []oracle.Reason {
	if x.Specified() && x.Level() == oracle.Must {
		return reasons(x)
	}
	return because("CB-RESPONSE-10", oracle.Must)
}

// asAsked judges the backup of an instance by the results that the document allows for the call. It
// returns no violation if the backup is one of these results. Otherwise it returns the differences
// from the result that the backup differs from least.
func asAsked(e runner.Event, b targets.Backup, of int) []Violation {
	var nearest []Violation
	possible := false
	for _, m := range e.Expect.Backups {
		if m.Instance != of {
			continue
		}
		var vs []Violation
		if of == e.Expect.Instance { // the databases of other instances are not known here
			vs = differences(m, b, e)
		}
		if len(vs) == 0 {
			return nil
		}
		if !possible || len(vs) < len(nearest) {
			nearest = vs
		}
		possible = true
	}
	if !possible && len(e.Expect.Backups) > 0 {
		return []Violation{violation(WrongInstance, because("CB-INSTANCE-3", oracle.Must),
			"a backup of an instance on which the call is accepted", "accepted, and the backup is of an instance on which the call is refused")}
	}
	return nearest
}

// differences lists in what a backup differs from a possible result.
func differences(m oracle.ExpectedBackup, b targets.Backup, e runner.Event) []Violation {
	var vs []Violation
	add := func(rule, level, want, got string) {
		vs = append(vs, violation(
			WrongBackup, because(rule, level),
			"accepted, and the backup is "+want, "accepted, and the backup is "+got,
		))
	}
	if m.Method != "" && !strings.EqualFold(b.Method, m.Method) {
		add(m.MethodRule, oracle.Must, m.Method, or(b.Method, "without a method"))
	}
	if want, got := coverage(m, b, e.Databases); want != "" {
		add(m.CoverageRule, oracle.Must, want, got)
	}
	if t := strings.ToLower(b.Type); m.Full && t != "" && !strings.Contains(t, "full") {
		add(m.TypeRule, m.TypeLevel, "full", b.Type)
	}
	if m.Retention != 0 && b.RetentionPeriod != 0 && b.RetentionPeriod != m.Retention {
		add("CB-RETENTION-4", oracle.Must, fmt.Sprintf("kept for %d days", m.Retention), fmt.Sprintf("kept for %d days", b.RetentionPeriod))
	}
	return vs
}

// coverage says what a backup should cover and what it covers, or nothing where these agree as far
// as the target shows.
func coverage(m oracle.ExpectedBackup, b targets.Backup, all []string) (want, got string) {
	strategy := "of strategy " + or(b.Strategy, "none")
	switch {
	case m.WholeInstance && b.Strategy != "" && !strings.EqualFold(b.Strategy, "instance"):
		return "of the whole instance", strategy
	case m.WholeInstance && b.Databases != nil && overlap(b.Databases, all) < len(all):
		return "of every database of the instance", fmt.Sprintf("of %d of its %d databases", overlap(b.Databases, all), len(all))
	case m.Databases != nil && b.Strategy != "" && !strings.EqualFold(b.Strategy, "db"):
		return "of that one database", strategy
	case m.Databases != nil && b.Databases != nil &&
		(overlap(b.Databases, m.Databases) < len(m.Databases) || len(b.Databases) != len(m.Databases)):
		return fmt.Sprintf("of %s and no other database", strings.Join(m.Databases, " and ")),
			"of " + or(strings.Join(b.Databases, ", "), "no database")
	default:
		return "", ""
	}
}

// overlap counts the wanted names that are among the names, which may be spelled as they were asked
// for. The databases of the system itself may be there too.
func overlap(names, wanted []string) int {
	n := 0
	for _, w := range wanted {
		if slices.ContainsFunc(names, func(name string) bool { return !oracle.Unlike(name, []string{w}) }) {
			n++
		}
	}
	return n
}

func or(s, empty string) string {
	if s == "" {
		return empty
	}
	return s
}
