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

// shownValue is how much of a parameter's value is shown, in bytes; the replay file has all of it.
const shownValue = 120

// caseWords says in words what a case does: first what the instances are, then the steps, one to a line.
func caseWords(c *targets.Case) []string {
	if c == nil {
		return nil
	}
	var lines []string
	several := len(c.Conditions) > 1
	for i, cond := range c.Conditions {
		given := "Given "
		if several {
			given += fmt.Sprintf("instance %d, ", i+1)
		}
		lines = append(lines, given+conditionWords(cond))
	}
	var steps []string
	for _, s := range c.Steps {
		steps = append(steps, stepWords(s, several))
	}
	if len(steps) == 1 {
		return append(lines, steps...)
	}
	for i := 0; i < len(steps); {
		size, times := repetition(steps[i:])
		for _, line := range steps[i : i+size] {
			i++
			lines = append(lines, fmt.Sprintf("%d. %s", i, line))
		}
		if again := (times - 1) * size; again > 0 {
			lines = append(lines, fmt.Sprintf("%d.–%d. the same again, %s", i+1, i+again, plural(times-1, "time")))
			i += again
		}
	}
	return lines
}

// repetition finds with how many steps a list begins that come three times or more, and how often; else it is one step, once.
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
	b.WriteString(", " + databaseWords(c.Databases))
	switch {
	case c.BackupsToday == 0 && (c.LastBackup == "" || c.LastBackup == targets.LastNone):
		b.WriteString(", never backed up")
	case c.BackupsToday == 0:
		b.WriteString(", no backup today, the last one before that " + lastWords(c.LastBackup))
	case c.BackupsToday == 1:
		b.WriteString(", one backup today, " + lastWords(c.LastBackup))
	default:
		fmt.Fprintf(&b, ", %d backups today, the last one %s", c.BackupsToday, lastWords(c.LastBackup))
	}
	return b.String()
}

func lastWords(state string) string {
	switch state {
	case targets.LastRunning:
		return "still running"
	case "":
		return "in no state"
	}
	return reports.Visible(state)
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

func stepWords(s targets.Step, several bool) string {
	on := "the instance"
	if several {
		on = fmt.Sprintf("instance %d", s.Instance+1)
	}
	switch s.Do {
	case targets.StepCall:
		if s.Call == nil {
			return "call " + on
		}
		line := callWords(*s.Call)
		if several {
			line += " (" + on + ")"
		}
		return line
	case targets.StepComplete:
		result := s.Result
		if result == "" {
			result = targets.LastCompleted
		}
		return "the running backup of " + on + " ends as " + reports.Visible(result)
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

func callWords(c targets.Call) string {
	var b strings.Builder
	b.WriteString(reports.Visible(c.Method))
	for _, p := range c.Params {
		b.WriteString(" " + valueWords(p.Name) + "=" + valueWords(p.Value))
		if p.In == targets.Body {
			b.WriteString(" (in the body)")
		}
	}
	for _, extra := range []struct{ what, value string }{
		{"encoding", string(c.Encoding)}, {"algorithm", c.Algorithm}, {"signature", string(c.Auth)}, {"nonce", c.Nonce}, {"on the wire", c.Wire},
	} {
		if extra.value != "" {
			b.WriteString(", " + extra.what + ": " + reports.Visible(reports.Clip(extra.value, shownValue)))
		}
	}
	return b.String()
}

// instanceRef is what targets.InstanceRef makes.
var instanceRef = regexp.MustCompile(`^\$\{instance([0-9]+)\}([a-z0-9]*)$`)

var bareword = regexp.MustCompile(`^[A-Za-z0-9_.:${}-]+$`)

// valueWords quotes a value unless it is a plain word, so that an empty one and spaces can be seen.
func valueWords(v string) string {
	if m := instanceRef.FindStringSubmatch(v); m != nil {
		n, _ := strconv.Atoi(m[1]) // the pattern takes digits only; too many of them are instance 1
		return fmt.Sprintf("{instance %d}%s", n+1, m[2])
	}
	if bareword.MatchString(v) {
		return reports.Clip(v, shownValue)
	}
	return `"` + reports.Visible(reports.Clip(v, shownValue)) + `"`
}

// shownText is how much of an expected or answered text is shown, in bytes; report.json has all of it.
const shownText = 4096

// reproducedWords says how often a failure came about again.
func reproducedWords(f reports.Failure) string {
	s := fmt.Sprintf("reproduced %d of %d times", f.Reproduced, f.Tries)
	switch {
	case f.Race != nil && f.Case != nil:
		s = fmt.Sprintf("in %d of %s of %s", f.Race.Illegal, plural(f.Race.Rounds, "round"), plural(len(f.Case.Steps), "simultaneous call"))
	case f.Tries == 0:
		s = "not sent again"
	}
	if f.Count > 1 {
		s += fmt.Sprintf("; %d cases fail by this law", f.Count)
	}
	if f.Contexts > 0 {
		s += fmt.Sprintf("; checked in %s", plural(f.Contexts, "further context"))
	}
	return s
}

// replayCommand is the command that sends the minimal case again; dir is the folder of the report as seen from where that is typed.
func replayCommand(f reports.Failure, dir string) string {
	if dir != "" {
		dir += "/"
	}
	words := []string{"cbspec replay", shellWord(dir + f.Replay)}
	for _, flag := range f.ReplayFlags {
		words = append(words, shellWord(flag))
	}
	return strings.Join(words, " ")
}

// shellWord quotes text for a shell where that is needed.
func shellWord(s string) string {
	s = reports.Visible(s)
	if bareShell.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

var bareShell = regexp.MustCompile(`^[A-Za-z0-9_./-][A-Za-z0-9_./:=,@-]*$`)
