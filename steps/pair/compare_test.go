package pair

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// answered returns the event of a call on an instance with two databases, with changes.
func answered(change ...func(*runner.Event)) runner.Event {
	e := runner.Event{
		Decision: targets.Accepted, Databases: []string{"app", "orders"}, New: [][]targets.Backup{nil},
		Answer: targets.Answer{Outcome: targets.Accepted, Status: 200, Format: "XML", Body: []byte("<R><RequestId>1</RequestId></R>")},
	}
	for _, by := range change {
		by(&e)
	}
	return e
}

func refused(status int, code string) func(*runner.Event) {
	return func(e *runner.Event) {
		e.Decision = targets.Refused
		e.Answer = targets.Answer{Outcome: targets.Refused, Status: status, Code: code, RequestID: code + "-1"}
	}
}

func document(format, media, body string) func(*runner.Event) {
	return func(e *runner.Event) {
		e.Answer.Format, e.Answer.Body = format, []byte(body)
		e.Answer.Header = http.Header{"Content-Type": {media}}
	}
}

func backups(of ...targets.Backup) func(*runner.Event) {
	return func(e *runner.Event) { e.New = [][]targets.Backup{of} }
}

func broken(e *runner.Event) {
	e.Decision, e.Answer = targets.Broken, targets.Answer{Outcome: targets.Broken, Status: 500, Problem: "a server error (500)"}
}

func unobserved(e *runner.Event) { e.New = nil }

func backup(change func(*targets.Backup)) func(*runner.Event) {
	b := targets.Backup{ID: "1", Method: "Physical", Strategy: "instance", Databases: []string{"app", "orders"}, Type: "full"}
	change(&b)
	return backups(b)
}

func same(*targets.Backup) {}

func TestAnswersAreComparedAspectByAspect(t *testing.T) {
	const xml, json = "text/xml", "application/json"
	for _, x := range []struct {
		name         string
		a, b         runner.Event
		aspect       string
		saysA, saysB string // empty for no difference
	}{
		{"equal answers", answered(), answered(), "", "", ""},
		{"the decision", answered(), answered(refused(400, "No")), reports.AspectDecision, "accepted the call", "refused the call"},
		{"no valid answer", answered(), answered(broken), reports.AspectDecision, "accepted the call", "gave no valid answer (a server error (500))"},
		{
			"no backup", answered(backup(same)), answered(), reports.AspectEffect,
			"accepted the call, and made a backup", "accepted the call, and made no backup",
		},
		{"backups that one target does not show", answered(backup(same)), answered(unobserved), "", "", ""},
		{
			"the method of the backup", answered(backup(same)), answered(backup(func(b *targets.Backup) { b.Method = "Logical" })),
			reports.AspectEffect, "made a backup of the method physical", "made a backup of the method logical",
		},
		{
			"the databases of the backup", answered(backup(same)), answered(backup(func(b *targets.Backup) { b.Databases = []string{"app"} })),
			reports.AspectEffect, "made a backup of every database", "made a backup of some databases",
		},
		{
			"the databases of the system", answered(backup(same)),
			answered(backup(func(b *targets.Backup) { b.Databases = []string{"mysql", "orders", "app"} })), "", "", "",
		},
		{"databases that one target does not show", answered(backup(same)), answered(backup(func(b *targets.Backup) { b.Databases = nil })), "", "", ""},
		{"the type that was asked for", answered(backup(same)), answered(backup(func(b *targets.Backup) { b.Type = "Auto" })), "", "", ""},
		{"the letter case of words", answered(backup(same)), answered(backup(func(b *targets.Backup) { b.Method = "physical" })), "", "", ""},
		{
			"the status alone", answered(refused(400, "No")), answered(refused(403, "No")), reports.AspectStatus,
			"refused with status 400", "refused with status 403",
		},
		{
			"the Code", answered(refused(400, "No")), answered(refused(400, "Never")), reports.AspectStatus,
			`refused with status 400 and Code "No"`, `refused with status 400 and Code "Never"`,
		},
		{
			"the format", answered(document("XML", xml, "<R/>")), answered(document("JSON", json, "{}")), reports.AspectDocument,
			"answered with XML", "answered with JSON",
		},
		{
			"a member of XML", answered(document("XML", xml, "<R><B>2</B><A>1</A></R>")), answered(document("XML", xml, "<R><A>3</A></R>")),
			reports.AspectDocument, "answered with the members (A, B)", "answered with the members (A)",
		},
		{
			"a member of JSON", answered(document("JSON", json, `{"A":{"B":"1"}}`)), answered(document("JSON", json, `{"A":"1"}`)),
			reports.AspectDocument, "answered with the members (A(B))", "answered with the members (A)",
		},
		{"values and order", answered(document("JSON", json, `{"A":"1","B":"2"}`)), answered(document("JSON", json, `{"B":"1","A":"2"}`)), "", "", ""},
		{
			"the media type", answered(document("XML", xml+"; charset=utf-8", "<R/>")), answered(document("XML", "application/xml", "<R/>")),
			reports.AspectDocument, "answered with the media type text/xml", "answered with the media type application/xml",
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			ds, _ := compare([2]runner.History{{Events: []runner.Event{x.a}}, {Events: []runner.Event{x.b}}}, [2][]judge.Violation{})
			if x.saysA == "" {
				require.Empty(t, ds)
				return
			}
			require.Len(t, ds, 1)
			require.Equal(t, []string{x.aspect, x.saysA, x.saysB}, []string{ds[0].Aspect, ds[0].A, ds[0].B})
			require.Equal(t, reports.RightSilent, ds[0].Right)
		})
	}
}

