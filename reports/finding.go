package reports

import (
	"slices"
	"strconv"

	"github.com/cbspec/cbspec/targets"
)

// Finding is one cause of failures, reported once: what goes wrong, when exactly, the rule that it
// breaks, a minimal case, and every other rule and case that fails because of it.
type Finding struct {
	ID    string `json:"id"` // F1, F2, …, in the order of the report
	Rule  string `json:"rule"`
	Level string `json:"level"`
	// Kind says what goes wrong: one of the Kinds.
	Kind string `json:"kind"`
	// Fingerprint is the same from run to run and from machine to machine. See [Fingerprint].
	Fingerprint string `json:"fingerprint"`
	// Sentence says what goes wrong and when. [Sentence] makes it.
	Sentence string      `json:"sentence"`
	When     []Condition `json:"when,omitempty"`
	// Exact reports whether When is known to be the whole failing condition.
	Exact bool `json:"exact"`
	// Reproduced of Tries: how often the minimal case failed when it was sent again.
	Reproduced int `json:"reproduced"`
	Tries      int `json:"tries"`
	// Cases is how many cases fail because of the finding, over all rules.
	Cases int `json:"cases"`
	// Contexts is how many further calls that meet When were tried.
	Contexts int `json:"contexts,omitempty"`
	// AlsoFails lists the other rules that fail because of the finding.
	AlsoFails []string `json:"alsoFails,omitempty"`
	Expected  string   `json:"expected"`
	Answered  string   `json:"answered"`
	// RequestID is that of the failing answer, and Date its header, where the answer has them.
	RequestID string `json:"requestId,omitempty"`
	Date      string `json:"date,omitempty"`
	// Raw is the failing call in base64 where it is a raw request, without secrets.
	Raw    string        `json:"rawBase64,omitempty"`
	Case   *targets.Case `json:"case,omitempty"`
	Curl   string        `json:"curl"`
	Replay string        `json:"replay"`
}

// A Group is one cause with the failures that it explains, each by its rule and its index there.
type Group struct {
	Main   FailureRef
	Others []FailureRef
}

// FailureRef names one failure of a report.
type FailureRef struct {
	Rule  string
	Index int // among the failures of the rule
}

// SetFindings makes the findings of a report from groups of failures, and lets each failure refer
// to its finding. A failure that only points at other rules refers to the finding of the first of
// them.
func SetFindings(r *Report, groups []Group) {
	r.Findings = nil
	for _, g := range groups {
		main, rule := r.failure(g.Main)
		if main == nil {
			continue
		}
		f := findingOf(rule, main)
		f.ID = "F" + strconv.Itoa(len(r.Findings)+1)
		f.Replay = "replays/" + f.ID + ".json"
		main.Finding = f.ID
		for _, ref := range g.Others {
			other, rule := r.failure(ref)
			if other == nil {
				continue
			}
			other.Finding = f.ID
			f.Cases += other.Count
			if rule.ID != f.Rule && !slices.Contains(f.AlsoFails, rule.ID) {
				f.AlsoFails = append(f.AlsoFails, rule.ID)
			}
		}
		r.Findings = append(r.Findings, f)
	}
	r.pointAtFindings()
}

// pointAtFindings lets the failures that only point at other rules refer to findings.
func (r *Report) pointAtFindings() {
	for i := range r.Rules {
		rule := &r.Rules[i]
		for j := range rule.Failures {
			if f := &rule.Failures[j]; len(f.See) > 0 {
				r.pointAt(rule.ID, f)
			}
		}
	}
}

// pointAt lets a failure that points at other rules refer to the first of their findings.
func (r *Report) pointAt(rule string, f *Failure) {
	for i := range r.Findings {
		finding := &r.Findings[i]
		if !finding.fails(f.See) {
			continue
		}
		if f.Finding == "" {
			f.Finding = finding.ID
		}
		if !slices.Contains(finding.AlsoFails, rule) {
			finding.AlsoFails = append(finding.AlsoFails, rule)
		}
	}
}

// fails reports whether one of the rules fails because of the finding.
func (f Finding) fails(rules []string) bool {
	return slices.ContainsFunc(rules, func(id string) bool { return id == f.Rule || slices.Contains(f.AlsoFails, id) })
}

// FailureOf returns the failure that a finding was made from, or nil where the report lacks it.
func (r *Report) FailureOf(finding Finding) *Failure {
	for i := range r.Rules {
		for j := range r.Rules[i].Failures {
			f := &r.Rules[i].Failures[j]
			if r.Rules[i].ID == finding.Rule && f.Finding == finding.ID && f.Law == finding.Sentence && f.Case != nil {
				return f
			}
		}
	}
	return nil
}

// failure returns a failure and its rule, or nil where the report has no such failure.
func (r *Report) failure(ref FailureRef) (*Failure, *Rule) {
	i := slices.IndexFunc(r.Rules, func(rule Rule) bool { return rule.ID == ref.Rule })
	if i < 0 || ref.Index >= len(r.Rules[i].Failures) {
		return nil, nil
	}
	return &r.Rules[i].Failures[ref.Index], &r.Rules[i]
}

func findingOf(rule *Rule, f *Failure) Finding {
	return Finding{
		Rule: rule.ID, Level: rule.Level, Kind: f.Kind, Fingerprint: Fingerprint(rule.ID, *f), Sentence: f.Law,
		When: f.When, Exact: f.Exact, Reproduced: f.Reproduced, Tries: f.Tries, Cases: f.Count, Contexts: f.Contexts,
		Expected: f.Expected, Answered: f.Answered, RequestID: f.RequestID, Date: f.Date, Raw: f.Raw,
		Case: f.Case, Curl: f.Curl,
	}
}
