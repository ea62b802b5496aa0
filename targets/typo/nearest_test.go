package typo_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/typo"
)

func TestNearestFindsSimilarWordsOnly(t *testing.T) {
	words := []string{"BackupMethod", "BackupStrategy", "BackupType", "quota-off-by-one-more"}
	for typed, want := range map[string]string{
		"BackupMethd":           "BackupMethod",
		"backuptype":            "BackupType",
		"BckupStratgy":          "BackupStrategy",
		"quota-of-by-one-moore": "quota-off-by-one-more",
		"Engine":                "",
		"":                      "",
	} {
		require.Equal(t, want, typo.Nearest(typed, words), typed)
	}
}
