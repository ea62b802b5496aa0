package runner

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/gate"
)

func TestCallsAreSentWithTheIdsOfTheirInstances(t *testing.T) {
	f := newFake()
	s, ctx := sessionOf(t, f)
	c := on(2, callOn(1), callOn(0, "Further", "a "+targets.InstanceRef(0)+" and "+targets.InstanceRef(1)), callOn(0, generators.InstanceID, targets.CutRef(0)))
	h, err := s.Run(ctx, c)
	require.NoError(t, err)
	require.Equal(t, []string{"rm-1", "rm-2"}, h.IDs)
	sent := func(i int, name string) string { v, _ := f.sent[i].Get(name); return v }
	require.Equal(t, "rm-2", sent(0, generators.InstanceID))
	require.Equal(t, "rm-1", sent(1, generators.InstanceID))
	require.Equal(t, "a rm-1 and rm-2", sent(1, "Further"))
	require.Equal(t, "rm-", sent(2, generators.InstanceID), "the id without its last character")
	require.Equal(t, *c.Steps[0].Call, h.Events[0].Call, "the history keeps the case as it is")
}

func TestNoncesOfOneNameAreEqualWithinACase(t *testing.T) {
	f := newFake()
	s, ctx := sessionOf(t, f)
	first, second, fresh := callOn(0), callOn(0), callOn(0)
	first.Call.Nonce, second.Call.Nonce = "one", "two"
	for range 2 {
		_, err := s.Run(ctx, on(1, first, second, first, fresh))
		require.NoError(t, err)
	}
	var nonces []string
	for _, c := range f.sent {
		nonces = append(nonces, c.Nonce)
	}
	require.Equal(t, nonces[0], nonces[2])
	require.NotEqual(t, nonces[0], nonces[1])
	require.Empty(t, nonces[3], "the target makes a nonce of its own")
	require.NotContains(t, nonces[:3], nonces[4], "another run of the case has other nonces")
}

func TestDeletedInstanceIsNotLookedAt(t *testing.T) {
	f := newFake()
	s, ctx := sessionOf(t, f)
	h, err := s.Run(ctx, on(2, callOn(0), do(targets.StepDelete), callOn(0), callOn(1)))
	require.NoError(t, err)
	require.Equal(t, []int{0, 0}, newBackups(h)[1])
	require.Equal(t, []int{0, 1}, newBackups(h)[2])
	require.NotEmpty(t, h.Events[1].Expect.Refuse)
	require.Equal(t, []string{"provision rm-1", "provision rm-2", "release rm-1", "release rm-1", "release rm-2"}, f.log)
}

func TestStepsChangeTheInstanceAndWhatIsExpected(t *testing.T) {
	f := newFake()
	s, ctx := sessionOf(t, f)
	without, with := do(targets.StepDatabases), do(targets.StepDatabases)
	with.Databases = []string{"app", "x"}
	h, err := s.Run(ctx, on(1, do(targets.StepStatus), callOn(0), without, with, do(targets.StepNextDay), do(targets.StepComplete)))
	require.NoError(t, err)
	require.NotEmpty(t, h.Last().Expect.Refuse, "the instance is being rebooted")
	require.Equal(t, []string{
		"provision rm-1", "status rm-1 Rebooting", "databases rm-1 []", `databases rm-1 ["app" "x"]`, "next day rm-1", "complete rm-1 completed", "release rm-1",
	}, f.log)
}

