// Package budget keeps on disk what a run must not forget. A [Ledger] counts the backups made of a
// target today, so that a limit holds over all runs. A [Journal] lists the instances that runs have
// made and not removed, so that sweep finds them.
//
// Both are files of lines. A line is written to the disk before what it records is done, under a
// lock that holds between processes. Package gate asks the ledger before each request.
package budget
