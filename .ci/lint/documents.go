package main

import (
	"fmt"
	"go/token"
	"io/fs"
	"path"
	"regexp"
	"strings"
)

var link = regexp.MustCompile(`\]\(([^)#\s]+)`)

// checkDocument reports what a Markdown file says about the repository and is not true: links to
// files that do not exist, and diffs whose result is not in the file that they name. A line of "…"
// in a diff leaves lines out.
func checkDocument(name, text string, repository fs.FS) []problem {
	var problems []problem
	report := func(line int, format string, args ...any) {
		problems = append(problems, problem{
			check: "document", subject: name, pos: token.Position{Filename: name, Line: line},
			text: fmt.Sprintf(format, args...),
		})
	}
	var language string
	var shown diffFile
	for i, line := range strings.Split(text, "\n") {
		if after, fence := strings.CutPrefix(strings.TrimSpace(line), "```"); fence {
			language, shown = toggle(language, after), diffFile{}
			continue
		}
		switch language {
		case "":
			for _, target := range brokenLinks(name, line, repository) {
				report(i+1, "there is no %s: correct the link", target)
			}
		case "diff":
			if why := shown.read(line, repository); why != "" {
				report(i+1, "%s: show the code as it is", why)
			}
		}
	}
	return problems
}

// toggle returns the language of the block after a fence, or "" where the fence ends a block.
func toggle(language, after string) string {
	switch {
	case language != "":
		return ""
	case after == "":
		return "text"
	default:
		return after
	}
}

// brokenLinks returns the relative links of a line that lead nowhere.
func brokenLinks(name, line string, repository fs.FS) []string {
	var broken []string
	for _, match := range link.FindAllStringSubmatch(line, -1) {
		if strings.Contains(match[1], ":") {
			continue
		}
		target := path.Join(path.Dir(name), match[1])
		if _, err := fs.Stat(repository, target); err != nil {
			broken = append(broken, target)
		}
	}
	return broken
}

// diffFile is the file that a diff is about, as far as it was read.
type diffFile struct {
	name  string
	lines map[string]bool // without the space around them; nil where there is no such file
}

// read reads one line of a diff. It returns what is not true about it, or "".
func (f *diffFile) read(line string, repository fs.FS) string {
	if name, is := strings.CutPrefix(line, "+++ b/"); is {
		*f = diffFile{name: name}
		text, err := fs.ReadFile(repository, name)
		if err != nil {
			return "there is no " + name
		}
		f.lines = map[string]bool{}
		for l := range strings.SplitSeq(string(text), "\n") {
			f.lines[strings.TrimSpace(l)] = true
		}
		return ""
	}
	switch {
	case strings.HasPrefix(line, "---"), strings.HasPrefix(line, "@@"), strings.HasPrefix(line, "-"), line == "":
		return ""
	case f.name == "":
		return "a diff names its file first (+++ b/…)"
	}
	if code := strings.TrimSpace(line[1:]); code != "…" && f.lines != nil && !f.lines[code] {
		return f.name + " has no such line"
	}
	return ""
}
