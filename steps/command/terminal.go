package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
)

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// wantsColors decides whether the output has colours, which must be known before the flags are
// parsed.
func wantsColors(terminal bool, args []string, env func(string) string) bool {
	switch force := env("FORCE_COLOR"); {
	case env("NO_COLOR") != "", isTrue(env("CBSPEC_NO_COLOR")), slices.Contains(args, "--no-color"):
		return false
	case force != "":
		return force != "0" && force != "false"
	}
	return terminal
}

// isTrue reports whether a variable switches a flag on.
func isTrue(value string) bool {
	is, err := strconv.ParseBool(value)
	return err == nil && is
}

// widthOf returns the width of a terminal, or 0.
func widthOf(f *os.File) int {
	w, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return w
}

// progress shows how far a run is: a bar on a terminal, a line every few seconds elsewhere.
type progress struct {
	mu     sync.Mutex
	w      io.Writer
	quiet  bool
	last   time.Time
	now    steps.Event // the latest event
	events *os.File
	hidden *hidden
	lost   error         // why an event could not be written
	bars   *mpb.Progress // nil without a terminal
	bar    *mpb.Bar
}

// every is the time between two lines of progress.
const every = 5 * time.Second

// progress shows the events of a run, and writes them to a file where one is asked for.
func (c *runCommand) progress(o *steps.Options, s streams) (*progress, error) {
	p := &progress{w: s.err, quiet: c.Quiet, last: time.Now(), hidden: s.hidden}
	if c.Events != "" {
		f, err := create(c.Events, 0o644)
		if err != nil {
			return nil, fmt.Errorf("--events: %w", err)
		}
		p.events = f
	}
	if s.terminal && !c.Quiet {
		p.show(s)
	}
	o.OnEvent = p.event
	if c.Verbose > 1 {
		o.OnCall = func(_ targets.Call, a targets.Answer) {
			p.mu.Lock()
			defer p.mu.Unlock()
			fmt.Fprintf(s.err, "%s %.200q -> %d %s %q (%s)\n", a.Sent.Method, a.Sent.URL, a.Status,
				a.Outcome, a.Code, a.Latency.Round(time.Microsecond))
		}
	}
	return p, nil
}

// show draws a bar of the rules with the phase, the rates and the time left.
func (p *progress) show(s streams) {
	look := lookOf(widthOf(s.screen))
	p.bars = mpb.New(mpb.WithOutput(s.screen), mpb.WithWidth(look.bar), mpb.WithRefreshRate(150*time.Millisecond))
	p.w = &cleanWriter{to: p.bars, hidden: s.hidden} // other lines appear above the bar
	p.bar = p.bars.New(0, mpb.BarStyle(), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Any(func(decor.Statistics) string { return look.before(p.latest()) })),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return look.after(p.latest()) })))
}

// look is how progress is shown within the width of a terminal.
type look struct {
	bar    int  // columns of the bar
	counts bool // how many cases and requests
	rate   bool // how many requests a second
}

func lookOf(width int) look {
	switch {
	case width == 0 || width >= 130:
		return look{30, true, true}
	case width >= 100:
		return look{10, true, true}
	case width >= 60:
		return look{10, true, false}
	}
	return look{bar: 10}
}

func (l look) before(e steps.Event) string {
	return fmt.Sprintf("%-12s %d/%d ", e.Phase, e.Done, e.Total)
}

func (l look) after(e steps.Event) string {
	switch {
	case l.rate:
		return " " + amounts(e)
	case l.counts:
		return fmt.Sprintf(" %s", plural(e.Requests, "request"))
	}
	return ""
}

// rateOf returns the requests of a run in a second.
func rateOf(e steps.Event) float64 {
	if e.Seconds <= 0 {
		return 0
	}
	return float64(e.Requests) / e.Seconds
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// amounts says how much was sent so far, how fast, and how often the target slowed that down.
func amounts(e steps.Event) string {
	text := fmt.Sprintf("%s · %s (%.0f/s)", plural(e.Cases, "case"), plural(e.Requests, "request"), rateOf(e))
	if e.Throttled > 0 {
		text += " · slowed down " + plural(e.Throttled, "time")
	}
	return text
}

func (p *progress) latest() steps.Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

func (p *progress) event(e steps.Event) {
	if p.bar != nil {
		p.bar.SetTotal(int64(max(e.Total, e.Done+1)), false)
		p.bar.SetCurrent(int64(e.Done))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.Phase == "" {
		e.Phase = p.now.Phase
	}
	p.now = e
	if p.events != nil && p.lost == nil {
		text, err := json.Marshal(e)
		if err == nil {
			_, err = p.events.Write(append(p.hidden.json(text), '\n'))
		}
		p.lost = err // a full disk does not end the run
	}
	if p.quiet {
		return
	}
	switch {
	case e.Kind == "warning":
		fmt.Fprintln(p.w, "warning:", e.Message)
	case p.bar == nil && time.Since(p.last) > every:
		p.last = time.Now()
		fmt.Fprintf(p.w, "%s: %d of %s · %s\n", e.Phase, e.Done, plural(e.Total, "rule"), amounts(e))
	}
}

// end ends the progress. Its error says that events are missing in their file.
func (p *progress) end() error {
	if p.bars != nil {
		p.bar.Abort(true)
		p.bars.Wait()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.events == nil {
		return nil
	}
	if err := errors.Join(p.lost, p.events.Close()); err != nil {
		return fmt.Errorf("--events: events are missing: %w", err)
	}
	return nil
}
