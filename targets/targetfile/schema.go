package targetfile

import (
	_ "embed"
	"slices"
)

//go:embed schema.json
var schema []byte

// JSONSchema returns the JSON Schema (draft 2020-12) of a target file. Editors complete and check a file by it once its first line is
//
//	# yaml-language-server: $schema=PATH
func JSONSchema() []byte { return slices.Clone(schema) }
