package reports_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
)

func is(factor string, classes ...string) reports.Condition {
	return reports.Condition{Factor: factor, Classes: classes}
}

// call is a plain call with further parameters, as name and value in turn.
func call(further ...string) targets.Step {
	c := targets.Call{Method: "POST", Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)}, {Name: "Format", Value: "JSON"},
	}}
	for i := 0; i < len(further); i += 2 {
		c.Params = append(c.Params, targets.Param{Name: further[i], Value: further[i+1]})
	}
	return targets.Step{Do: targets.StepCall, Call: &c}
}

var (
	plain    = targets.Condition{Engine: targets.MySQL, Status: targets.Running, Databases: []string{"app"}, LastBackup: targets.LastNone}
	complete = targets.Step{Do: targets.StepComplete, Result: targets.LastCompleted}
	failing  = targets.Step{Do: targets.StepComplete, Result: targets.LastFailed}
)

func oneInstance(steps ...targets.Step) *targets.Case {
	return &targets.Case{Conditions: []targets.Condition{plain}, Steps: steps}
}

func onInstance(n int, s targets.Step) targets.Step {
	s.Instance = n
	return s
}

func TestSentence(t *testing.T) {
	value := "physical"
	names := "app,app2"
	busy := plain
	busy.Engine, busy.BackupsToday, busy.LastBackup, busy.Databases = targets.SQLServer, 9, targets.LastRunning, nil
	for name, c := range map[string]struct {
		cause reports.Cause
		want  string
	}{
		"conditions": {
			reports.Cause{Kind: reports.KindWronglyAccepted, Exact: true, When: []reports.Condition{is("backups today", "10", "11"), is("BackupMethod", "absent", "Physical")}},
			"Wrongly accepted when backups today is 10 or 11 and BackupMethod is absent or Physical.",
		},
		"more calls at once than the target can take": {
			reports.Cause{Kind: reports.KindIntermittent, Of: reports.KindServerError, Load: 4},
			"Answered with a server error, but only with more than 4 calls at once.",
		},
		"calls at once": {
			reports.Cause{Kind: reports.KindIntermittent, Of: reports.KindServerError, Load: 1},
			"Answered with a server error, but only with several calls at once.",
		},
		"three conditions with three classes": {
			reports.Cause{Kind: reports.KindWronglyRefused, Exact: true, When: []reports.Condition{is("engine", "MySQL", "MariaDB", "PostgreSQL"), is("databases", "one", "several"), is("sent by", "POST with a form")}},
			"Wrongly refused when the engine is MySQL, MariaDB or PostgreSQL, the instance has one database or several databases and the call is sent by POST with a form.",
		},
		"all classes but one": {
			reports.Cause{Kind: reports.KindWronglyAccepted, Exact: true, When: []reports.Condition{{Factor: "status", Classes: []string{"Creating", "Deleting", "Rebooting"}, Not: "Running"}}},
			"Wrongly accepted when the status is not Running.",
		},
		"all classes but one, of a factor that has no negation": {
			reports.Cause{Kind: reports.KindWronglyRefused, Exact: true, When: []reports.Condition{{Factor: "databases", Classes: []string{"none", "one", "of any names"}, Not: "several"}}},
			"Wrongly refused when the instance has no database, one database or databases of any names.",
		},
		"one value": {
			reports.Cause{Kind: reports.KindWronglyAccepted, Exact: true, When: []reports.Condition{{Factor: "BackupMethod", Classes: []string{"another letter case"}, Value: &value}}},
			`Wrongly accepted when BackupMethod is "physical".`,
		},
		"the names of databases": {
			reports.Cause{Kind: reports.KindWronglyRefused, Exact: true, When: []reports.Condition{{Factor: "databases", Classes: []string{"of any names"}, Value: &names}}},
			`Wrongly refused when the databases are "app,app2".`,
		},
		"a clause that is no factor of the model": {
			reports.Cause{Kind: reports.KindWronglyAccepted, Exact: true, When: []reports.Condition{is("the signature is tampered"), is("Format", "JSON")}},
			"Wrongly accepted when the signature is tampered and Format is JSON.",
		},
		"every case": {
			reports.Cause{Kind: reports.KindWronglyRefused, Exact: true},
			"Wrongly refused in every case.",
		},
		"every refusal": {
			reports.Cause{Kind: reports.KindWrongDocument, Exact: true, When: []reports.Condition{is("decision", "refused")}},
			"The answer differs from the documented one when the call is refused.",
		},
		"state is shared": {
			reports.Cause{Kind: reports.KindWronglyRefused, Exact: true, SharedState: true},
			"Wrongly refused in every case, although the same call was accepted earlier: instances seem to share state.",
		},
		"the search budget was used up": {
			reports.Cause{Kind: reports.KindNoAnswer},
			"No valid answer; when exactly is unknown (search budget used up).",
		},
		"the search budget was used up, and some conditions are known": {
			reports.Cause{Kind: reports.KindServerError, When: []reports.Condition{is("last backup", "none", "failed")}},
			"Answered with a server error when the last backup is missing or failed, and perhaps only under further conditions.",
		},
		"the effect": {
			reports.Cause{Kind: reports.KindWrongEffect, Exact: true},
			"The effect differs from the documented one in every case.",
		},
		"the effect contradicts the answer": {
			reports.Cause{Kind: reports.KindWrongEffect, Effect: reports.EffectContradiction, Exact: true},
			"The answer contradicts the effect in every case.",
		},
		"another backup": {
			reports.Cause{Kind: reports.KindWrongEffect, Effect: reports.EffectWrongBackup, Exact: true, When: []reports.Condition{is("BackupMethod", "Logical")}},
			"The backup is not the one asked for when BackupMethod is Logical.",
		},
		"another instance": {
			reports.Cause{Kind: reports.KindWrongEffect, Effect: reports.EffectElsewhere, Exact: true, When: []reports.Condition{is("further parameters", "unknown ones")}},
			"A backup of another instance is made when the call has unknown parameters.",
		},
		"intermittent": {
			reports.Cause{Kind: reports.KindIntermittent, Of: reports.KindNoAnswer},
			"No valid answer, but not every time that the case is sent.",
		},
		"an unusual call": {
			reports.Cause{Kind: reports.KindWronglyAccepted, Case: oneInstance(call("X", "a\nb"))},
			`Wrongly accepted for a call with X="a\nb".`,
		},
		"a sequence": {
			reports.Cause{Kind: reports.KindWronglyAccepted, Case: oneInstance(call(), failing, call("DBName", ""), targets.Step{Do: targets.StepNextDay}, call())},
			`Wrongly accepted at the end of this sequence: a call, then the backup fails, then a call with DBName="", then the next day begins, then a call.`,
		},
		"a sequence that repeats itself": {
			reports.Cause{Kind: reports.KindWronglyAccepted, Case: oneInstance(call(), complete, call(), complete, call(), complete, call())},
			"Wrongly accepted at the end of this sequence: a call and the backup completes (3 times), then a call.",
		},
		"a sequence on two instances": {
			reports.Cause{Kind: reports.KindWronglyRefused, Case: &targets.Case{Conditions: []targets.Condition{plain, plain}, Steps: []targets.Step{
				call(), onInstance(1, complete), {Do: targets.StepStatus, Status: "Locked"}, {Do: targets.StepDatabases, Instance: 1}, {Do: targets.StepDelete},
				{Do: targets.StepNextDay, Instance: 1}, {Do: targets.StepWait}, onInstance(1, call()),
			}}},
			"Wrongly refused at the end of this sequence: a call on instance 1, then the backup of instance 2 completes, then the status of instance 1 becomes Locked, " +
				"then the number of databases of instance 2 becomes 0, then instance 1 is deleted, then the next day begins for instance 2, then some time passes, then a call on instance 2.",
		},
		"a race": {
			reports.Cause{Kind: reports.KindNotLinearizable, Race: &reports.Race{}, Case: oneInstance(call(), call())},
			"No order of the calls explains the answers when 2 calls are made at once.",
		},
		"a race on special instances, with special calls": {
			reports.Cause{Kind: reports.KindNoAnswer, Race: &reports.Race{Completing: true}, Case: &targets.Case{
				Conditions: []targets.Condition{busy, busy, plain}, Steps: []targets.Step{call(), onInstance(1, call("BackupMethod", "Logical")), onInstance(2, call())},
			}},
			"No valid answer when 3 calls are made at once on 3 instances, but not on one alone, while backups complete: " +
				`an instance with engine SQLServer, no database, 9 backups today, last backup running; a call with BackupMethod=Logical.`,
		},
		"other rules say it": {
			reports.Cause{See: []string{"CB-QUOTA-2", "CB-PRE-1"}},
			"Not every case is answered as documented: see CB-QUOTA-2 and CB-PRE-1.",
		},
		"a comparison of backup types": {
			reports.Cause{Kind: reports.KindInconsistent, Check: reports.CheckType, Case: oneInstance(call("BackupMethod", "Logical"))},
			`The backup type differs from that of the same call with Auto for a call with BackupMethod=Logical.`,
		},
		"a comparison of two forms of a call": {
			reports.Cause{Kind: reports.KindInconsistent, Check: reports.CheckDecision, Variant: "POST with a form, not GET"},
			"Two forms of the same call are not both accepted or both refused: POST with a form, not GET.",
		},
		"a task that is unknown": {
			reports.Cause{Kind: reports.KindInconsistent, Check: reports.CheckTask},
			"DescribeBackupTasks does not know the BackupJobId of the answer.",
		},
		"a Code": {
			reports.Cause{Kind: reports.KindWrongDocument, Check: reports.CheckCode, Exact: true, When: []reports.Condition{is("BackupType", "empty", "any other value")}},
			"Refused with an undocumented Code when BackupType is empty or any other value.",
		},
		"no kind": {
			reports.Cause{Exact: true, When: []reports.Condition{is("Action", "absent")}},
			"Fails when Action is absent.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, reports.Sentence(c.cause))
		})
	}
}

