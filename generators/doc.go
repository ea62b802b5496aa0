// Package generators makes the cases that are sent to a target: the parameter model as data,
// covering arrays over it, and rapid generators of calls, conditions and sequences.
//
// Package oracle says what to expect of a case. Package covering computes the arrays.
package generators
