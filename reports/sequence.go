package reports

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// sequenceWords says in one line by which steps a case fails.
func sequenceWords(c targets.Case) string {
	var steps []string
	for _, s := range c.Steps {
		on := ""
		if len(c.Conditions) > 1 {
			on = fmt.Sprintf("instance %d", s.Instance+1)
		}
		steps = append(steps, shortStep(s, on))
	}
	if len(steps) == 1 {
		return "for " + steps[0]
	}
	return "at the end of this sequence: " + strings.Join(collapse(steps), ", then ")
}

// raceWords says in one line how the calls of a race are made.
func raceWords(c targets.Case, race Race) string {
	words := fmt.Sprintf("%d calls are made at once", len(c.Steps))
	if n := len(c.Conditions); n > 1 {
		words += fmt.Sprintf(" on %d instances, but not on one alone", n)
	}
	if race.Completing {
		words += ", while backups complete"
	}
	var details []string
	add := func(s string) {
		if s != "" && !slices.Contains(details, s) {
			details = append(details, s)
		}
	}
	for _, condition := range c.Conditions {
		add(shortCondition(condition))
	}
	for _, step := range c.Steps {
		if step.Call == nil {
			continue
		}
		if call := shortCall(*step.Call); call != plainCall {
			add(call)
		}
	}
	if len(details) > 0 {
		words += ": " + strings.Join(details, "; ")
	}
	return words
}

// shortCondition says in what an instance differs from a running MySQL instance with one database
// and no backup today. It is empty where it does not differ.
func shortCondition(c targets.Condition) string {
	var parts []string
	add := func(differs bool, format string, args ...any) {
		if differs {
			parts = append(parts, fmt.Sprintf(format, args...))
		}
	}
	add(c.Engine != targets.MySQL, "engine %s", c.Engine)
	add(c.Status != targets.Running, "status %s", c.Status)
	add(c.LockMode != "", "lock %s", c.LockMode)
	add(len(c.Databases) == 0, "no database")
	add(len(c.Databases) > 1, "%d databases", len(c.Databases))
	add(c.BackupsToday == 1, "1 backup today")
	add(c.BackupsToday > 1, "%d backups today", c.BackupsToday)
	add(c.LastBackup == targets.LastRunning || c.LastBackup == targets.LastFailed, "last backup %s", c.LastBackup)
	if len(parts) == 0 {
		return ""
	}
	return "an instance with " + strings.Join(parts, ", ")
}

// shortStep says a step in a few words. on names the instance, where there are several.
func shortStep(s targets.Step, on string) string {
	of := ""
	if on != "" {
		of = " of " + on
	}
	switch s.Do {
	case targets.StepCall:
		call := plainCall
		if s.Call != nil {
			call = shortCall(*s.Call)
		}
		if on != "" {
			call += " on " + on
		}
		return call
	case targets.StepComplete:
		if s.Result == targets.LastFailed {
			return "the backup" + of + " fails"
		}
		return "the backup" + of + " completes"
	case targets.StepStatus:
		return "the status" + of + " becomes " + s.Status
	case targets.StepDatabases:
		return fmt.Sprintf("the number of databases%s becomes %d", of, len(s.Databases))
	case targets.StepDelete:
		return cmp.Or(on, "the instance") + " is deleted"
	case targets.StepWait:
		return "some time passes"
	case targets.StepNextDay:
		return "the next day begins" + strings.Replace(of, " of ", " for ", 1)
	}
	return s.Do + of
}

// plainCall is what [shortCall] says of a call of nothing but what is required.
const plainCall = "a call"

// shortValue is how much of a parameter's value a sentence shows, in bytes.
const shortValue = 40

// shortCall says what is special about a call: every parameter but a plain Action, DBInstanceId and
// Format, the required ones that are missing, and what is unusual about how it is sent.
func shortCall(c targets.Call) string {
	var with []string
	for _, p := range c.Params {
		if !isPlain(p) || len(c.Values(p.Name)) > 1 {
			with = append(with, quoteUnlessPlain(p.Name)+"="+quoteUnlessPlain(cut(p.Value, shortValue)))
		}
	}
	for _, name := range []string{"Action", "DBInstanceId"} {
		if len(c.Values(name)) == 0 {
			with = append(with, "no "+name)
		}
	}
	if c.Wire != "" {
		with = append(with, c.Wire)
	}
	if c.Nonce != "" {
		with = append(with, "the nonce "+c.Nonce)
	}
	if len(with) == 0 {
		return plainCall
	}
	return plainCall + " with " + strings.Join(with, ", ")
}

// plainWord matches the names and values that a sentence shows without quotes.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// quoteUnlessPlain quotes a text unless it is a plain word, so that an empty one, spaces and bytes
// that do not print can be seen.
func quoteUnlessPlain(s string) string {
	if plainWord.MatchString(s) {
		return s
	}
	return strconv.Quote(s)
}

// isPlain reports whether a parameter is one that a call has anyway.
func isPlain(p targets.Param) bool {
	switch p.Name {
	case "Action":
		return p.Value == "CreateBackup"
	case "DBInstanceId":
		return strings.HasPrefix(p.Value, "${")
	}
	return p.Name == "Format"
}

// cut returns the first bytes of a text, with an ellipsis where it is longer.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

// collapse says a step, or two steps, that come several times in a row once, with how often.
func collapse(steps []string) []string {
	for size := 1; size <= 2; size++ {
		var out []string
		for i := 0; i < len(steps); {
			n := 1
			for i+(n+1)*size <= len(steps) && slices.Equal(steps[i:i+size], steps[i+n*size:i+(n+1)*size]) {
				n++
			}
			if n > 1 {
				out = append(out, fmt.Sprintf("%s (%d times)", strings.Join(steps[i:i+size], " and "), n))
				i += n * size
				continue
			}
			out = append(out, steps[i])
			i++
		}
		steps = out
	}
	return steps
}
