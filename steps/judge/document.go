package judge

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"mime"
	"net/http"
	"regexp"
	"strings"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// RepeatedID is what an answer has that does not have a RequestId of its own.
const RepeatedID = "the RequestId of an earlier call"

var uuid = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

// document judges the document that came back: "Return parameters" and "Response example" of the
// governing document, and its Public parameters page.
func document(e runner.Event, edition oracle.Edition) []Violation {
	a := e.Answer
	whole := a.Status != http.StatusPartialContent // a raw request may ask for a part of the document
	made := a.Outcome == targets.Accepted && whole && e.Expect.NoBackup == "" && e.Expect.Instance >= 0
	d := documentJudge{event: e, edition: edition}
	if e.Repeated && (made || a.Outcome == targets.Refused) {
		d.add("CB-RESPONSE-4", oracle.Must, "a RequestId of this call alone", RepeatedID)
	}
	switch {
	case made:
		d.success()
	case a.Outcome == targets.Refused:
		d.refusal()
	}
	return d.violations
}

// documentJudge collects what is wrong with the document of one answer.
type documentJudge struct {
	event      runner.Event
	edition    oracle.Edition
	violations []Violation
}

func (d *documentJudge) add(rule, level, want, got string) {
	d.violations = append(d.violations, violation(WrongDocument, because(rule, level), want, got))
}

// success judges the document of an accepted call.
func (d *documentJudge) success() {
	a := d.event.Answer
	switch {
	case a.RequestID == "":
		d.add("CB-RESPONSE-1", oracle.Must, "a RequestId that is not empty", "an answer without a RequestId")
	case !uuid.MatchString(a.RequestID):
		d.add("CB-RESPONSE-5", oracle.Should, "a RequestId like DA147739-AEAD-4417-9089-65E9B1D8240D", "a RequestId of another form")
	}
	if d.edition.JobID {
		d.jobID()
	}
	switch format, sure := formatAsked(d.event.Call); {
	case sure && format == "XML" && !successXML(a.Body):
		d.add("CB-RESPONSE-2", oracle.Must, "XML: a RequestId within a CreateBackupResponse", "a document of another shape")
	case sure && format == "XML" && lateDeclaration(a.Body):
		d.add("CB-RESPONSE-2", oracle.Must, "XML that begins with its declaration, where it has one",
			"white space before the declaration, which no strict parser accepts")
	case sure && format == "JSON" && !successJSON(a.Body):
		d.add("CB-RESPONSE-3", oracle.Must, "JSON: an object with a RequestId", "a document of another shape")
	}
	if small := smallFormat(d.event.Call); small != "" && a.Format != "" && a.Format != small {
		d.add("CB-PUBLIC-2", oracle.Should, "an answer in "+small+", which official clients ask for in small letters", "an answer in "+a.Format)
	}
	d.mediaType()
}

// jobID judges the BackupJobId of an accepted call.
func (d *documentJudge) jobID() {
	a := d.event.Answer
	if a.BackupJobID == "" {
		d.add("CB-RESPONSE-12", oracle.Must, "a BackupJobId, which is a string",
			or(notString(a.Body, "BackupJobId"), "an answer without a BackupJobId"))
	} else if job := d.event.Made().JobID; job != "" && job != a.BackupJobID {
		d.add("CB-RESPONSE-11", oracle.Must, "the BackupJobId of the job that was begun", "another BackupJobId")
	}
	if d.event.JobRepeated {
		d.add("CB-RESPONSE-11", oracle.Must, "a BackupJobId of this job alone", "the BackupJobId of an earlier call")
	}
}

// refusal judges the document of a refused call.
func (d *documentJudge) refusal() {
	a, call := d.event.Answer, d.event.Call
	if len(d.event.Expect.Accept) == 0 && correctlySigned(call) && DeniesSignature(a.Code) {
		d.add("CB-AUTH-9", oracle.Should, "the signature is recognised as valid", Say(d.event))
	}
	if runner.NonStandard(call) {
		return
	}
	if missing := missingMembers(a); missing != "" {
		d.add("CB-RESPONSE-6", oracle.Should, "an error with RequestId, HostId, Code and Message", "an error without "+missing)
	}
	if format, sure := formatAsked(call); sure && a.Format != "" && a.Format != format {
		d.add("CB-RESPONSE-6", oracle.Should, "an error in "+format+", as asked for", "an error in "+a.Format)
	}
	d.mediaType()
}

