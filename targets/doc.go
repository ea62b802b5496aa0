// Package targets defines what cbspec sends to an implementation of CreateBackup and what comes
// back: the [Condition] that an instance meets, the [Call] that is sent, the [Answer] to it, and
// the [Target] that sends it. The packages below it are the adapters: rpc and mapped send calls,
// control and fixtures prepare instances, budget limits backups, and connect puts them together.
package targets