func TestStepsThatTheTargetCannotTake(t *testing.T) {
	for _, step := range []string{targets.StepComplete, targets.StepNextDay, "unknown"} {
		f := newFake()
		f.can.Complete, f.can.NextDay = false, false
		s, ctx := sessionOf(t, f)
		_, err := s.Run(ctx, on(1, do(step), callOn(0)))
		require.ErrorIs(t, err, targets.ErrUnmet, step)
		require.ErrorContains(t, err, fmt.Sprintf("the target cannot do the step %q", step))
		require.Empty(t, f.sent)
		require.Equal(t, []string{"provision rm-1", "release rm-1"}, f.log)
	}
	s, ctx := sessionOf(t, onlyCalled{newFake()})
	_, err := s.Run(ctx, on(1, callOn(0)))
	require.ErrorIs(t, err, targets.ErrUnmet)
	require.ErrorContains(t, err, "the target cannot provision instances")
	require.False(t, s.Changes())
	for _, step := range []string{targets.StepDelete, targets.StepStatus, targets.StepDatabases} {
		require.False(t, s.preparer.able(targets.Step{Do: step}), step)
	}
	require.True(t, s.preparer.able(targets.Step{Do: targets.StepWait}))
}

func TestErrorsOfTheFixtureSayWhatCouldNotBeDone(t *testing.T) {
	for what, c := range map[string]struct {
		step targets.Step
		says string
	}{
		"provision": {callOn(0), "an instance could not be provisioned"},
		"list":      {callOn(0), "the backups of an instance could not be listed"},
		"complete":  {do(targets.StepComplete), "a backup could not be completed"},
		"next day":  {do(targets.StepNextDay), "the day could not be changed"},
		"status":    {do(targets.StepStatus), "the status could not be changed"},
		"databases": {do(targets.StepDatabases), "the databases could not be changed"},
		"release":   {do(targets.StepDelete), "an instance could not be deleted"},
	} {
		f := newFake()
		s, ctx := sessionOf(t, f)
		f.fails[what] = errDisk
		_, err := s.Run(ctx, on(1, c.step))
		require.ErrorIs(t, err, ErrSetup, what)
		require.ErrorIs(t, err, errDisk, what)
		require.ErrorContains(t, err, c.says)
		require.False(t, EndsRun(err))

		f.fails[what] = fmt.Errorf("%w: not this one", targets.ErrUnmet)
		_, err = s.Run(ctx, on(1, c.step))
		require.ErrorIs(t, err, targets.ErrUnmet, what)
		require.NotErrorIs(t, err, ErrSetup, what)
	}
}

func TestErrorOfReleaseAfterTheCaseDoesNotMatter(t *testing.T) {
	f := newFake()
	f.fails["release"] = errDisk
	s, ctx := sessionOf(t, f)
	_, err := s.Run(ctx, on(1, callOn(0)))
	require.NoError(t, err)
}

func TestInstancesAreReleasedWhateverHappens(t *testing.T) {
	t.Run("the second instance cannot be made", func(t *testing.T) {
		f := newFake()
		s, ctx := sessionOf(t, f)
		c := on(1, callOn(0))
		s.preparer.provisioner = secondFails{f}
		c.Conditions = append(c.Conditions, idle())
		_, err := s.Run(ctx, c)
		require.ErrorIs(t, err, ErrSetup)
		require.Equal(t, []string{"provision rm-1", "release rm-1"}, f.log)
	})
	t.Run("the run ended meanwhile", func(t *testing.T) {
		f := newFake()
		ctx, cancel := context.WithCancelCause(t.Context())
		stopped := errors.New("stopped")
		f.answer = func(context.Context, int, targets.Call) (targets.Answer, error) {
			cancel(stopped)
			return targets.Answer{}, context.Canceled
		}
		s, _ := sessionOf(t, f)
		_, err := s.Run(ctx, on(2, callOn(0)))
		require.ErrorIs(t, err, stopped)
		require.True(t, EndsRun(err))
		require.Equal(t, []string{"provision rm-1", "provision rm-2", "release rm-1", "release rm-2"}, f.log)
		_, err = s.Run(ctx, on(1, callOn(0)))
		require.ErrorIs(t, err, stopped, "the cause, and no error of the fixture")
	})
}

// secondFails makes one instance only.
type secondFails struct{ *fake }

func (s secondFails) Provision(ctx context.Context, c targets.Condition) (string, error) {
	if len(s.backups) > 0 {
		return "", errDisk
	}
	return s.fake.Provision(ctx, c)
}

