package targetfile

import (
	"regexp"
	"strings"
)

// Within a YAML mapping the parser would take the braces of ${NAME} for those of another mapping.
// So they are hidden from it: each character is replaced by another one, which keeps the columns.
const (
	opening = '\uE000' // twice, for ${
	closing = '\uE001'
)

// reference matches ${NAME}, and hidden matches it after hideBraces.
var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

var hidden = regexp.MustCompile(`(\$?)` + string(opening) + string(opening) + `([A-Za-z_][A-Za-z0-9_]*)` + string(closing))

func hideBraces(data []byte) []byte {
	return reference.ReplaceAll(data, []byte(string(opening)+string(opening)+"${1}"+string(closing)))
}

func showBraces(s string) string {
	return hidden.ReplaceAllString(s, "${1}$${${2}}")
}

// expand returns a value with environment variables in place of their names. missing lists the
// variables that are not set.
func expand(s string, lookup func(string) (string, bool)) (value string, missing []string) {
	value = hidden.ReplaceAllStringFunc(s, func(m string) string {
		name := strings.Trim(m, "$"+string(opening)+string(closing))
		if m[0] == '$' {
			return "${" + name + "}"
		}
		v, ok := lookup(name)
		if !ok {
			missing = append(missing, name)
		}
		return v
	})
	return value, missing
}
