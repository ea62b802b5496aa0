package oracle

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// clientParameters are the parameters that official clients send beside the documented ones
// (wire.md §1), with the values that they send. No client sends any other value.
var clientParameters = map[string]*regexp.Regexp{
	"RegionId":        regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)+$`),
	"SignatureType":   regexp.MustCompile(`^$`),
	"SourceIp":        regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{1,3}){3}$`),
	"SecureTransport": regexp.MustCompile(`^(true|false)$`),
	"ResourceGroupId": regexp.MustCompile(`^rg-[a-z0-9]+$`),
}

var publicParameters = []string{
	"Version", "Format", "AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp",
	"SecurityToken",
}

// businessParameters are the parameters of CreateBackup in every edition.
var businessParameters = []string{"Action", "DBInstanceId", "BackupMethod", "BackupStrategy", "DBName", "BackupType"}

// retentionParameter is one of the current edition.
const retentionParameter = "BackupRetentionPeriod"

// public applies the page "Public parameters", and decides parameters that no page names.
func (w *World) public(call targets.Call, d *decision) {
	for _, p := range call.Params {
		switch {
		case w.Edition.business(p.Name) && len(call.Values(p.Name)) > 1:
			d.leaveOpen("CB-PUBLIC-6")
		case w.Edition.business(p.Name) && p.Name != retentionParameter && !slices.Contains(businessParameters, p.Name):
			d.leaveOpen("CB-PUBLIC-7")
		case w.Edition.business(p.Name):
		case p.Name == "Version":
			if p.Value != "2014-08-15" {
				d.shouldRefuse("CB-PUBLIC-3", "Version", "Version is not the version of the API")
			}
		case p.Name == "Format":
			d.format(call, p)
		case clientParameters[p.Name] != nil && clientParameters[p.Name].MatchString(p.Value) && len(call.Values(p.Name)) == 1:
			d.shouldAccept("CB-PUBLIC-2", "further parameters", "official clients send "+p.Name+" too")
		default:
			d.leaveOpen("CB-PUBLIC-4")
		}
	}
	for _, name := range publicParameters {
		if len(call.Values(name)) > 1 {
			d.leaveOpen("CB-PUBLIC-4")
		}
	}
	d.transport(call)
	w.authentication(call, d)
}

// format decides the parameter Format. Official clients send it in lower case too.
func (d *decision) format(call targets.Call, p targets.Param) {
	switch {
	case p.Value == "JSON":
		d.mustAccept("CB-RESPONSE-3", "Format", "JSON is a documented format")
	case p.Value == "XML":
		d.mustAccept("CB-RESPONSE-2", "Format", "XML is a documented format")
	case strings.EqualFold(p.Value, "JSON") || strings.EqualFold(p.Value, "XML"):
		d.shouldAccept("CB-PUBLIC-2", "Format", "official clients send Format in lower case")
	default:
		d.leaveOpen("CB-RESPONSE-9")
		return
	}
	if p.In == targets.Body && call.Method == http.MethodGet {
		d.leaveOpen("CB-RESPONSE-9")
	}
}

// transport decides the way in which the call is sent.
func (d *decision) transport(call targets.Call) {
	if call.Wire != "" {
		d.leaveOpen("CB-ROBUST-1") // a server may treat an unusual request as it likes, as long as it answers
	}
	if call.Method != http.MethodGet && call.Method != http.MethodPost {
		d.leaveOpen("CB-PUBLIC-1")
	}
	if call.Form != targets.FormPlain {
		d.shouldAccept("CB-PUBLIC-1", "form", "the content type still says that the body is a form")
	}
	if call.Encoding != targets.EncodingCanonical {
		d.shouldAccept("CB-PUBLIC-5", "encoding", "every encoding denotes the same bytes")
	}
}

// business reports whether a tolerant server could take the name for that of a parameter of
// CreateBackup.
func (e Edition) business(name string) bool {
	for _, parameter := range businessParameters {
		if oddName(name, parameter) {
			return true
		}
	}
	return e.Retention && oddName(name, retentionParameter)
}
