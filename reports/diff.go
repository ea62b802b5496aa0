package reports

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// Aspects in which two targets may answer the same case differently.
const (
	AspectDecision = "decision"          // one accepts, and the other does not
	AspectEffect   = "effect"            // other backups are made
	AspectStatus   = "status and Code"   // of the answer
	AspectOrder    = "order of refusals" // a call that is wrong in several ways is refused for another one
	AspectDocument = "document"          // of the answer
)

// Aspects lists the aspects.
func Aspects() []string {
	return []string{AspectDecision, AspectEffect, AspectStatus, AspectOrder, AspectDocument}
}

// Who is right by the document, where two targets differ.
const (
	RightA       = "A"
	RightB       = "B"
	RightNeither = "neither"
	RightSilent  = "silent" // the document allows both
)

// Gates of a diff.
const (
	GateAny      = "any"      // every difference fails
	GateDocument = "document" // a difference fails unless the document allows both
)

// Diff is what two targets, A and B, do differently in the same cases.
type Diff struct {
	Schema  int    `json:"schema"`
	Tool    Tool   `json:"tool"`
	Edition string `json:"edition"`
	Seed    uint64 `json:"seed"`
	A       Target `json:"a"`
	B       Target `json:"b"`
	// Reference is A or B where the other target is to do what that one does.
	Reference string `json:"reference,omitempty"`
	Gate      string `json:"gate"`
	// Started is when the run started, in RFC 3339 and UTC.
	Started         string  `json:"started"`
	DurationSeconds float64 `json:"durationSeconds"`
	Complete        bool    `json:"complete"`
	CutShort        string  `json:"cutShort,omitempty"`
	Requests        int     `json:"requests"`
	// Compared counts the cases that were sent to both targets.
	Compared int `json:"compared"`
	// NotCompared counts the cases that were not, by the reason.
	NotCompared []Count      `json:"notCompared,omitempty"`
	Warnings    []string     `json:"warnings,omitempty"`
	Differences []Difference `json:"differences"`
}

// Difference is one cause of differences between two targets.
type Difference struct {
	ID     string `json:"id"` // D1, D2, …
	Aspect string `json:"aspect"`
	// Fingerprint is the same from run to run. It is of the aspect, what each target does, and When.
	Fingerprint string      `json:"fingerprint"`
	Sentence    string      `json:"sentence"`
	When        []Condition `json:"when,omitempty"`
	// Exact reports whether When is known to be the whole condition.
	Exact bool `json:"exact"`
	// A and B are what each target does, without ids and times.
	A string `json:"a"`
	B string `json:"b"`
	// Right is who is right by the document, and Rules the rules of Level that the other breaks.
	Right    string   `json:"right"`
	Level    string   `json:"level,omitempty"`
	Rules    []string `json:"rules,omitempty"`
	Expected string   `json:"expected"`
	// The minimal case was sent Tries more times, and differed Reproduced times.
	Reproduced int `json:"reproduced"`
	Tries      int `json:"tries"`
	// Cases is how many cases differ because of it, and Contexts in how many further ones that meet
	// When it was confirmed.
	Cases    int           `json:"cases"`
	Contexts int           `json:"contexts,omitempty"`
	Case     *targets.Case `json:"case"`
	CurlA    string        `json:"curlA"`
	CurlB    string        `json:"curlB"`
	// Also lists the other pairs of reasons of AspectOrder that are looked at in another order.
	Also []Pair `json:"also,omitempty"`
	// Known is set where the difference is on the list of known ones.
	Known *Waiver `json:"known,omitempty"`
}

// Pair is what each target does in another case of a difference.
type Pair struct {
	A        string `json:"a"`
	B        string `json:"b"`
	Sentence string `json:"sentence"`
}

// Describe gives the difference its sentence and its fingerprint.
func (d *Difference) Describe() {
	when := (Cause{When: d.When, Exact: d.Exact}).when()
	switch {
	case d.Reproduced < d.Tries:
		when = ", but not every time that the case is sent"
	case len(d.When) == 0 && d.Case != nil && (!d.Exact || len(d.Case.Steps) > 1):
		when = " " + sequenceWords(*d.Case)
	}
	d.Sentence = fmt.Sprintf("A %s, and B %s%s.", d.A, d.B, when)
	what := []string{d.A + "; " + d.B}
	for _, p := range d.Also {
		what = append(what, p.A+"; "+p.B)
	}
	slices.Sort(what)
	d.Fingerprint = Fingerprint(d.Aspect, Failure{Kind: strings.Join(what, "\n"), When: d.When, Case: d.Case})
}

