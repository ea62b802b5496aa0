package format

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 12_402: "12,402", 1_234_567: "1,234,567", -1000: "-1,000"} {
		require.Equal(t, want, thousands(n))
	}
	require.Equal(t, "99.9 %", percent(9999, 10_000))
	require.Equal(t, "99.9 %", percent(99_999, 100_000), "it is not rounded up to 100 %")
	require.Equal(t, "100 %", percent(5, 5))
	require.Equal(t, "–", percent(0, 0))
	require.Equal(t, "0.3 ms", millis(0.3))
	require.Equal(t, "119 ms", millis(119))
	require.Equal(t, "12.0 s", millis(12_000))
	require.Equal(t, "1 March 2026, 10:20 UTC", clock("2026-03-01T10:20:30Z"))
	require.Equal(t, "once", clock("once"))
}
