package format

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// plotWidth is the width of each plot in its own units. The page scales plots.
const plotWidth = 400

// mostRows is how many rows a plot of the run has at most.
const mostRows = 20

// plot is a drawing of paths, boxes and labels.
type plot struct {
	Title, Note string
	// Text says the same in words, for readers who cannot see it.
	Text   string
	Height float64
	Paths  []plotPath
	Boxes  []plotBox
	Labels []plotLabel
	Legend []verdictView
}

// plotPath is a line, with its form as SVG has it.
type plotPath struct{ Class, D string }

// plotBox is a box, which may have a tooltip and may link to an anchor.
type plotBox struct {
	X, Y, Width, Height float64
	Class, Tip, Link    string
}

// plotLabel is a text, which starts at, ends at or is in the middle of a point.
type plotLabel struct {
	X, Y          float64
	Anchor, Class string
	Text          string
}

// withContent returns the plots that show something.
func withContent(plots ...plot) []plot {
	return slices.DeleteFunc(plots, func(p plot) bool { return len(p.Boxes)+len(p.Paths) == 0 })
}

// character is about how wide a character of a label is.
const character = 7.4

// shortLabel returns a label of so many characters at most.
func shortLabel(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// plotVerdicts draws the rules: a row for each area, and a box for each rule in the order of the
// document.
func plotVerdicts(areas []areaView, counts []verdictView) plot {
	const mostLabel, rowHeight, size, gap = 22, 21, 17, 4
	p := plot{Title: "Verdicts by area", Note: "each box links to its rule", Height: float64(len(areas))*rowHeight + 2}
	most, longest := 1, 0
	for _, a := range areas {
		most, longest = max(most, len(a.Rules)), max(longest, len([]rune(shortLabel(a.Name, mostLabel))))
	}
	left := character * float64(longest)
	step := math.Min(size+gap, (plotWidth-left)/float64(most))
	var texts []string
	for i, a := range areas {
		y := float64(i) * rowHeight
		p.Labels = append(p.Labels, plotLabel{0, y + 14, "start", "label", shortLabel(a.Name, mostLabel)})
		for j, rule := range a.Rules {
			x := left + float64(j)*step
			p.Boxes = append(p.Boxes, plotBox{
				X: x, Y: y + 1, Width: math.Max(step-gap, step*0.8), Height: size,
				Class: rule.Class, Tip: rule.ID + ", " + rule.Level + ": " + rule.Verdict, Link: rule.Anchor,
			})
			if step >= size {
				center := x + (step-gap)/2
				p.Labels = append(p.Labels, plotLabel{center, y + 14, "middle", "mark on-" + rule.Class, rule.Mark})
			}
		}
		texts = append(texts, a.Name+" "+a.Counts)
	}
	p.Legend = slices.DeleteFunc(slices.Clone(counts), func(v verdictView) bool { return v.Count == 0 })
	p.Text = strings.Join(texts, "; ")
	return p
}

// plotRequests draws how many requests each phase sent.
func plotRequests(phases []reports.Phase, b *budget) plot {
	phases, _ = firstOf(phases, mostRows)
	const mostLabel, left, right, rowHeight = 13, 100, 290, 24
	p := plot{Title: "Requests by phase", Note: "and the duration of each", Height: float64(len(phases)) * rowHeight}
	most := 1
	for _, phase := range phases {
		most = max(most, phase.Requests)
	}
	var texts []string
	for i, phase := range phases {
		y := float64(i) * rowHeight
		name, value := b.name(phase.Name), thousands(phase.Requests)+" in "+seconds(phase.Seconds)
		p.Labels = append(p.Labels,
			plotLabel{0, y + 16, "start", "label", shortLabel(name, mostLabel)}, plotLabel{plotWidth, y + 16, "end", "value", value})
		p.Boxes = append(p.Boxes,
			plotBox{X: left, Y: y + 5, Width: right - left, Height: 14, Class: "rail"},
			plotBox{
				X: left, Y: y + 5, Width: math.Max(1, (right-left)*share(phase.Requests, most)), Height: 14,
				Class: "plain", Tip: name + ": " + value + ", " + plural(phase.Cases, "case"),
			})
		texts = append(texts, name+" "+value)
	}
	p.Text = strings.Join(texts, "; ")
	return p
}

// plotCoverage draws a bar for each strength and, beside it, how the coverage grew while the rows
// were sent.
func plotCoverage(tuples []reports.Tuples) plot {
	const bars, lines, rowHeight = 320, 336, 42
	tuples, _ = firstOf(tuples, mostRows)
	p := plot{
		Title: "Combinations covered", Note: "of the parameter model, by strength; each line shows the growth",
		Height: float64(len(tuples)) * rowHeight,
	}
	var texts []string
	for i, t := range tuples {
		y := float64(i) * rowHeight
		name := fmt.Sprintf("%d-way", t.Strength)
		covered := share(t.Reached, t.Possible)
		value := thousands(t.Reached) + " of " + thousands(t.Possible) + ", " + percent(t.Reached, t.Possible)
		p.Labels = append(p.Labels,
			plotLabel{0, y + 14, "start", "label", name}, plotLabel{bars, y + 14, "end", "value", value})
		p.Boxes = append(p.Boxes,
			plotBox{X: 0, Y: y + 20, Width: bars, Height: 12, Class: "rail"},
			plotBox{X: 0, Y: y + 20, Width: bars * covered, Height: 12, Class: "plain", Tip: name + ": " + value})
		if len(t.Growth) > 1 {
			p.Paths = append(p.Paths,
				plotPath{"axis", fmt.Sprintf("M%d %.1fH%d", lines, y+32, plotWidth)},
				plotPath{"line", growthLine(t, span{lines, plotWidth}, span{y + 32, y + 6})})
		}
		texts = append(texts, name+" "+value)
	}
	p.Text = strings.Join(texts, "; ")
	return p
}

// span is the part of an axis between two points.
type span struct{ from, to float64 }

// at returns the point at a share of the span.
func (s span) at(share float64) float64 { return s.from + (s.to-s.from)*share }

// growthLine is the form of a line that shows how many tuples were reached as the rows were sent.
func growthLine(t reports.Tuples, x, y span) string {
	var b strings.Builder
	command := "M"
	for i, n := range t.Growth {
		fmt.Fprintf(&b, "%s%.1f %.1f", command, x.at(float64(i)/float64(len(t.Growth)-1)), y.at(share(n, t.Possible)))
		command = "L"
	}
	return b.String()
}

// plotLatency draws the percentiles on a logarithmic scale, because the slowest call often takes a
// hundred times as long as the median.
func plotLatency(l reports.Latency) plot {
	const rowHeight = 24
	axis := span{70, 330}
	p := plot{Title: "Latency of the calls", Note: "logarithmic scale"}
	if l.Max <= 0 {
		return p
	}
	low := math.Floor(math.Log10(math.Max(l.P50, 0.01)))
	high := math.Max(math.Ceil(math.Log10(l.Max)), low+1)
	at := func(ms float64) float64 {
		return axis.at(math.Min(1, math.Max(0, (math.Log10(math.Max(ms, 1e-9))-low)/(high-low))))
	}
	rows := []struct {
		name string
		ms   float64
	}{{"median", l.P50}, {"90 %", l.P90}, {"99 %", l.P99}, {"slowest", l.Max}}
	bottom := float64(len(rows)) * rowHeight
	p.Height = bottom + 18
	for tick := low; tick <= high; tick++ {
		ms := math.Pow(10, tick)
		p.Paths = append(p.Paths, plotPath{"axis", fmt.Sprintf("M%.1f 0V%.1f", at(ms), bottom)})
		p.Labels = append(p.Labels, plotLabel{at(ms), bottom + 14, "middle", "tick", tickWords(ms)})
	}
	var texts []string
	for i, row := range rows {
		y, x, value := float64(i)*rowHeight+12, at(row.ms), millis(row.ms)
		p.Paths = append(p.Paths, plotPath{"line", fmt.Sprintf("M%.0f %.1fH%.1f", axis.from, y, x)})
		p.Labels = append(p.Labels,
			plotLabel{0, y + 4, "start", "label", row.name}, plotLabel{plotWidth, y + 4, "end", "value", value})
		p.Boxes = append(p.Boxes,
			plotBox{X: x - 5, Y: y - 5, Width: 10, Height: 10, Class: "plain dot", Tip: row.name + ": " + value})
		texts = append(texts, row.name+" "+value)
	}
	p.Text = strings.Join(texts, "; ")
	return p
}

// tickWords writes a power of ten of milliseconds.
func tickWords(ms float64) string {
	if ms >= 1000 {
		return fmt.Sprintf("%g s", ms/1000)
	}
	return fmt.Sprintf("%.4g ms", ms)
}

// share is a part of a whole, between 0 and 1.
func share(part, whole int) float64 {
	if whole <= 0 {
		return 0
	}
	return math.Min(1, math.Max(0, float64(part)/float64(whole)))
}
