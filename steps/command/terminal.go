package command

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
)

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

func (s streams) color() bool {
	f, ok := s.out.(*os.File)
	return ok && isTerminal(f) && os.Getenv("NO_COLOR") == ""
}

func (s streams) width() int {
	if f, ok := s.out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil {
			return w
		}
	}
	return 0
}

// progress shows how a run goes: one line that changes on a terminal, a line every few seconds elsewhere.
type progress struct {
	mu     sync.Mutex
	w      io.Writer
	live   bool
	quiet  bool
	last   time.Time
	events *os.File
}

const every = 5 * time.Second

// progress attaches to the run what shows and keeps its events.
func (c *runCommand) progress(o *steps.Options, s streams) *progress {
	p := &progress{w: s.err, live: s.terminal, quiet: c.Quiet, last: time.Now()}
	if c.Events != "" {
		f, err := os.Create(c.Events)
		if err != nil {
			fmt.Fprintln(s.err, "cbspec: --events:", err)
		} else {
			p.events = f
		}
	}
	o.OnEvent = p.event
	if c.Verbose > 1 {
		o.OnCall = func(call targets.Call, a targets.Answer) {
			p.mu.Lock()
			defer p.mu.Unlock()
			fmt.Fprintf(s.err, "%s %.200q -> %d %s %q (%s)\n", a.Sent.Method, a.Sent.URL, a.Status, a.Outcome, a.Code, a.Latency.Round(time.Microsecond))
		}
	}
	return p
}

func (p *progress) event(e steps.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.events != nil {
		text, err := json.Marshal(e)
		if err == nil {
			_, _ = p.events.Write(append(text, '\n')) // a full disk ends the report, not the run
		}
	}
	if p.quiet {
		return
	}
	line := fmt.Sprintf("%d/%d rules · %d cases · %d requests · %.0f/s", e.Done, e.Total, e.Cases, e.Requests, float64(e.Requests)/max(e.Seconds, 0.001))
	switch {
	case e.Kind == "warning":
		fmt.Fprintf(p.w, "%swarning: %s\n", p.clear(), e.Message)
	case p.live && e.Kind != "end":
		fmt.Fprintf(p.w, "%s%s %s", p.clear(), line, e.Rule)
	case time.Since(p.last) > every:
		p.last = time.Now()
		fmt.Fprintln(p.w, line)
	}
}

func (p *progress) clear() string {
	if p.live {
		return "\r\x1b[K"
	}
	return ""
}

func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live && !p.quiet {
		fmt.Fprint(p.w, p.clear())
	}
	if p.events != nil {
		_ = p.events.Close() // nothing is buffered
	}
}
