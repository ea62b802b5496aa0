package steps

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// failure writes a finding as the report has it.
func (s *suite) failure(ctx context.Context, sc *scenario, f finding) reports.Failure {
	out := reports.Failure{
		Law: f.violation.Kind + " " + f.words, Expected: f.violation.Expected, Answered: f.violation.Answered,
		Count: 1, Contexts: f.contexts, Scenario: sc.name, Case: &f.kase, Curl: s.curl(f.kase),
	}
	if !hangs(f.violation) {
		ctx = s.ctx // the search may have used up its time
	}
	for range reproducing {
		h, err := s.session.Run(ctx, f.kase)
		if err != nil {
			break
		}
		out.Tries++
		if _, is := s.again2(h, f.violation); is {
			out.Reproduced++
		}
	}
	if out.Tries > 0 && out.Reproduced == 0 {
		out.Law = f.violation.Kind + " " + nowAndThen // whatever was thought to matter
	}
	return out
}

// lay writes down a failure that was found otherwise than by what the document says of each call, and returns its index in the record of the rule. What has the same law
// there is counted.
func (s *suite) lay(sc *scenario, rule, kind, level string, f reports.Failure) int {
	rec := s.records[rule]
	for _, known := range s.blames.laws {
		if known.kind == kind && known.rule == rule && rec.failures[known.index].Law == f.Law {
			s.again(sc, &known)
			return known.index
		}
	}
	index := len(rec.failures)
	f.Count, f.Scenario = 1, sc.name
	s.blames.note(sc.rule.ID, rule)
	s.blames.laws = append(s.blames.laws, blamed{kind: kind, rule: rule, level: level, index: index})
	rec.failures = append(rec.failures, f)
	if rec.verdict != "" && rec.verdict != reports.Skipped {
		rec.verdict, rec.party, rec.reason = reports.Failed, reports.PartyTarget, ""
	}
	s.failed(rule, f.Law, trial.Moment{Time: time.Now(), Requests: s.session.Requests()})
	return index
}

// curl renders a case as shell commands, as far as the target can.
func (s *suite) curl(c targets.Case) string {
	curler, ok := targets.As[targets.Curler](s.o.Target)
	if !ok {
		return ""
	}
	var lines []string
	prov, _ := targets.As[targets.SetupCurler](s.o.Target)
	for i, condition := range c.Conditions {
		if prov != nil {
			lines = append(lines, prov.CurlProvision(i, condition))
		} else {
			lines = append(lines, fmt.Sprintf("instance%d=ID # %s", i, conditionWords(condition)))
		}
	}
	for _, step := range c.Steps {
		if step.Call != nil {
			lines = append(lines, curler.Curl(*step.Call))
		} else if prov != nil {
			lines = append(lines, prov.CurlStep(step))
		}
	}
	return strings.Join(lines, "\n")
}

func conditionWords(c targets.Condition) string {
	return fmt.Sprintf("%s, %s, %d databases, %d backups today, last backup %s", c.Engine, c.Status, len(c.Databases), c.BackupsToday, c.LastBackup)
}
