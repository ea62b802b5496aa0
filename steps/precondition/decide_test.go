package precondition_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps/precondition"
	"github.com/cbspec/cbspec/targets"
)

var now = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

// refused returns a refusal as an API gives it.
func refused(status int, code string) targets.Answer {
	return targets.Answer{
		Outcome: targets.Refused, Status: status, Code: code, Format: "JSON", RequestID: "1", Header: http.Header{},
		Sent: targets.Sent{At: now},
	}
}

// dated returns an answer of a server whose clock is ahead.
func dated(a targets.Answer, ahead time.Duration) targets.Answer {
	a.Header = http.Header{"Date": {now.Add(ahead).Format(http.TimeFormat)}}
	return a
}

func accepted() targets.Answer {
	return targets.Answer{Outcome: targets.Accepted, Status: 200, Format: "JSON", RequestID: "1"}
}

// broken returns an answer with a status and a body that is no document.
func broken(status int, body string, header ...string) targets.Answer {
	a := targets.Answer{Outcome: targets.Broken, Kind: targets.BrokenDocument, Status: status, Body: []byte(body), Header: http.Header{}}
	if status >= 500 || status < 400 && status >= 300 {
		a.Kind = targets.BrokenStatus
	}
	for i := 0; i < len(header); i += 2 {
		a.Header.Set(header[i], header[i+1])
	}
	return a
}

// bare returns a refusal whose document has nothing of an API's.
func bare(body string) targets.Answer {
	return targets.Answer{Outcome: targets.Refused, Status: 404, Format: "JSON", Body: []byte(body)}
}

// looks returns one look for each answer, with calls that are not the same.
func looks(action string, answers ...targets.Answer) []precondition.Look {
	var list []precondition.Look
	for _, a := range answers {
		list = append(list, precondition.Look{Answer: a, Call: targets.Call{Method: "POST", Params: []targets.Param{
			{Name: "Action", Value: action}, {Name: "DBInstanceId", Value: "rm-1"}}}})
	}
	return list
}

var (
	unknownAction   = refused(404, "InvalidAction.NotFound")
	unknownInstance = refused(404, "InvalidDBInstanceId.NotFound")
	missingKey      = targets.Answer{Outcome: targets.Refused, Status: 400, Code: "MissingParameter", Message: `The input parameter "AccessKeyId" is not supplied.`}
	page            = broken(404, "<html>nothing here</html>")
)

// What no API said, or says of the caller to every call, is a precondition of the run, and is told
// with its remedy.
func TestWhatEveryCorrectCallGetsIsAPrecondition(t *testing.T) {
	every := func(a targets.Answer) precondition.Looks {
		return precondition.Looks{Nonsense: looks("No", a), Strangers: looks("CreateBackup", a, a), Plain: looks("CreateBackup", a, a)}
	}
	plain := func(a targets.Answer) precondition.Looks {
		return precondition.Looks{Nonsense: looks("No", unknownAction), Plain: looks("CreateBackup", a, a)}
	}
	signed := func(l precondition.Looks) precondition.Looks { l.Signed = true; return l }
	tests := []struct {
		name  string
		looks precondition.Looks
		want  string
	}{
		{"a wrong path", every(page), "the address is not that of the API: POST with the Action CreateBackup was answered with " +
			"404 and an HTML page, and every other request too: check host, port and path of the endpoint"},
		{"a page instead of an API", every(broken(200, "<!DOCTYPE html><p>Welcome")), "200 and an HTML page"},
		{"a text instead of an API", every(broken(404, "404 page not found")), "answered with 404 Not Found"},
		{"another API", every(bare(`{"detail":"Not Found"}`)), "the address is not that of the API"},
		{"an API without CreateBackup", plain(refused(404, "InvalidApi.NotFound")), "has no CreateBackup"},
		{"a redirect", every(broken(301, "", "Location", "https://rds.example/")), "redirected to https://rds.example/ (301): use that address"},
		{"a redirect with escapes", every(broken(302, "", "Location", "https://x/\x1b[31m")), `https://x/\u001b[31m (302)`},
		{"a proxy that wants a login", every(broken(407, "")), "a proxy wants a login (407)"},
		{"a front without its API", every(broken(502, "<html>bad</html>")), "502 and an HTML page in place of the API: is the API up?"},
		{"a limit that no wait helps", every(targets.Answer{Outcome: targets.Throttled, Status: 503}), "every request is answered with 503 Service Unavailable"},
		{"an unknown key", signed(every(refused(404, "InvalidAccessKeyId.NotFound"))), "does not accept the credentials (404 InvalidAccessKeyId.NotFound)"},
		{"no credentials", every(refused(400, "MissingAccessKeyId")), "wants signed calls (400 MissingAccessKeyId): give --access-key-id"},
		{"no credentials, by a Code of any parameter", every(missingKey), "wants signed calls (400 MissingParameter)"},
		{"a status in place of a Code", plain(refused(401, "")), "wants signed calls (401 Unauthorized)"},
		{"an expired token", signed(plain(refused(400, "InvalidSecurityToken.Expired"))), "the security token has expired"},
		{"a clock that is behind", signed(plain(dated(refused(400, "InvalidTimeStamp.Expired"), 20*time.Minute))),
			"the clocks differ by 20 minutes (400 InvalidTimeStamp.Expired): the clock of this machine is behind that of the server"},
		{"a clock that is ahead", plain(dated(refused(400, "InvalidTimeStamp.Expired"), -17*time.Minute)), "17 minutes (400 InvalidTimeStamp.Expired): " +
			"the clock of this machine is ahead of that of the server"},
		{"a clock that nobody tells", plain(refused(400, "InvalidTimeStamp.Expired")), "compare the clock of this machine"},
		{"an account without permission", plain(refused(403, "NoPermission")), "the account is not allowed to make backups (403 NoPermission)"},
		{"an account without real name", plain(refused(400, "Order.NoRealNameAuthentication")), "the account is not allowed"},
		{"another set of instances", plain(unknownInstance), "does not know the instances that the control protocol makes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.looks.Decide()
			require.ErrorContains(t, err, tt.want)
			require.True(t, precondition.Is(err))
		})
	}
}

