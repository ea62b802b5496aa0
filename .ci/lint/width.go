package main

import (
	"fmt"
	"go/token"
	"strings"
	"unicode/utf8"
)

const (
	maxTextColumns = 100
	// maxCodeColumns is for comments that follow code on its line. Code alone is up to lll.
	maxCodeColumns = 120
)

// checkComments reports lines of comments that are too wide.
func checkComments(f file) []problem {
	var problems []problem
	for _, group := range f.syntax.Comments {
		for _, comment := range group.List {
			start := f.positions.Position(comment.Pos())
			for i, line := range strings.Split(comment.Text, "\n") {
				at, width, limit := start, utf8.RuneCountInString(line), maxTextColumns
				at.Line += i
				if before := f.lines[start.Line-1][:start.Column-1]; i == 0 {
					width += utf8.RuneCountInString(before)
					if strings.TrimSpace(before) != "" {
						limit = maxCodeColumns
					}
				}
				if width > limit && !isDirective(line) && !isOneWord(line) {
					problems = append(problems, tooWide(at, width, limit))
				}
			}
		}
	}
	return problems
}

// checkMarkdown reports lines of prose that are too wide. Tables and code blocks cannot be wrapped.
func checkMarkdown(name, text string) []problem {
	var problems []problem
	code := false
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "```") {
			code = !code
		}
		width := utf8.RuneCountInString(line)
		if width <= maxTextColumns || code || strings.HasPrefix(line, "|") || isOneWord(line) {
			continue
		}
		problems = append(problems, tooWide(token.Position{Filename: name, Line: i + 1}, width, maxTextColumns))
	}
	return problems
}

func tooWide(at token.Position, width, limit int) problem {
	text := fmt.Sprintf("%d columns, more than %d: wrap the text", width, limit)
	return problem{check: "text-width", subject: at.Filename, pos: at, text: text}
}

// isDirective reports whether a comment is for a tool, which reads it from one line.
func isDirective(line string) bool {
	return strings.HasPrefix(line, "//go:") || strings.HasPrefix(line, "//nolint")
}

// isOneWord reports whether a line has nothing but one long word, such as an address.
func isOneWord(line string) bool {
	return len(strings.Fields(strings.TrimLeft(line, "/->* \t"))) <= 1
}
