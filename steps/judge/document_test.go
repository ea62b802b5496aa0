package judge

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// asking is a call that asks for these formats.
func asking(formats ...string) targets.Call {
	var c targets.Call
	for _, f := range formats {
		c.Params = append(c.Params, targets.Param{Name: "Format", Value: f})
	}
	return c
}

// xmlAnswer is an accepting answer in XML.
func xmlAnswer(body string) targets.Answer {
	a := acceptedAnswer()
	a.Format, a.Body, a.Header = "XML", []byte(body), http.Header{"Content-Type": {"text/xml"}}
	return a
}

const xmlBody = "<CreateBackupResponse><RequestId>" + requestID + "</RequestId></CreateBackupResponse>"

// rulesOf lists the rules that the document of an answer breaks.
func rulesOf(vs []Violation) []string {
	rules := []string{}
	for _, v := range vs {
		rules = append(rules, v.Rule())
	}
	return rules
}

func TestDocumentOfAnAcceptedCall(t *testing.T) {
	json := func(body string) targets.Answer {
		a := acceptedAnswer()
		a.Body = []byte(body)
		return a
	}
	change := func(f func(*targets.Answer)) targets.Answer {
		a := acceptedAnswer()
		f(&a)
		return a
	}
	media := func(a targets.Answer, media ...string) targets.Answer {
		a.Header = http.Header{"Content-Type": media}
		return a
	}
	for _, c := range []struct {
		name   string
		call   targets.Call
		answer targets.Answer
		breaks []string
	}{
		{"as documented, in JSON", asking("JSON"), acceptedAnswer(), nil},
		{"as documented, in XML", asking("XML"), xmlAnswer(xmlBody), nil},
		{"no RequestId", asking(), change(func(a *targets.Answer) { a.RequestID = "" }), []string{"CB-RESPONSE-1"}},
		{"a RequestId of another form", asking(), change(func(a *targets.Answer) { a.RequestID = "42" }), []string{"CB-RESPONSE-5"}},
		{"a RequestId in small letters", asking(), change(func(a *targets.Answer) { a.RequestID = "da147739-aead-4417-9089-65e9b1d8240d" }), nil},
		{"a RequestId with more after it", asking(), change(func(a *targets.Answer) { a.RequestID += "0" }), []string{"CB-RESPONSE-5"}},

		{"further members", asking("JSON"), json(`{"RequestId":"x","More":{"Deep":[1]}}`), nil},
		{"a JSON list", asking("JSON"), json(`[{"RequestId":"x"}]`), []string{"CB-RESPONSE-3"}},
		{"a RequestId that is a number", asking("JSON"), json(`{"RequestId":7}`), []string{"CB-RESPONSE-3"}},
		{"a RequestId further down", asking("JSON"), json(`{"Response":{"RequestId":"x"}}`), []string{"CB-RESPONSE-3"}},
		{"a mark before the JSON", asking("JSON"), json("\xef\xbb\xbf" + `{"RequestId":"x"}`), nil},
		{"XML where JSON was asked for", asking("JSON"), xmlAnswer(xmlBody), []string{"CB-RESPONSE-3"}},

		{"a declaration before the XML", asking("XML"), xmlAnswer(`<?xml version="1.0" encoding="UTF-8"?>` + xmlBody), nil},
		{"a mark before the XML", asking("XML"), xmlAnswer("\xef\xbb\xbf" + xmlBody), nil},
		{"white space before XML without a declaration", asking("XML"), xmlAnswer("\n " + xmlBody), nil},
		{"white space before the declaration", asking("XML"), xmlAnswer("\n" + `<?xml version="1.0"?>` + xmlBody), []string{"CB-RESPONSE-2"}},
		{"a mark and white space before the declaration", asking("XML"), xmlAnswer("\xef\xbb\xbf\t" + `<?xml version="1.0"?>` + xmlBody), []string{"CB-RESPONSE-2"}},
		{"another root", asking("XML"), xmlAnswer("<Response><RequestId>x</RequestId></Response>"), []string{"CB-RESPONSE-2"}},
		{"a RequestId further down in XML", asking("XML"), xmlAnswer("<CreateBackupResponse><a><RequestId>x</RequestId></a></CreateBackupResponse>"), []string{"CB-RESPONSE-2"}},
		{"JSON where XML was asked for", asking("XML"), acceptedAnswer(), []string{"CB-RESPONSE-2"}},

		{"either where no format was asked for", asking(), acceptedAnswer(), nil},
		{"either where two formats were asked for", asking("XML", "XML"), acceptedAnswer(), nil},
		{"either where an unknown format was asked for", asking("YAML"), acceptedAnswer(), nil},
		{"either in answer to a raw request", targets.Call{Params: asking("XML").Params, Wire: "bare"}, acceptedAnswer(), nil},
		{"a part of the document, as a raw request asks for", targets.Call{Wire: "a range"},
			targets.Answer{Outcome: targets.Accepted, Status: http.StatusPartialContent, Body: []byte("{\"")}, nil},
		{"the format of small letters", asking("json"), acceptedAnswer(), nil},
		{"another format than that of small letters", asking("xml"), acceptedAnswer(), []string{"CB-PUBLIC-2"}},
		{"another format than that of mixed letters", asking("Json"), xmlAnswer(xmlBody), []string{"CB-PUBLIC-2"}},

		{"a media type with a character set", asking(), media(acceptedAnswer(), "application/json; charset=utf-8"), nil},
		{"an older media type of JSON", asking(), media(acceptedAnswer(), "text/json"), nil},
		{"a special media type of JSON", asking(), media(acceptedAnswer(), "application/problem+json"), nil},
		{"a special media type of XML", asking(), media(xmlAnswer(xmlBody), "application/soap+xml"), nil},
		{"the media type of XML for JSON", asking(), media(acceptedAnswer(), "text/xml"), []string{"CB-RESPONSE-8"}},
		{"the media type of JSON for XML", asking(), media(xmlAnswer(xmlBody), "application/json"), []string{"CB-RESPONSE-8"}},
		{"the media type of a page", asking(), media(acceptedAnswer(), "text/html"), []string{"CB-RESPONSE-8"}},
		{"no media type", asking(), media(acceptedAnswer()), []string{"CB-RESPONSE-8"}},
		{"a media type that is none", asking(), media(acceptedAnswer(), ";;"), []string{"CB-RESPONSE-8"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := eventOf(toAccept(must("A")), c.answer)
			e.Call = c.call
			require.Equal(t, append([]string{}, c.breaks...), rulesOf(document(e, editionOf(t, oracle.Original))))
		})
	}
}

