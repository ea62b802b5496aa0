// Package runner executes test cases on a target and records what happened. It brings instances
// into the conditions of a case, takes the steps, sends the calls, and looks at the backups that
// result. It does not judge: package judge does, from the [History] that a run leaves.
package runner
