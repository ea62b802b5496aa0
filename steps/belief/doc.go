// Package belief is what traffic and an inventory tell about instances. Most of what an instance is
// like at the moment of a call is not known: other parties make backups, restart instances and
// change databases, and nobody sees it. So for each call there is a set of states in which the
// instance may have been, and the document decides only what it decides in all of them.
package belief
