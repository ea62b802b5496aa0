package selftest

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	securityGuide    = "../../.docs/security.md"
	adversariesBegin = "<!-- adversaries: written by `go test ./steps/selftest -run SecurityGuide -update` -->\n"
	adversariesEnd   = "<!-- end of adversaries -->\n"
	tableHead        = "| name | server or network | exit code | time | memory |\n|---|---|---|---|---|\n"
	mostMemory       = 200 << 20
)

// The guide lists every adversary. To measure exit code, time and memory takes minutes, so it is
// done with -update or CBSPEC_SEEDS only.
func TestSecurityGuide(t *testing.T) {
	file, err := os.ReadFile(securityGuide)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(file), adversariesBegin)
	require.True(t, found)
	table, after, found := strings.Cut(rest, adversariesEnd)
	require.True(t, found)
	if _, long := os.LookupEnv("CBSPEC_SEEDS"); long || *update {
		table = measuredTable(t)
	}
	if *update {
		require.NoError(t, os.WriteFile(securityGuide, []byte(before+adversariesBegin+table+adversariesEnd+after), 0o644))
	}
	rows := strings.Split(strings.TrimPrefix(table, tableHead), "\n")
	for i, a := range adversaries() {
		require.Greater(t, len(rows), i)
		require.True(t, strings.HasPrefix(rows[i], rowStart(a.name, a.description)),
			"the guide is stale at %s: go test ./steps/selftest -run SecurityGuide -update", a.name)
	}
	require.Len(t, rows, len(adversaries())+1, "a line for each adversary, and an end")
}

// measuredTable runs every adversary and shows what that took.
func measuredTable(t *testing.T) string {
	t.Helper()
	m, err := Run(t.Context(), Options{Kinds: []Kind{Adversary}})
	require.NoError(t, err)
	table := tableHead
	for _, o := range m.Outcomes {
		require.True(t, o.OK(), "%s: %v", o.Name, o.Problems)
		require.Less(t, o.Memory, uint64(mostMemory), o.Name)
		table += fmt.Sprintf("%s %d | %.0f s | %d MB |\n", rowStart(o.Name, o.Description), o.Exit, o.Duration, o.Memory>>20)
	}
	return table
}

// rowStart is the part of a row that is the same on every machine.
func rowStart(name, description string) string {
	return fmt.Sprintf("| `%s` | %s |", name, description)
}
