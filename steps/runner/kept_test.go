package runner

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestKeptIsWhatAnAnswerIsJudgedBy(t *testing.T) {
	pad := strings.Repeat(" ", 1<<20)
	long := strings.Repeat("x", 1<<19)
	accepted := func(format, body string) targets.Answer {
		return targets.Answer{Outcome: targets.Accepted, Format: format, Body: []byte(body)}
	}
	for _, c := range []struct {
		name   string
		answer targets.Answer
		want   string
	}{
		{"a short body stays", accepted("JSON", `{"RequestId" : "R", "Other":1}`), `{"RequestId" : "R", "Other":1}`},
		{"JSON", accepted("JSON", `{"RequestId":"R","BackupJobId":7,"Other":"`+long+`"}`+pad), `{"BackupJobId":7,"RequestId":"R"}`},
		{"JSON with a long text", accepted("JSON", `{"RequestId":"`+long+`"}`), `{"RequestId":"` + long[:keptText] + `…"}`},
		{"JSON with a long list", accepted("JSON", `{"RequestId":[`+pad+`]}`), `{"RequestId":[]}`},
		{"JSON without the members", accepted("JSON", `{"requestid":"R"}`+pad), `{}`},
		{"XML", accepted("XML", `<?xml version="1.0"?><CreateBackupResponse><RequestId>R</RequestId>`+pad+`<X/></CreateBackupResponse>`),
			`<CreateBackupResponse><RequestId>R</RequestId></CreateBackupResponse>`},
		{"XML of another shape", accepted("XML", `<Ok>`+pad+`</Ok>`), `<Ok></Ok>`},
		{"a refusal", targets.Answer{Outcome: targets.Refused, Format: "JSON", Body: []byte(`{"Code":"` + long)}, `{"Code":"` + long[:keptBody-9]},
		{"garbage", targets.Answer{Outcome: targets.Broken, Body: []byte(long)}, long[:keptBody]},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, string(kept(c.answer).Body)) })
	}
}

func TestKeptIsShort(t *testing.T) {
	long := strings.Repeat("ä", 1<<19)
	a := targets.Answer{RequestID: long, HostID: long, Code: long, Message: long, BackupJobID: long, Header: http.Header{"Date": {"today"}, "X-Long": {long}}}
	for i := range 100 {
		a.Header[fmt.Sprintf("Y-%02d", i)] = []string{"y"}
	}
	k := kept(a)
	for _, text := range []string{k.RequestID, k.HostID, k.Code, k.Message, k.BackupJobID} {
		require.Equal(t, long[:keptText]+"…", text)
	}
	require.Len(t, k.Header, keptHeaders)
	require.Equal(t, "today", k.Header.Get("Date"))
	require.NotContains(t, k.Header, "X-Long")
	require.Len(t, a.Header, 102, "the answer itself stays")
}