// waiver is what a list of known differences has of the difference.
func (d Difference) waiver() Waiver {
	return Waiver{Rule: d.Aspect, Fingerprint: d.Fingerprint, Law: d.Sentence, Answer: "A: " + d.A + "; B: " + d.B}
}

// ApplyKnown marks the differences that are known, and returns what to do about the list, one
// sentence for each entry that is out of date.
func (d *Diff) ApplyKnown(known []Waiver, now time.Time) []string {
	var o Outcome
	for _, w := range known {
		i := slices.IndexFunc(d.Differences, func(x Difference) bool {
			return x.Aspect == w.Rule && x.Fingerprint == w.Fingerprint
		})
		switch {
		case i < 0 && d.Complete:
			o.Stale = append(o.Stale, w)
		case i < 0:
		case expired(w, now):
			o.Expired = append(o.Expired, w)
		default:
			d.Differences[i].Known = &w
		}
	}
	return o.Notes()
}

// Known returns the list of known differences with those of the diff that it lacks, which get the
// reason, the owner and the last day of blank.
func (d *Diff) Known(known []Waiver, blank Waiver) []Waiver {
	known = slices.DeleteFunc(slices.Clone(known), func(w Waiver) bool {
		return d.Complete && !slices.ContainsFunc(d.Differences, func(x Difference) bool { return x.Fingerprint == w.Fingerprint })
	})
	for _, x := range d.Differences {
		if !slices.ContainsFunc(known, func(w Waiver) bool { return w.Fingerprint == x.Fingerprint }) {
			w := x.waiver()
			w.Reason, w.Owner, w.Expires = blank.Reason, blank.Owner, blank.Expires
			known = append(known, w)
		}
	}
	return known
}

// Failing lists the differences that are not known and that the gate does not let pass. Where one
// target is the reference, the other passes where it is right and the reference is not.
func (d *Diff) Failing() []Difference {
	return slices.DeleteFunc(slices.Clone(d.Differences), func(x Difference) bool {
		better := d.Reference == RightA && x.Right == RightB || d.Reference == RightB && x.Right == RightA
		return x.Known != nil || better || d.Gate == GateDocument && x.Right == RightSilent
	})
}

// Verdict says in one sentence what came out.
func (d *Diff) Verdict() string {
	known := len(slices.DeleteFunc(slices.Clone(d.Differences), func(x Difference) bool { return x.Known == nil }))
	switch n := len(d.Differences); {
	case d.Compared == 0:
		return "nothing was compared"
	case n == 0:
		return "no difference"
	case known > 0:
		return fmt.Sprintf("%d %s, %d of them known", n, differences(n), known)
	default:
		return fmt.Sprintf("%d %s", n, differences(n))
	}
}

func differences(n int) string {
	if n == 1 {
		return "difference"
	}
	return "differences"
}

// RightWords says who is right by the document.
func (d Difference) RightWords() string {
	rules := strings.Join(d.Rules, ", ")
	if d.Level != "" {
		rules = fmt.Sprintf(" (%s, %s)", rules, d.Level)
	}
	switch d.Right {
	case RightA:
		return "A is right; B breaks the document" + rules
	case RightB:
		return "B is right; A breaks the document" + rules
	case RightNeither:
		return "neither is right: both break the document" + rules
	default:
		return "the document allows both"
	}
}

// WriteDiff writes a diff as JSON.
func WriteDiff(w io.Writer, d *Diff) error {
	shown := *d
	shown.Differences = append([]Difference{}, d.Differences...) // never null
	text, err := json.MarshalIndent(shown, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(VisibleJSON(text), '\n'))
	return err
}

// SortDifferences puts the differences in the order in which people read them, and numbers them:
// first those that break must rules, and those of the decision first.
func (d *Diff) SortDifferences() {
	level := func(x Difference) int { return slices.Index([]string{Must, Should, "", May}, x.Level) }
	slices.SortStableFunc(d.Differences, func(x, y Difference) int {
		return cmp.Or(
			cmp.Compare(level(x), level(y)),
			cmp.Compare(slices.Index(Aspects(), x.Aspect), slices.Index(Aspects(), y.Aspect)),
			cmp.Compare(y.Cases, x.Cases),
		)
	})
	for i := range d.Differences {
		d.Differences[i].ID = fmt.Sprintf("D%d", i+1)
	}
}
