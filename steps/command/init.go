package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets/budget"
	"github.com/cbspec/cbspec/targets/targetfile"
	"github.com/cbspec/cbspec/targets/typo"
)

type initCommand struct {
	Dir       string `arg:"" optional:"" default:"." help:"Folder to write to."`
	Name      string `help:"Name of the target."`
	Endpoint  string `help:"URL of the implementation." placeholder:"URL"`
	Control   string `help:"URL of its control protocol, or none." placeholder:"URL"`
	Signature string `help:"Signature algorithm: hmac-sha1, acs3-hmac-sha256 or none." enum:",hmac-sha1,acs3-hmac-sha256,none" default:""`
	Language  string `help:"Language of a small server with the control protocol: python, go, node, java or none." enum:",python,go,node,java,none" default:""`
	CI        string `name:"ci" help:"CI server to write a job for: github, gitlab or none." enum:",github,gitlab,none" default:""`
}

// none is the answer that writes nothing.
const none = "none"

// question is a value that init asks for where no flag gives it.
type question struct {
	text   string
	value  *string
	preset string
	oneOf  []string // nil for any text
}

func (c *initCommand) questions() []question {
	return []question{
		{"Name of the implementation", &c.Name, "my-rds", nil},
		{"URL of its API", &c.Endpoint, "http://127.0.0.1:8080/", nil},
		{"URL of its control protocol, or none", &c.Control, "http://127.0.0.1:8081/", nil},
		{"How calls are signed", &c.Signature, none, []string{"hmac-sha1", "acs3-hmac-sha256", none}},
		{"A small server to start from, in", &c.Language, none, []string{"python", "go", "node", "java", none}},
		{"A job for your CI server", &c.CI, none, []string{"github", "gitlab", none}},
	}
}

// starters are the commands that start the servers of .examples/servers.
var starters = map[string]string{
	"python": "python3 server.py",
	"go":     "go run server.go control.go",
	"node":   "node server.mjs",
	"java":   "javac -d classes Control.java Server.java && java -cp classes Server",
}

// jobs are the files of .ci/examples and where the CI servers read them.
var jobs = map[string]struct{ example, file string }{
	"github": {".ci/examples/github-actions.yml", ".github/workflows/cbspec.yml"},
	"gitlab": {".ci/examples/gitlab-ci.yml", ".gitlab-ci.yml"},
}

// Run writes a target file and, where they are wanted, a server and a CI job. It overwrites
// nothing.
func (c *initCommand) Run(ctx context.Context, s streams) error {
	err := c.fill(ctx, s, os.Stdin)
	switch {
	case errors.Is(err, context.Canceled):
		return exit{exitCutShort, errors.New("interrupted: nothing was written")}
	case err != nil:
		return usage(err)
	}
	files, err := c.files(s.files)
	if err != nil {
		return usage(err)
	}
	for _, f := range files {
		if _, err := os.Lstat(filepath.Join(c.Dir, f.name)); err == nil {
			return usage(fmt.Errorf("%s already exists: remove it, or choose another folder (nothing was written)", f.name))
		}
	}
	for _, f := range files {
		if err := writeFile(filepath.Join(c.Dir, f.name), f.text); err != nil {
			return usage(err)
		}
		fmt.Fprintln(s.out, "wrote", filepath.ToSlash(f.name))
	}
	fmt.Fprintln(s.out, "\nNext:")
	if c.Dir != "." {
		fmt.Fprintf(s.out, "  cd %s\n", c.Dir)
	}
	wait := ""
	if start := starters[c.Language]; start != "" {
		fmt.Fprintf(s.out, "  %s &\n", start)
		wait = "--wait 30s "
	}
	_, err = fmt.Fprintf(s.out, "  cbspec targets check %[1]s%[2]s\n  cbspec run --target %[2]s\n", wait, targetFile)
	return err
}

// fill asks on a terminal for what no flag says. Elsewhere the presets are taken.
func (c *initCommand) fill(ctx context.Context, s streams, in *os.File) error {
	asking := s.terminal && isTerminal(in)
	lines := bufio.NewReader(in)
	for _, q := range c.questions() {
		if *q.value == "" && asking {
			if err := q.ask(ctx, s, lines); err != nil {
				return err
			}
		}
		if *q.value == "" {
			*q.value = q.preset
		}
	}
	if c.Control == none {
		c.Control = ""
	}
	return nil
}

// ask asks until the answer is valid. An empty answer is the preset.
func (q question) ask(ctx context.Context, s streams, lines *bufio.Reader) error {
	for {
		text := q.text
		if q.oneOf != nil {
			text += " (" + strings.Join(q.oneOf, ", ") + ")"
		}
		fmt.Fprintf(s.screen, "%s [%s]: ", text, q.preset)
		line, err := readLine(ctx, lines)
		if err != nil {
			fmt.Fprintln(s.screen)
			return fmt.Errorf("no answer was given: %w", err)
		}
		*q.value = strings.TrimSpace(line)
		if *q.value == "" || q.oneOf == nil || slices.Contains(q.oneOf, *q.value) {
			return nil
		}
		fmt.Fprintf(s.screen, "%q is not one of these%s\n", *q.value, typo.Hint(*q.value, q.oneOf))
	}
}

// readLine reads a line, or returns when the context ends: Ctrl-C ends a question.
func readLine(ctx context.Context, lines *bufio.Reader) (string, error) {
	type answer struct {
		line string
		err  error
	}
	given := make(chan answer, 1)
	go func() {
		line, err := lines.ReadString('\n')
		given <- answer{line, err}
	}()
	select {
	case a := <-given:
		return a.line, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// targetFile is the name of the target file that init writes.
const targetFile = "cbspec.yaml"

// newFile is a file that is to be written.
type newFile struct {
	name string
	text []byte
}

// files returns what is to be written. The examples are the embedded files of the repository.
func (c *initCommand) files(examples fs.FS) ([]newFile, error) {
	files := []newFile{{targetFile, targetfile.Init(targetfile.Starter{
		Name: c.Name, Endpoint: c.Endpoint, Control: c.Control, Signature: c.Signature, Local: budget.IsLocal(c.Endpoint),
	})}}
	if c.Language != none {
		server, err := c.server(examples)
		if err != nil {
			return nil, err
		}
		files = append(files, server...)
	}
	if c.CI != none {
		job := jobs[c.CI]
		text, err := fs.ReadFile(examples, job.example)
		if err != nil {
			return nil, err
		}
		start := starters[c.Language]
		if start == "" {
			start = "./start-server"
		}
		files = append(files, newFile{job.file, []byte(strings.ReplaceAll(string(text), "./start-server", start))})
	}
	return files, nil
}

// server returns the files of the small server, which listens where the target file says.
func (c *initCommand) server(examples fs.FS) ([]newFile, error) {
	api, control := portOf(c.Endpoint), portOf(c.Control)
	if !budget.IsLocal(c.Endpoint) || api == "" || control == "" || api == control {
		return nil, errors.New("a small server needs two ports of this machine: " +
			"an --endpoint such as http://127.0.0.1:8080/, and a --control such as http://127.0.0.1:8081/")
	}
	dir := path.Join(".examples/servers", c.Language)
	entries, err := fs.ReadDir(examples, dir)
	if err != nil {
		return nil, err
	}
	var files []newFile
	ports := strings.NewReplacer("8080", api, "8081", control)
	for _, e := range entries {
		text, err := fs.ReadFile(examples, path.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		files = append(files, newFile{e.Name(), []byte(ports.Replace(string(text)))})
	}
	return files, nil
}

// portOf returns the port of a URL, or "".
func portOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	return u.Port()
}
