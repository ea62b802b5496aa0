package steps

import (
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// Bounds on the search for the supported transports.
const (
	// enoughHangs is how many plain calls may get no answer before the search ends.
	enoughHangs = 3
	// otherCalls is how many further calls are made by a transport that does not accept the plainest.
	otherCalls = 4
)

// detectTransports narrows the transports and formats of a scope to those in which the plainest
// call is accepted, or else one of a few other calls. What is refused for some calls only is for
// the rules to find. Where nothing is accepted, everything is tried.
func (s *preparation) detectTransports(scope *generators.ModelScope) error {
	d := transportSearch{preparation: s, accepted: map[string]bool{}, tried: map[[2]string]bool{}}
	formats := scope.Formats
	if len(formats) == 0 {
		formats = []string{generators.Absent}
	}
	all, err := d.diagonal(scope.SentBy, formats)
	if err == nil && !all {
		err = d.each(scope.SentBy, formats)
	}
	if err != nil {
		return err
	}
	if len(d.accepted) == 0 {
		return s.nothingAccepted()
	}
	for _, list := range []*[]string{&scope.SentBy, &scope.Formats} {
		supported := slices.DeleteFunc(slices.Clone(*list), func(v string) bool { return !d.accepted[v] })
		if len(supported) > 0 {
			*list = supported
		}
	}
	return nil
}

// transportSearch looks for the transports and formats that a target supports.
type transportSearch struct {
	*preparation
	accepted map[string]bool    // transports and formats in which a call was accepted
	tried    map[[2]string]bool // whether the plainest call was accepted, by transport and format
	hangs    int
}

// diagonal tries each transport with one format and each format with one transport, and reports
// whether all of them are accepted.
func (d *transportSearch) diagonal(transports, formats []string) (all bool, err error) {
	all = true
	for i := range max(len(transports), len(formats)) {
		transport, format := transports[i%len(transports)], formats[i%len(formats)]
		if _, err := d.try(transport, format); err != nil {
			return false, err
		}
		all = all && d.accepted[transport] && d.accepted[format]
	}
	return all, nil
}

// each tries each transport with each format. As long as nothing is accepted, it makes other calls
// than the plainest one in one format of each transport only.
func (d *transportSearch) each(transports, formats []string) error {
	for i, transport := range transports {
		for j, format := range formats {
			ok, err := d.try(transport, format)
			others := len(d.accepted) > 0 || j == i%len(formats)
			if err == nil && !ok && others && d.hangs < enoughHangs {
				if ok, err = d.acceptsOther(transport, format); ok {
					d.accepted[transport], d.accepted[format] = true, true
				}
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// try makes the plainest call, and reports whether it is accepted.
func (d *transportSearch) try(transport, format string) (bool, error) {
	if d.hangs >= enoughHangs && len(d.accepted) == 0 {
		return false, nil // each would cost a whole timeout
	}
	key := [2]string{transport, format}
	if accepted, known := d.tried[key]; known {
		return accepted, nil
	}
	d.tried[key] = false
	r, err := d.baselineIn(transport, format)
	switch {
	case err != nil || r.Err != nil:
		return false, err
	case r.Last().Answer.Kind == targets.BrokenTimeout:
		d.hangs++
		return false, nil
	case r.Last().Decision != targets.Accepted:
		return false, nil
	}
	d.guard.Accepted(r.Case.Case)
	d.tried[key] = true
	d.accepted[transport], d.accepted[format] = true, true
	return true, nil
}

// acceptsOther reports whether one of a few other calls is accepted.
func (d *transportSearch) acceptsOther(transport, format string) (bool, error) {
	m := d.env.FullModel
	vectors, err := m.Vectors(generators.Pinned{generators.SentBy: {transport}, generators.Format: {format}})
	if err != nil {
		return false, nil // the model has no such call
	}
	for i := range otherCalls {
		c := m.Case(generators.DrawNth(vectors, d.o.Seed, "calibrate/"+transport+"/"+format, i))
		h, err := d.session.Run(runner.Unwatched(d.ctx), c)
		switch {
		case runner.EndsRun(err):
			return false, err
		case err == nil && h.Last().Decision == targets.Accepted:
			d.guard.Accepted(c)
			return true, nil
		}
	}
	return false, nil
}
