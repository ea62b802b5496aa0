package simulator

// Fault is a realistic mistake of an implementer.
type Fault struct {
	Name        string
	Description string
	Kind        string
	Rules       []string // that should fail
	Factors     int      // that must come together: 1 for most
	Edition     string   // in which it is a mistake; empty is both
	apply       func(*Simulator, *behaviour)
}

// Faults lists the catalogue of faults.
func Faults() []Fault { return append([]Fault(nil), faults...) }

var faults []Fault
