package selftest

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/cbspec/cbspec/steps"
)

// Kind is what the suite is run against.
type Kind string

// Kinds of an outcome.
const (
	Fault     Kind = "fault"     // of the simulator's catalogue: a rule of its own must fail
	Variation Kind = "variation" // likewise: no rule may fail but those it names
	Special   Kind = "special"   // a server or a network that is wrong on purpose: the run must end as it says
)

// Outcome is what became of one fault, variation or special, over all seeds.
type Outcome struct {
	Kind        Kind     `json:"kind"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Factors     int      `json:"factors,omitempty"` // that must come together for the fault to show
	Wanted      []string `json:"wanted,omitempty"`  // rules that should fail; of a variation those that may
	Killed      []string `json:"killed,omitempty"`  // rules that failed, with any seed
	// Own is with how many seeds one of the wanted rules failed; Other with how many only others did; Survived with how many none.
	Own      int `json:"own"`
	Other    int `json:"other"`
	Survived int `json:"survived"`
	// KillRequests and KillSeconds are what a run had sent, and how long it had taken, when what it failed for first was seen; the median over the seeds.
	KillRequests int     `json:"killRequests,omitempty"`
	KillSeconds  float64 `json:"killSeconds,omitempty"`
	Requests     int     `json:"requests,omitempty"` // of the whole run, with the first seed
	Seconds      float64 `json:"seconds,omitempty"`
	// Problems are the ways in which the runs did not end as they should have.
	Problems []string `json:"problems,omitempty"`

	kills []steps.Event // the first failure of each run
}

// count adds the outcome of one run: the rules that failed, whether one of the fault's own did before the run was ended, and the error that
// ended it.
func (out *Outcome) count(failed []string, own bool, err error) {
	for _, id := range failed {
		own = own || slices.Contains(out.Wanted, id)
		if !slices.Contains(out.Killed, id) {
			out.Killed = append(out.Killed, id)
		}
	}
	if out.Kind == Variation && err != nil {
		out.complain("the run was cut short: " + err.Error())
	}
	switch {
	case own:
		out.Own++
	case len(failed) > 0:
		out.Other++
	default:
		out.Survived++
	}
}

func (out *Outcome) complain(problem string) {
	if problem != "" && !slices.Contains(out.Problems, problem) {
		out.Problems = append(out.Problems, problem)
	}
}

// seeds is how many runs were counted.
func (out Outcome) seeds() int { return out.Own + out.Other + out.Survived }

// settle sums up the runs.
func (out *Outcome) settle() {
	if len(out.kills) == 0 {
		return
	}
	slices.SortFunc(out.kills, func(a, b steps.Event) int { return cmp.Compare(a.SeenRequests, b.SeenRequests) })
	e := out.kills[len(out.kills)/2]
	out.KillRequests, out.KillSeconds = e.SeenRequests, math.Round(e.SeenSeconds*1000)/1000
}

// OK tells whether a fault was caught by its own rules with every seed, a variation by none that it may not fail, a special as it should be.
func (out Outcome) OK() bool {
	switch {
	case len(out.Problems) > 0:
		return false
	case out.Kind == Fault:
		return out.Own > 0 && out.Other == 0 && out.Survived == 0
	default:
		return !slices.ContainsFunc(out.Killed, func(r string) bool { return !slices.Contains(out.Wanted, r) })
	}
}

// Verdict says in words what became of it.
func (out Outcome) Verdict() string {
	switch {
	case out.Kind == Special && out.OK():
		return "as expected"
	case out.Kind == Special:
		return "NOT AS EXPECTED"
	case out.Kind == Variation && out.OK():
		return "let pass"
	case out.Kind == Variation:
		return "FALSE ALARM"
	case out.OK():
		return "caught"
	case out.Survived > 0:
		return fmt.Sprintf("SURVIVED %d of %d", out.Survived, out.Own+out.Other+out.Survived)
	default:
		return fmt.Sprintf("CAUGHT BY OTHERS %d of %d", out.Other, out.Own+out.Other)
	}
}