func (d *documentJudge) mediaType() {
	if a := d.event.Answer; a.Format != "" && !mediaTypeFits(a) {
		d.add("CB-RESPONSE-8", oracle.Should, "a media type of "+a.Format, "another media type")
	}
}

// correctlySigned reports whether the signature of a call is valid by every reading. No page says
// which of repeated parameters are signed.
func correctlySigned(call targets.Call) bool {
	names := map[string]bool{}
	for _, p := range call.Params {
		if names[p.Name] {
			return false
		}
		names[p.Name] = true
	}
	return call.Algorithm != "" && call.Algorithm != targets.Unsigned && call.Auth == "" && call.Wire == ""
}

// DeniesSignature reports whether a Code says that a signature is not valid.
func DeniesSignature(code string) bool {
	return code == "SignatureDoesNotMatch" || code == "IncompleteSignature" || code == "InvalidSignature"
}

// formatAsked returns the format that a call asks for, and whether it does so beyond doubt.
func formatAsked(call targets.Call) (string, bool) {
	vs := call.Values("Format")
	if len(vs) != 1 || call.Wire != "" {
		return "", false
	}
	return vs[0], vs[0] == "JSON" || vs[0] == "XML"
}

// smallFormat returns the format that a call asks for in other letters than the documented ones, as
// official clients do. It is empty where the call does not.
func smallFormat(call targets.Call) string {
	vs := call.Values("Format")
	if len(vs) != 1 || call.Wire != "" || vs[0] == "JSON" || vs[0] == "XML" {
		return ""
	}
	if f := strings.ToUpper(vs[0]); f == "JSON" || f == "XML" {
		return f
	}
	return ""
}

// successXML reports whether body is a CreateBackupResponse with a RequestId child, whatever else
// it has.
func successXML(body []byte) bool {
	var doc struct {
		XMLName   xml.Name
		RequestID *string `xml:"RequestId"`
	}
	return xml.Unmarshal(targets.Text(body), &doc) == nil && doc.XMLName.Local == "CreateBackupResponse" && doc.RequestID != nil
}

// lateDeclaration reports whether white space stands before an XML declaration, which is then not a
// valid declaration (XML 1.0, 2.8).
func lateDeclaration(body []byte) bool {
	body = bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))
	trimmed := bytes.TrimLeft(body, " \t\r\n")
	return len(trimmed) < len(body) && bytes.HasPrefix(trimmed, []byte("<?xml "))
}

// successJSON reports whether body is an object with a RequestId that is a string.
func successJSON(body []byte) bool {
	var doc map[string]json.RawMessage
	var id string
	return json.Unmarshal(targets.Text(body), &doc) == nil && json.Unmarshal(doc["RequestId"], &id) == nil
}

// notString says that a member of a JSON object is there and is not a string, or else nothing.
func notString(body []byte, member string) string {
	var doc map[string]json.RawMessage
	var text string
	if json.Unmarshal(body, &doc) != nil || doc[member] == nil || json.Unmarshal(doc[member], &text) == nil {
		return ""
	}
	return "a " + member + " that is not a string"
}

// missingMembers lists the documented members that an error lacks.
func missingMembers(a targets.Answer) string {
	var missing []string
	for _, f := range []struct{ name, value string }{
		{"RequestId", a.RequestID}, {"HostId", a.HostID}, {"Code", a.Code}, {"Message", a.Message},
	} {
		if f.value == "" {
			missing = append(missing, f.name)
		}
	}
	return strings.Join(missing, ", ")
}

// mediaTypeFits reports whether the media type is one of the body's format.
func mediaTypeFits(a targets.Answer) bool {
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
