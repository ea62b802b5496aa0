package simulator

import "slices"

// Variation is a legitimate difference from the faithful simulator. A good server may have it, so
// no rule may fail because of it, except the should rules that it names.
type Variation struct {
	Name        string   // as in --variation NAME
	Description string   // one sentence: what the server does
	Source      string   // where it was seen, or what leaves it open
	Edition     string   // the one in which it is legitimate; empty means both
	Async       bool     // legitimate only for a target that declares asynchronous refusal
	Should      []string // should rules that may fail
	apply       change
}

// Variations lists the catalogue of variations.
func Variations() []Variation {
	return slices.Concat(decisionVariations, requestVariations, answerVariations, frontVariations, stackVariations, controlVariations)
}

// Sources of several variations.
const (
	silent     = "the document is silent"
	disagree   = "the Chinese and the English page disagree"
	notApplied = "the page says where the parameter takes effect, but not what happens elsewhere"
)