func TestReadOnlySendsNothingThatMayBeAccepted(t *testing.T) {
	for _, c := range []struct {
		name string
		step targets.Step
		sent int
	}{
		{"a call that every reading refuses", wrongCall(), 1},
		{"a call that has to be accepted", callOn(0), 0},
		{"a call that the document leaves open", callOn(0, generators.Method, "physical"), 0},
		{"a call of another action", callOn(0, generators.Action, "DescribeBackups"), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake()
			f.answer = func(context.Context, int, targets.Call) (targets.Answer, error) { return refused(), nil }
			s, ctx := sessionOf(t, f, func(o *Config) { o.ReadOnly = true })
			_, err := s.Run(ctx, on(1, c.step))
			require.Len(t, f.sent, c.sent)
			if c.sent == 0 {
				require.ErrorIs(t, err, targets.ErrUnmet)
				require.ErrorContains(t, err, "read-only")
				return
			}
			require.NoError(t, err)
			_, err = s.Race(ctx, Race{Case: on(1, c.step)})
			require.ErrorContains(t, err, "read-only", "a race is not sent at all")
		})
	}
}

func TestEndsRun(t *testing.T) {
	for _, err := range []error{nil, targets.ErrUnmet, ErrSetup, fmt.Errorf("%w: more", ErrSetup), gate.ErrReadOnly} {
		require.False(t, EndsRun(err), "%v", err)
	}
	for _, err := range []error{context.Canceled, context.DeadlineExceeded, ErrLost, errDisk} {
		require.True(t, EndsRun(err), "%v", err)
	}
}

func TestCaseEndsWithACallThatIsNotAnswered(t *testing.T) {
	f := newFake()
	f.answer = func(_ context.Context, n int, _ targets.Call) (targets.Answer, error) {
		if n == 0 {
			return targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenTimeout}, nil
		}
		return refused(), nil
	}
	s, ctx := sessionOf(t, f)
	h, err := s.Run(ctx, on(1, callOn(0), do(targets.StepComplete), callOn(0)))
	require.NoError(t, err)
	require.Len(t, h.Events, 1)
	require.Equal(t, Late, h.Last().Answer.Problem)
	require.Equal(t, Nonsense(), f.sent[1], "the target is asked whether it lives")
	require.Equal(t, []string{"provision rm-1", "release rm-1"}, f.log)
}

func TestIdThatNoInstanceShouldHave(t *testing.T) {
	f := newFake()
	s, ctx := sessionOf(t, f)
	s.preparer.present.Store("rm-", true) // of another case
	_, err := s.Run(ctx, on(1, callOn(0, generators.InstanceID, targets.CutRef(0))))
	require.ErrorIs(t, err, targets.ErrUnmet)
	require.ErrorContains(t, err, "is that of another instance")
	require.Empty(t, f.sent)
}

func TestRepeatedIdsOfAnswers(t *testing.T) {
	f := newFake()
	f.answer = func(_ context.Context, n int, _ targets.Call) (targets.Answer, error) {
		a := refused()
		a.RequestID, a.BackupJobID = "same", "7"
		if n == 3 {
			a.RequestID = "other"
			a.Outcome = targets.Accepted
		}
		if n == 4 {
			a.Outcome, a.RequestID = targets.Accepted, ""
		}
		return a, nil
	}
	s, ctx := sessionOf(t, f, func(c *Config) { c.Target = withoutLooks{f} })
	h, err := s.Run(ctx, on(1, callOn(0), callOn(0), targets.Step{Do: targets.StepCall, Call: &targets.Call{Wire: "bare"}}, callOn(0), callOn(0)))
	require.NoError(t, err)
	var repeated, jobs []bool
	for _, e := range h.Events {
		repeated, jobs = append(repeated, e.Repeated), append(jobs, e.JobRepeated)
	}
	require.Equal(t, []bool{false, true, false, false, false}, repeated, "a gateway may answer a raw request, and an empty id is none")
	require.Equal(t, []bool{false, false, false, false, true}, jobs, "a refused call has no job")
}

