package reports

import "github.com/cbspec/cbspec/targets"

// Printable returns a copy of the report with every text of it made safe to look at: what does not print is written
// out, as \u202e is, and only shell commands keep their line ends. Minimal cases stay as they are, for CaseWords.
func Printable(r *Report) *Report { return printable(r) }

// Gaps says in words why the report as a whole proves less than it seems to; there are none for a whole run.
func Gaps(r *Report) []string { return gapWords(r) }

// CaseWords says in words what a case does, one step to a line, with nothing in it but what prints.
func CaseWords(c *targets.Case) []string { return caseWords(c) }

// ReplayCommand is the command that sends the minimal case again, from the folder that the report is in.
func ReplayCommand(f Failure) string { return replayCommand(f, "") }

// ReproducedWords says how often a failure came about again.
func ReproducedWords(f Failure) string { return reproducedWords(f) }
