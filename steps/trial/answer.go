package trial

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"mime"
	"regexp"
	"strings"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

var uuid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// answer judges the document that came back: "Return parameters" and "Response example" of the document, and its Public parameters page.
func answer(e Event, edition oracle.Edition) []Violation {
	a := e.Answer
	var vs []Violation
	add := func(rule, level, want, got string) {
		vs = append(vs, Violation{WrongDocument, one(rule, level), 0, want, got})
	}
	asked, sure := asked(e.Call)
	created := a.Outcome == targets.Accepted && e.Expect.NoBackup == "" && e.Expect.Instance >= 0
	if e.Repeated && (created || a.Outcome == targets.Refused) {
		add("CB-RESPONSE-4", oracle.Must, "a RequestId of this call alone", "the RequestId of an earlier call")
	}
	if created {
		if a.RequestID == "" {
			add("CB-RESPONSE-1", oracle.Must, "a RequestId that is not empty", "an answer without a RequestId")
		} else if !uuid.MatchString(a.RequestID) {
			add("CB-RESPONSE-5", oracle.Should, "a RequestId like DA147739-AEAD-4417-9089-65E9B1D8240D", "a RequestId of another form")
		}
		if edition.JobID && a.BackupJobID == "" {
			add("CB-RESPONSE-12", oracle.Must, "a BackupJobId, which is a string", word(unlikeText(a.Body, "BackupJobId"), "an answer without a BackupJobId"))
		}
		if made := e.made(); edition.JobID && a.BackupJobID != "" && made.JobID != "" && made.JobID != a.BackupJobID {
			add("CB-RESPONSE-11", oracle.Must, "the BackupJobId of the job that was begun", "another BackupJobId")
		}
		if edition.JobID && e.JobRepeated {
			add("CB-RESPONSE-11", oracle.Must, "a BackupJobId of this job alone", "the BackupJobId of an earlier call")
		}
		if sure && asked == "XML" && !createdXML(a.Body) {
			add("CB-RESPONSE-2", oracle.Must, "XML: a RequestId within a CreateBackupResponse", "a document of another shape")
		} else if sure && asked == "XML" && lateDeclaration(a.Body) {
			add("CB-RESPONSE-2", oracle.Must, "XML that begins with its declaration, where it has one", "white space before the declaration, which no strict parser takes")
		}
		if sure && asked == "JSON" && !createdJSON(a.Body) {
			add("CB-RESPONSE-3", oracle.Must, "JSON: an object with a RequestId", "a document of another shape")
		}
	}
	if small := askedSmall(e.Call); created && small != "" && a.Format != "" && a.Format != small {
		add("CB-PUBLIC-2", oracle.Should, "an answer in "+small+", which official clients ask for in small letters", "an answer in "+a.Format)
	}
	if a.Outcome == targets.Refused && len(e.Expect.Accept) == 0 && signedRight(e.Call) && UnsignedCode(a.Code) {
		add("CB-AUTH-9", oracle.Should, "the signature taken for right, which it is", Say(e))
	}
	if a.Outcome == targets.Refused && !exotic(e.Call) {
		if missing := lacking(a); missing != "" {
			add("CB-RESPONSE-6", oracle.Should, "an error with RequestId, HostId, Code and Message", "an error without "+missing)
		}
		if sure && a.Format != "" && a.Format != asked {
			add("CB-RESPONSE-6", oracle.Should, "an error in "+asked+", as asked for", "an error in "+a.Format)
		}
	}
	if (created || a.Outcome == targets.Refused && !exotic(e.Call)) && a.Format != "" && !fits(a) {
		add("CB-RESPONSE-8", oracle.Should, "a media type of "+a.Format, "another media type")
	}
	return vs
}

// signedRight tells whether a call bears a signature that is right by every reading. Which of repeated parameters are signed no page says.
func signedRight(call targets.Call) bool {
	names := map[string]bool{}
	for _, p := range call.Params {
		if names[p.Name] {
			return false
		}
		names[p.Name] = true
	}
	return call.Algorithm != "" && call.Algorithm != targets.Unsigned && call.Auth == "" && call.Wire == ""
}

// UnsignedCode tells whether a Code says that a signature is not right.
func UnsignedCode(code string) bool {
	return code == "SignatureDoesNotMatch" || code == "IncompleteSignature" || code == "InvalidSignature"
}

// asked is the format that the call asks for, and whether it does so beyond doubt.
func asked(call targets.Call) (string, bool) {
	vs := call.Values("Format")
	if len(vs) != 1 || call.Wire != "" {
		return "", false
	}
	return vs[0], vs[0] == "JSON" || vs[0] == "XML"
}

// askedSmall is the format that the call asks for in other letters than the documented ones, as official clients do; empty where it does not.
func askedSmall(call targets.Call) string {
	vs := call.Values("Format")
	if len(vs) != 1 || call.Wire != "" || vs[0] == "JSON" || vs[0] == "XML" {
		return ""
	}
	if f := strings.ToUpper(vs[0]); f == "JSON" || f == "XML" {
		return f
	}
	return ""
}

// createdXML tells whether body is CreateBackupResponse with a RequestId child, whatever else is in it.
func createdXML(body []byte) bool {
	var doc struct {
		XMLName   xml.Name
		RequestID *string `xml:"RequestId"`
	}
	return xml.Unmarshal(targets.Text(body), &doc) == nil && doc.XMLName.Local == "CreateBackupResponse" && doc.RequestID != nil
}

// lateDeclaration tells whether white space stands before an XML declaration, which makes it none (XML 1.0, 2.8).
func lateDeclaration(body []byte) bool {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	trimmed := bytes.TrimLeft(body, " \t\r\n")
	return len(trimmed) < len(body) && bytes.HasPrefix(trimmed, []byte("<?xml "))
}

// createdJSON tells whether body is an object with a RequestId that is text.
func createdJSON(body []byte) bool {
	var doc map[string]json.RawMessage
	var id string
	return json.Unmarshal(targets.Text(body), &doc) == nil && json.Unmarshal(doc["RequestId"], &id) == nil
}

// unlikeText says that a member of a JSON object is there and no string; else nothing.
func unlikeText(body []byte, member string) string {
	var doc map[string]json.RawMessage
	var text string
	if json.Unmarshal(body, &doc) != nil || doc[member] == nil || json.Unmarshal(doc[member], &text) == nil {
		return ""
	}
	return "a " + member + " that is no string"
}

func lacking(a targets.Answer) string {
	var missing []string
	for _, f := range []struct{ name, value string }{{"RequestId", a.RequestID}, {"HostId", a.HostID}, {"Code", a.Code}, {"Message", a.Message}} {
		if f.value == "" {
			missing = append(missing, f.name)
		}
	}
	return strings.Join(missing, ", ")
}

// fits tells whether the media type is one of the body's format.
func fits(a targets.Answer) bool {
	media, _, err := mime.ParseMediaType(a.Header.Get("Content-Type"))
	if err != nil {
		return false
	}
	switch a.Format {
	case "JSON":
		return media == "application/json" || media == "text/json" || media == "text/javascript" || strings.HasSuffix(media, "+json")
	default:
		return media == "application/xml" || media == "text/xml" || strings.HasSuffix(media, "+xml")
	}
}
