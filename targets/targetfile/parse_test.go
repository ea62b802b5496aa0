package targetfile_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets/targetfile"
)

// env returns an environment with these variables only.
func env(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for _, p := range pairs {
			if n, v, _ := strings.Cut(p, "="); n == name {
				return v, true
			}
		}
		return "", false
	}
}

const full = `name: acme-rds
implementation: {organization: ACME, project: acme-rds, version: 1.10, url: https://acme.example, contact: rds@acme.example}
endpoint: https://rds.acme.example/
protocol: rpc                  # or mapped
edition: original
auth: {signature: hmac-sha1, accessKeyId: ${ACME_KEY}, accessKeySecret: ${ACME_SECRET}}   # not ${THIS}
fixtures:
  - {id: rm-1, engine: MySQL, databases: [app]}
  - {id: rm-2, engine: SQLServer}
  - {id: rm-3, engine: MySQL, databases: []}
hooks: {complete: ./wait-for-backup.sh, nextDay: [date-shift, "--by", 1], status: {shell: "echo $${NOT}", timeout: 5s}}
observe: describe
day: utc+8
refusal: async
limits: {requestsPerSecond: 0.5, concurrency: 2, backups: ${N}, timeout: 10s}
tls: {ca: ca.pem}
proxy: http://u:${PROXY_PASSWORD}@proxy:3128
timeouts: {connect: 3s, observe: 10m}
`

func TestParseReadsEveryKey(t *testing.T) {
	f, err := targetfile.Parse("dir/acme.yaml", []byte(full), env("ACME_KEY=id", "ACME_SECRET=s3cr: {t", "N=8", "PROXY_PASSWORD=p"))
	require.NoError(t, err)
	require.Equal(t, "1.10", f.Implementation.Version, "the value as the file spells it")
	require.Equal(t, "s3cr: {t", f.Auth.AccessKeySecret.Reveal(), "a variable cannot change the structure of the file")
	require.Equal(t, 8, *f.Limits.Backups)
	require.Equal(t, 10*time.Second, f.Limits.Timeout)
	require.Nil(t, f.Fixtures[1].Databases, "they are not named")
	require.NotNil(t, f.Fixtures[2].Databases, "there are none")
	require.Empty(t, f.Fixtures[2].Databases)
	require.Equal(t, []string{"date-shift", "--by", "1"}, f.Hooks.NextDay.Command)
	require.Equal(t, "echo ${NOT}", f.Hooks.Status.Shell)
	require.True(t, filepath.IsAbs(f.Hooks.Complete.Command[0]))
	require.True(t, strings.HasSuffix(f.Hooks.Complete.Command[0], filepath.Join("dir", "wait-for-backup.sh")))
	require.True(t, strings.HasSuffix(f.TLS.CA, filepath.Join("dir", "ca.pem")), "paths are relative to the file")
	require.Equal(t, "http://u:p@proxy:3128", f.Proxy.Reveal())
}

func TestParseFillsInDefaults(t *testing.T) {
	f, err := targetfile.Parse("x.yaml", []byte("endpoint: http://127.0.0.1:8080\ncontrol: {url: http://127.0.0.1:9001}\n"), env())
	require.NoError(t, err)
	require.Equal(t, []string{"127.0.0.1:8080", "rpc", "original", "utc", "sync", "control"},
		[]string{f.Name, f.Protocol, f.Edition, f.Day, f.Refusal, f.Observe})
	require.Nil(t, f.Limits.Backups, "no limit")
}

func TestParseReadsFilesFromWindows(t *testing.T) {
	f, err := targetfile.Parse("x.yaml", []byte("\xef\xbb\xbfendpoint: http://h\r\nlimits:\r\n  backups: 3\r\n"), env())
	require.NoError(t, err)
	require.Equal(t, 3, *f.Limits.Backups)
}

func TestAMistypedEndpointIsOneMistake(t *testing.T) {
	_, err := targetfile.Parse("x.yaml", []byte("endpont: http://h\n"), env())
	require.Len(t, targetfile.Errors(err), 1)
	_, err = targetfile.Parse("x.yaml", bytes.Repeat([]byte("#"), 1<<20), env())
	require.ErrorContains(t, err, "is longer than 64 KiB")
}

