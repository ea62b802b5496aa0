package oracle

import "slices"

// Levels of a rule.
const (
	Must   = "must"   // the document says so
	Should = "should" // it follows from the document's examples, from a linked page or from HTTP
	May    = "may"    // the document is silent or ambiguous
)

// Reason is a rule by which a call is to be accepted or refused.
type Reason struct {
	Rule  string // id, for example CB-METHOD-3
	Level string // Must or Should
	Why   string // a clause that completes "the call is refused because …" or "it is accepted because …"
	// Factor names what the rule is about, as the parameter model of package generators names its
	// factors. A rule about the way in which the call is sent names a thing that the model does not
	// vary: "signature", "Version", "form" or "encoding".
	Factor string
}

// ExpectedBackup is one way in which the document lets the backup of a call turn out.
type ExpectedBackup struct {
	// Instance is the index of the instance that the backup is made of.
	Instance   int
	Method     string // empty where the document does not say
	MethodRule string
	// WholeInstance reports that the backup covers every database of the instance.
	WholeInstance bool
	// Databases lists the databases that the backup covers, and it covers no other. Where it is
	// empty and WholeInstance is false the document does not say what the backup covers.
	Databases    []string
	CoverageRule string // the rule behind WholeInstance or Databases
	// Full reports that the backup is a full one, by TypeRule, at TypeLevel.
	Full      bool
	TypeRule  string
	TypeLevel string
	Retention int // days, or -1 for ever; 0 where the document does not say
}

// Expectation is what the document wants of the answer to a call. Where Accept and Refuse are both
// empty the document does not decide between accepting and refusing.
type Expectation struct {
	// Accept lists the rules by which the call must be accepted. It is accepted only if every one
	// of them is followed.
	Accept []Reason
	// Refuse lists the rules by which the call must be refused. Each of them suffices.
	Refuse []Reason
	// Unspecified lists the may rules about what the document does not decide in this call.
	Unspecified []string
	// NoBackup is the rule that forbids a backup, whatever the answer is; empty where there is
	// none.
	NoBackup string
	// Backups lists the ways in which the backup of an accepted call may turn out. Where it is
	// empty the document says nothing about it.
	Backups []ExpectedBackup
	// Instance is the index of the instance that the backup is made of, -1 where the call names
	// none.
	Instance int
	// OtherInstances lists the instances that the backup may be made of instead, where the call
	// names several and the document does not say which of them counts.
	OtherInstances []int
}

// Specified reports whether the document decides between accepting and refusing the call.
func (e Expectation) Specified() bool { return len(e.Accept) > 0 || len(e.Refuse) > 0 }

// Level returns the level of the decision: the weakest of the reasons to accept, for all of them
// have to hold, and the strongest of the reasons to refuse, for one of them suffices.
func (e Expectation) Level() string {
	switch {
	case len(e.Refuse) > 0:
		return strongest(e.Refuse)
	case slices.ContainsFunc(e.Accept, func(r Reason) bool { return r.Level == Should }):
		return Should
	case len(e.Accept) > 0:
		return Must
	default:
		return May
	}
}

func strongest(reasons []Reason) string {
	if slices.ContainsFunc(reasons, func(r Reason) bool { return r.Level == Must }) {
		return Must
	}
	return Should
}
