package main_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/features"
)

const module = "github.com/cbspec/cbspec"

// layers returns every package of the module, the top layer first. A package may import packages of
// the layers below its own, and no others: neither a package above it nor one beside it.
func layers() [][]string {
	return [][]string{
		{"."},
		{"steps/command"},
		{"steps/selftest"},
		{"steps"},
		{"steps/pair"},
		{"steps/scenario", "steps/diagnose", "steps/detect", "steps/audit"},
		{"steps/diagnose/localise", "steps/diagnose/shrink"},
		{"steps/testcase"},
		{"steps/precondition"},
		{"steps/judge"},
		{"steps/runner", "steps/belief"},
		{"reports/format", "reports/internal/samples"},
		{"generators", "reports", "features"},
		{"generators/covering", "generators/oracle", "targets/connect", "targets/simulator/proxy"},
		{"targets/control", "targets/fixtures", "targets/mapped", "targets/rpc", "targets/simulator"},
		{"targets/gate"},
		{"targets/budget", "targets/targetfile", "targets/tap"},
		{"targets/exchange"},
		{"targets/bounds", "targets/codes", "targets/redact", "targets/transport", "targets/typo"},
		{"targets/dial"},
		{"targets"},
	}
}

func TestPackagesImportOnlyLayersBelow(t *testing.T) {
	layerOf := map[string]int{}
	for i, packages := range layers() {
		for _, p := range packages {
			layerOf[p] = i
		}
	}
	imports := readImports(t)
	for _, from := range slices.Sorted(maps.Keys(imports)) {
		own, ok := layerOf[from]
		if !ok {
			t.Errorf("%s is in no layer: add it to layers() in main_test.go, above all that it imports", from)
			continue
		}
		for _, i := range imports[from] {
			if layer, ok := layerOf[i.path]; ok && layer <= own && !i.test {
				t.Errorf("%s: %s imports %s, which is not in a layer below it: move what they share down, or "+
					"pass the dependency in from above (see layers() in main_test.go)", i.pos, from, i.path)
			}
		}
	}
	for _, p := range slices.Sorted(maps.Keys(layerOf)) {
		if _, ok := imports[p]; !ok {
			t.Errorf("there is no package %s: remove it from layers() in main_test.go", p)
		}
	}
}

// Two readings of the document that share code share mistakes. The simulator would then agree with
// the oracle where both are wrong, so this holds for tests too.
func TestOracleAndSimulatorAreIndependent(t *testing.T) {
	imports := readImports(t)
	for _, pair := range [][2]string{
		{"generators/oracle", "targets/simulator"},
		{"targets/simulator", "generators/oracle"},
	} {
		if chain := importChain(imports, pair[0], pair[1]); chain != nil {
			t.Errorf("%s depends on %s: %s", pair[0], pair[1], strings.Join(chain, " imports "))
		}
	}
}

// A module whose tests use steps compiles and links what steps needs: that is the suite, and not
// the program, the page or the server.
func TestStepsNeedsNoProgram(t *testing.T) {
	list, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "./steps").Output()
	require.NoError(t, err)
	needed := strings.Fields(string(list))
	require.Contains(t, needed, module+"/steps")
	for _, p := range []string{
		module + "/steps/command", module + "/steps/selftest", module + "/reports/format", module + "/targets/simulator",
		"github.com/alecthomas/kong", "github.com/vbauerster/mpb/v8",
	} {
		require.NotContains(t, needed, p)
	}
}

// Without a clause a rule decides nothing: what it is about would be judged by other rules.
func TestEveryRuleHasAClause(t *testing.T) {
	elsewhere := map[string]string{
		"CB-PRE-4":      "the oracle knows the instance as it is after a completion; the tag @about-completion attributes",
		"CB-RESPONSE-7": "the step `the Code is one documented for that fault` compares Codes",
	}
	clauses := readFolders(t, "generators/oracle", "steps/judge")
	rules, err := features.Catalogue()
	require.NoError(t, err)
	for _, r := range rules {
		if r.Phase != "examples" || elsewhere[r.ID] != "" || strings.Contains(clauses, strconv.Quote(r.ID)) {
			continue
		}
		t.Errorf("%s (%s:%d: %s) has no clause: say in generators/oracle by what call it is accepted (mustAccept, "+
			"shouldAccept), refused (mustRefuse, shouldRefuse) or left open (leaveOpen), or in steps/judge what is "+
			"wrong about an answer or a backup", r.ID, r.File, r.Line, r.Statement)
	}
}

// readFolders returns the text of the Go files in the folders, without tests.
func readFolders(t *testing.T, folders ...string) string {
	t.Helper()
	var text strings.Builder
	for _, folder := range folders {
		files, err := filepath.Glob(folder + "/*.go")
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			text.Write(content)
		}
	}
	return text.String()
}

// imported is one import of a package of this module.
type imported struct {
	path string // below the module's root; "." is the root
	pos  string // file:line
	test bool   // in a _test.go file
}

// readImports returns the imports of every package, by its folder. It parses instead of running
// `go list`, so that it works while a package does not compile and sees files of every platform.
func readImports(t *testing.T) map[string][]imported {
	t.Helper()
	packages := map[string][]imported{}
	err := filepath.WalkDir(".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && file != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "testdata"):
			return filepath.SkipDir
		case entry.IsDir() || filepath.Ext(file) != ".go":
			return nil
		}
		folder := path.Dir(filepath.ToSlash(file))
		found, err := fileImports(file)
		packages[folder] = append(packages[folder], found...)
		return err
	})
	require.NoError(t, err)
	return packages
}

// fileImports returns what one file imports of this module.
func fileImports(file string) ([]imported, error) {
	positions := token.NewFileSet()
	parsed, err := parser.ParseFile(positions, file, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var found []imported
	for _, spec := range parsed.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", positions.Position(spec.Pos()), err)
		}
		rest, ok := strings.CutPrefix(name, module)
		if !ok {
			continue
		}
		found = append(found, imported{
			path: path.Join(".", rest),
			pos:  fmt.Sprintf("%s:%d", file, positions.Position(spec.Pos()).Line),
			test: strings.HasSuffix(file, "_test.go"),
		})
	}
	return found, nil
}

// importChain returns the packages on a way from one package to another, or nil where there is
// none. Of the first package it follows the imports of tests too; the tests of the others are not
// linked in.
func importChain(imports map[string][]imported, from, to string) []string {
	seen := map[string]bool{}
	var walk func(at string) []string
	walk = func(at string) []string {
		seen[at] = true
		for _, i := range imports[at] {
			if i.test && at != from || seen[i.path] {
				continue
			}
			if i.path == to {
				return []string{at, to}
			}
			if rest := walk(i.path); rest != nil {
				return append([]string{at}, rest...)
			}
		}
		return nil
	}
	return walk(from)
}