func TestDocumentOfARefusedCall(t *testing.T) {
	change := func(f func(*targets.Answer)) targets.Answer {
		a := refusedAnswer()
		f(&a)
		return a
	}
	for _, c := range []struct {
		name   string
		expect oracle.Expectation
		call   targets.Call
		answer targets.Answer
		breaks []string
	}{
		{"as documented", toRefuse(must("R")), asking("JSON"), refusedAnswer(), nil},
		{"without HostId and Message", toRefuse(must("R")), asking(), change(func(a *targets.Answer) { a.HostID, a.Message = "", "" }), []string{"CB-RESPONSE-6"}},
		{"in another format than asked for", toRefuse(must("R")), asking("XML"), refusedAnswer(), []string{"CB-RESPONSE-6"}},
		{"of another media type", toRefuse(must("R")), asking(), change(func(a *targets.Answer) { a.Header = nil }), []string{"CB-RESPONSE-8"}},
		{"a gateway may refuse what no client sends in its own words", toRefuse(must("R")), targets.Call{Wire: "bare"}, targets.Answer{Outcome: targets.Refused, Format: "JSON"}, nil},
		{
			"a valid signature is denied", toRefuse(must("R")), targets.Call{Algorithm: targets.HMACSHA1},
			change(func(a *targets.Answer) { a.Code = "SignatureDoesNotMatch" }), []string{"CB-AUTH-9"},
		},
		{
			"a wrong signature is denied", toRefuse(must("R")), targets.Call{Algorithm: targets.HMACSHA1, Auth: targets.AuthWrongSecret},
			change(func(a *targets.Answer) { a.Code = "SignatureDoesNotMatch" }), nil,
		},
		{
			"a call without a signature is denied", toRefuse(must("R")), targets.Call{Algorithm: targets.Unsigned},
			change(func(a *targets.Answer) { a.Code = "IncompleteSignature" }), nil,
		},
		{
			"no page says which of repeated parameters is signed", toRefuse(must("R")),
			targets.Call{Algorithm: targets.HMACSHA1, Params: []targets.Param{{Name: "DBName"}, {Name: "DBName"}}},
			change(func(a *targets.Answer) { a.Code = "InvalidSignature" }), nil,
		},
		{
			"a wrong refusal is told by its own rule", toAccept(must("A")), targets.Call{Algorithm: targets.HMACSHA1},
			change(func(a *targets.Answer) { a.Code = "SignatureDoesNotMatch" }), nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := eventOf(c.expect, c.answer)
			e.Call = c.call
			require.Equal(t, append([]string{}, c.breaks...), rulesOf(document(e, editionOf(t, oracle.Original))))
		})
	}
}

func TestDocumentNamesTheMembersThatAnErrorLacks(t *testing.T) {
	e := eventOf(toRefuse(must("R")), targets.Answer{Outcome: targets.Refused, Code: "Bad"})
	require.Equal(t, "an error without RequestId, HostId, Message", document(e, editionOf(t, oracle.Original))[0].Answered)
}

