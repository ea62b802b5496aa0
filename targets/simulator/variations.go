package simulator

// Variation is a legitimate difference from the plain simulator: no must rule may fail for it.
type Variation struct {
	Name        string
	Description string
	Source      string   // where it was seen
	Edition     string   // in which it is legitimate; empty is both
	Async       bool     // only with asynchronous refusal declared
	Should      []string // should rules that it may fail
	apply       func(*Simulator, *behaviour)
}

// Variations lists the catalogue of variations.
func Variations() []Variation { return append([]Variation(nil), variations...) }

var variations []Variation
