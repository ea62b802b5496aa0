// Package reports holds the conformance report: the model, which report.json is, and everything made from it.
package reports

import "github.com/cbspec/cbspec/targets"

// Schema is the version of the report's own format.
const Schema = 1

// Verdicts of a rule (design: "Verdict").
const (
	Passed        = "passed"
	Failed        = "failed"
	Inconclusive  = "inconclusive"
	NotApplicable = "not applicable"
	Skipped       = "skipped"
)

// Verdicts of a report.
const (
	Conformant    = "conformant"
	AsFarAsTested = "conformant as far as tested"
	NotConformant = "not conformant"
)

// Parties that what is not a pass is laid at (design: "Whose fault").
const (
	PartyTarget  = "target"
	PartyFixture = "fixture"
	PartyNetwork = "network"
	PartyHarness = "harness"
)

// Report is the whole outcome of a run. Its JSON form is report.json, the only source of every other format. What a
// target said stands in it unescaped: every writer escapes for its own format.
type Report struct {
	Schema          int      `json:"schema"`
	Tool            Tool     `json:"tool"`
	Edition         string   `json:"edition"`
	Seed            uint64   `json:"seed"`
	Shard           string   `json:"shard,omitempty"` // "2/5"
	Verdict         string   `json:"verdict"`
	Target          Target   `json:"target"`
	Started         string   `json:"started"` // RFC 3339, UTC
	DurationSeconds float64  `json:"durationSeconds"`
	Complete        bool     `json:"complete"`
	CutShort        string   `json:"cutShort,omitempty"` // why the run is not complete
	Warnings        []string `json:"warnings,omitempty"` // what to know before reading on, such as a target that accepts a made-up Action
	// LeftOut says what a run did not do for want of time.
	LeftOut  []string `json:"leftOut,omitempty"`
	Requests int      `json:"requests"`
	Backups  int      `json:"backups"` // accepted calls
	// Throttled counts the answers that asked to slow down.
	Throttled  int     `json:"throttled,omitempty"`
	Throughput float64 `json:"requestsPerSecond"`
	Latency    Latency `json:"latency"`
	// Options are the settings that decide which cases are tried; shards of one run share them.
	Options    Options     `json:"options"`
	Totals     Totals      `json:"totals"`
	Phases     []Phase     `json:"phases"`
	Coverage   Coverage    `json:"coverage"`
	Rules      []Rule      `json:"rules"`
	Behaviours []Behaviour `json:"behaviours"`
}

// Tool is the program that wrote the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Target is what was judged. It holds no secret.
type Target struct {
	Name           string          `json:"name"`
	Endpoint       string          `json:"endpoint"`
	Implementation *Implementation `json:"implementation,omitempty"`
	Capabilities   []string        `json:"capabilities"` // provision, observe, complete, next day
}

// Implementation says whose program the target is.
type Implementation struct {
	Organization string `json:"organization,omitempty" yaml:"organization"`
	Project      string `json:"project,omitempty" yaml:"project"`
	Version      string `json:"version,omitempty" yaml:"version"`
	URL          string `json:"url,omitempty" yaml:"url"`
	Contact      string `json:"contact,omitempty" yaml:"contact"`
}

// Options of a run.
type Options struct {
	Checks   int      `json:"checks"`
	Strength int      `json:"strength"`
	Phases   []string `json:"phases"`
	Gate     string   `json:"gate,omitempty"`
}

// Latency of the calls, in milliseconds.
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
	Waived        int `json:"waived"` // of the failed
	Cases         int `json:"cases"`
}

// Phase says what one phase of the run did.
type Phase struct {
	Name     string  `json:"name"`
	Cases    int     `json:"cases"`
	Requests int     `json:"requests"`
	Seconds  float64 `json:"seconds"`
}

// Coverage is the ledger of what was really exercised.
type Coverage struct {
	// Tuples is the coverage of the parameter model by strength.
	Tuples []Tuples `json:"tuples,omitempty"`
	// Classes counts the calls by factor and class of its value.
	Classes []Count `json:"classes,omitempty"`
	// Refusals counts the refused calls by the rule that refuses them.
	Refusals []Count `json:"refusals,omitempty"`
	// Transitions counts the changes of state seen in sequences.
	Transitions []Count `json:"transitions,omitempty"`
}

