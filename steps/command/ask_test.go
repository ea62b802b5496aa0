package command

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// person answers once a question is on the screen.
type person struct {
	*testing.T
	screen   string
	question string
}

func (p person) Read(answer []byte) (int, error) {
	seen, err := os.ReadFile(p.screen)
	require.NoError(p, err)
	require.Contains(p, string(seen), p.question)
	return copy(answer, "go\n"), nil
}

func TestAQuestionIsSeenBeforeItIsAnswered(t *testing.T) {
	screen, err := os.Create(filepath.Join(t.TempDir(), "screen"))
	require.NoError(t, err)
	defer screen.Close()
	s, _ := newStreams(screen, screen, false)
	var language string
	q := question{"A server in", &language, none, []string{"go", none}}
	require.NoError(t, q.ask(t.Context(), s, bufio.NewReader(person{t, screen.Name(), "A server in (go, none) [none]: "})))
	require.Equal(t, "go", language)
}

// Ctrl-C ends a question, although nothing was typed.
func TestAQuestionCanBeInterrupted(t *testing.T) {
	screen, err := os.Create(filepath.Join(t.TempDir(), "screen"))
	require.NoError(t, err)
	defer screen.Close()
	typed, keyboard, err := os.Pipe()
	require.NoError(t, err)
	defer typed.Close()
	defer keyboard.Close()
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	s, _ := newStreams(screen, screen, false)
	var name string
	require.ErrorIs(t, question{"Name", &name, "my-rds", nil}.ask(ctx, s, bufio.NewReader(typed)), context.Canceled)
}
