package format

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/reports"
)

// plotWidth is the width of every drawing in its own units; the page scales them.
const plotWidth = 400

// mostRows is how many rows a drawing of the run has at most.
const mostRows = 20

// drawing is a plot: lines, boxes and words, and the same in a sentence for whoever cannot see it.
type drawing struct {
	Title, Note, Says string
	Height            float64
	Paths             []path
	Boxes             []box
	Words             []words
	Legend            []key
}

type path struct{ Class, D string }

type box struct {
	X, Y, Width, Height float64
	Class, Tip, Link    string
}

type words struct {
	X, Y          float64
	Class, Anchor string
	Text          string
}

// key explains a colour.
type key struct{ Class, Mark, Text string }

func (d *drawing) word(x, y float64, anchor, class, text string) {
	d.Words = append(d.Words, words{x, y, class, anchor, text})
}

func (d *drawing) bar(x, y, width, height float64, class, tip string) {
	d.Boxes = append(d.Boxes, box{X: x, Y: y, Width: width, Height: height, Class: class, Tip: tip})
}

// drawn leaves out what has nothing in it.
func drawn(all ...drawing) []drawing {
	return slices.DeleteFunc(all, func(d drawing) bool { return len(d.Boxes)+len(d.Paths) == 0 })
}

// labelWidth is how many characters fit beside the bars.
const labelWidth = 18

func label(s string) string {
	if r := []rune(s); len(r) > labelWidth {
		return string(r[:labelWidth-1]) + "…"
	}
	return s
}

// verdictsByArea is a map of the rules: a row for an area, a cell for a rule, in the order of the document.
func verdictsByArea(areas []areaView) drawing {
	const left, rowHeight, cell = 122, 21, 17
	d := drawing{Title: "Verdicts by area", Note: "each cell leads to its rule", Height: float64(len(areas))*rowHeight + 2}
	most := 1
	for _, a := range areas {
		most = max(most, len(a.Rules))
	}
	step := math.Min(cell+4, float64(plotWidth-left)/float64(most))
	var says []string
	for i, a := range areas {
		y := float64(i) * rowHeight
		d.word(0, y+14, "start", "label", label(a.Name))
		for j, rule := range a.Rules {
			x := left + float64(j)*step
			d.Boxes = append(d.Boxes, box{x, y + 1, math.Max(step-4, step*0.8), cell, rule.Class, rule.ID + ", " + rule.Level + ": " + rule.Verdict, rule.Anchor})
			if step >= cell {
				d.word(x+(step-4)/2, y+14, "middle", "mark on-"+rule.Class, rule.Mark)
			}
		}
		says = append(says, a.Name+" "+a.Counts)
	}
	for _, v := range verdicts {
		if n := countIn(areas, v); n > 0 {
			d.Legend = append(d.Legend, key{class(v), marks[v], fmt.Sprintf("%s %s", grouped(n), v)})
		}
	}
	d.Says = strings.Join(says, "; ")
	return d
}

func countIn(areas []areaView, verdict string) int {
	n := 0
	for _, a := range areas {
		for _, rule := range a.Rules {
			if rule.Verdict == verdict {
				n++
			}
		}
	}
	return n
}

func requestsByPhase(phases []reports.Phase, b *budget) drawing {
	phases, _ = shown(phases, mostRows)
	const left, right, rowHeight = 100, 290, 24
	d := drawing{Title: "Requests by phase", Note: "and how long each took", Height: float64(len(phases)) * rowHeight}
	most := 1
	for _, p := range phases {
		most = max(most, p.Requests)
	}
	var says []string
	for i, p := range phases {
		y := float64(i) * rowHeight
		value := grouped(p.Requests) + " in " + seconds(p.Seconds)
		name := b.name(p.Name)
		d.word(0, y+16, "start", "label", label(name))
		d.bar(left, y+5, right-left, 14, "rail", "")
		d.bar(left, y+5, math.Max(1, (right-left)*share(p.Requests, most)), 14, "plain", name+": "+value+", "+plural(p.Cases, "case"))
		d.word(plotWidth, y+16, "end", "value", value)
		says = append(says, name+" "+value)
	}
	d.Says = strings.Join(says, "; ")
	return d
}

