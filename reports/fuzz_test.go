package reports

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

// What can be read can be written and read again.
func FuzzReport(f *testing.F) {
	var seed bytes.Buffer
	require.NoError(f, WriteJSON(&seed, &Report{
		Schema: Schema, Edition: "original", Verdict: NothingTested, Started: "2026-03-01T10:20:30Z", Target: Target{Name: "a"},
	}))
	f.Add(seed.Bytes())
	f.Add([]byte(`{"schema":2}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		var again bytes.Buffer
		require.NoError(t, WriteJSON(&again, Printable(r)))
		_, err = Read(&again)
		require.NoError(t, err)
	})
}

// A corpus is a folder of replay files.
func FuzzReplay(f *testing.F) {
	f.Add([]byte(`{"rule":"CB-METHOD-3","case":{"conditions":[{"engine":"MySQL"}],"steps":[{"do":"call","call":{"params":[{"name":"Action","value":""}]}}]}}`))
	f.Add([]byte(`{"rule":"CB-RACE-1","check":"race","case":{"steps":[]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := parseReplay("f.json", text)
		if err != nil {
			require.ErrorContains(t, err, "f.json: ")
			return
		}
		require.NotEmpty(t, r.Case.Steps)
	})
}

func FuzzKnown(f *testing.F) {
	f.Add([]byte("known:\n  - rule: A\n    law: b\n    answered: c\n    reason: d\n    owner: e\n    expires: 2026-12-31\n"))
	f.Add([]byte("known: [{rule: A, fingerprint: 0123456789abcdef, reason: d, owner: e, expires: 2026-12-31}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		known, err := parseKnown("f.yaml", text, []string{"A"})
		if err != nil {
			require.ErrorContains(t, err, "f.yaml:")
			return
		}
		for _, w := range known {
			require.Equal(t, "A", w.Rule)
		}
	})
}
