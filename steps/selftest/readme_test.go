package selftest

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
)

var update = flag.Bool("update", false, "write the summary of the kept matrices into the README")

const (
	readme = "../../README.md"
	begin  = "<!-- selftest: written by `go test ./steps/selftest -run README -update` -->\n"
	end    = "<!-- end of selftest -->\n"
)

// What the README says of the proof is what the last kept run of it found, and that run was of the catalogue as it is.
func TestREADME(t *testing.T) {
	section := "| edition | faults | seeds | caught by their own rules | legitimate variations | seeds | false alarms | wrong on purpose | as expected | requests to the first failure |\n" +
		"|---|---|---|---|---|---|---|---|---|---|\n"
	var open []string
	for _, e := range oracle.Editions() {
		m := kept(t, e.Name)
		if m == nil {
			continue
		}
		c := m.Counts()
		section += fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d | %d | %d | %s |\n",
			e.Name, c.Faults, c.FaultSeeds, c.Caught, c.Variations, c.VariationSeeds, c.Alarms, c.Specials, c.AsExpected, measured(c.MedianRequests))
		for _, o := range m.Outcomes {
			if !o.OK() {
				open = append(open, fmt.Sprintf("`%s` (%s)", o.Name, strings.ToLower(o.Verdict())))
			}
		}
		for _, id := range m.Unproven {
			open = append(open, fmt.Sprintf("`%s` (no fault of its own fails it)", id))
		}
	}
	section += "\nThe last column is the median over the faults of one factor.\n"
	if len(open) > 0 {
		section += "\nTo be mended: " + strings.Join(open, ", ") + ".\n"
	}
	file, err := os.ReadFile(readme)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(file), begin)
	require.True(t, found, "the README has no line %q", begin)
	was, after, found := strings.Cut(rest, end)
	require.True(t, found, "the README has no line %q", end)
	if *update {
		require.NoError(t, os.WriteFile(readme, []byte(before+begin+section+end+after), 0o644))
		return
	}
	require.Equal(t, section, was, "the README is stale: go test ./steps/selftest -run README -update")
}

func measured(n int) string {
	if n == 0 {
		return "not measured"
	}
	return strconv.Itoa(n)
}

// kept reads the matrix that was kept of an edition, and makes sure that it is of the catalogue as it is. The original edition's there must be.
func kept(t *testing.T, edition string) *Matrix {
	path := filepath.Join("testdata", edition+".json")
	advice := fmt.Sprintf("go run . selftest --edition %s --out steps/selftest/%s (with --fault NAME for each that changed, else all of it), and then go test ./steps/selftest -run README -update", edition, path)
	text, err := os.ReadFile(path)
	if os.IsNotExist(err) && edition != oracle.Original {
		return nil
	}
	require.NoError(t, err, advice)
	var m Matrix
	require.NoError(t, json.Unmarshal(text, &m))
	subjects, err := Options{Edition: edition}.subjects()
	require.NoError(t, err)
	now, then := map[string]string{}, map[string]string{}
	for _, s := range subjects {
		now[s.outcome.Name] = fmt.Sprint(s.outcome.Kind, s.outcome.Wanted)
	}
	for _, o := range m.Outcomes {
		then[o.Name] = fmt.Sprint(o.Kind, o.Wanted)
	}
	var stale []string
	for name := range now {
		if now[name] != then[name] {
			stale = append(stale, name)
		}
	}
	for name := range then {
		if now[name] == "" {
			stale = append(stale, name)
		}
	}
	slices.Sort(stale)
	require.Empty(t, stale, "%s was made of another catalogue; these were added, removed or given other rules since: %s", path, advice)
	return &m
}
