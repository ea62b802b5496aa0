package mapped

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/targetfile"
)

const fuzzed = `
endpoint: http://h
protocol: mapped
mapped:
  createBackup:
    method: POST
    path: /b
    accepted: {status: [2xx], where: {json: $.ok}, equals: [true]}
    refused: {status: [4xx], where: {xml: //Code}}
    requestId: {json: "$..id"}
    code: {xml: //Code}
    message: {xml: "//Message/text()"}
    jobId: {header: X-Job}
`

// Every answer has an outcome, and only a broken one has a kind.
func FuzzAnswer(f *testing.F) {
	file, err := targetfile.Parse("f.yaml", []byte(fuzzed), func(string) (string, bool) { return "", false })
	require.NoError(f, err)
	target := &Target{mapping: *file.Mapped}
	f.Add(200, "j", []byte(`{"ok":true,"id":"R"}`))
	f.Add(400, "", []byte(`<?xml version="1.0"?><Error a="b"><Code>C</Code></Error>`))
	f.Fuzz(func(t *testing.T, status int, header string, body []byte) {
		a := targets.Answer{Status: status, Header: http.Header{"X-Job": {header}}, Body: body}
		target.read(&a, &request{createBackup: true})
		require.NotEmpty(t, a.Outcome)
		require.Equal(t, a.Outcome == targets.Broken, a.Kind != "")
		_, _ = parse(a.Header, body).items(*file.Mapped.CreateBackup.RequestID)
	})
}
