package targetfile

import (
	"bytes"
	_ "embed"
	"regexp"
	"strconv"
	"text/template"
)

// Starter holds values for a starter file. Each has a default, which the user can change in the
// file.
type Starter struct {
	Name      string
	Endpoint  string // default http://127.0.0.1:8080/
	Protocol  string // default rpc
	Edition   string // default original
	Signature string // default hmac-sha1
	// Control is the URL of the control protocol. Without it, the file shows fixtures and hooks.
	Control string
	// Local is set where the endpoint is on this machine: its server need not be spared.
	Local bool
	// Instance is the id of the first fixture. The default is rm-1.
	Instance string
}

//go:embed starter.yaml.tmpl
var starter string

// plain matches a text that needs no quotes in YAML.
var plain = regexp.MustCompile(`^[A-Za-z0-9_./:${}\[\]-]*[A-Za-z0-9_./}\]-]$`)

var starterFile = template.Must(template.New("starter").Funcs(template.FuncMap{"or": func(s, d string) string {
	if s == "" {
		s = d
	}
	if plain.MatchString(s) && s[0] != '[' && s[0] != '{' && s[0] != '-' && s[0] != ':' {
		return s
	}
	return strconv.Quote(s)
}}).Parse(starter))

// Init returns a commented target file to start from. It has no mistakes if the environment
// variables that it names are set.
func Init(s Starter) []byte {
	var b bytes.Buffer
	if err := starterFile.Execute(&b, s); err != nil {
		panic(err) // the template is part of the program
	}
	return b.Bytes()
}
