package rpc

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/simulator"
)

func TestShellCommandsOfARawRequestSendTheSameBytes(t *testing.T) {
	needs(t, "sh")
	target := connect(t, Config{Endpoint: newRecorder(t).URL + "/a'path/"})
	for _, name := range target.RawRequests() {
		t.Run(name, func(t *testing.T) {
			call := plainGet
			call.Wire = name
			sent := string(send(t, target, call.With("DBInstanceId", "rm-1").With("DBName", "it's\\n%41\n")).Sent.Raw)
			commands := target.Curl(call.With("DBInstanceId", targets.InstanceRef(0)).With("DBName", "it's\\n%41\n"))
			if len(sent) > longestCommand {
				require.Regexp(t, "^# too long", commands)
				return
			}
			require.Contains(t, commands, " | nc ")
			require.Equal(t, sent, shell(t, "nc() { cat; }\n"+commands, "instance0=rm-1"), commands)
		})
	}
}

// A server that checks signatures gives the same answer to the call and to its commands.
func TestShellCommandsOfARawRequestAreSigned(t *testing.T) {
	needs(t, "sh", "openssl", "date", "sed", "cut")
	sim, err := simulator.New(simulator.Options{AccessKeyID: testID, AccessKeySecret: testSecret})
	require.NoError(t, err)
	s := httptest.NewServer(sim.API())
	t.Cleanup(s.Close)
	target := connect(t, Config{Endpoint: s.URL, AccessKeyID: testID, AccessKeySecret: testSecret})
	for _, name := range []string{"a header of 4 KiB", "a form in chunks", "an expectation to continue"} {
		call := targets.Call{Wire: name, Params: []targets.Param{
			{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)},
		}}
		commands := target.Curl(call)
		require.NotContains(t, commands, testSecret)
		text := shell(t, "nc() { cat; }\n"+commands,
			"ALIBABA_CLOUD_ACCESS_KEY_ID="+testID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET="+testSecret, "instance0=rm-none")
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		require.NoError(t, err)
		_, err = io.WriteString(conn, text)
		require.NoError(t, err)
		answer, err := io.ReadAll(conn)
		require.NoError(t, err)
		require.Contains(t, string(answer), "InvalidDBInstanceId.NotFound", "the signature must be accepted:\n%s", commands)
	}
}

func TestShellCommandsOfARawRequestOverTLS(t *testing.T) {
	needs(t, "sh", "openssl")
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "seen: "+r.Method+" "+r.RequestURI+" "+r.Header.Get("X-Odd"))
	}))
	t.Cleanup(s.Close)
	target := connect(t, Config{Endpoint: s.URL})
	call := plainGet
	call.Wire = "an Accept of an image"
	commands := target.Curl(call)
	require.Contains(t, commands, "openssl s_client -quiet")
	require.Contains(t, shell(t, commands+" 2>"+os.DevNull), "seen: GET /?"+strings.Split(commands, "'")[1])
}