func TestALimitOfZeroBackupsIsNotNoLimit(t *testing.T) {
	f, err := targetfile.Parse("x.yaml", []byte("endpoint: http://h\nlimits: {backups: 0}\n"), env())
	require.NoError(t, err)
	require.Equal(t, 0, *f.Limits.Backups)
}

func TestMistakesNameTheirPlaceAndHowToFixThem(t *testing.T) {
	const ok = "endpoint: http://h/\n"
	mapped := func(s string) string { return ok + "protocol: mapped\nmapped:\n  createBackup:\n" + s }
	for _, c := range []struct{ name, text, want string }{
		{"unknown key", "endpont: http://h/\n", `f.yaml:1:1: unknown key "endpont": did you mean endpoint?`},
		{"unknown nested key", ok + "auth:\n  accessKeyid: x\n", `f.yaml:3:3: unknown key "accessKeyid" in auth: did you mean accessKeyId?`},
		{"key of another section", ok + "organization: ACME\n", `f.yaml:2:1: unknown key "organization": it belongs in implementation`},
		{"unknown key in a list", ok + "fixtures:\n  - id: a\n  - {id: b, motor: MySQL}\n", `f.yaml:4:13: unknown key "motor" in an item of fixtures: use id, engine, databases, status, lockMode or storage`},
		{"missing variable", ok + "auth: {accessKeyId: ${NOPE}, accessKeySecret: x}\n", `f.yaml:2:21: the environment variable NOPE is not set`},
		{"missing variable in a list", ok + "fixtures:\n- id: a\n  databases: [x, \"a${NOPE}\"]\n", `f.yaml:4:18: the environment variable NOPE is not set`},
		{"not a list", ok + "fixtures: {id: a}\n", `f.yaml:2:11: fixtures must be a list, not a mapping`},
		{"not a mapping", ok + "auth: hmac-sha1\n", `f.yaml:2:7: auth must be a mapping with signature, accessKeyId, accessKeySecret, securityToken or profile, not a text or number`},
		{"not a text", ok + "name: [a]\n", `f.yaml:2:7: name must be a text, not a list`},
		{"empty", ok + "name:\n", `f.yaml:2:7: name must be a text, not empty`},
		{"not a number", ok + "limits: {concurrency: many}\n", `f.yaml:2:23: concurrency: "many": it must be a whole number, 1 or more`},
		{"negative", ok + "limits: {backups: -1}\n", `f.yaml:2:19: backups: "-1": it must be a whole number, 0 or more`},
		{"no unit", ok + "limits: {timeout: 10}\n", `f.yaml:2:19: timeout: "10": it must be a duration above 0, with its unit: 500ms, 10s, 2m`},
		{"bad URL", "endpoint: rds.example\n", `f.yaml:1:11: endpoint: "rds.example": it must be a URL that begins with http or https, then :// and a host`},
		{"URL with a query", "endpoint: http://h/?x=1\n", `f.yaml:1:11: endpoint: "http://h/?x=1": it must hold neither a query nor a fragment`},
		{"URL of the environment", "endpoint: ${U}\n", `f.yaml:1:11: endpoint: "${U}": it must hold no user: write the credentials in auth`},
		{"bad proxy", ok + "proxy: ftp://u:hunter2@h\n", `f.yaml:2:8: proxy: it must be a URL that begins with http, https, socks5 or socks5h, then :// and a host`},
		{"unknown value", ok + "edition: orginal\n", `f.yaml:2:10: edition: "orginal": it must be original or current: did you mean original?`},
		{"no endpoint", "name: x\n", `f.yaml: endpoint is missing: add the URL that calls are sent to`},
		{"half a key", ok + "auth: {accessKeyId: x}\n", `f.yaml:2:1: accessKeyId and accessKeySecret belong together: add the missing one`},
		{"half a certificate", ok + "tls: {cert: x}\n", `f.yaml:2:1: cert and key belong together: add the missing one`},
		{"keys for no signature", ok + "auth: {signature: none, accessKeyId: a, accessKeySecret: b}\n", `f.yaml:2:8: signature none does not use an access key: remove one of them`},
		{"fixture twice", ok + "fixtures: [{id: a}, {id: a}]\n", `f.yaml:2:22: the fixture "a" is listed twice: remove one`},
		{"an engine in the wrong case", ok + "fixtures: [{id: a, engine: mysql, databases: []}]\n", `f.yaml:2:28: engine: "mysql": it must be MySQL, SQLServer, PostgreSQL or MariaDB: did you mean MySQL?`},
		{"an engine that does not exist", ok + "fixtures: [{id: a, engine: Oracle, databases: []}]\n", `f.yaml:2:28: engine: "Oracle": it must be MySQL, SQLServer, PostgreSQL or MariaDB`},
		{"an empty engine", ok + "fixtures: [{id: a, engine: '', databases: []}]\n", `f.yaml:2:28: engine: "": it must be MySQL, SQLServer, PostgreSQL or MariaDB`},
		{"a fixture without an engine", ok + "fixtures: [{id: a, databases: []}]\n", `f.yaml:2:12: the fixture "a" has no engine: add its engine, or write observe: describe to look it up`},
		{"a fixture without databases", ok + "fixtures: [{id: a, engine: MySQL}]\n", `f.yaml:2:12: the fixture "a" has no databases: add their names, or [] for none, or write observe: describe to look it up`},
		{"a fixture without an id", ok + "fixtures: [{engine: MySQL}]\n", `f.yaml:2:12: the fixture has no id: add its DBInstanceId`},
		{"a hook with arguments in one text", ok + "hooks:\n  complete: ./wait.sh --long\n", `f.yaml:3:13: the hook complete: write a command with arguments as a list: [./wait.sh, --long], or as a shell command: {shell: …}`},
		{"a hook without a command", ok + "hooks: {complete: {timeout: 1s}}\n", `f.yaml:2:9: the hook complete needs either a command or a shell command (shell: …)`},
		{"observe without control", ok + "observe: control\n", `f.yaml:2:1: observe: control needs the url of the control protocol: add control, or write observe: describe`},
		{"not YAML", "endpoint: [http\n", `f.yaml:1:11: not YAML: sequence end token ']' not found`},
		{"key twice", ok + "name: a\nname: b\n", `f.yaml:3:1: not YAML: mapping key "name" already defined at [2:1]`},
		{"two documents", ok + "---\nname: x\n", `f.yaml:3:5: a second document: a target file holds one`},
		{"an empty file", "# nothing\n", "f.yaml: the file is empty: `cbspec targets init` writes one to start from"},
		{"a list", "- 1\n", `f.yaml:1:1: the file must be a mapping with keys such as endpoint, not a list`},
		{"brackets without end", ok + strings.Repeat("[", 60_000), `f.yaml:2:1: not a target file: its lists and mappings are nested too deeply`},
		{"an alias", ok + "name: &a x\n", `f.yaml:2:7: name must be a text, not an anchor or alias, which a target file cannot have`},
		{"mapped without mapping", ok + "protocol: mapped\n", `f.yaml:2:1: protocol: mapped needs the section mapped: add it`},
		{"bad JSONPath", mapped("    method: POST\n    path: /b\n    requestId: {json: \"$.a[\"}\n"), `f.yaml:7:23: json: "$.a[": it is not a JSONPath: not terminated at 5 in $.a[`},
		{"bad XPath", mapped("    method: POST\n    path: /b\n    code: {xml: \"//[\"}\n"), `f.yaml:7:17: xml: "//[": it is not an XPath: `},
		{"bad status", mapped("    method: POST\n    path: /b\n    accepted: {status: [2xx, 99]}\n"), `f.yaml:7:30: an item of status: "99": it must be an HTTP status such as 201, 200-204 or 4xx`},
		{"two sources", mapped("    method: POST\n    path: /b\n    code: {header: X, json: $.a}\n"), `f.yaml:7:5: code needs one place: header, json (a JSONPath) or xml (an XPath)`},
		{"unknown placeholder", mapped("    method: POST\n    path: /b/{DBInstanceID}\n"), `f.yaml:6:5: {DBInstanceID} is not a parameter of CreateBackup: did you mean {DBInstanceId}?`},
		{"unknown parameter", mapped("    method: POST\n    path: /b\n    parameters: {BackupMehtod: x}\n"), `f.yaml:7:18: unknown parameter "BackupMehtod": did you mean BackupMethod?`},
		{"body parameter without a body", mapped("    method: GET\n    path: /b\n    parameters: {DBName: {in: body}}\n"), `f.yaml:7:18: DBName needs a body: add body: json or body: form`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := targetfile.Parse("f.yaml", []byte(c.text), env("U=http://user:hunter2@h/"))
			require.Error(t, err)
			require.Contains(t, err.Error(), c.want)
			require.NotContains(t, err.Error(), "hunter2")
			require.NotEmpty(t, targetfile.Errors(err))
		})
	}
}