func TestSentenceSaysWhatIsUnusualAboutACall(t *testing.T) {
	for name, c := range map[string]struct {
		call targets.Call
		want string
	}{
		"nothing":              {*call().Call, "a call"},
		"no parameter":         {targets.Call{}, "a call with no Action, no DBInstanceId"},
		"another Action":       {targets.Call{Params: []targets.Param{{Name: "Action", Value: "X"}, {Name: "DBInstanceId", Value: "rm-1"}}}, "a call with Action=X, DBInstanceId=rm-1"},
		"a repeated one":       {*call("Format", "XML").Call, "a call with Format=JSON, Format=XML"},
		"a long value":         {*call("DBName", "0123456789012345678901234567890123456789é").Call, `a call with DBName="0123456789012345678901234567890123456789…"`},
		"the wire and a nonce": {targets.Call{Params: call().Call.Params, Wire: "chunked", Nonce: "one"}, "a call with chunked, the nonce one"},
	} {
		t.Run(name, func(t *testing.T) {
			got := reports.Sentence(reports.Cause{Kind: reports.KindWronglyAccepted, Case: oneInstance(targets.Step{Do: targets.StepCall, Call: &c.call})})
			require.Equal(t, "Wrongly accepted for "+c.want+".", got)
		})
	}
}

func TestAConditionIsWrittenByItsDocumentedNames(t *testing.T) {
	data, err := json.Marshal(reports.Failure{Kind: reports.KindWronglyAccepted, Exact: true, When: []reports.Condition{is("backups today", "10")}})
	require.NoError(t, err)
	require.Contains(t, string(data), `"kind":"wrongly-accepted","when":[{"factor":"backups today","classes":["10"]}],"exact":true`)
}
