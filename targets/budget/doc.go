// Package budget keeps what must outlive a run: how many backups were made of a target today ([Ledger]), so that a limit holds whatever
// happens, and which instances were made and not yet removed ([Journal]), so that sweep finds them.
//
// Both are files of lines that are only ever appended to, each on the disk before what it speaks of is done, under a lock that holds
// between processes.
package budget
