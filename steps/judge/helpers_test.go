package judge

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// requestID is an id of the documented form.
const requestID = "DA147739-AEAD-4417-9089-65E9B1D8240D"

func editionOf(t *testing.T, name string) oracle.Edition {
	t.Helper()
	e, err := oracle.EditionOf(name)
	require.NoError(t, err)
	return e
}

// must and should are reasons of a rule.
func must(rule string) oracle.Reason {
	return oracle.Reason{Rule: rule, Level: oracle.Must, Why: "why " + rule}
}

func should(rule string) oracle.Reason {
	return oracle.Reason{Rule: rule, Level: oracle.Should, Why: "why " + rule}
}

// toAccept and toRefuse are what the document wants of a call on the first instance.
func toAccept(reasons ...oracle.Reason) oracle.Expectation {
	return oracle.Expectation{Accept: reasons}
}

func toRefuse(reasons ...oracle.Reason) oracle.Expectation {
	return oracle.Expectation{Refuse: reasons}
}

// acceptedAnswer and refusedAnswer are answers as documented, in JSON.
func acceptedAnswer() targets.Answer {
	return targets.Answer{
		Outcome: targets.Accepted, Status: 200, Format: "JSON", RequestID: requestID,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"RequestId":"` + requestID + `"}`),
	}
}

func refusedAnswer() targets.Answer {
	return targets.Answer{
		Outcome: targets.Refused, Status: 400, Format: "JSON", RequestID: requestID, HostID: "rds.example", Code: "InvalidParameter", Message: "no",
		Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{}`),
	}
}

func brokenAnswer(kind string, status int) targets.Answer {
	return targets.Answer{Outcome: targets.Broken, Kind: kind, Status: status, Problem: "broken as a test says"}
}

// eventOf is the event of a call with an answer.
func eventOf(x oracle.Expectation, a targets.Answer) runner.Event {
	return runner.Event{Expect: x, Answer: a, Decision: a.Outcome}
}

// broken lists the violations as "kind: rule rule".
func broken(vs []Violation) []string {
	var out []string
	for _, v := range vs {
		text := string(v.Kind) + ":"
		for _, r := range v.Reasons {
			text += " " + r.Rule
		}
		out = append(out, text)
	}
	return out
}
