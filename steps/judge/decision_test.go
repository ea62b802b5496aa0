package judge

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

func TestDecision(t *testing.T) {
	open := oracle.Expectation{Unspecified: []string{"CB-MAY-1"}}
	otherAction := oracle.Expectation{NoBackup: "CB-ACTION-2"}
	otherActionRefused := oracle.Expectation{NoBackup: "CB-ACTION-2", Refuse: []oracle.Reason{must("CB-ACTION-1")}}
	throttled := targets.Answer{Outcome: targets.Throttled, Problem: "asked to slow down"}
	lost := targets.Answer{Outcome: targets.Lost, Problem: "no connection"}
	for _, c := range []struct {
		name   string
		expect oracle.Expectation
		answer targets.Answer
		want   []string
	}{
		{"accepted as wanted", toAccept(must("A")), acceptedAnswer(), nil},
		{"refused as wanted", toRefuse(must("R")), refusedAnswer(), nil},
		{"accepted where it has to be refused", toRefuse(must("R")), acceptedAnswer(), []string{"wrongly accepted: R"}},
		{"refused where it has to be accepted", toAccept(must("A")), refusedAnswer(), []string{"wrongly refused: A"}},
		{"every rule that refuses may be the broken one", toRefuse(must("R"), must("S")), acceptedAnswer(), []string{"wrongly accepted: R S"}},
		{"a should rule is no reason beside a must rule that refuses", toRefuse(should("S"), must("R")), acceptedAnswer(), []string{"wrongly accepted: R"}},
		{"a should rule makes accepting a should", toAccept(must("A"), should("S")), refusedAnswer(), []string{"wrongly refused: S"}},
		{"accepted where the document leaves it open", open, acceptedAnswer(), nil},
		{"refused where the document leaves it open", open, refusedAnswer(), nil},
		{"another action is answered in any way", otherAction, acceptedAnswer(), nil},
		{"another action has to be refused", otherActionRefused, acceptedAnswer(), []string{"wrongly accepted: CB-ACTION-1"}},

		{"a throttled call says nothing", toAccept(must("A")), throttled, nil},
		{"a lost call says nothing", toAccept(must("A")), lost, nil},

		{"a server error to a call that has to be accepted", toAccept(must("A")), brokenAnswer(targets.BrokenStatus, 500), []string{"no valid answer: A"}},
		{"a server error to a call that has to be refused", toRefuse(must("R")), brokenAnswer(targets.BrokenStatus, 500), []string{"no valid answer: R"}},
		{"no answer to another action", otherAction, brokenAnswer(targets.BrokenTimeout, 0), []string{"no valid answer: CB-ACTION-2"}},
		{"a server error where the document leaves it open", open, brokenAnswer(targets.BrokenStatus, 500), []string{"no valid answer: CB-ROBUST-1"}},
		{"a gateway's page in place of a refusal", toRefuse(must("R")), brokenAnswer(targets.BrokenDocument, 403), []string{"no valid answer: R"}},
		{"a gateway turns down what the document leaves open", open, brokenAnswer(targets.BrokenDocument, 403), nil},
		{"a redirection is no answer", open, brokenAnswer(targets.BrokenStatus, 302), []string{"no valid answer: CB-ROBUST-1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, broken(decision(eventOf(c.expect, c.answer))))
		})
	}
}

