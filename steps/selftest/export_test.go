package selftest

// WatchMemory is watchMemory, for the tests of the package's users.
func WatchMemory() (peak func() uint64) { return watchMemory() }
