// Package audit judges traffic that somebody else makes: exchanges from files, or from a proxy. It
// sends nothing. Each call of CreateBackup is held against the document in all the states in which
// its instance may have been, as package belief knows them, so that nothing is judged that depends
// on what nobody saw.
package audit
