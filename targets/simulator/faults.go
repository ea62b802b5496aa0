package simulator

import "slices"

// Fault is a realistic mistake of an implementer.
//
// A fault is in the file of the rule that it breaks: faults_quota.go has the mistakes against
// the rules of features/quota.feature. One that breaks several is in the file of the first of
// its Rules. There are two exceptions. Mistakes in how a request is read or an answer is written
// are in faults_public.go and faults_response.go, whichever rules they break. Answers that harm
// their reader or never come are in faults_hostile.go.
type Fault struct {
	Name        string // as in --fault NAME
	Description string // one sentence: what the server does wrong
	Kind        FaultKind
	Rules       []string // that should fail; at least one must
	Factors     int      // how many conditions must come together for the fault to show; 0 means 1
	Edition     string   // the one in which it is a mistake; empty means both
	apply       change
}

// FaultKind says in what way an implementation is mistaken.
type FaultKind string

// HostileAnswer is the kind of faults whose answers harm a client that reads them carelessly.
const HostileAnswer FaultKind = "a hostile answer"

const (
	dropped     FaultKind = "a rule is left out"
	boundary    FaultKind = "a boundary is off by one"
	value       FaultKind = "a value is added or missing"
	defaulted   FaultKind = "a wrong default"
	ignored     FaultKind = "a parameter is ignored"
	statusKind  FaultKind = "a wrong HTTP status"
	bodyKind    FaultKind = "a wrong document"
	repeatedID  FaultKind = "an id is used again"
	stateKind   FaultKind = "state is not updated"
	staleRead   FaultKind = "old state is read"
	sharedKind  FaultKind = "state is shared between instances"
	interaction FaultKind = "an interaction of factors"
	raceKind    FaultKind = "a race"
	authKind    FaultKind = "a step of checking a signature is left out"
	wireKind    FaultKind = "wire format and encoding"
	untrue      FaultKind = "an answer that contradicts its effect"
	slowness    FaultKind = "an answer that never comes"
	hostile               = HostileAnswer
)

// Faults lists the catalogue of faults.
func Faults() []Fault {
	list := faults()
	for i, f := range list {
		list[i].Factors = max(f.Factors, 1)
		switch {
		case f.Kind == interaction:
			list[i].Rules = append(slices.Clone(f.Rules), "CB-COMBO-1")
		case f.Name == "method-any" || f.Name == "type-any":
			list[i].Rules = append(slices.Clone(f.Rules), "CB-COMBO-1", "CB-COMBO-3")
		}
	}
	return list
}

// faults joins the tables, in the order of the features.
func faults() []Fault {
	return slices.Concat(preconditionFaults, quotaFaults, actionFaults, instanceFaults,
		instanceNameFaults, methodFaults,
		strategyFaults, dbNameFaults, databaseNameFaults, typeFaults, coercedFaults,
		retentionFaults, responseFaults, publicFaults, repeatedFaults,
		authenticationFaults, signatureFaults, sequenceFaults, lateFaults, raceFaults, robustnessFaults, hostileFaults)
}
