package format

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

func terminalOf(t *testing.T, r *reports.Report, o TerminalOptions) string {
	return string(render(t, func(b *bytes.Buffer) error { return WriteTerminal(b, r, o) }))
}

func TestTerminalGolden(t *testing.T) {
	for _, s := range looks {
		golden(t, s.Name+"/terminal.txt", []byte(terminalOf(t, s.Make(), TerminalOptions{})))
	}
	verbose := TerminalOptions{Color: true, Width: 60, Verbose: true}
	golden(t, "mixed/terminal-color.txt", []byte(terminalOf(t, samples.Small(), verbose)))
}

func TestTerminalBeginsWithVerdictAndCounts(t *testing.T) {
	for name, c := range map[string]struct {
		report *reports.Report
		head   string
	}{
		"conformant": {samples.Clean(), `✓ CONFORMANT
  40 of 40 must rules judged
  acme-rds at https://rds.acme.example/ (ACME acme-rds 1.4.2)
  original edition, seed 7: 6,350 cases, 12,402 requests, 4,211 backups in 14.2 s

            passed  failed  inconclusive  not applicable  skipped
  must          40       ·             ·               ·        ·
  should        24       ·             ·               ·        ·
  may           13       ·             ·               ·        ·

Where the document is silent
  CB-PRE-5       refused with InvalidParameter
`},
		"not conformant": {samples.Broken(), `✗ NOT CONFORMANT
  40 of 40 must rules judged
  always-200 at http://127.0.0.1:8080/
  original edition, seed 7: 6,350 cases, 12,402 requests, 4,211 backups in 14.2 s
  ! The target accepts a made-up Action: an accepted call proves little.

            passed  failed  inconclusive  not applicable  skipped
  must           1      39             ·               ·        ·
  should         3      21             ·               ·        ·
  may           13       ·             ·               ·        ·

60 rules failed

✗ CB-PRE-1 (must) An active instance whose last backup is completed, or that has none, accepts a
  backup
`},
		"nothing tested": {samples.Untested(), `∅ NOTHING TESTED
  0 of 40 must rules judged
  acme-rds at https://rds.acme.example/ (ACME acme-rds 1.4.2)
  original edition, seed 7: 0 cases, 12 requests, 0 backups in 14.2 s
  The run was cut short: --max-time is over
  Nothing was measured: no case could be sent, observed and judged

            passed  failed  inconclusive  not applicable  skipped
  must           ·       ·            40               ·        ·
  should         ·       ·            24               ·        ·
  may            ·       ·            13               ·        ·

77 rules inconclusive
  fixture: needs to provision instances: give --control, or fixtures in the target file
    CB-PRE-1 CB-PRE-4 CB-QUOTA-1 CB-QUOTA-4 CB-ACTION-1 CB-INSTANCE-2 CB-METHOD-2 CB-METHOD-5
`},
	} {
		t.Run(name, func(t *testing.T) {
			text := terminalOf(t, c.report, TerminalOptions{})
			require.Equal(t, c.head, text[:min(len(text), len(c.head))])
		})
	}
}

func TestTerminalSaysWhatWasNotTested(t *testing.T) {
	text := terminalOf(t, samples.Untested(), TerminalOptions{})
	for _, want := range []string{
		"  fixture: no instance accepts the plain valid call (403 OperationDenied.BackupJobExists): give an\n" +
			"  instance whose last backup is completed\n    CB-PRE-2 CB-PRE-5",
		"  network: the target kept throttling: lower limits.requestsPerSecond\n    CB-PRE-3 CB-PRE-6",
		"\nNot run: out of time\n  - races: 40 of 60 cases\n  - wire: all cases\n",
		"\n  cases     examples 0\n  latency   p50 0.8 ms",
	} {
		require.Contains(t, text, want)
	}
	require.NotContains(t, text, "coverage")
	require.NotContains(t, text, "silent", "nothing was observed")

	text = terminalOf(t, samples.Mixed(), TerminalOptions{})
	require.Contains(t, text, "8 rules not applicable: the target checks no signatures (8)\n")
	require.Contains(t, text, "3 rules skipped: deselected by --skip (3)\n", "whoever skipped rules knows which they are")
	require.NotContains(t, text, "rules passed")
}

