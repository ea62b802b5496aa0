package targets

import "strconv"

// Case is what is done to a target: instances that meet the Conditions, and the steps taken with them, in order.
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

// Step is one thing done to the instance of that index.
type Step struct {
	Do        string   `json:"do"`
	Instance  int      `json:"instance"`
	Call      *Call    `json:"call,omitempty"`
	Result    string   `json:"result,omitempty"` // of complete: completed or failed
	Status    string   `json:"status,omitempty"`
	Databases []string `json:"databases,omitempty"`
	Seconds   float64  `json:"seconds,omitempty"` // of wait
}

// InstanceRef stands in a parameter's value, alone or within it, for the id of the instance that meets the Condition of that index.
func InstanceRef(i int) string { return "${instance" + strconv.Itoa(i) + "}" }

// CutRef stands in a parameter's value for the id without its last character.
func CutRef(i int) string { return "${instance" + strconv.Itoa(i) + "%?}" }
