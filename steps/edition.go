package steps

import (
	"context"
	"fmt"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// DetectEdition tells which edition of the document a target follows, by what it does where they differ, with the evidence in words. Where the evidence is at odds
// the edition that more of it speaks for is taken, the original for as much. It makes a few backups of instances of its own; a target that cannot provision any is an
// error that wraps targets.ErrUnmet.
func DetectEdition(ctx context.Context, t targets.Target) (edition string, evidence []string, err error) {
	original, err := oracle.EditionOf(oracle.Original)
	if err != nil {
		return "", nil, err
	}
	s, ctx, err := trial.NewSession(ctx, t, original)
	if err != nil {
		return "", nil, err
	}
	model := generators.NewModel(original, generators.FullScope())
	ask := func(today, method string) (trial.Event, error) {
		p := generators.Point{Classes: model.Baseline(), Values: make([]string, len(model.Factors))}
		for f, factor := range model.Factors {
			p.Values[f] = factor.Classes[0].Name
			switch factor.Name {
			case generators.Today:
				p.Values[f] = today
			case generators.Method:
				p.Values[f] = method
			}
		}
		h, err := s.Run(ctx, model.Case(p))
		if err != nil {
			return trial.Event{}, fmt.Errorf("to find out which edition a target follows: %w", err)
		}
		return h.Last(), nil
	}
	current := 0
	note := func(is bool, yes, no string) {
		if is {
			current++
			evidence = append(evidence, yes+": as in the current edition")
		} else {
			current--
			evidence = append(evidence, no+": as in the original edition")
		}
	}
	plain, err := ask("0", generators.Absent)
	if err != nil {
		return "", nil, err
	}
	if plain.Decision != targets.Accepted {
		return oracle.Original, []string{"not even a plain call is accepted: the original edition is taken"}, nil
	}
	note(plain.Answer.BackupJobID != "", "an answer has a BackupJobId", "an answer has no BackupJobId")
	eleventh, err := ask(fmt.Sprint(original.Quota), generators.Absent)
	if err != nil {
		return "", nil, err
	}
	note(eleventh.Decision == targets.Accepted, "an 11th backup of a day is accepted", "an 11th backup of a day is refused")
	snapshot, err := ask("0", "Snapshot")
	if err != nil {
		return "", nil, err
	}
	if snapshot.Decision == targets.Accepted { // that it is refused may be for the engine or the disk
		note(true, "Snapshot is accepted", "")
	}
	if current > 0 {
		return oracle.Current, evidence, nil
	}
	return oracle.Original, evidence, nil
}
