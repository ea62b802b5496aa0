// Command pictures makes the pictures of the README: a run in a terminal as SVG, and a part of its
// HTML report, which takes Chromium. Run it in the root of the module.
package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/cbspec/cbspec/targets/simulator"
)

// folder holds the pictures.
const folder = ".github/pictures"

// fault is what the server of the pictures does wrong.
const fault = "quota-off-by-one-more"

// command is what the recording shows as typed.
const command = "cbspec run --name my-rds --endpoint http://127.0.0.1:8080/ --control http://127.0.0.1:8081/"

func main() {
	if err := makePictures(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

func makePictures(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "pictures")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	shown, err := record(ctx, ".", dir)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "run.svg"), drawTerminal(shown), 0o644); err != nil {
		return err
	}
	picture, err := filepath.Abs(filepath.Join(folder, "report.png"))
	if err != nil {
		return err
	}
	page := filepath.Join(dir, "cbspec-report/report.html")
	browser := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
		"--user-data-dir="+filepath.Join(dir, "browser"), "--window-size=1100,900", "--screenshot="+picture, "file://"+page)
	if text, err := browser.CombinedOutput(); err != nil {
		return fmt.Errorf("chromium: %w\n%s", err, text)
	}
	return nil
}

// record judges a server with a fault, in the folder dir, and returns the lines of the recording
// with their colours. The addresses in them are those of command.
func record(ctx context.Context, root, dir string) ([]string, error) {
	program := filepath.Join(dir, "cbspec")
	build := exec.CommandContext(ctx, "go", "build", "-o", program, ".")
	build.Dir = root
	if text, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, text)
	}
	sim, err := simulator.New(simulator.Options{Faults: []string{fault}})
	if err != nil {
		return nil, err
	}
	server, err := sim.Start(ctx, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer server.Close()
	run := exec.CommandContext(ctx, program, "run", "--name", "my-rds", "--endpoint", server.Endpoint, "--control", server.ControlURL)
	run.Dir, run.Env = dir, append(os.Environ(), "FORCE_COLOR=1", "NO_COLOR=", "GITHUB_ACTIONS=", "GITHUB_STEP_SUMMARY=")
	var said bytes.Buffer
	run.Stdout = &said
	_ = run.Run() // its state says the same
	if run.ProcessState == nil || run.ProcessState.ExitCode() != 1 {
		return nil, fmt.Errorf("cbspec run: %s, and not exit status 1, as for a faulty server\n%s", run.ProcessState, said.String())
	}
	text := strings.NewReplacer(server.Endpoint, "http://127.0.0.1:8080/", server.ControlURL, "http://127.0.0.1:8081/").
		Replace(said.String())
	return append([]string{"$ " + command}, beginning(text)...), nil
}

// beginning returns the lines of a report up to how its first finding is replayed.
func beginning(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimSuffix(line, "\n"))
		if strings.Contains(line, "cbspec replay ") {
			break
		}
	}
	return append(lines, "…")
}