// A gateway may turn a call down in its own words that no client library makes. An implementation
// may not echo it in a document that no client can read.
func TestDecisionOfCallsThatNoClientMakes(t *testing.T) {
	odd := map[string]targets.Call{
		"a control character":    {Params: []targets.Param{{Name: "DBName", Value: "a\x00b"}}},
		"one in a name":          {Params: []targets.Param{{Name: "DB\x7fName", Value: "a"}}},
		"bytes that are no text": {Params: []targets.Param{{Name: "DBName", Value: "\xff"}}},
		"a large value":          {Params: []targets.Param{{Name: "DBName", Value: strings.Repeat("a", 2001)}}},
		"many parameters":        {Params: make([]targets.Param, 41)},
		"a raw request":          {Wire: "bare"},
	}
	own := brokenAnswer(targets.BrokenDocument, 400)
	own.Body = []byte("\xef\xbb\xbf <?xml version=\"1.0\"?>\n<Error><Message>\x00</Message></Error>")
	ownJSON := brokenAnswer(targets.BrokenDocument, 400)
	ownJSON.Body = []byte("{ \"Code\": \"\x00\"")
	page := brokenAnswer(targets.BrokenDocument, 400)
	page.Body = []byte("<html><h1>Bad Request</h1></html>")
	for name, call := range odd {
		t.Run(name, func(t *testing.T) {
			require.True(t, runner.NonStandard(call))
			for _, c := range []struct {
				answer targets.Answer
				want   []string
			}{
				{page, nil},
				{brokenAnswer(targets.BrokenStatus, 400), nil},
				{own, []string{"no valid answer: CB-ROBUST-2"}},
				{ownJSON, []string{"no valid answer: CB-ROBUST-2"}},
				{brokenAnswer(targets.BrokenStatus, 500), []string{"no valid answer: CB-ROBUST-1"}},
				{brokenAnswer(targets.BrokenTimeout, 0), []string{"no valid answer: CB-ROBUST-1"}},
			} {
				e := eventOf(toRefuse(must("R")), c.answer)
				e.Call = call
				require.Equal(t, c.want, broken(decision(e)), "%s: %s", c.answer.Kind, c.answer.Body)
			}
		})
	}
	require.False(t, runner.NonStandard(targets.Call{Params: []targets.Param{{Name: "DBName", Value: strings.Repeat("é", 900)}}}))
}

// Whatever is answered, at most one decision is broken, and never one that the document leaves
// open.
func TestDecisionBreaksOnlyWhatTheDocumentDecides(t *testing.T) {
	answers := []targets.Answer{
		acceptedAnswer(), refusedAnswer(), brokenAnswer(targets.BrokenStatus, 500), brokenAnswer(targets.BrokenTimeout, 0),
		{Outcome: targets.Throttled}, {Outcome: targets.Lost},
	}
	reasons := rapid.SliceOfN(rapid.SampledFrom([]oracle.Reason{must("A"), should("B")}), 0, 2)
	rapid.Check(t, func(t *rapid.T) {
		x := oracle.Expectation{Instance: -1}
		if rapid.Bool().Draw(t, "refuse") {
			x.Refuse = reasons.Draw(t, "reasons")
		} else {
			x.Accept = reasons.Draw(t, "reasons")
		}
		vs := decision(eventOf(x, rapid.SampledFrom(answers).Draw(t, "answer")))
		require.LessOrEqual(t, len(vs), 1)
		for _, v := range vs {
			require.NotEmpty(t, v.Reasons)
			require.NotEmpty(t, v.Expected)
			require.NotEmpty(t, v.Answered)
			if x.Specified() {
				require.Equal(t, x.Level(), v.Level())
			} else {
				require.Equal(t, Robust.Rule, v.Rule())
			}
		}
	})
}

func TestJudgeTellsTheStepOfEachViolation(t *testing.T) {
	wrong, right := eventOf(toRefuse(must("R")), acceptedAnswer()), eventOf(toAccept(must("A")), acceptedAnswer())
	wrong.Step, right.Step = 3, 1
	noID := right
	noID.Step, noID.Answer.RequestID = 5, ""
	vs := Judge(editionOf(t, oracle.Original), runner.History{Events: []runner.Event{right, wrong, noID}})
	require.Equal(t, []string{"wrongly accepted: R", "the answer is not the documented one: CB-RESPONSE-1"}, broken(vs))
	require.Equal(t, []int{3, 5}, []int{vs[0].Step, vs[1].Step})
}

func TestViolationMayBreakAnyOfItsRules(t *testing.T) {
	v := Violation{Reasons: []oracle.Reason{must("A"), must("B")}, Answered: runner.Late}
	require.Equal(t, "A", v.Rule())
	require.True(t, v.Has("B"))
	require.False(t, v.Has("C"))
	require.True(t, v.Late())
	require.False(t, Violation{Answered: "refused (400)"}.Late())
}