func TestDocumentOfARepeatedRequestId(t *testing.T) {
	otherAction := oracle.Expectation{NoBackup: "CB-ACTION-2"}
	for _, c := range []struct {
		name   string
		expect oracle.Expectation
		answer targets.Answer
		breaks []string
	}{
		{"of an accepted call", toAccept(must("A")), acceptedAnswer(), []string{"CB-RESPONSE-4"}},
		{"of a refused call", toRefuse(must("R")), refusedAnswer(), []string{"CB-RESPONSE-4"}},
		{"of a call that had to be refused", toRefuse(must("R")), acceptedAnswer(), []string{"CB-RESPONSE-4"}},
		{"of another action that is refused", otherAction, refusedAnswer(), []string{"CB-RESPONSE-4"}},
		{"the success of another action has a document of its own", otherAction, acceptedAnswer(), []string{}},
		{"no valid answer has no document", toAccept(must("A")), brokenAnswer(targets.BrokenStatus, 500), []string{}},
	} {
		e := eventOf(c.expect, c.answer)
		e.Repeated = true
		require.Equal(t, c.breaks, rulesOf(document(e, editionOf(t, oracle.Original))), c.name)
	}
}

func TestDocumentHasABackupJobIdInTheCurrentEdition(t *testing.T) {
	for _, c := range []struct {
		name     string
		job      string // of the answer
		body     string
		listed   string // of the backup
		repeated bool
		breaks   []string
		answered string
	}{
		{name: "as documented", job: "7", listed: "7", breaks: []string{}},
		{name: "a target that does not list it", job: "7", breaks: []string{}},
		{name: "absent", breaks: []string{"CB-RESPONSE-12"}, answered: "an answer without a BackupJobId"},
		{name: "a number", body: `{"RequestId":"x","BackupJobId":7}`, breaks: []string{"CB-RESPONSE-12"}, answered: "a BackupJobId that is not a string"},
		{name: "of another job", job: "7", listed: "8", breaks: []string{"CB-RESPONSE-11"}, answered: "another BackupJobId"},
		{name: "of an earlier call", job: "7", repeated: true, breaks: []string{"CB-RESPONSE-11"}, answered: "the BackupJobId of an earlier call"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := eventOf(toAccept(must("A")), acceptedAnswer())
			e.Answer.BackupJobID, e.JobRepeated = c.job, c.repeated
			if c.body != "" {
				e.Answer.Body = []byte(c.body)
			}
			e.New = [][]targets.Backup{{{JobID: c.listed}}}
			vs := document(e, editionOf(t, oracle.Current))
			require.Equal(t, c.breaks, rulesOf(vs))
			if c.answered != "" {
				require.Equal(t, c.answered, vs[0].Answered)
			}
			require.Empty(t, document(eventOf(toAccept(must("A")), acceptedAnswer()), editionOf(t, oracle.Original)), "the original edition has none")
		})
	}
}

func TestDocumentOfWhatNamesNoInstanceIsJudgedOnlyWhereItIsRefused(t *testing.T) {
	x := oracle.Expectation{Instance: -1, Refuse: []oracle.Reason{must("R")}}
	noID := acceptedAnswer()
	noID.RequestID = ""
	require.Empty(t, document(eventOf(x, noID), editionOf(t, oracle.Original)))
	require.NotEmpty(t, document(eventOf(x, targets.Answer{Outcome: targets.Refused}), editionOf(t, oracle.Original)))
}

func TestSayAndExpectedInWords(t *testing.T) {
	for want, x := range map[string]oracle.Expectation{
		"accepted: why A; why B":                           toAccept(must("A"), must("B")),
		"refused: why R":                                   toRefuse(must("R")),
		"refused: why A; why R":                            {Accept: []oracle.Reason{must("A")}, Refuse: []oracle.Reason{must("R")}},
		"refused: why S":                                   {Refuse: []oracle.Reason{must("S")}, NoBackup: "CB-ACTION-2"},
		"no backup: Action is not CreateBackup":            {NoBackup: "CB-ACTION-2"},
		"accepted or refused: the document leaves it open": {},
	} {
		require.Equal(t, want, Expected(x))
	}
	asynchronous := eventOf(oracle.Expectation{}, acceptedAnswer())
	asynchronous.Decision = targets.Refused
	for want, e := range map[string]runner.Event{
		"accepted (200)":                        eventOf(oracle.Expectation{}, acceptedAnswer()),
		"refused (400 InvalidParameter)":        eventOf(oracle.Expectation{}, refusedAnswer()),
		"refused (403)":                         eventOf(oracle.Expectation{}, targets.Answer{Outcome: targets.Refused, Status: 403}),
		"broken as a test says":                 eventOf(oracle.Expectation{}, brokenAnswer(targets.BrokenStatus, 500)),
		"no connection":                         eventOf(oracle.Expectation{}, targets.Answer{Outcome: targets.Lost, Problem: "no connection"}),
		"asked to slow down":                    eventOf(oracle.Expectation{}, targets.Answer{Outcome: targets.Throttled, Problem: "asked to slow down"}),
		"accepted, and the job ended as failed": asynchronous,
	} {
		require.Equal(t, want, Say(e))
	}
}
