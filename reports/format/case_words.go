package format

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

// caseWords says what a case does: the state of each instance, then the steps, one on a line. Its
// texts are printable.
func caseWords(c *targets.Case) []string {
	if c == nil {
		return nil
	}
	var lines []string
	several := len(c.Conditions) > 1
	for i, condition := range c.Conditions {
		given := "Given "
		if several {
			given += fmt.Sprintf("instance %d, ", i+1)
		}
		lines = append(lines, given+conditionWords(condition))
	}
	var steps []string
	for _, s := range c.Steps {
		on := "the instance"
		if several {
			on = fmt.Sprintf("instance %d", s.Instance+1)
		}
		line := stepWords(s, on)
		if s.Do == targets.StepCall && several {
			line += " (" + on + ")"
		}
		steps = append(steps, line)
	}
	if len(steps) == 1 {
		return append(lines, steps...)
	}
	return append(lines, numbered(steps)...)
}

// numbered numbers steps, and says steps that are repeated only once.
func numbered(steps []string) []string {
	var lines []string
	for i := 0; i < len(steps); {
		size, times := repetition(steps[i:])
		for _, line := range steps[i : i+size] {
			i++
			lines = append(lines, fmt.Sprintf("%d. %s", i, line))
		}
		if more := (times - 1) * size; more > 0 {
			lines = append(lines, fmt.Sprintf("%d.–%d. the same, %s more", i+1, i+more, plural(times-1, "time")))
			i += more
		}
	}
	return lines
}

// repetition returns how many steps at the beginning of a list come at least three times in a row,
// and how often. Where there is no repetition it returns one step, once.
func repetition(steps []string) (size, times int) {
	for size := 1; size <= 3; size++ {
		times := 1
		for (times+1)*size <= len(steps) && slices.Equal(steps[:size], steps[times*size:(times+1)*size]) {
			times++
		}
		if times >= 3 {
			return size, times
		}
	}
	return 1, 1
}

// conditionWords says the state of an instance.
func conditionWords(c targets.Condition) string {
	var b strings.Builder
	switch {
	case c.Engine == "":
		b.WriteString("an instance")
	case strings.ContainsRune("AEIOaeio", rune(c.Engine[0])):
		b.WriteString("an " + reports.Visible(c.Engine) + " instance")
	default:
		b.WriteString("a " + reports.Visible(c.Engine) + " instance")
	}
	if c.Status != "" {
		b.WriteString(" that is " + reports.Visible(c.Status))
	}
	if c.LockMode != "" {
		b.WriteString(", locked (" + reports.Visible(c.LockMode) + ")")
	}
	if c.Storage != "" {
		b.WriteString(", on " + reports.Visible(c.Storage) + " disks")
	}
	return b.String() + ", " + databaseWords(c.Databases) + ", " + backupWords(c)
}

// backupWords says how many backups an instance has today, and the state of the last backup.
func backupWords(c targets.Condition) string {
	var last string
	switch c.LastBackup {
	case targets.LastRunning:
		last = "still running"
	case "":
		last = "in an unknown state"
	default:
		last = reports.Visible(c.LastBackup)
	}
	switch {
	case c.BackupsToday == 0 && (c.LastBackup == "" || c.LastBackup == targets.LastNone):
		return "never backed up"
	case c.BackupsToday == 0:
		return "no backup today, the last one before today " + last
	case c.BackupsToday == 1:
		return "1 backup today, " + last
	}
	return fmt.Sprintf("%d backups today, the last one %s", c.BackupsToday, last)
}

func databaseWords(names []string) string {
	if len(names) == 0 {
		return "without databases"
	}
	shown := make([]string, len(names))
	for i, n := range names {
		shown[i] = valueWords(n)
	}
	if len(shown) == 1 {
		return "with database " + shown[0]
	}
	return "with databases " + strings.Join(shown, ", ")
}

// stepWords says what a step does. on names its instance.
func stepWords(s targets.Step, on string) string {
	switch s.Do {
	case targets.StepCall:
		if s.Call == nil {
			return "a call"
		}
		return callWords(*s.Call)
	case targets.StepComplete:
		switch s.Result {
		case "", targets.LastCompleted:
			return "the running backup of " + on + " completes"
		case targets.LastFailed:
			return "the running backup of " + on + " fails"
		}
		return "the running backup of " + on + " ends as " + reports.Visible(s.Result)
	case targets.StepStatus:
		return on + " becomes " + reports.Visible(s.Status)
	case targets.StepDatabases:
		return on + " is now " + databaseWords(s.Databases)
	case targets.StepDelete:
		return on + " is deleted"
	case targets.StepNextDay:
		return "the next day begins for " + on
	case targets.StepWait:
		return fmt.Sprintf("%g seconds pass", s.Seconds)
	}
	return reports.Visible(s.Do) + " " + on
}

// callWords says how a call is made: method, parameters, and what is unusual about it.
func callWords(c targets.Call) string {
	var b strings.Builder
	if c.Wire == "" {
		b.WriteString(reports.Visible(c.Method))
	} else {
		// It has its own method, and its own place for the parameters.
		b.WriteString("raw request (" + reports.Visible(reports.Clip(c.Wire, shownValue)) + ")")
	}
	for _, p := range c.Params {
		b.WriteString(" " + valueWords(p.Name) + "=" + valueWords(p.Value))
		if p.In == targets.Body && c.Wire == "" {
			b.WriteString(" (in the body)")
		}
	}
	for _, unusual := range []struct{ what, value string }{
		{"encoding", string(c.Encoding)}, {"algorithm", c.Algorithm}, {"signature", string(c.Auth)},
		{"nonce", c.Nonce},
	} {
		if unusual.value != "" {
			b.WriteString(", " + unusual.what + ": " + reports.Visible(reports.Clip(unusual.value, shownValue)))
		}
	}
	return b.String()
}

var (
	// instanceRef matches what [targets.InstanceRef] makes.
	instanceRef = regexp.MustCompile(`^\$\{instance([0-9]+)\}([a-z0-9]*)$`)
	// bareWord matches the values that are shown without quotes.
	bareWord = regexp.MustCompile(`^[A-Za-z0-9_.:${}-]+$`)
)

// valueWords shows a value. It has quotes unless it is a plain word, so that an empty value and
// spaces can be seen.
func valueWords(v string) string {
	if m := instanceRef.FindStringSubmatch(v); m != nil {
		n, _ := strconv.Atoi(m[1]) // m[1] has only digits; too many of them make instance 1
		return fmt.Sprintf("{instance %d}%s", n+1, m[2])
	}
	if bareWord.MatchString(v) {
		return reports.Clip(v, shownValue)
	}
	return `"` + reports.Visible(reports.Clip(v, shownValue)) + `"`
}