// withoutLooks is a target whose backups cannot be looked at.
type withoutLooks struct{ *fake }

func (w withoutLooks) Capabilities(context.Context) (targets.Capabilities, error) {
	return targets.Capabilities{Provision: true, Complete: true}, nil
}

func TestWaitIsAsLongAsTheStepSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake()
		s, ctx := sessionOf(t, f)
		begun := time.Now()
		_, err := s.Run(ctx, on(1, targets.Step{Do: targets.StepWait, Seconds: 90}))
		require.NoError(t, err)
		require.Equal(t, 90*time.Second, time.Since(begun))
		rests := 0
		_, err = s.RunSoak(ctx, on(1, do(targets.StepWait), targets.Step{Do: targets.StepWait, Seconds: 1}), func(context.Context) error { rests++; return nil })
		require.NoError(t, err)
		require.Equal(t, 1, rests)
		require.Equal(t, 91*time.Second, time.Since(begun))
	})
}

func TestTasksAreAskedForWhileTheInstanceExists(t *testing.T) {
	f := newFake()
	f.answer = func(_ context.Context, n int, call targets.Call) (targets.Answer, error) {
		a := accepted()
		if n == 0 {
			f.add("rm-1", targets.LastRunning)
			a.BackupJobID = "7"
			return a, nil
		}
		require.NotContains(t, f.log, "release rm-1")
		a.Body = []byte("tasks")
		return a, nil
	}
	s, ctx := sessionOf(t, f)
	h, tasks, err := s.AskTask(ctx, on(1, callOn(0)))
	require.NoError(t, err)
	require.Equal(t, "tasks", string(tasks.Body))
	require.Len(t, h.Events, 1, "the question is no part of the case")
	asked := f.sent[1]
	for name, want := range map[string]string{"Action": "DescribeBackupTasks", "DBInstanceId": "rm-1", "BackupJobId": "7", "Format": "JSON"} {
		v, _ := asked.Get(name)
		require.Equal(t, want, v)
	}
}

func TestTasksOfAnAnswer(t *testing.T) {
	for body, want := range map[string][]string{
		`{"Items":{"BackupJob":[{"BackupJobId":"7"},{"BackupJobId":8}]}}`: {"7", "8"},
		`{"Items":{"BackupJob":[]}}`:                                      nil,
	} {
		ids, ok := Tasks(targets.Answer{Outcome: targets.Accepted, Body: []byte(body)})
		require.True(t, ok, body)
		require.Equal(t, want, ids)
	}
	for _, a := range []targets.Answer{
		{Outcome: targets.Accepted, Body: []byte(`{"RequestId":"x"}`)}, {Outcome: targets.Accepted, Body: []byte("<Items/>")},
		{Outcome: targets.Refused, Body: []byte(`{"Items":{"BackupJob":[]}}`)},
	} {
		_, ok := Tasks(a)
		require.False(t, ok, "%s", a.Body)
	}
}

// telling is a target that lists the backups of an instance when it makes it.
type telling struct{ *fake }

func (t telling) ProvisionAndList(ctx context.Context, c targets.Condition) (string, []targets.Backup, error) {
	id, err := t.Provision(ctx, c)
	bs, _ := t.Backups(ctx, id)
	return id, bs, err
}

func TestBackupsOfANewInstanceAreListedOnce(t *testing.T) {
	c := on(1, callOn(0))
	c.Conditions[0].LastBackup = targets.LastCompleted
	for _, test := range []struct {
		name     string
		target   targets.Target
		requests int
	}{
		{"The target tells them.", telling{newFake()}, 4},
		{"The target is asked for them.", newFake(), 5},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, ctx := sessionOf(t, test.target)
			h, err := s.Run(ctx, c)
			require.NoError(t, err)
			require.Len(t, h.Last().New[0], 1, "the backup that was there before is not new")
			require.Equal(t, test.requests, s.Requests())
		})
	}
}