func TestEveryMistakeIsReportedInOrder(t *testing.T) {
	_, err := targetfile.Parse("f.yaml", []byte("edition: x\nendpoint: http://h\nlimits: {backups: x}\nnme: y\n"), env())
	var lines []int
	for _, e := range targetfile.Errors(err) {
		lines = append(lines, e.Line)
	}
	require.Equal(t, []int{1, 3, 4}, lines)
	var one *targetfile.Error
	require.ErrorAs(t, err, &one)
}

func TestReadReportsAMissingFile(t *testing.T) {
	_, err := targetfile.Read(filepath.Join(t.TempDir(), "none.yaml"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestSecretsAreNeverShown(t *testing.T) {
	f, err := targetfile.Parse("f.yaml", []byte(`
endpoint: https://h/
protocol: mapped
proxy: http://u:hunter2@p
control: {url: http://c, token: hunter2}
mapped:
  authentication: {basic: {user: u, password: hunter2}}
  createBackup:
    method: POST
    path: /b
    headers: {X-Other-Key: "k ${KEY}"}
`), env("KEY=hunter2-too"))
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"http://u:hunter2@p", "hunter2", "hunter2", "k hunter2-too"}, f.Secrets())
	var logged strings.Builder
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("x", "token", f.Control.Token)
	text, err := json.Marshal(f.Control)
	require.NoError(t, err)
	for _, s := range []string{
		logged.String(), string(text), fmt.Sprint(f.Control),
		fmt.Sprintf("%#v %+v %q %x", f.Control, f.Control, f.Control.Token, f.Control.Token),
	} {
		require.NotContains(t, s, "hunter2")
		require.NotContains(t, s, fmt.Sprintf("%x", "hunter2"))
	}
	printed := strings.ReplaceAll(fmt.Sprintf("%v %+v %#v", *f, *f, *f), "k hunter2-too", "")
	require.NotContains(t, printed, "hunter2", "only a field that is not a Secret shows its value")
	require.Equal(t, "hunter2", f.Control.Token.Reveal(), "the file itself keeps its secrets")
	require.Equal(t, "k hunter2-too", f.Mapped.CreateBackup.Headers["X-Other-Key"])
}

func TestParseReturnsAFileOrMistakesForAnyText(t *testing.T) {
	words := rapid.SampledFrom([]string{
		"endpoint", "auth", "fixtures", "mapped", "hooks", "createBackup", "status", "http://h", "1", "~",
		": ", "\n", "  ", "- ", "{", "}", "[", "]", ",", "${X}", "$", "\"", "'", "|", "&a", "*a", "!!x", "#", "?", "<<", "---\n", "\t",
	})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(words, 0, 30).Draw(t, "words"), "")
		f, err := targetfile.Parse("f.yaml", []byte(text), env("X=v"))
		require.NotEqual(t, f == nil, err == nil)
		if err != nil {
			require.NotEmpty(t, targetfile.Errors(err))
		}
	})
}
