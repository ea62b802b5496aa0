package reports

import "strings"

// Levels of a rule.
const (
	Must   = "must"   // the document says so
	Should = "should" // its examples, its linked pages or ordinary HTTP sense say so
	May    = "may"    // the document is silent: never a failure
)

// Verdicts of a rule.
const (
	Passed        = "passed"
	Failed        = "failed"
	Inconclusive  = "inconclusive"
	NotApplicable = "not applicable"
	Skipped       = "skipped"
)

// Parties that can cause a rule not to pass.
const (
	PartyTarget  = "target"
	PartyFixture = "fixture" // the instances that the run was given, or could not make
	PartyNetwork = "network"
	PartyHarness = "harness" // cbspec itself
)

// Rule is one rule of the document with its verdict.
type Rule struct {
	ID string `json:"id"`
	// Level is must, should or may.
	Level     string `json:"level"`
	Area      string `json:"area"`
	Statement string `json:"statement"`
	// Section is the section of the document that the rule is from.
	Section string `json:"section"`
	// Document is what the document says there, in the words of the feature file.
	Document string `json:"document"`
	// Feature is the path of the rule's feature file, relative to the repository of cbspec, and
	// Line is the line of the rule in it.
	Feature string `json:"feature"`
	Line    int    `json:"line"`
	Verdict string `json:"verdict"`
	Reason  string `json:"reason"`
	// Reasons lists the clauses of Reason, where it has several.
	Reasons []string `json:"reasons,omitempty"`
	// Party says who causes the rule not to pass. It is empty for a rule that passed.
	Party string `json:"party,omitempty"`
	// Cases counts the effective cases: those that were sent, observed and judged.
	Cases     int        `json:"cases"`
	Scenarios []Scenario `json:"scenarios,omitempty"`
	Failures  []Failure  `json:"failures,omitempty"`
	// Waiver is set where every failure of the rule is known.
	Waiver *Waiver `json:"waiver,omitempty"`
}

// ReasonEnd stands between the clauses of a reason.
const ReasonEnd = "; "

// ReasonsOf returns the clauses of a reason, or nothing where it is a single one.
func ReasonsOf(reason string) []string {
	if list := strings.Split(reason, ReasonEnd); len(list) > 1 {
		return list
	}
	return nil
}

// Scenario is one scenario of a rule.
type Scenario struct {
	Name    string `json:"name"`
	Verdict string `json:"verdict"`
	Reason  string `json:"reason,omitempty"`
	Cases   int    `json:"cases"`
	// Rounds counts how often a race made its calls.
	Rounds  int     `json:"rounds,omitempty"`
	Seconds float64 `json:"seconds"`
}

// Waiver is a known failure.
type Waiver struct {
	Rule string `json:"rule" yaml:"rule"`
	// Fingerprint is that of the failure: see [Fingerprint]. An older cbspec wrote none, and such an
	// entry is of failures with exactly its Law and Answer.
	Fingerprint string `json:"fingerprint,omitempty" yaml:"fingerprint"`
	// Law and Answer tell people what fails, and how. Beside a Fingerprint nothing depends on them.
	Law    string `json:"law" yaml:"law"`
	Answer string `json:"answered" yaml:"answered"`
	Reason string `json:"reason" yaml:"reason"`
	Owner  string `json:"owner" yaml:"owner"`
	// Expires is the last day on which the failure is known, as YYYY-MM-DD in UTC.
	Expires string `json:"expires" yaml:"expires"`
}
