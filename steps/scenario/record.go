package scenario

import (
	"context"
	"fmt"
	"strings"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/testcase"
	"github.com/cbspec/cbspec/targets"
)

// recorder notes for a scenario what the target does where the document leaves it open.
type recorder struct{ *Scenario }

// record returns a step that notes what the target does where the document leaves it open. That is
// never a failure. read returns what a result shows, or nothing.
func (s recorder) record(read func(testcase.Result) string) func(context.Context) error {
	return func(ctx context.Context) error {
		if err := s.run(ctx); err != nil {
			return err
		}
		for i, r := range s.results {
			switch {
			case r.Err != nil:
				s.tally.undecide(i, r.Err.Error())
			case !r.Tried():
				s.tally.undecide(i, r.WhyNotTried())
			default:
				s.note(i, r, read(r))
			}
		}
		return nil
	}
}

// note notes what the i-th case shows.
func (s recorder) note(i int, r testcase.Result, seen string) {
	if seen == "" {
		s.tally.undecide(i, "the target does not show what it did")
		return
	}
	s.tally.pass(i)
	s.env.Observations.Note(s.Rule.ID, r.Group, seen, conditionsOf(r.Case)...)
}

// conditionsOf returns the class of each factor in a case.
func conditionsOf(c testcase.Case) []reports.Condition {
	if c.Vector == nil {
		return nil
	}
	var list []reports.Condition
	for _, f := range c.Model.Factors {
		list = append(list, reports.Condition{Factor: f.Name, Classes: []string{c.Model.ClassName(*c.Vector, f.Name)}})
	}
	return list
}

// decision reads whether the last call is refused. An accepted call is called by another word.
func decision(accepted string) func(testcase.Result) string {
	return func(r testcase.Result) string {
		switch e := r.Last(); e.Decision {
		case targets.Accepted:
			return accepted
		case targets.Refused:
			return string(targets.Refused)
		default:
			return fmt.Sprintf("no valid answer (%s)", judge.Say(e))
		}
	}
}

// backupRange reads the range of the backup that was made.
func backupRange(r testcase.Result) string {
	e := r.Last()
	if e.Decision == targets.Refused {
		return string(targets.Refused)
	}
	for _, bs := range e.New {
		if len(bs) == 1 {
			return bs[0].Strategy
		}
	}
	return ""
}

// answerFormat reads the format of the last answer.
func answerFormat(r testcase.Result) string { return r.Last().Answer.Format }

// recordPrecedence notes which of two faults the Code of a refusal names, as far as the Codes of
// the single faults differ.
func (s recorder) recordPrecedence(ctx context.Context) error {
	if err := s.run(ctx); err != nil {
		return err
	}
	for i, r := range s.results {
		if r.Err != nil || !r.Tried() || r.Last().Decision != targets.Refused {
			s.tally.undecide(i, "not refused")
			continue
		}
		s.tally.pass(i)
		var named, other []string
		for rule := range strings.SplitSeq(r.Group, pairOf) {
			if s.env.Coverage.CodeOf(rule) == r.Last().Answer.Code {
				named = append(named, rule)
			} else {
				other = append(other, rule)
			}
		}
		if len(named) == 1 && len(other) == 1 {
			s.env.Observations.Note(s.Rule.ID, r.Group, named[0]+" first")
			s.env.Observations.NoteOrder(s.Rule.ID, reports.Precedence{First: named[0], Then: other[0]})
		}
	}
	return nil
}
