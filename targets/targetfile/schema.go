package targetfile

import (
	_ "embed"
	"slices"
)

//go:embed schema.json
var schema []byte

// JSONSchema returns the JSON Schema (draft 2020-12) of target files. Editors complete and check a
// target file with it if the first line of the file is
//
//	# yaml-language-server: $schema=PATH
func JSONSchema() []byte { return slices.Clone(schema) }
