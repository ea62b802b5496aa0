package reports

import "fmt"

// plot is a drawing of horizontal bars: a row each, of one part or several.
type plot struct {
	Title, Note string
	Rows        []plotRow
}

type plotRow struct {
	Label, Value string
	Parts        []plotPart
}

// plotPart is a part of a bar, in percent of the whole width.
type plotPart struct {
	Class    string
	X, Width float64
}

// plots draws what people would rather look at than read.
func plots(r *Report) []plot {
	var list []plot
	add := func(p plot) {
		if len(p.Rows) > 0 {
			list = append(list, p)
		}
	}
	add(verdictsByArea(r))
	add(requestsByPhase(r))
	add(coverageByStrength(r))
	add(latencies(r))
	return list
}

func verdictsByArea(r *Report) plot {
	p := plot{Title: "Verdicts by area"}
	most := 1
	for _, a := range areas(r.Rules) {
		most = max(most, len(a.rules))
	}
	for _, a := range areas(r.Rules) {
		row := plotRow{Label: a.name, Value: fmt.Sprint(len(a.rules))}
		x := 0.0
		for _, v := range verdicts {
			if n := len(withVerdict(a.rules, v)); n > 0 {
				width := 100 * float64(n) / float64(most)
				row.Parts = append(row.Parts, plotPart{class(v), x, width})
				x += width
			}
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

func requestsByPhase(r *Report) plot {
	p := plot{Title: "Requests by phase"}
	most := 1
	for _, phase := range r.Phases {
		most = max(most, phase.Requests)
	}
	for _, phase := range r.Phases {
		p.Rows = append(p.Rows, bar(phase.Name, fmt.Sprintf("%d in %s", phase.Requests, seconds(phase.Seconds)), float64(phase.Requests)/float64(most)))
	}
	return p
}

func coverageByStrength(r *Report) plot {
	p := plot{Title: "Combinations covered", Note: "of so many classes of the parameter model"}
	for _, t := range r.Coverage.Tuples {
		p.Rows = append(p.Rows, bar(fmt.Sprintf("%d-way", t.Strength), percent(t.Reached, t.Possible), float64(t.Reached)/float64(max(t.Possible, 1))))
	}
	return p
}

func latencies(r *Report) plot {
	p := plot{Title: "Latency of the calls"}
	l := r.Latency
	if l.Max <= 0 {
		return p
	}
	for _, at := range []struct {
		name string
		ms   float64
	}{{"median", l.P50}, {"90 %", l.P90}, {"99 %", l.P99}, {"slowest", l.Max}} {
		p.Rows = append(p.Rows, bar(at.name, millis(at.ms), at.ms/l.Max))
	}
	return p
}

// bar is a row of one part.
func bar(label, value string, share float64) plotRow {
	return plotRow{label, value, []plotPart{{"plain", 0, 100 * min(max(share, 0.004), 1)}}}
}
