package selftest

import (
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

const (
	readme = "../../README.md"
	begin  = "<!-- selftest: written by `go test ./steps/selftest -run README -update` -->\n"
	end    = "<!-- end of selftest -->\n"
)

// The README shows the kept matrices, which are of the catalogue as it is now.
func TestREADME(t *testing.T) {
	var matrices []*Matrix
	for _, e := range oracle.Editions() {
		if m := kept(t, e.Name); m != nil {
			matrices = append(matrices, m)
		}
	}
	section := readmeSection(matrices)
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

func readmeSection(matrices []*Matrix) string {
	section := "| edition | faults | detected by an expected rule | seeds | legitimate variations | false alarms " +
		"| seeds | adversarial servers | as expected | requests to the first failure |\n" +
		"|---|---|---|---|---|---|---|---|---|---|\n"
	var toFix []string
	for _, m := range matrices {
		c := m.Counts()
		section += fmt.Sprintf("| %s | %d | %d | %d | %d | %d | %d | %d | %d | %s |\n", m.Edition,
			c.Faults, c.Detected, c.FaultSeeds, c.Variations, c.FalseAlarms, c.VariationSeeds,
			c.Adversaries, c.AsExpected, about(m.MedianRequests))
		for _, o := range m.Outcomes {
			if !o.OK() {
				toFix = append(toFix, fmt.Sprintf("`%s` (%s)", o.Name, strings.ToLower(o.Verdict())))
			}
		}
		for _, id := range m.Unproven {
			toFix = append(toFix, fmt.Sprintf("`%s` (detects no fault that names it)", id))
		}
	}
	section += "\nThe last column is the median over the faults of one factor.\n" + explainedTable(matrices)
	if len(toFix) > 0 {
		section += "\nTo fix: " + strings.Join(toFix, ", ") + ".\n"
	}
	return section
}

// explainedTable shows how well the findings explain the faults that were measured.
func explainedTable(matrices []*Matrix) string {
	table := "\n| edition | faults measured | one finding | of a rule of the fault | exact | requests of a run |\n" +
		"|---|---|---|---|---|---|\n"
	for _, m := range matrices {
		f := m.figures()
		if f.all == 0 {
			return ""
		}
		table += fmt.Sprintf("| %s | %d of %d | %s | %s | %s | %d %% |\n",
			m.Edition, f.all, m.Counts().Faults, share(f.one, f.all), share(f.rule, f.all), share(f.exact, f.few), f.requests)
	}
	return table + "\nExact is a failing condition with nothing left to find, of the faults of up to three factors. The\n" +
		"requests are those of a run on a server with the fault, in percent of a run without faults (95th\npercentile).\n"
}

func about(n int) string {
	if n == 0 {
		return "not measured"
	}
	return "about " + strconv.Itoa(n)
}

func TestREADMESectionNamesWhatIsToFix(t *testing.T) {
	section := readmeSection([]*Matrix{{
		Edition: "original", Unproven: []string{"CB-QUOTA-2"},
		Outcomes: []Outcome{{Kind: Fault, Name: "quota-ignored", Seeds: Seeds{None: 1}}},
	}})
	require.Contains(t, section, "| original | 1 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | not measured |\n")
	require.Contains(t, section,
		"\nTo fix: `quota-ignored` (undetected 1 of 1), `CB-QUOTA-2` (detects no fault that names it).\n")
}

// kept reads the matrix that is kept of an edition, and checks that it is of the catalogue as it is
// now. It is nil if there is none, which only the original edition must have.
func kept(t *testing.T, edition string) *Matrix {
	path := filepath.Join("testdata", edition+".json")
	advice := fmt.Sprintf("go run . selftest --edition %s --out steps/selftest/%s, "+
		"with --fault NAME for each that changed, and then go test ./steps/selftest -run README -update", edition, path)
	f, err := os.Open(path)
	if os.IsNotExist(err) && edition != oracle.Original {
		return nil
	}
	require.NoError(t, err, advice)
	defer func() { require.NoError(t, f.Close()) }()
	m, err := Read(f)
	require.NoError(t, err)
	now, then := map[string]string{}, map[string]string{}
	for _, s := range catalogue(edition) {
		now[s.outcome.Name] = fmt.Sprint(s.outcome.Kind, s.outcome.Expected)
	}
	for _, o := range m.Outcomes {
		then[o.Name] = fmt.Sprint(o.Kind, o.Expected)
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
	require.Empty(t, stale, "%s is of another catalogue: these were added, were removed or name other rules now: %s",
		path, advice)
	return m
}
