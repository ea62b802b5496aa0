// Package oracle is an executable reading of the CreateBackup document.
//
// A [World] holds what is known about the instances of a case. [World.Expect] takes a call and says
// whether the document wants it accepted, wants it refused and by which rules, or leaves the
// decision open. It also says what the backup of an accepted call must cover.
//
// Where the words of the document can be understood in several ways, the oracle follows every way
// and expects only what all of them agree on.
//
// The oracle is written from the document alone. It does not know the simulator, and the simulator
// does not know the oracle, so that each can be tested against the other.
package oracle
