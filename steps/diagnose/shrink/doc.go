// Package shrink makes failing things simpler. It lists candidates that are a little simpler than a
// case, a race or two variants of a call, and has one loop, [Minimise], that keeps those which
// still fail. A [Budget] bounds the loop by a count of tries, so that a search gives the same
// result on a slow machine as on a fast one.
package shrink
