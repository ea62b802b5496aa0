package selftest

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/cbspec/cbspec/reports"
)

// Explanation is how well the findings of a run explain the one fault that there is.
type Explanation struct {
	Findings int  `json:"findings"`           // one is right
	Rule     bool `json:"rule,omitempty"`     // the first finding is of a rule that the fault names
	Exact    bool `json:"exact,omitempty"`    // the failing condition of the first finding is
	Requests int  `json:"requests,omitempty"` // of the run, in percent of a run without faults
}

// explanation measures a run that went to its end. clean is how many requests a run without faults
// sends.
func (out Outcome) explanation(r *reports.Report, clean int) *Explanation {
	e := &Explanation{Findings: len(r.Findings), Requests: twoDigits(r.Requests * percent / clean)}
	if len(r.Findings) > 0 {
		first := r.Findings[0]
		e.Rule, e.Exact = slices.Contains(out.Expected, first.Rule), first.Exact
	}
	return e
}

const percent = 100

// cleanRequests returns how many requests a run without faults sends.
func (o Options) cleanRequests(ctx context.Context, subjects []subject) (int, error) {
	isFault := func(s subject) bool { return s.outcome.Kind == Fault }
	if o.Fast || !slices.ContainsFunc(subjects, isFault) {
		return 0, nil
	}
	target, stop, err := subject{}.start(ctx, o.Edition)
	if err != nil {
		return 0, err
	}
	defer stop()
	r := o.run(ctx, target, subject{}, 1)
	if r.err != nil {
		return 0, fmt.Errorf("a run without faults: %w", r.err)
	}
	return r.report.Requests, nil
}

// column is an explanation in the table and in Markdown. It is empty where nothing was measured.
func (e *Explanation) column() string {
	if e == nil {
		return ""
	}
	text := strconv.Itoa(e.Findings)
	if !e.Rule {
		text += ", of another rule"
	}
	if !e.Exact {
		text += ", not exact"
	}
	return fmt.Sprintf("%s, %d %% of the requests", text, e.Requests)
}

// fewFactors is up to how many factors a fault has whose failing condition is to be found exactly.
const fewFactors = 3

// figures sum up the explanations: how many faults were measured, how many have one finding, whose
// first is of an expected rule, and how many of the few factors that few counts have an exact one.
type figures struct {
	all, one, rule, few, exact int
	// requests is the 95th percentile of what a run sends, in percent of a run without faults.
	requests int
}

func (m *Matrix) figures() figures {
	var f figures
	var requests []int
	for _, o := range m.Outcomes {
		e := o.Explanation
		if e == nil {
			continue
		}
		f.all++
		f.one += oneIf(e.Findings == 1)
		f.rule += oneIf(e.Rule)
		if o.Factors <= fewFactors {
			f.few++
			f.exact += oneIf(e.Exact)
		}
		requests = append(requests, e.Requests)
	}
	if f.all > 0 {
		slices.Sort(requests)
		f.requests = requests[(f.all*95+99)/percent-1]
	}
	return f
}

// explained sums up the explanations in words. It is empty where nothing was measured.
func (m *Matrix) explained() string {
	f := m.figures()
	if f.all == 0 {
		return ""
	}
	return fmt.Sprintf("one finding for %s of %d faults, the first of an expected rule for %s, and exact for %s of "+
		"the faults of up to %d factors; a run on a fault takes %d %% of the requests of one without (95th percentile)",
		share(f.one, f.all), f.all, share(f.rule, f.all), share(f.exact, f.few), fewFactors, f.requests)
}

func share(part, all int) string {
	if all == 0 {
		return "none"
	}
	return fmt.Sprintf("%d %%", part*percent/all)
}