// coverageByStrength has a bar for each strength, and beside it how the coverage grew while the rows were sent.
func coverageByStrength(tuples []reports.Tuples) drawing {
	const bars, lines, rowHeight = 320, 336, 42
	tuples, _ = shown(tuples, mostRows)
	d := drawing{Title: "Combinations covered", Note: "of the parameter model, by strength; the lines: how it grew", Height: float64(len(tuples)) * rowHeight}
	var says []string
	for i, t := range tuples {
		y := float64(i) * rowHeight
		name := fmt.Sprintf("%d-way", t.Strength)
		value := fmt.Sprintf("%s of %s, %s", grouped(t.Reached), grouped(t.Possible), percent(t.Reached, t.Possible))
		d.word(0, y+14, "start", "label", name)
		d.word(bars, y+14, "end", "value", value)
		d.bar(0, y+20, bars, 12, "rail", "")
		d.bar(0, y+20, bars*share(t.Reached, t.Possible), 12, "plain", name+": "+value)
		if len(t.Growth) > 1 {
			d.Paths = append(d.Paths, path{"axis", fmt.Sprintf("M%d %.1fH%d", lines, y+32, plotWidth)})
			d.Paths = append(d.Paths, path{"line", polyline(t, lines, plotWidth, y+32, y+6)})
		}
		says = append(says, name+" "+value)
	}
	d.Says = strings.Join(says, "; ")
	return d
}

// polyline draws how many tuples were reached as the rows were sent, between left and right, bottom and top.
func polyline(t reports.Tuples, left, right, bottom, top float64) string {
	var b strings.Builder
	for i, n := range t.Growth {
		x := left + (right-left)*float64(i)/float64(len(t.Growth)-1)
		y := bottom - (bottom-top)*share(n, t.Possible)
		fmt.Fprintf(&b, "%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[i == 0], x, y)
	}
	return b.String()
}

// latency draws the percentiles on a logarithmic scale: the slowest call is often a hundred times the median.
func latency(l reports.Latency) drawing {
	const left, right, rowHeight = 70, 330, 24
	d := drawing{Title: "Latency of the calls", Note: "logarithmic scale"}
	if l.Max <= 0 {
		return d
	}
	rows := []struct {
		name string
		ms   float64
	}{{"median", l.P50}, {"90 %", l.P90}, {"99 %", l.P99}, {"slowest", l.Max}}
	low := math.Floor(math.Log10(math.Max(l.P50, 0.01)))
	high := math.Max(math.Ceil(math.Log10(l.Max)), low+1)
	at := func(ms float64) float64 {
		return left + (right-left)*math.Min(1, math.Max(0, (math.Log10(math.Max(ms, 1e-9))-low)/(high-low)))
	}
	bottom := float64(len(rows)) * rowHeight
	d.Height = bottom + 18
	for tick := low; tick <= high; tick++ {
		x := at(math.Pow(10, tick))
		d.Paths = append(d.Paths, path{"axis", fmt.Sprintf("M%.1f 0V%.1f", x, bottom)})
		d.word(x, bottom+14, "middle", "tick", tickWords(math.Pow(10, tick)))
	}
	var says []string
	for i, row := range rows {
		y := float64(i)*rowHeight + 12
		x := at(row.ms)
		d.word(0, y+4, "start", "label", row.name)
		d.Paths = append(d.Paths, path{"line", fmt.Sprintf("M%d %.1fH%.1f", left, y, x)})
		d.bar(x-5, y-5, 10, 10, "plain dot", row.name+": "+millis(row.ms))
		d.word(plotWidth, y+4, "end", "value", millis(row.ms))
		says = append(says, row.name+" "+millis(row.ms))
	}
	d.Says = strings.Join(says, "; ")
	return d
}

// tickWords names a power of ten of milliseconds.
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
