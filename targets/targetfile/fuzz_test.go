package targetfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/targetfile"
)

// A target file is right, or every error says what is wrong.
func FuzzParse(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("endpoint: http://h\nprotocol: mapped\nmapped:\n  createBackup: {method: POST, path: /b, code: {json: $.a}}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := targetfile.Parse("f.yaml", text, env("ACME_KEY=key", "ACME_SECRET=the-secret"))
		if err == nil {
			require.NotEmpty(t, file.Endpoint)
			return
		}
		require.NotContains(t, err.Error(), "the-secret")
		for _, one := range targetfile.Errors(err) {
			require.NotEmpty(t, one.Message)
		}
	})
}
