package bounds_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/bounds"
)

func TestJSON(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"nothing", "", nil},
		{"an answer", `{"RequestId":"DA147739","Items":{"Backup":[{"a":1},{"a":2}]}}`, nil},
		{"as deep as may be", strings.Repeat("[", 64) + strings.Repeat("]", 64), nil},
		{"too deep", strings.Repeat("[", 65), bounds.ErrDepth},
		{"too deep in objects", strings.Repeat(`{"a":`, 65), bounds.ErrDepth},
		{"brackets in a text", `{"a":"` + strings.Repeat(`[{\"`, 100) + `"}`, nil},
		{"many lists, none within another", "[" + strings.Repeat("[],", 9000) + "1]", nil},
		{"too many items", "[" + strings.Repeat("1,", 20_000) + "1]", bounds.ErrParts},
		{"commas in a text", `"` + strings.Repeat(",", 30_000) + `"`, nil},
	} {
		t.Run(c.name, func(t *testing.T) { require.ErrorIs(t, bounds.JSON([]byte(c.text)), c.want) })
	}
}

func TestXML(t *testing.T) {
	require.NoError(t, bounds.XML([]byte(`<a b="c">`+strings.Repeat("x = 1, ", 30_000)+`</a>`)))
	require.ErrorIs(t, bounds.XML([]byte(`<a>`+strings.Repeat("<b/>", 20_000)+`</a>`)), bounds.ErrParts)
	require.ErrorIs(t, bounds.XML([]byte(`<a `+strings.Repeat("b='' ", 20_000)+`/>`)), bounds.ErrParts)
	require.ErrorIs(t, bounds.XML([]byte(`<a `+strings.Repeat(`b="" `, 20_000)+`/>`)), bounds.ErrParts)
}

func TestYAML(t *testing.T) {
	for _, c := range []struct {
		name, text string
		line       int
	}{
		{"nothing", "", 0},
		{"brackets that are closed", strings.Repeat("a: [x, {y: z}]\n", 100), 0},
		{"a list of lists", "a:\n  - - x\n    - y\n", 0},
		{"too deep", "a: 1\nb: " + strings.Repeat("[", 60_000), 2},
		{"too deep over several lines", strings.Repeat("[\n", 70), 65},
		{"too deep with spaces", strings.Repeat("{ ", 65), 1},
		{"too many lists on a line", "\n" + strings.Repeat("- ", 65) + "x", 2},
		{"too many mappings on a line", strings.Repeat("? ", 65) + "x", 1},
		{"a line of dashes", strings.Repeat("-", 100) + "\n" + strings.Repeat("=", 100), 0},
		{"a comment", "# " + strings.Repeat("[ ", 100), 0},
		{"a quoted text", `a: "` + strings.Repeat(`[ \" `, 100) + `"`, 0},
		{"another quoted text", `a: '` + strings.Repeat(`{ it''s `, 100) + `'`, 0},
		{"an apostrophe", "a: don't\nb: " + strings.Repeat("[", 65), 2},
		{"a plain text", "a: x" + strings.Repeat("[", 100), 0},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.line, bounds.YAML([]byte(c.text))) })
	}
}