// After a difference in what a call does, the instances are in different states.
func TestComparisonEndsAtTheFirstDifferentState(t *testing.T) {
	history := func(es ...runner.Event) runner.History {
		for i := range es {
			es[i].Step = i
		}
		return runner.History{Events: es}
	}
	no, never := refused(400, "No"), refused(400, "Never")
	a := history(answered(no), answered(), answered(no))
	b := history(answered(never), answered(no), answered(never))
	ds, _ := compare([2]runner.History{a, b}, [2][]judge.Violation{})
	require.Len(t, ds, 2)
	require.Equal(t, []int{0, 1}, []int{ds[0].Step, ds[1].Step})

	lost := answered(func(e *runner.Event) { e.Decision = targets.Throttled })
	ds, _ = compare([2]runner.History{history(lost, answered(no)), history(answered(), answered(never))}, [2][]judge.Violation{})
	require.Empty(t, ds, "nothing is known of a call that was throttled")
}

func TestWhoIsRightIsUpToTheDocument(t *testing.T) {
	must := []oracle.Reason{{Rule: "CB-METHOD-3", Level: oracle.Must}}
	wrong := []judge.Violation{{Kind: judge.WronglyAccepted, Reasons: must}}
	shape := []judge.Violation{{Kind: judge.WrongDocument, Reasons: must}}
	refuse := func(code string) view {
		e := answered(refused(400, code))
		e.Expect.Refuse = []oracle.Reason{{Rule: "CB-METHOD-3", Level: oracle.Must, Factor: "BackupMethod"}}
		return view{Event: e}
	}
	for _, x := range []struct {
		name   string
		aspect string
		v      views
		right  string
	}{
		{"A is wrong", reports.AspectDecision, views{{wrong: wrong}, {}}, reports.RightB},
		{"B is wrong", reports.AspectDecision, views{{}, {wrong: wrong}}, reports.RightA},
		{"both are wrong", reports.AspectEffect, views{{wrong: wrong}, {wrong: wrong}}, reports.RightNeither},
		{"neither is wrong", reports.AspectDecision, views{}, reports.RightSilent},
		{"the document is wrong, and the decision differs", reports.AspectDecision, views{{wrong: shape}, {}}, reports.RightSilent},
		{"the document is wrong", reports.AspectDocument, views{{wrong: shape}, {}}, reports.RightB},
		{"a Code of no table", reports.AspectStatus, views{refuse("InvalidBackupMethod"), refuse("E37")}, reports.RightA},
		{"Codes of the table", reports.AspectStatus, views{refuse("InvalidBackupMethod"), refuse("InvalidParameter")}, reports.RightSilent},
	} {
		t.Run(x.name, func(t *testing.T) { require.Equal(t, x.right, rule(x.aspect, x.v).Right) })
	}
}
