package selftest

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

// watchMemory measures how much memory the program has from the system. peak ends that and returns
// the most that it had, in bytes.
func watchMemory() (peak func() uint64) {
	debug.FreeOSMemory() // of earlier runs
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	done, result := make(chan struct{}), make(chan uint64)
	go func() {
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		var most uint64
		for {
			metrics.Read(samples)
			most = max(most, samples[0].Value.Uint64()-samples[1].Value.Uint64())
			select {
			case <-ticker.C:
			case <-done:
				result <- most
				return
			}
		}
	}()
	return func() uint64 {
		close(done)
		return <-result
	}
}
