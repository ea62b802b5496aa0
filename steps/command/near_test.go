package command

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The paths nearby are those that differ by a slash or by a usual part, the given one left out.
func TestNearbyEndpoints(t *testing.T) {
	require.Equal(t, []string{
		"http://h:1/rds", "http://h:1/rds/", "http://h:1/api", "http://h:1/api/", "http://h:1/api/rds", "http://h:1/api/rds/",
	}, nearby("http://h:1"))
	require.Equal(t, nearby("http://h:1"), nearby("http://h:1/"))
	require.Equal(t, []string{"http://h:1/v1/", "http://h:1/v1/rds"}, nearby("http://h:1/v1")[:2])
	require.Contains(t, nearby("http://h:1/v1"), "http://h:1/")
	require.NotContains(t, nearby("http://h:1/v1"), "http://h:1/v1")
}