// Tuples says how many combinations of so many factors' classes were reached.
type Tuples struct {
	Strength int `json:"strength"`
	Reached  int `json:"reached"`
	Possible int `json:"possible"`
	// Growth is Reached after each tenth of the rows.
	Growth []int `json:"growth,omitempty"`
}

// Count is a name with a number.
type Count struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// Rule is one rule of the document with what became of it.
type Rule struct {
	ID        string `json:"id"`
	Level     string `json:"level"` // must, should or may
	Area      string `json:"area"`
	Statement string `json:"statement"`
	Section   string `json:"section"`  // of the document
	Document  string `json:"document"` // what the document says there, in the feature file's words
	Feature   string `json:"feature"`  // its feature file, relative to the repository
	Line      int    `json:"line"`     // of the Rule in it
	Verdict   string `json:"verdict"`
	Reason    string `json:"reason"`
	// Party is whose fault it is that the rule did not pass; empty for a pass.
	Party string `json:"party,omitempty"`
	// Cases is how many effective cases were tried: sent, observed and judged.
	Cases     int        `json:"cases"`
	Scenarios []Scenario `json:"scenarios,omitempty"`
	Failures  []Failure  `json:"failures,omitempty"`
	Waiver    *Waiver    `json:"waiver,omitempty"` // every failure of the rule is known
}

// Scenario is one scenario of a rule.
type Scenario struct {
	Name    string `json:"name"`
	Verdict string `json:"verdict"`
	Reason  string `json:"reason,omitempty"`
	Cases   int    `json:"cases"`
	// Rounds is how often calls were made at once, for a race.
	Rounds  int     `json:"rounds,omitempty"`
	Seconds float64 `json:"seconds"`
}

// Failure is one way in which a rule fails, in its minimal case.
type Failure struct {
	// Law says in one sentence what goes wrong and when. [Sentence] makes it.
	Law string `json:"law"`
	// Kind says what goes wrong: one of the Kinds, or empty in a report of an older cbspec.
	Kind string `json:"kind,omitempty"`
	// When lists the conditions that a call must meet to fail: the failing condition as data.
	When []Condition `json:"when,omitempty"`
	// Exact reports whether When is known to be the whole failing condition.
	Exact    bool   `json:"exact,omitempty"`
	Expected string `json:"expected"` // by the document
	Answered string `json:"answered"` // by the target
	Curl     string `json:"curl"`     // shell commands that reproduce it
	Replay   string `json:"replay"`   // path of the replay file, relative to the report
	// ReplayFlags are those by which `cbspec replay` reaches the target that failed, without secrets.
	ReplayFlags []string `json:"replayFlags,omitempty"`
	// Picture is the path of porcupine's HTML page of an illegal history, relative to the report.
	Picture string `json:"picture,omitempty"`
	// Count is how many of the cases tried fail by this law.
	Count int `json:"count"`
	// Contexts is how many further contexts the law was checked in.
	Contexts int `json:"contexts,omitempty"`
	// Reproduced of Tries: how often the minimal case failed when sent again.
	Reproduced int    `json:"reproduced"`
	Tries      int    `json:"tries"`
	Scenario   string `json:"scenario"`
	// Case is the minimal case: Conditions, Calls and what was expected of them.
	Case *targets.Case `json:"case,omitempty"`
	// Check names how the case is judged, where that is not by what the document says of each of its calls.
	Check string `json:"check,omitempty"`
	// Other is the case that it is held against, where it is judged by comparing.
	Other *targets.Case `json:"other,omitempty"`
	// Codes are those that a refusal may have, where it is judged by its Code; one that ends in a full stop stands for all that begin so.
	Codes []string `json:"codes,omitempty"`
	// Race says how the calls of the case are made, where they are made at once.
	Race *Race `json:"race,omitempty"`
	// Known is set where the failure is in the file of known failures.
	Known *Waiver `json:"known,omitempty"`
}

