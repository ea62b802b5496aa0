package rpc

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestDecodeTellsTheOutcome(t *testing.T) {
	const (
		okJSON  = `{"RequestId":"R"}`
		okXML   = `<CreateBackupResponse><RequestId>R</RequestId></CreateBackupResponse>`
		errJSON = `{"RequestId":"R","HostId":"H","Code":"C","Message":"M"}`
		errXML  = `<Error><RequestId>R</RequestId><HostId>H</HostId><Code>C</Code><Message>M</Message></Error>`
		html    = `<html><head><title>Bad</title></head><body>no</body></html>`
	)
	const accepted, refused, throttled = string(targets.Accepted), string(targets.Refused), string(targets.Throttled)
	const status, doc = targets.BrokenStatus, targets.BrokenDocument
	many := "<CreateBackupResponse>" + strings.Repeat("<a/>", 20_000) + "</CreateBackupResponse>"
	deep := strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000)
	for _, c := range []struct {
		name   string
		status int
		body   string
		is     string // the outcome, or the kind of a broken answer
		format string
		id     string // RequestID
	}{
		{"JSON", 200, okJSON, accepted, "JSON", "R"},
		{"JSON of the current edition", 200, `{"BackupJobId":"7","RequestId":"R"}`, accepted, "JSON", "R"},
		{"JSON with whitespace", 200, "\r\n { \"RequestId\" :\t\"R\" } \n", accepted, "JSON", "R"},
		{"JSON after a byte order mark", 200, "\xef\xbb\xbf" + okJSON, accepted, "JSON", "R"},
		{"JSON with further members", 200, `{"RequestId":"R","Data":{"a":[1,null,{"b":{}}]},"Ok":true}`, accepted, "JSON", "R"},
		{"JSON with a member twice", 200, `{"RequestId":"Q","RequestId":"R"}`, accepted, "JSON", "R"},
		{"JSON with escapes", 200, `{"RequestId":"\u0052\/"}`, accepted, "JSON", "R/"},
		{"JSON with half a surrogate", 200, `{"RequestId":"\ud800"}`, accepted, "JSON", "\ufffd"},
		{"JSON whose RequestId is null", 200, `{"RequestId":null}`, accepted, "JSON", ""},
		{"JSON whose RequestId is a number", 200, `{"RequestId":12}`, accepted, "JSON", ""},
		{"JSON with no RequestId", 200, `{}`, accepted, "JSON", ""},
		{"JSON that says success in a Code", 200, `{"RequestId":"R","Code":"200","Message":"success"}`, accepted, "JSON", "R"},
		{"201", 201, okJSON, accepted, "JSON", "R"},
		{"202", 202, okJSON, accepted, "JSON", "R"},
		{"XML", 200, okXML, accepted, "XML", "R"},
		{"XML with a declaration", 200, `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + okXML, accepted, "XML", "R"},
		{"XML with a declaration in single quotes", 200, `<?xml version='1.0' encoding='utf-8' standalone='yes'?>` + okXML, accepted, "XML", "R"},
		{"XML after a byte order mark", 200, "\xef\xbb\xbf<?xml version=\"1.0\"?>" + okXML, accepted, "XML", "R"},
		{"XML with whitespace", 200, "\n<CreateBackupResponse>\n  <RequestId>\n R \n</RequestId>\n</CreateBackupResponse>\n", accepted, "XML", "R"},
		{"XML with a comment", 200, "<!-- a -->" + okXML + "<!-- b -->", accepted, "XML", "R"},
		{"XML with a namespace", 200, `<CreateBackupResponse xmlns="urn:a"><RequestId>R</RequestId></CreateBackupResponse>`, accepted, "XML", "R"},
		{"XML with prefixes", 200, `<a:CreateBackupResponse xmlns:a="urn:a"><a:RequestId>R</a:RequestId></a:CreateBackupResponse>`, accepted, "XML", "R"},
		{"XML with attributes", 200, `<CreateBackupResponse a="1" b='2'><RequestId c="3">R</RequestId></CreateBackupResponse>`, accepted, "XML", "R"},
		{"XML with CDATA", 200, `<CreateBackupResponse><RequestId><![CDATA[R]]></RequestId></CreateBackupResponse>`, accepted, "XML", "R"},
		{"XML with character references", 200, `<CreateBackupResponse><RequestId>&#82;&amp;&#x3c;</RequestId></CreateBackupResponse>`, accepted, "XML", "R&<"},
		{"XML with further elements", 200, `<CreateBackupResponse><Data><RequestId>Q</RequestId></Data><RequestId>R</RequestId><X/></CreateBackupResponse>`, accepted, "XML", "R"},
		{"XML in ASCII", 200, `<?xml version="1.0" encoding="US-ASCII"?>` + okXML, accepted, "XML", "R"},
		{"XML in Latin 1", 200, `<?xml version="1.0" encoding="ISO-8859-1"?>` + "<CreateBackupResponse><RequestId>R\xe9</RequestId></CreateBackupResponse>", accepted, "XML", "Ré"},
		{"XML of another root", 200, `<Response><RequestId>R</RequestId></Response>`, accepted, "XML", "R"}, // CB-RESPONSE-2
		{"XML with no RequestId", 200, `<CreateBackupResponse/>`, accepted, "XML", ""},

		{"JSON error", 400, errJSON, refused, "JSON", "R"},
		{"JSON error with extras", 403, `{"RequestId":"R","HostId":"H","Code":"C","Message":"M","Recommend":"u","AccessDeniedDetail":{"a":{}}}`, refused, "JSON", "R"},
		{"JSON error without a RequestId", 404, `{"Code":"C","Message":"M"}`, refused, "JSON", ""}, // judged by CB-RESPONSE-6
		{"JSON error with names in lower case", 404, `{"code":"C","message":"M","requestId":"R"}`, refused, "JSON", ""},
		{"JSON error of a framework", 422, `{"detail":"no"}`, refused, "JSON", ""},
		{"XML error", 400, errXML, refused, "XML", "R"},
		{"XML error with a declaration and a namespace", 499, `<?xml version="1.0"?><Error xmlns="urn:e">` + errXML[len("<Error>"):], refused, "XML", "R"},
		{"XML error of another root", 400, `<ErrorResponse><RequestId>R</RequestId></ErrorResponse>`, refused, "XML", "R"},

		{"429 with nothing", 429, "", throttled, "", ""},
		{"429 with a page", 429, html, throttled, "XML", ""},
		{"Throttling", 400, `{"Code":"Throttling","Message":"M"}`, throttled, "JSON", ""},
		{"Throttling.User", 400, `{"Code":"Throttling.User","Message":"M"}`, throttled, "JSON", ""},
		{"Throttling.Api in XML", 400, `<Error><Code>Throttling.Api</Code></Error>`, throttled, "XML", ""},
		{"Throttling with 503", 503, `{"Code":"Throttling","Message":"M"}`, throttled, "JSON", ""},
		{"Rejected.Throttling", 403, `{"Code":"Rejected.Throttling","Message":"M"}`, throttled, "JSON", ""},
		{"a Code like Throttling", 400, `{"Code":"NoThrottling","Message":"M"}`, refused, "JSON", ""},
		{"Throttling as a success", 200, `{"Code":"Throttling","Message":"M"}`, doc, "JSON", ""},

		{"nothing", 200, "", doc, "", ""},
		{"whitespace", 200, " \n", doc, "", ""},
		{"a lone byte order mark", 200, "\xef\xbb\xbf", doc, "", ""},
		{"no content", 204, "", doc, "", ""},
		{"an error with nothing", 400, "", doc, "", ""},
		{"text", 200, "OK", doc, "", ""},
		{"an error as text", 400, "Bad Request", doc, "", ""},
		{"a JSON string", 200, `"R"`, doc, "", ""},
		{"a JSON list", 200, `[` + okJSON + `]`, doc, "", ""},
		{"JSON null", 200, `null`, doc, "", ""},
		{"JSON cut short", 200, `{"RequestId":"R`, doc, "", ""},
		{"JSON with more behind", 200, okJSON + okJSON, doc, "", ""},
		{"JSON with a comma too many", 200, `{"RequestId":"R",}`, doc, "", ""},
		{"JSON in single quotes", 200, `{'RequestId':'R'}`, doc, "", ""},
		{"JSON with a control character", 200, "{\"RequestId\":\"R\n\"}", doc, "", ""},
		{"JSON that is not UTF-8", 200, "{\"RequestId\":\"R\xff\"}", doc, "", ""},
		{"JSON in UTF-16", 200, "\xff\xfe{\x00}\x00", doc, "", ""},
		{"JSON nested without end", 200, strings.Repeat(`{"a":`, 100_000), doc, "", ""},
		{"XML cut short", 200, `<CreateBackupResponse><RequestId>R</RequestId>`, doc, "", "R"},
		{"XML with crossed elements", 200, `<CreateBackupResponse><RequestId>R</CreateBackupResponse></RequestId>`, doc, "", ""},
		{"XML with two roots", 200, okXML + okXML, doc, "", "R"},
		{"XML with text behind", 200, okXML + "x", doc, "", "R"},
		{"XML with an unknown entity", 200, `<CreateBackupResponse><RequestId>&nbsp;</RequestId></CreateBackupResponse>`, doc, "", ""},
		{"XML with entities of its own", 200, `<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>`, doc, "", ""},
		{"XML with an ampersand", 200, `<CreateBackupResponse><RequestId>a & b</RequestId></CreateBackupResponse>`, doc, "", ""},
		{"XML with a NUL", 200, "<CreateBackupResponse><RequestId>\x00</RequestId></CreateBackupResponse>", doc, "", ""},
		{"XML with a reference to NUL", 200, "<CreateBackupResponse><RequestId>&#0;</RequestId></CreateBackupResponse>", doc, "", ""},
		{"XML with an attribute twice", 200, `<CreateBackupResponse a="1" a="2"><RequestId>R</RequestId></CreateBackupResponse>`, doc, "", ""},
		{"XML with an attribute that is not closed", 200, `<CreateBackupResponse a="<b"><RequestId>R</RequestId></CreateBackupResponse>`, doc, "", ""},
		{"XML that is not UTF-8", 200, "<CreateBackupResponse><RequestId>\xff</RequestId></CreateBackupResponse>", doc, "", ""},
		{"XML in an unknown encoding", 200, "<?xml version=\"1.0\" encoding=\"x-none\"?><CreateBackupResponse><RequestId>\xff</RequestId></CreateBackupResponse>", doc, "", ""},
		{"XML nested too deeply", 200, deep, doc, "", ""},
		{"XML of too many elements", 200, many, doc, "", ""},
		{"JSON nested too deeply", 200, `{"RequestId":"1","a":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + "}", doc, "", ""},
		{"JSON of too many items", 200, `{"RequestId":"1","a":[1` + strings.Repeat(",1", 20_000) + "]}", doc, "", ""},
		{"a page", 200, html, doc, "XML", ""},
		{"a page that is not XML", 200, "<!DOCTYPE html><p>a<br>b", doc, "", ""},
		{"an error as a page", 404, html, doc, "XML", ""},
		{"a success with an error in JSON", 200, errJSON, doc, "JSON", "R"},
		{"a success with half an error in JSON", 200, `{"RequestId":"R","Code":"InvalidParameter"}`, doc, "JSON", "R"},
		{"a success with an error in XML", 200, errXML, doc, "XML", "R"},
		{"an error with a success in JSON", 400, okJSON, doc, "JSON", "R"},
		{"an error with a success in XML", 403, okXML, doc, "XML", "R"},

		{"301", 301, okJSON, status, "JSON", "R"},
		{"304", 304, "", status, "", ""},
		{"500", 500, errJSON, status, "JSON", "R"},
		{"501 with a success", 501, okJSON, status, "JSON", "R"},
		{"502 with a page", 502, html, status, "XML", ""},
		{"599", 599, "", status, "", ""},
		{"101", 101, "", status, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := targets.Answer{Status: c.status, Body: []byte(c.body)}
			Decode(&a)
			got := string(a.Outcome)
			if a.Outcome == targets.Broken {
				got = a.Kind
				require.NotEmpty(t, a.Problem)
			}
			require.Equal(t, c.is, got, a.Problem)
			require.Equal(t, c.format, a.Format)
			require.Equal(t, c.id, a.RequestID)
		})
	}
}

func TestDecodeReadsTheMembersOfAnError(t *testing.T) {
	for _, body := range []string{
		`{"RequestId":"R","HostId":"H","Code":"C","Message":"M"}`,
		`<Error><RequestId>R</RequestId><HostId>H</HostId><Code>C</Code><Message>M</Message></Error>`,
	} {
		a := targets.Answer{Status: 400, Body: []byte(body)}
		Decode(&a)
		require.Equal(t, []string{"R", "H", "C", "M"}, []string{a.RequestID, a.HostID, a.Code, a.Message})
	}
}

// The largest answer of this kind takes as long as any other of its size.
func BenchmarkDecodeManyAttributes(b *testing.B) {
	body := []byte("<a")
	for i := 0; len(body) < targets.MaxBody-20; i++ {
		body = fmt.Appendf(body, " a%x=''", i)
	}
	body = append(body, "/>"...)
	for b.Loop() {
		a := targets.Answer{Status: 200, Body: body}
		Decode(&a)
		require.Equal(b, targets.Accepted, a.Outcome)
	}
}

// Every answer has an outcome, and only a broken one has a kind.
func FuzzDecode(f *testing.F) {
	f.Add(200, []byte(`{"RequestId":"R"}`))
	f.Add(400, []byte(`<?xml version="1.0"?><Error a="b"><Code>C</Code></Error>`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		a := targets.Answer{Status: status, Body: body}
		Decode(&a)
		require.NotEmpty(t, a.Outcome)
		require.Equal(t, a.Outcome == targets.Broken, a.Kind != "")
	})
}
