package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sources is what the checks read.
type sources struct {
	files      []file
	markdown   map[string]string // text by file name
	repository fs.FS             // that documents refer to
}

// file is a parsed Go file.
type file struct {
	name      string
	lines     []string
	syntax    *ast.File
	positions *token.FileSet
}

func (f file) test() bool { return strings.HasSuffix(f.name, "_test.go") }

// line returns the number of the line at a position.
func (f file) line(p token.Pos) int { return f.positions.Position(p).Line }

// problem describes a problem at a position of the file.
func (f file) problem(at token.Pos, check, subject, text string) problem {
	return problem{check: check, subject: subject, pos: f.positions.Position(at), text: text}
}

// packages returns the files without tests, grouped by folder.
func (s sources) packages() [][]file {
	byFolder := map[string][]file{}
	for _, f := range s.files {
		if !f.test() {
			folder := filepath.Dir(f.name)
			byFolder[folder] = append(byFolder[folder], f)
		}
	}
	var packages [][]file
	for _, folder := range slices.Sorted(maps.Keys(byFolder)) {
		packages = append(packages, byFolder[folder])
	}
	return packages
}

// readSources reads the Go and Markdown files below a folder. What is below testdata is data.
func readSources(root string) (sources, error) {
	s := sources{markdown: map[string]string{}, repository: os.DirFS(root)}
	positions := token.NewFileSet()
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && skipFolder(entry.Name()):
			return filepath.SkipDir
		case entry.IsDir():
			return nil
		}
		switch filepath.Ext(name) {
		case ".go":
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			f, err := parseFile(positions, filepath.ToSlash(name), string(text))
			s.files = append(s.files, f)
			return err
		case ".md":
			text, err := os.ReadFile(name)
			s.markdown[filepath.ToSlash(name)] = string(text)
			return err
		}
		return nil
	})
	return s, err
}

// parseFile parses the text of a Go file.
func parseFile(positions *token.FileSet, name, text string) (file, error) {
	syntax, err := parser.ParseFile(positions, name, text, parser.ParseComments)
	return file{name: name, lines: strings.Split(text, "\n"), syntax: syntax, positions: positions}, err
}

func skipFolder(name string) bool {
	return slices.Contains([]string{".git", "testdata", "node_modules", "cbspec-report"}, name)
}