// An API that answers some correct calls otherwise, or refuses all of them for a reason that is its
// own, is judged.
func TestWhatIsTheAPIsOwnIsJudged(t *testing.T) {
	denied := refused(400, "SignatureDoesNotMatch")
	other := looks("CreateBackup", unknownInstance)
	other[0].Call.Algorithm = targets.ACS3HMACSHA256
	tests := []struct {
		name  string
		looks precondition.Looks
	}{
		{"every Physical backup is refused", precondition.Looks{Plain: looks("CreateBackup", refused(400, "InvalidBackupMethod.ValueNotSupport"))}},
		{"everything is refused", precondition.Looks{Nonsense: looks("No", refused(400, "No")), Plain: looks("CreateBackup", refused(400, "No"))}},
		{"every call is a server error", precondition.Looks{Plain: looks("CreateBackup", targets.Answer{
			Outcome: targets.Broken, Kind: targets.BrokenStatus, Status: 500, Format: "JSON", Code: "InternalError"})}},
		{"an active instance is called inactive", precondition.Looks{Plain: looks("CreateBackup", refused(403, "IncorrectDBInstanceState"))}},
		{"the first backup of a day is refused", precondition.Looks{Plain: looks("CreateBackup", refused(403, "Exceeded.BackupTimes"))}},
		{"one signed call is let in", precondition.Looks{Plain: looks("CreateBackup", denied, accepted())}},
		{"one algorithm is checked wrongly", precondition.Looks{Strangers: append(looks("CreateBackup", denied, denied), other...)}},
		{"one transport is not authenticated", precondition.Looks{Strangers: looks("CreateBackup", denied, unknownInstance)}},
		{"clocks agree, and every timestamp is called expired", precondition.Looks{
			Plain: looks("CreateBackup", dated(refused(400, "InvalidTimeStamp.Expired"), 20*time.Second))}},
		{"one answer is a page", precondition.Looks{Strangers: looks("CreateBackup", page, unknownInstance), Nonsense: looks("No", page)}},
		{"one answer is a page of a front", precondition.Looks{Strangers: looks("CreateBackup", broken(502, ""), unknownInstance)}},
		{"errors have no Code and differ", precondition.Looks{
			Nonsense: looks("No", bare(`{"detail":"no such action"}`)), Strangers: looks("CreateBackup", bare(`{"detail":"no rm-1"}`), bare(`{"detail":"no rm-1"}`))}},
		{"an instance that does not exist is not found", precondition.Looks{Strangers: looks("CreateBackup", unknownInstance, unknownInstance)}},
		{"an unknown Action is not found", precondition.Looks{Nonsense: looks("No", unknownAction), Strangers: looks("CreateBackup", unknownInstance)}},
		{"nothing was asked", precondition.Looks{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { require.NoError(t, tt.looks.Decide()) })
	}
}

// Whether an instance that exists allows a backup is known to its owner alone.
func TestARestrictionIsNoViolation(t *testing.T) {
	for _, tt := range []struct{ code, want string }{
		{"ReadDBInstanceNotSupport", "no backup of instances of this kind (400 ReadDBInstanceNotSupport)"},
		{"IncorrectDBInstanceState", "the instance is not active, is locked, or has a backup running"},
		{"Exceeded.BackupTimes", "the backups of today are used up (400 Exceeded.BackupTimes): go on tomorrow"},
		{"InvalidDBInstanceName.NotFound", "the API does not know the instance"},
		{"NoPermission", "the account is not allowed"},
		{"InvalidSecurityToken.Expired", "the security token has expired"},
	} {
		err := precondition.Restriction(refused(400, tt.code))
		require.ErrorIs(t, err, targets.ErrUnmet, tt.code)
		require.ErrorContains(t, err, tt.want)
	}
	for _, a := range []targets.Answer{accepted(), refused(400, "InvalidBackupMethod.ValueNotSupport"), refused(400, "No"), page} {
		require.NoError(t, precondition.Restriction(a))
	}
}
