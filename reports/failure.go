package reports

import "github.com/cbspec/cbspec/targets"

// Kinds of failure: what goes wrong.
const (
	KindWronglyAccepted = "wrongly-accepted"
	KindWronglyRefused  = "wrongly-refused"
	KindWrongDocument   = "wrong-document"   // the decision is right, and the answer is not as documented
	KindWrongEffect     = "wrong-effect"     // a call makes other backups than it should
	KindServerError     = "server-error"     // 5xx
	KindNoAnswer        = "no-answer"        // none, or one that is neither a valid success nor a valid error
	KindNotLinearizable = "not-linearizable" // no order of calls made at once explains their answers
	KindInconsistent    = "inconsistent"     // two calls that should be answered alike are not
	KindIntermittent    = "intermittent"     // the same case does not fail each time
)

// Effects: what is wrong with the backups that a call makes.
const (
	EffectContradiction = "contradiction" // a refused call makes one, or an accepted call none or several
	EffectWrongBackup   = "wrong backup"  // it is not the backup that was asked for
	EffectElsewhere     = "elsewhere"     // it is of another instance
)

// Checks: how a case is judged. An empty check judges each call by the document.
const (
	CheckRace     = "race"          // some order of its calls explains their answers
	CheckDecision = "same decision" // its last call is accepted if and only if that of the other case is
	CheckType     = "same type"     // its last backup has the type of that of the other case
	CheckCode     = "code"          // its last call is refused with one of the codes
	CheckTask     = "task"          // DescribeBackupTasks knows the BackupJobId of its last call
)

// Failure is one way in which a rule fails, with its minimal case.
type Failure struct {
	// Finding is the id of the finding that the failure belongs to.
	Finding string `json:"finding,omitempty"`
	// Law says in one sentence what goes wrong and when. [Sentence] makes it.
	Law string `json:"law"`
	// See lists the rules that say what goes wrong, for a rule that only sums up others.
	See []string `json:"see,omitempty"`
	// RequestID is that of the failing answer, and Date its header, where the answer has them.
	RequestID string `json:"requestId,omitempty"`
	Date      string `json:"date,omitempty"`
	// Raw is the failing call in base64 where it is a raw request, without secrets.
	Raw string `json:"rawBase64,omitempty"`
	// Kind says what goes wrong. It is one of the Kinds, or empty in a report of an older cbspec.
	Kind string `json:"kind,omitempty"`
	// Of is the kind that a failure of KindIntermittent has when it happens. Effect says more of
	// KindWrongEffect: one of the Effects.
	Of     string `json:"of,omitempty"`
	Effect string `json:"effect,omitempty"`
	// When is the failing condition as data: a call fails when all of these hold.
	When []Condition `json:"when,omitempty"`
	// Exact reports whether When is known to be the whole failing condition. It is false where the
	// search budget was used up.
	Exact bool `json:"exact,omitempty"`
	// Expected is what the document says, and Answered what the target did.
	Expected string `json:"expected"`
	Answered string `json:"answered"`
	// Curl holds shell commands that reproduce the failure.
	Curl string `json:"curl"`
	// Replay is the path of the replay file, relative to the report.
	Replay string `json:"replay"`
	// ReplayFlags are the flags with which `cbspec replay` reaches the target that failed. They
	// hold no secret.
	ReplayFlags []string `json:"replayFlags,omitempty"`
	// Picture is the path of porcupine's drawing of a history that is not linearizable, relative to
	// the report.
	Picture string `json:"picture,omitempty"`
	// Count is how many of the cases that were tried fail in this way.
	Count int `json:"count"`
	// Contexts is how many other calls that meet When were tried, to see that they fail too.
	Contexts int `json:"contexts,omitempty"`
	// The minimal case was sent Tries more times, and it failed Reproduced times.
	Reproduced int    `json:"reproduced"`
	Tries      int    `json:"tries"`
	Scenario   string `json:"scenario"`
	// Case is the minimal case: conditions of instances, and steps.
	Case *targets.Case `json:"case,omitempty"`
	// Check is one of the Checks, or empty.
	Check string `json:"check,omitempty"`
	// Other is the case that Case is compared with, for a check that compares.
	Other *targets.Case `json:"other,omitempty"`
	// Codes are the codes that a refusal may have, for CheckCode. One that ends in a full stop
	// stands for every code that begins with it.
	Codes []string `json:"codes,omitempty"`
	// Race says how the calls of Case are made, for CheckRace.
	Race *Race `json:"race,omitempty"`
	// Known is set where the failure is on the list of known failures.
	Known *Waiver `json:"known,omitempty"`
}

// Condition is one part of a failing condition: a factor of the parameter model, and the classes of
// its values with which calls fail.
type Condition struct {
	// Factor is what the condition is about, such as "backups today" or "BackupMethod". Without
	// classes it is a whole clause, such as "the nonce was used before".
	Factor  string   `json:"factor"`
	Classes []string `json:"classes,omitempty"`
	// Not is set where Classes are better said as every class but this one.
	Not string `json:"not,omitempty"`
	// Value is set where only this value of the class fails.
	Value *string `json:"value,omitempty"`
}

// Race says how the calls of a case are made at once, in rounds, each on fresh instances.
type Race struct {
	// Completing reports whether the backups of the instances complete meanwhile.
	Completing bool `json:"completing"`
	Rounds     int  `json:"rounds"`
	// Illegal counts the rounds in which no order of the calls explained the answers.
	Illegal int `json:"illegal"`
}
