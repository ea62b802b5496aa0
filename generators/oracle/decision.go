package oracle

import "slices"

// decision is what the document says about one interpretation of a call.
type decision struct {
	accept, refuse []Reason
	unspecified    []string // may rules
	noBackup       string
	backups        []ExpectedBackup
	// turnedDown marks an interpretation in which the server turns the call down for something that
	// the document does not mention.
	turnedDown bool
}

func (d *decision) mustAccept(rule, factor, why string) {
	d.accept = append(d.accept, Reason{rule, Must, why, factor})
}

func (d *decision) shouldAccept(rule, factor, why string) {
	d.accept = append(d.accept, Reason{rule, Should, why, factor})
}

func (d *decision) mustRefuse(rule, factor, why string) {
	d.refuse = append(d.refuse, Reason{rule, Must, why, factor})
}

func (d *decision) shouldRefuse(rule, factor, why string) {
	d.refuse = append(d.refuse, Reason{rule, Should, why, factor})
}

// leaveOpen notes that a may rule is about something in the call.
func (d *decision) leaveOpen(rule string) { d.unspecified = append(d.unspecified, rule) }

// combine keeps what the decisions about all interpretations agree on.
func combine(all []decision) Expectation {
	e := Expectation{NoBackup: all[0].noBackup}
	refusing, accepting, decided := 0, 0, 0
	for _, d := range all {
		if d.turnedDown {
			continue
		}
		decided++
		switch {
		case len(d.refuse) > 0:
			refusing++
		case len(d.unspecified) == 0 && d.noBackup == "":
			accepting++
		}
		for _, rule := range d.unspecified {
			if !slices.Contains(e.Unspecified, rule) {
				e.Unspecified = append(e.Unspecified, rule)
			}
		}
		if d.noBackup == "" {
			e.NoBackup = ""
		}
		if len(d.refuse) == 0 {
			e.Backups = append(e.Backups, d.backups...)
		}
	}
	switch {
	case decided > 0 && refusing == decided:
		e.Refuse = weakestRefusal(all)
	case accepting == len(all):
		e.Accept = all[0].accept
	case len(e.Unspecified) == 0 && e.NoBackup == "":
		e.Unspecified = []string{"CB-METHOD-8"}
	}
	return e
}

// weakestRefusal returns the reasons of one of the refusals: of one that no must rule demands, if
// there is any, for a server may choose its interpretation.
func weakestRefusal(all []decision) []Reason {
	var weakest []Reason
	for _, d := range all {
		if d.turnedDown {
			continue
		}
		if weakest == nil || strongest(d.refuse) == Should && strongest(weakest) == Must {
			weakest = d.refuse
		}
	}
	return weakest
}
