// Package targets holds what cbspec sends to an implementation of CreateBackup and what comes back: the
// [Condition] an instance is brought into, the [Call] that is sent, the [Answer] to it, and the [Target] that
// carries one to the other. The adapters are the packages below it.
package targets