// Kinds of failure: what goes wrong.
const (
	KindWronglyAccepted = "wrongly-accepted"
	KindWronglyRefused  = "wrongly-refused"
	KindWrongDocument   = "wrong-document" // the decision is right and the answer is not as documented
	KindWrongEffect     = "wrong-effect"   // the backups that a call makes are not those that it should make
	KindServerError     = "server-error"
	KindNoAnswer        = "no-answer"        // none, or one that is neither a valid success nor a valid error
	KindNotLinearizable = "not-linearizable" // calls made at once are answered as in no order of them
	KindInconsistent    = "inconsistent"     // two calls that are to be answered alike are not
	KindIntermittent    = "intermittent"     // it does not fail each time
)

// Effects: what is wrong with the effect of a call.
const (
	EffectContradiction = "contradiction" // a refused call made a backup, or an accepted one made none or several
	EffectWrongBackup   = "wrong backup"  // the backup is not the one asked for
	EffectElsewhere     = "elsewhere"     // the backup is of another instance
)

// Condition is one part of a failing condition: a factor of the parameter model, and the classes of
// it with which calls fail.
type Condition struct {
	// Factor names what must be so, such as "backups today" or "BackupMethod". Without classes it
	// is a whole clause, such as "the nonce was used before".
	Factor  string   `json:"factor"`
	Classes []string `json:"classes,omitempty"`
	// Not is set where Classes are more shortly said as all but this one.
	Not string `json:"not,omitempty"`
	// Value is set where only this value of the class fails.
	Value *string `json:"value,omitempty"`
}

// Checks: how a case is judged. The empty one is by what the document says of each of its calls.
const (
	CheckRace     = "race"          // its calls, made at once, are answered as in some order of them
	CheckDecision = "same decision" // its last call is accepted if and only if that of the other case is
	CheckType     = "same type"     // its last backup is of the type of that of the other case
	CheckCode     = "code"          // its last call is refused with one of the codes
	CheckTask     = "task"          // DescribeBackupTasks knows the BackupJobId of its last call
)

// Race says how the calls of a case are made at once, round after round, each on fresh instances.
type Race struct {
	// Completing: the backups of the instances are completed meanwhile.
	Completing bool `json:"completing"`
	Rounds     int  `json:"rounds"`
	// Illegal is in how many of the rounds no order of the calls explained the answers.
	Illegal int `json:"illegal"`
}

// Replay is a kept failure: the content of a file under replays/.
type Replay struct {
	Schema   int    `json:"schema"`
	Tool     Tool   `json:"tool"`
	Rule     string `json:"rule"`
	Edition  string `json:"edition"`
	Seed     uint64 `json:"seed"`
	Law      string `json:"law"`
	Expected string `json:"expected"`
	Answered string `json:"answered"`
	// Check names how the case is judged: one of the Checks.
	Check string       `json:"check"`
	Case  targets.Case `json:"case"`
	// Other, Codes and Race are those of the failure.
	Other *targets.Case `json:"other,omitempty"`
	Codes []string      `json:"codes,omitempty"`
	Race  *Race         `json:"race,omitempty"`
}

// ReplayOf keeps a failure that has a case.
func ReplayOf(r *Report, rule string, f Failure) Replay {
	return Replay{
		Schema: Schema, Tool: r.Tool, Rule: rule, Edition: r.Edition, Seed: r.Seed, Law: f.Law, Expected: f.Expected, Answered: f.Answered,
		Check: f.Check, Case: *f.Case, Other: f.Other, Codes: f.Codes, Race: f.Race,
	}
}

// Waiver is a known failure.
type Waiver struct {
	Rule    string `json:"rule" yaml:"rule"`
	Law     string `json:"law" yaml:"law"`           // as the report gives it
	Answer  string `json:"answered" yaml:"answered"` // the behaviour it is pinned to
	Reason  string `json:"reason" yaml:"reason"`
	Owner   string `json:"owner" yaml:"owner"`
	Expires string `json:"expires" yaml:"expires"` // YYYY-MM-DD
}

// Behaviour is what a target does where the document leaves it open: the observation of a may rule.
type Behaviour struct {
	ID       string `json:"id"`
	Observed string `json:"observed"`
}
