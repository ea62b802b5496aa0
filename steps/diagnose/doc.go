// Package diagnose turns violations into findings. For each violation it looks for the minimal
// case, for the condition under which calls fail, and for the rule that says so. What a known
// failing condition explains is counted and not searched again.
//
// A search costs many test cases. Every search is bounded by a count of tries and never by a clock,
// so that a target gets the same findings on a slow machine as on a fast one.
package diagnose
