package format

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// How much of a text is shown, in bytes. report.json has all of it.
const (
	shownValue = 120  // of a parameter, or of what was observed in a comparison
	shownText  = 4096 // of what was expected or answered
)

// targetWords says which target a report is about.
func targetWords(t reports.Target) string {
	s := t.Name
	if t.Endpoint != "" && t.Endpoint != t.Name {
		s += " at " + t.Endpoint
	}
	if who := implementationWords(t); who != "" {
		s += " (" + who + ")"
	}
	return s
}

// implementationWords says whose program a target is. It is empty where that is not stated.
func implementationWords(t reports.Target) string {
	i := t.Implementation
	if i == nil {
		return ""
	}
	return strings.Join(strings.Fields(i.Organization+" "+i.Project+" "+i.Version), " ")
}

// runWords says what a run did.
func runWords(r *reports.Report) string {
	s := fmt.Sprintf("%s edition, seed %d", r.Edition, r.Seed)
	if r.Shard != "" {
		s += ", shard " + r.Shard
	}
	s += fmt.Sprintf(": %s, %s, %s in %s", plural(reports.Sum(r).Cases, "case"), plural(r.Requests, "request"),
		plural(r.Backups, "backup"), seconds(r.DurationSeconds))
	if r.Throttled > 0 {
		s += ", throttled " + plural(r.Throttled, "time")
	}
	return s
}

// coverageWords says how much of the parameter model was covered.
func coverageWords(c reports.Coverage) string {
	var parts []string
	for _, t := range c.Tuples {
		parts = append(parts, fmt.Sprintf("%d-way %s of %s (%s)",
			t.Strength, thousands(t.Reached), thousands(t.Possible), percent(t.Reached, t.Possible)))
	}
	return strings.Join(parts, " · ")
}

func latencyWords(l reports.Latency) string {
	return fmt.Sprintf("p50 %s · p90 %s · p99 %s · max %s", millis(l.P50), millis(l.P90), millis(l.P99), millis(l.Max))
}

// reasonWords says why a rule has no verdict of its own, after the party that causes it. The target
// is not named: everything here is about it.
func reasonWords(why, party string) string {
	why = cmp.Or(why, "no reason is given")
	if party != "" && party != reports.PartyTarget {
		return party + ": " + why
	}
	return why
}

// waiverWords says why a failure is waived, by whom and until when.
func waiverWords(w reports.Waiver) string {
	return fmt.Sprintf("%s (%s, until %s)", w.Reason, w.Owner, w.Expires)
}

// reproducedWords says how sure a failure is.
func reproducedWords(f reports.Failure) string {
	s := fmt.Sprintf("reproduced %d of %d times", f.Reproduced, f.Tries)
	switch {
	case f.Race != nil && f.Case != nil:
		s = fmt.Sprintf("failed in %d of %s of %s",
			f.Race.Illegal, plural(f.Race.Rounds, "round"), plural(len(f.Case.Steps), "simultaneous call"))
	case f.Tries == 0:
		s = "not sent again"
	}
	if f.Count > 1 {
		s += "; " + plural(f.Count, "case") + " fail this way"
	}
	if f.Contexts > 0 {
		s += "; confirmed in " + plural(f.Contexts, "other context")
	}
	return s
}

// replayCommand is the shell command that sends the minimal case again. dir is the folder of the
// report, as seen from where the command is typed.
func replayCommand(f reports.Failure, dir string) string {
	words := []string{"cbspec replay", shellWord(below(dir, f.Replay))}
	for _, flag := range f.ReplayFlags {
		words = append(words, shellWord(flag))
	}
	return strings.Join(words, " ")
}

// scriptCommand is the command that runs the shell commands of a failure, which are that many
// lines, or says where they are.
func scriptCommand(f reports.Failure, dir string, lines int) string {
	script := f.Script()
	if script == "" {
		return fmt.Sprintf("%d lines, in the report", lines)
	}
	return fmt.Sprintf("sh %s # %d lines", shellWord(below(dir, script)), lines)
}

// below returns the path of a file in a folder; no folder is the present one.
func below(dir, file string) string {
	if dir == "" {
		return file
	}
	return dir + "/" + file
}

// bareShell matches the words that a shell takes as they are.
var bareShell = regexp.MustCompile(`^[A-Za-z0-9_./-][A-Za-z0-9_./:=,@-]*$`)

// shellWord quotes a word for a shell where that is needed.
func shellWord(s string) string {
	s = reports.Visible(s)
	if bareShell.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
