// Package oracle is the executable reading of the document. For a [World], which is what the conditions of the
// instances are known to be, and a call it says whether the document wants the call accepted, wants it refused and by which
// rules, or leaves it open; and what the backup that comes of it must cover. It is set-valued: where the words can be
// understood in several ways, every way is followed, and only what all of them agree on is expected.
//
// It is written from the document alone and knows nothing of the simulator.
package oracle
