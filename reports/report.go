// Package reports holds the conformance report: its types, reading and writing it as report.json,
// the verdict, the gate, known failures, merging the shards of a run and comparing runs. Package
// format below it writes a report for people and CI servers.
package reports

import "fmt"

// Schema is the version of the format of report.json.
const Schema = 1

// Verdicts of a report.
const (
	Conformant    = "conformant"
	AsFarAsTested = "conformant as far as tested"
	NothingTested = "nothing tested"
	NotConformant = "not conformant"
)

// Report is the whole result of a run. Its JSON form is report.json, and every other format is made
// from it. The texts of a target are in it unchanged: a writer escapes them for its own format.
type Report struct {
	Schema  int    `json:"schema"`
	Tool    Tool   `json:"tool"`
	Edition string `json:"edition"`
	Seed    uint64 `json:"seed"`
	// Shard is the part of the run that this report is about, such as 2/5. It is empty for a whole
	// run.
	Shard   string `json:"shard,omitempty"`
	Verdict string `json:"verdict"`
	Target  Target `json:"target"`
	// Started is when the run started, in RFC 3339 and UTC.
	Started         string  `json:"started"`
	DurationSeconds float64 `json:"durationSeconds"`
	// Complete is false for a run that ended early.
	Complete bool `json:"complete"`
	// CutShort says why the run is not complete.
	CutShort string `json:"cutShort,omitempty"`
	// Warnings are what to know before reading on, such as a target that accepts a made-up Action.
	Warnings []string `json:"warnings,omitempty"`
	// LeftOut lists what the run had no time for.
	LeftOut  []string `json:"leftOut,omitempty"`
	Requests int      `json:"requests"`
	// Backups counts the accepted calls.
	Backups int `json:"backups"`
	// Throttled counts the answers that asked cbspec to slow down.
	Throttled  int     `json:"throttled,omitempty"`
	Throughput float64 `json:"requestsPerSecond"`
	Latency    Latency `json:"latency"`
	// Options are the settings that decide which cases are tried. The shards of a run share them.
	Options Options `json:"options"`
	Totals  Totals  `json:"totals"`
	// Judged stands beside the verdict: a verdict is worth as much as was judged.
	Judged   Judged   `json:"judged,omitzero"`
	Phases   []Phase  `json:"phases"`
	Coverage Coverage `json:"coverage"`
	// Findings are the causes of the failures, each reported once.
	Findings   []Finding   `json:"findings,omitempty"`
	Rules      []Rule      `json:"rules"`
	Behaviours []Behaviour `json:"behaviours"`
}

// Tool is the program that wrote the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Target is the server under test. It holds no secret.
type Target struct {
	Name           string          `json:"name"`
	Endpoint       string          `json:"endpoint"`
	Implementation *Implementation `json:"implementation,omitempty"`
	// Capabilities are any of provision, observe, complete and next day.
	Capabilities []string `json:"capabilities"`
}

// Implementation says whose program the target is.
type Implementation struct {
	Organization string `json:"organization,omitempty" yaml:"organization"`
	Project      string `json:"project,omitempty" yaml:"project"`
	Version      string `json:"version,omitempty" yaml:"version"`
	URL          string `json:"url,omitempty" yaml:"url"`
	Contact      string `json:"contact,omitempty" yaml:"contact"`
}

// Options are settings of a run.
type Options struct {
	// Checks is how many random cases a scenario tries.
	Checks int `json:"checks"`
	// Strength is how many factors the covering arrays combine.
	Strength int      `json:"strength"`
	Phases   []string `json:"phases"`
	Gate     string   `json:"gate,omitempty"`
}

// Latency holds percentiles of the time that a call takes, in milliseconds.
type Latency struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

// Totals counts the rules by verdict, and the cases.
type Totals struct {
	Passed        int `json:"passed"`
	Failed        int `json:"failed"`
	Inconclusive  int `json:"inconclusive"`
	NotApplicable int `json:"notApplicable"`
	Skipped       int `json:"skipped"`
	// Waived counts the failed rules of which every failure is known.
	Waived int `json:"waived"`
	Cases  int `json:"cases"`
}

// Judged says how many of the must rules that apply to the target were judged: they passed or
// failed.
type Judged struct {
	Must int `json:"must"`
	Of   int `json:"of"`
}

// Percent is the share, rounded down.
func (j Judged) Percent() int { return 100 * j.Must / max(j.Of, 1) }

func (j Judged) String() string { return fmt.Sprintf("%d of %d must rules judged", j.Must, j.Of) }

// Phase says what one phase of the run did.
type Phase struct {
	Name     string  `json:"name"`
	Cases    int     `json:"cases"`
	Requests int     `json:"requests"`
	Seconds  float64 `json:"seconds"`
}

// Coverage counts what the run exercised.
type Coverage struct {
	// Tuples is the coverage of the parameter model by strength.
	Tuples []Tuples `json:"tuples,omitempty"`
	// Classes counts the calls by factor and class of its value.
	Classes []Count `json:"classes,omitempty"`
	// Refusals counts the refused calls by the rule that refuses them.
	Refusals []Count `json:"refusals,omitempty"`
	// Transitions counts the changes of state in sequences.
	Transitions []Count `json:"transitions,omitempty"`
}

// Tuples says how many combinations of the classes of Strength factors were tried.
type Tuples struct {
	Strength int `json:"strength"`
	Reached  int `json:"reached"`
	Possible int `json:"possible"`
	// Growth is Reached after each tenth of the rows of the covering array.
	Growth []int `json:"growth,omitempty"`
}

// Count is a name with a number.
type Count struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}