func TestTerminalWhenVerbose(t *testing.T) {
	text := terminalOf(t, samples.Mixed(), TerminalOptions{Verbose: true})
	require.Contains(t, text, "3 rules skipped\n  deselected by --skip\n    CB-ROBUST-2 CB-ROBUST-3 CB-ROBUST-4\n")
	require.Contains(t, text, "53 rules passed\n  CB-QUOTA-1    ")
	require.Contains(t, text, "cases     examples 208 (612 requests, 0.4 s) · ")
}

func TestTerminalShowsHowToReproduceAFailure(t *testing.T) {
	r := samples.Excerpt(samples.Broken(), "CB-QUOTA-2")
	f := &r.Rules[0].Failures[0]
	f.ReplayFlags = []string{"--endpoint", "http://127.0.0.1:8080/?a b"}
	text := terminalOf(t, r, TerminalOptions{Dir: "out"})
	require.Contains(t, text, "\n  replay        cbspec replay out/replays/CB-QUOTA-2-1.json --endpoint 'http://127.0.0.1:8080/?a b'\n")
	require.Contains(t, text, "\n  curl          instance0=$(curl")

	f.Curl = strings.Repeat("curl\n", 11)
	text = terminalOf(t, r, TerminalOptions{Dir: "out"})
	require.Contains(t, text, "\n  curl          sh out/replays/CB-QUOTA-2-1.sh # 11 lines\n")
	f.Replay = ""
	require.Contains(t, terminalOf(t, r, TerminalOptions{}), "\n  curl          11 lines, in the report\n")

	r.Rules[0].Failures, r.Rules[0].Reason = nil, "it is so"
	require.Contains(t, terminalOf(t, r, TerminalOptions{}), "\n  reason        it is so\n")
}

func TestTerminalOfAnEmptyReport(t *testing.T) {
	text := terminalOf(t, &reports.Report{}, TerminalOptions{})
	require.Contains(t, text, "The run was cut short: no reason is given")
	require.Contains(t, text, "Nothing was measured")
}

var sgr = regexp.MustCompile("\x1b\\[[0-9;]*m")

func TestTerminalShowsOnlyWhatPrints(t *testing.T) {
	for _, color := range []bool{false, true} {
		text := terminalOf(t, hostile(), TerminalOptions{Color: color, Verbose: true})
		if color {
			text = sgr.ReplaceAllString(text, "")
		}
		for _, r := range text {
			require.True(t, r == '\n' || strconv.IsPrint(r), "%U", r)
		}
		require.Contains(t, text, `\u202eevil`)
		require.Contains(t, text, `\x9b31m`)
		require.Contains(t, text, `\u001b]0;owned`)
	}
}

func TestTerminalKeepsToTheWidth(t *testing.T) {
	// Commands, paths and tables are not wrapped.
	unwrapped := []string{"instance0=$(", "curl -sS", "cbspec replay", ".html", "applicable", "·"}
	for _, width := range []int{40, 80} {
		for line := range strings.Lines(terminalOf(t, samples.Broken(), TerminalOptions{Width: width})) {
			wrapped := true
			for _, mark := range unwrapped {
				wrapped = wrapped && !strings.Contains(line, mark)
			}
			if wrapped {
				require.LessOrEqual(t, runewidth.StringWidth(strings.TrimSuffix(line, "\n")), width, line)
			}
		}
	}
}

func TestWrapKeepsEveryWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOf(rapid.StringMatching(`[a-zé漢]{0,60}`)).Draw(t, "words"), " ")
		width := rapid.IntRange(20, 80).Draw(t, "width")
		lines := wrap(s, width)
		for _, l := range lines {
			require.LessOrEqual(t, runewidth.StringWidth(l), width)
		}
		require.Equal(t, strings.Join(strings.Fields(s), ""), strings.ReplaceAll(strings.Join(lines, ""), " ", ""))
	})
}
