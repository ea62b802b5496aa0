package command

import (
	"bufio"
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
	require.NoError(t, q.ask(s, bufio.NewReader(person{t, screen.Name(), "A server in (go, none) [none]: "})))
	require.Equal(t, "go", language)
}
