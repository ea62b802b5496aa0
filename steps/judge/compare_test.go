package judge

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// scripted is a target in memory that gives its answers in turn, and makes the backups of its
// script.
type scripted struct {
	answers []targets.Answer
	types   []string // of the backups, in turn; without any it shows none
	sent    []targets.Call
	made    int
	backups []targets.Backup
	err     error // of making an instance
}

func (s *scripted) Provision(context.Context, targets.Condition) (string, error) {
	s.made++
	s.backups = nil
	return fmt.Sprintf("rm-%d", s.made), s.err
}

func (s *scripted) Release(context.Context, string) error { return nil }

func (s *scripted) Backups(context.Context, string) ([]targets.Backup, error) { return s.backups, nil }

func (s *scripted) Capabilities(context.Context) (targets.Capabilities, error) {
	return targets.Capabilities{Provision: true, Observe: len(s.types) > 0}, nil
}

func (s *scripted) Send(_ context.Context, call targets.Call) (targets.Answer, error) {
	if len(s.sent) >= len(s.answers) {
		return targets.Answer{}, errors.New("the script is over")
	}
	n := len(s.sent)
	s.sent = append(s.sent, call)
	a := s.answers[n]
	if a.RequestID != "" {
		a.RequestID = fmt.Sprintf("DA147739-AEAD-4417-9089-%012d", n)
	}
	if a.Outcome == targets.Accepted && n < len(s.types) {
		s.backups = append(s.backups, targets.Backup{ID: "b", Method: "Physical", Type: s.types[n], Strategy: "instance", Databases: []string{"app"}, Status: "completed"})
	}
	return a, nil
}

// sessionWith returns a session with a scripted target.
func sessionWith(t *testing.T, s *scripted) *runner.Session {
	t.Helper()
	session, _, err := runner.NewSession(t.Context(), runner.Config{Target: s, Edition: editionOf(t, oracle.Original)})
	require.NoError(t, err)
	return session
}

// plainCase is one call with those parameters on a plain instance.
func plainCase(params ...string) targets.Case {
	call := targets.Call{Method: "POST", Params: []targets.Param{
		{Name: generators.Action, Value: "CreateBackup"}, {Name: generators.InstanceID, Value: targets.InstanceRef(0)},
	}}
	for i := 0; i < len(params); i += 2 {
		call = call.With(params[i], params[i+1])
	}
	return targets.Case{
		Conditions: []targets.Condition{{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastCompleted}},
		Steps:      []targets.Step{{Do: targets.StepCall, Call: &call}},
	}
}

// twoVariants are a call that the document leaves open, and a plain one.
func twoVariants() Variants {
	other := plainCase()
	return Variants{Case: plainCase("Further", "1"), Other: &other}
}

func TestSameDecision(t *testing.T) {
	yes, no := acceptedAnswer(), refusedAnswer()
	otherNo := refusedAnswer()
	otherNo.Code = "Other"
	open := plainCase(generators.Method, "physical")
	for _, c := range []struct {
		name      string
		answers   []targets.Answer // of the case and the other variant, in turn
		wrong     bool
		undecided string
		answered  string
		sent      int
	}{
		{name: "both are accepted", answers: []targets.Answer{yes, yes}, answered: "accepted (200)", sent: 2},
		{name: "both are refused, whatever the Code", answers: []targets.Answer{no, otherNo}, answered: "refused (400 InvalidParameter)", sent: 2},
		{name: "one is refused each time", answers: []targets.Answer{no, yes, no, yes, no, yes}, wrong: true, answered: "refused (400 InvalidParameter)", sent: 6},
		{name: "the other is refused each time", answers: []targets.Answer{yes, no, yes, no, yes, no}, wrong: true, answered: "accepted (200)", sent: 6},
		{name: "a difference that goes by itself", answers: []targets.Answer{no, yes, no, yes, no, no}, answered: "refused (400 InvalidParameter)", sent: 6},
		{name: "a difference that is another one each time", answers: []targets.Answer{no, yes, otherNo, yes}, answered: "refused (400 Other)", sent: 4},
		{name: "one gets no answer", answers: []targets.Answer{yes, {Outcome: targets.Throttled, Problem: "slow down"}}, undecided: "not every call was answered", sent: 2},
		{name: "one breaks another rule", answers: []targets.Answer{brokenAnswer(targets.BrokenStatus, 500)}, undecided: "one of the two breaks another rule", sent: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			target := &scripted{answers: c.answers}
			got, err := SameDecision(t.Context(), sessionWith(t, target), Variants{Case: open, Other: &open})
			require.NoError(t, err)
			require.Len(t, target.sent, c.sent)
			require.Equal(t, []any{c.wrong, c.undecided, c.answered}, []any{got.Wrong, got.Undecided, got.Answered})
			if c.wrong {
				require.Contains(t, got.Expected, "as without the difference")
			}
		})
	}
}

func TestSameType(t *testing.T) {
	yes := acceptedAnswer()
	for _, c := range []struct {
		name      string
		types     []string
		wrong     bool
		undecided string
	}{
		{name: "the same type", types: []string{"full", "full"}},
		{name: "the same type in other words", types: []string{"FullBackup", "full"}},
		{name: "another type each time", types: []string{"full", "incremental", "full", "IncrementalBackup", "full", "incremental"}, wrong: true},
		{name: "another type now and then", types: []string{"full", "incremental", "full", "full"}},
		{name: "no type is shown", types: []string{"", "full"}, undecided: "no backup shows its type"},
	} {
		t.Run(c.name, func(t *testing.T) {
			target := &scripted{types: c.types}
			for range c.types {
				target.answers = append(target.answers, yes)
			}
			got, err := SameType(t.Context(), sessionWith(t, target), twoVariants())
			require.NoError(t, err)
			require.Equal(t, []any{c.wrong, c.undecided}, []any{got.Wrong, got.Undecided})
			if c.wrong {
				require.Equal(t, "a backup of the same type as with Auto (incremental)", got.Expected)
				require.Equal(t, "a backup of type full", got.Answered)
			}
		})
	}
}

