package targets

// Case is a test case: instances that meet the Conditions, and the steps taken with them, in order.
type Case struct {
	Conditions []Condition `json:"conditions"`
	Steps      []Step      `json:"steps"`
}

// Kinds of a Step.
const (
	StepCall      = "call"
	StepComplete  = "complete"
	StepStatus    = "status"
	StepDatabases = "databases"
	StepNextDay   = "next day"
	StepDelete    = "delete"
	StepWait      = "wait"
)

// StepKinds lists the kinds of a step.
func StepKinds() []string {
	return []string{StepCall, StepComplete, StepStatus, StepDatabases, StepNextDay, StepDelete, StepWait}
}

// Step is one thing done to the instance with that index.
type Step struct {
	Do        string   `json:"do"`
	Instance  int      `json:"instance"`
	Call      *Call    `json:"call,omitempty"`
	Result    string   `json:"result,omitempty"` // of StepComplete: completed or failed
	Status    string   `json:"status,omitempty"`
	Databases []string `json:"databases,omitempty"`
	Seconds   float64  `json:"seconds,omitempty"` // of StepWait
}
