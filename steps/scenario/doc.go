// Package scenario binds the steps of the feature files to test cases and assertions.
//
// The Given and When steps of a scenario describe the cases of it: conditions, actions, and what is
// wrong. The first Then step builds the cases and runs them. The assertions then look at the
// results. They do not search for causes: a [Scenario] hands its [Outcome] to the suite, which has
// the failures diagnosed.
package scenario
