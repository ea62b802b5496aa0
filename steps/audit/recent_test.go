package audit

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRecentRemembersTheLatest(t *testing.T) {
	r := newRecent[int, int](10)
	for i := range 1000 {
		r.set(i, -i)
		for j := max(0, i-9); j <= i; j++ {
			v, is := r.get(j)
			require.True(t, is)
			require.Equal(t, -j, v)
		}
		require.LessOrEqual(t, len(r.now)+len(r.old), 20)
	}
	_, is := r.get(0)
	require.False(t, is)
}
