package selftest

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/steps"
)

// Kind is what the suite is run against.
type Kind string

// Kinds of an outcome.
const (
	// Fault is a fault of the simulator: a rule that it names must fail.
	Fault Kind = "fault"
	// Variation is a legitimate variation of the simulator: no rule may fail, except those it names.
	Variation Kind = "variation"
	// Adversary is an adversarial server or network: the run must end as it says.
	Adversary Kind = "adversary"
)

// Outcome is what came of one fault, variation or adversary, over all seeds.
type Outcome struct {
	Kind        Kind   `json:"kind"`
	Name        string `json:"name"`
	Description string `json:"-"`                 // as the catalogue has it
	Factors     int    `json:"factors,omitempty"` // that must come together for a fault to show
	// Expected are the detectors that are expected: the rules that a fault names. For a variation
	// they are the rules that may fail.
	Expected []string `json:"expected,omitempty"`
	// DetectedBy are the rules that failed, with any seed, sorted.
	DetectedBy []string `json:"detectedBy,omitempty"`
	Seeds      Seeds    `json:"seeds,omitzero"`
	// Problems are the ways in which runs did not end as they must.
	Problems []string `json:"problems,omitempty"`
	// Explanation is of the run with the first seed, for a fault. It is nil where that run did not go
	// to its end.
	Explanation *Explanation `json:"explanation,omitempty"`

	// Requests and Seconds are what a run had sent, and how long it had taken, when it saw the first
	// failure: the median over the seeds. Both differ from run to run, so they are not kept.
	Requests int     `json:"-"`
	Seconds  float64 `json:"-"`
	// Duration is how long the run with the first seed took, in seconds.
	Duration float64 `json:"-"`
	// Exit is the exit code of a run against an adversary, and Memory the most that the program had
	// from the system meanwhile, in bytes.
	Exit   int    `json:"-"`
	Memory uint64 `json:"-"`

	first []steps.Event // the first failure of each run
}

// Seeds counts seeds by the rules that failed with them.
type Seeds struct {
	Expected int `json:"expected,omitempty"` // an expected detector failed
	Others   int `json:"others,omitempty"`   // only other rules failed
	None     int `json:"none,omitempty"`     // no rule failed
}

func (s Seeds) total() int { return s.Expected + s.Others + s.None }

// add adds one run. clean is how many requests a run without faults sends.
func (out *Outcome) add(r run, clean int) {
	if clean > 0 && r.err == nil && out.Kind == Fault && out.Explanation == nil {
		out.Explanation = out.explanation(r.report, clean)
	}
	out.Duration = cmp.Or(out.Duration, r.seconds())
	if r.first != nil {
		out.first = append(out.first, *r.first)
	}
	out.count(failed(r.report), r.detected, r.err)
}

// count counts a run: the rules that failed, whether an expected detector failed before the run was
// ended, and the error that ended it.
func (out *Outcome) count(failed []string, detected bool, err error) {
	for _, id := range failed {
		detected = detected || slices.Contains(out.Expected, id)
		if !slices.Contains(out.DetectedBy, id) {
			out.DetectedBy = append(out.DetectedBy, id)
		}
	}
	slices.Sort(out.DetectedBy)
	if out.Kind == Variation && err != nil {
		out.complain("the run was cut short: " + err.Error())
	}
	switch {
	case detected:
		out.Seeds.Expected++
	case len(failed) > 0:
		out.Seeds.Others++
	default:
		out.Seeds.None++
	}
}

func (out *Outcome) complain(problem string) {
	if problem != "" && !slices.Contains(out.Problems, problem) {
		out.Problems = append(out.Problems, problem)
	}
}

// finish computes the medians, once all seeds were run.
func (out *Outcome) finish() {
	if len(out.first) == 0 {
		return
	}
	slices.SortFunc(out.first, func(a, b steps.Event) int { return cmp.Compare(a.SeenRequests, b.SeenRequests) })
	median := out.first[len(out.first)/2]
	out.Requests, out.Seconds = median.SeenRequests, median.SeenSeconds
}

// OK reports whether a fault was detected by an expected rule with every seed, a variation failed
// no rule that it may not fail, or an adversary ended the run as it must.
func (out Outcome) OK() bool {
	switch {
	case len(out.Problems) > 0:
		return false
	case out.Kind == Fault:
		return out.Seeds.Expected > 0 && out.Seeds.Others == 0 && out.Seeds.None == 0
	default:
		return len(out.Others()) == 0
	}
}

// Detectors lists the expected rules that failed, in the order in which they are expected.
func (out Outcome) Detectors() []string {
	missed := func(id string) bool { return !slices.Contains(out.DetectedBy, id) }
	return slices.DeleteFunc(slices.Clone(out.Expected), missed)
}

// Others lists the other rules that failed.
func (out Outcome) Others() []string {
	expected := func(id string) bool { return slices.Contains(out.Expected, id) }
	return slices.DeleteFunc(slices.Clone(out.DetectedBy), expected)
}

// Verdict says in words what the outcome is. What is to fix is in capitals.
func (out Outcome) Verdict() string {
	switch ok := out.OK(); {
	case out.Kind == Adversary && ok:
		return "as expected"
	case out.Kind == Adversary:
		return "NOT AS EXPECTED"
	case out.Kind == Variation && ok:
		return "no false alarm"
	case out.Kind == Variation:
		return "FALSE ALARM"
	case ok:
		return "detected"
	case out.Seeds.None > 0:
		return fmt.Sprintf("UNDETECTED %d of %d", out.Seeds.None, out.Seeds.total())
	default:
		return fmt.Sprintf("BY OTHERS %d of %d", out.Seeds.Others, out.Seeds.total())
	}
}

// Effort says what it took until the first failure. It is empty if that was not measured.
func (out Outcome) Effort() string {
	if out.Requests == 0 {
		return ""
	}
	return fmt.Sprintf("%d requests, %.1f s", out.Requests, out.Seconds)
}
