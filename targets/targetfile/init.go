package targetfile

import (
	"bytes"
	_ "embed"
	"regexp"
	"strconv"
	"text/template"
)

// Starter says what a starter file holds; the zero value of each is left for the reader to fill in.
type Starter struct {
	Name      string
	Endpoint  string // default http://127.0.0.1:8080/
	Protocol  string // default rpc
	Edition   string // default original
	Signature string // default hmac-sha1
	// Control is the URL of the control protocol; without it the file shows fixtures and hooks.
	Control string
	// Instance is the id of the first fixture; default rm-1.
	Instance string
}

//go:embed starter.yaml.tmpl
var starter string

var plain = regexp.MustCompile(`^[A-Za-z0-9_./:${}\[\]-]*[A-Za-z0-9_./}\]-]$`)

var starterFile = template.Must(template.New("starter").Funcs(template.FuncMap{"or": func(s, d string) string {
	if s == "" {
		s = d
	}
	// A flow character, or a text that YAML reads as something else, is put in quotes.
	if plain.MatchString(s) && s[0] != '[' && s[0] != '{' && s[0] != '-' && s[0] != ':' {
		return s
	}
	return strconv.Quote(s)
}}).Parse(starter))

// Init returns a commented target file to start from. It reads without mistakes once the variables that it names are set.
func Init(s Starter) []byte {
	var b bytes.Buffer
	if err := starterFile.Execute(&b, s); err != nil {
		panic(err) // the template is our own
	}
	return b.Bytes()
}
