// Package steps runs the suite: the feature files by their step definitions, from the command line with [Run] and within go test with
// [Test] and [Fuzz].
package steps
