// Package localise finds the law behind a failure: the least that must hold for it to come about. A failing point of the parameter model is
// reduced towards the plainest call, every factor is then tried at its other classes, and what is left is checked in
// further contexts. It costs tens of tries; the caller remembers what a try gave.
package localise