func TestComparisonNeedsBothVariants(t *testing.T) {
	for _, check := range []Check{SameDecision, SameType} {
		target := &scripted{}
		_, err := check(t.Context(), sessionWith(t, target), Variants{Case: plainCase()})
		require.ErrorIs(t, err, ErrIncomplete)
		require.Empty(t, target.sent)
	}
}

func TestComparisonOfACaseWithoutACall(t *testing.T) {
	none := targets.Case{}
	for name, check := range map[string]Check{"decision": SameDecision, "type": SameType, "code": DocumentedCode} {
		got, err := check(t.Context(), sessionWith(t, &scripted{}), Variants{Case: none, Other: &none})
		require.NoError(t, err, name)
		require.Equal(t, "no call was made", got.Undecided, name)
	}
}

func TestComparisonOfACaseThatCannotBeRun(t *testing.T) {
	for name, check := range map[string]Check{"decision": SameDecision, "type": SameType, "code": DocumentedCode, "task": KnownTask} {
		_, err := check(t.Context(), sessionWith(t, &scripted{err: targets.ErrUnmet}), twoVariants())
		require.ErrorIs(t, err, targets.ErrUnmet, name)
	}
}

func TestDocumentedCode(t *testing.T) {
	wrong := plainCase(generators.Method, "NoSuchMethod")
	no := refusedAnswer()
	none := refusedAnswer()
	none.Code = ""
	two := plainCase(generators.Method, "NoSuchMethod", generators.Action, "NoSuchAction")
	for _, c := range []struct {
		name      string
		c         targets.Case
		answer    targets.Answer
		codes     Codes
		wrong     bool
		undecided string
	}{
		{name: "one of the Codes", c: wrong, answer: no, codes: Codes{Documented: []string{"InvalidParameter"}}},
		{name: "none of the Codes", c: wrong, answer: no, codes: Codes{Documented: []string{"Other"}}, wrong: true},
		{name: "a Code of something else", c: wrong, answer: no, codes: Codes{Foreign: []string{"InvalidParameter"}}, wrong: true},
		{name: "accepted", c: wrong, answer: acceptedAnswer(), undecided: "not refused with a Code"},
		{name: "no Code", c: wrong, answer: none, undecided: "not refused with a Code"},
		{name: "two faults", c: two, answer: no, codes: Codes{Documented: []string{"Other"}}, undecided: "more than one rule refuses the call"},
		{name: "no fault", c: plainCase(), answer: no, codes: Codes{Documented: []string{"Other"}}, undecided: "more than one rule refuses the call"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := DocumentedCode(t.Context(), sessionWith(t, &scripted{answers: []targets.Answer{c.answer}}), Variants{Case: c.c, Codes: c.codes})
			require.NoError(t, err)
			require.Equal(t, []any{c.wrong, c.undecided, c.codes.String()}, []any{got.Wrong, got.Undecided, got.Expected})
		})
	}
}

func TestKnownTask(t *testing.T) {
	begun := acceptedAnswer()
	begun.BackupJobID = "7"
	tasks := func(body string) targets.Answer {
		a := acceptedAnswer()
		a.Body = []byte(body)
		return a
	}
	for _, c := range []struct {
		name      string
		answers   []targets.Answer
		wrong     bool
		undecided string
	}{
		{name: "the task is among those listed", answers: []targets.Answer{begun, tasks(`{"Items":{"BackupJob":[{"BackupJobId":"6"},{"BackupJobId":"7"}]}}`)}},
		{name: "its id is a number", answers: []targets.Answer{begun, tasks(`{"Items":{"BackupJob":[{"BackupJobId":7}]}}`)}},
		{name: "other tasks", answers: []targets.Answer{begun, tasks(`{"Items":{"BackupJob":[{"BackupJobId":"6"}]}}`)}, wrong: true},
		{name: "no task", answers: []targets.Answer{begun, tasks(`{"Items":{}}`)}, wrong: true},
		{name: "an operation that the target does not have", answers: []targets.Answer{begun, refusedAnswer()}, undecided: NoTasks},
		{name: "an answer to another operation", answers: []targets.Answer{begun, tasks(`{"RequestId":"x"}`)}, undecided: NoTasks},
		{name: "no BackupJobId to ask for", answers: []targets.Answer{acceptedAnswer()}, undecided: "the call was not answered with a BackupJobId"},
	} {
		t.Run(c.name, func(t *testing.T) {
			target := &scripted{answers: c.answers}
			got, err := KnownTask(t.Context(), sessionWith(t, target), Variants{Case: plainCase()})
			require.NoError(t, err)
			require.Len(t, target.sent, len(c.answers))
			require.Equal(t, []any{c.wrong, c.undecided}, []any{got.Wrong, got.Undecided})
		})
	}
}

func TestChecksByTheirNames(t *testing.T) {
	for _, name := range []string{reports.CheckDecision, reports.CheckType, reports.CheckCode, reports.CheckTask} {
		_, known := CheckNamed(name)
		require.True(t, known, name)
	}
	for _, name := range []string{"", reports.CheckRace, "unknown"} {
		_, known := CheckNamed(name)
		require.False(t, known, name)
	}
}
