// Package trial tries a case on a target: it brings the instances into their conditions, takes the steps, observes what comes of
// them, and judges every answer by the oracle.
package trial
