package control_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/simulator"
)

func TestClientSendsRequestsAndReadsAnswersOfTheProtocol(t *testing.T) {
	const plainest = `{"engine":"MySQL","status":"Running","databases":[],"backupsToday":0,"lastBackup":"none","lockMode":"ManualLock"}`
	condition := targets.Condition{Engine: targets.MySQL, Status: targets.Running, LastBackup: targets.LastNone, LockMode: "ManualLock"}
	backupsOfNew := func(ctx context.Context, c *control.Client) (any, error) {
		_, backups, err := c.ProvisionAndList(ctx, condition)
		return backups, err
	}
	for _, c := range []struct {
		name, sent, body string
		status           int
		answer           string
		ask              func(context.Context, *control.Client) (any, error)
		want             any
	}{
		{"capabilities", "GET /v1/capabilities", "", 200,
			`{"provision":true,"observe":true,"engines":["MySQL"],"statuses":["Running"],"lockModes":["ManualLock"],"further":{"a":1}}`,
			func(ctx context.Context, c *control.Client) (any, error) { return c.Capabilities(ctx) },
			targets.Capabilities{
				Provision: true, Observe: true, Engines: []string{"MySQL"}, Statuses: []string{"Running"}, LockModes: []string{"ManualLock"},
			}},
		{"no capabilities", "GET /v1/capabilities", "", 200, `{}`,
			func(ctx context.Context, c *control.Client) (any, error) { return c.Capabilities(ctx) }, targets.Capabilities{}},
		{"provision", "POST /v1/instances", plainest, 201, `{"dbInstanceId":"rm-1","further":1}`,
			func(ctx context.Context, c *control.Client) (any, error) { return c.Provision(ctx, condition) }, "rm-1"},
		{"provision that answers 200", "POST /v1/instances", plainest, 200, `{"dbInstanceId":"rm-1"}`,
			func(ctx context.Context, c *control.Client) (any, error) { return c.Provision(ctx, condition) }, "rm-1"},
		{"provision with the backups", "POST /v1/instances", plainest, 201, `{"dbInstanceId":"rm-1","backups":[{"backupId":"1"}]}`,
			backupsOfNew, []targets.Backup{{ID: "1"}}},
		{"provision without backups", "POST /v1/instances", plainest, 201, `{"dbInstanceId":"rm-1","backups":[]}`,
			backupsOfNew, []targets.Backup{}},
		{"provision that does not tell", "POST /v1/instances", plainest, 201, `{"dbInstanceId":"rm-1"}`,
			backupsOfNew, []targets.Backup(nil)},
		{"provision with backups of another meaning", "POST /v1/instances", plainest, 201, `{"dbInstanceId":"rm-1","backups":2}`,
			backupsOfNew, []targets.Backup(nil)},
		{"provision with backups of another form", "POST /v1/instances", plainest, 201, `{"dbInstanceId":"rm-1","backups":[{"id":"1"}]}`,
			backupsOfNew, []targets.Backup(nil)},
		{"change of a status", "PATCH /v1/instances/rm-1", `{"status":"Rebooting"}`, 204, "",
			func(ctx context.Context, c *control.Client) (any, error) {
				return nil, c.Change(ctx, "rm-1", new("Rebooting"), nil)
			}, nil},
		{"change of databases", "PATCH /v1/instances/rm-1", `{"databases":[]}`, 204, "",
			func(ctx context.Context, c *control.Client) (any, error) {
				return nil, c.Change(ctx, "rm-1", nil, &[]string{})
			}, nil},
		{"complete", "POST /v1/instances/rm-1/complete", `{"result":"failed"}`, 204, "",
			func(ctx context.Context, c *control.Client) (any, error) {
				return nil, c.Complete(ctx, "rm-1", "failed")
			}, nil},
		{"complete with a body in the answer", "POST /v1/instances/rm-1/complete", `{"result":"failed"}`, 200, "done",
			func(ctx context.Context, c *control.Client) (any, error) {
				return nil, c.Complete(ctx, "rm-1", "failed")
			}, nil},
		{"backups", "GET /v1/instances/rm-1/backups", "", 200, `{"backups":[
				{"backupId":"1","method":"Logical","strategy":"db","databases":["a"],"type":"Auto","status":"running","further":[]},
				{"backupId":"2","databases":null}]}`,
			func(ctx context.Context, c *control.Client) (any, error) { return c.Backups(ctx, "rm-1") },
			[]targets.Backup{
				{ID: "1", Method: "Logical", Strategy: "db", Databases: []string{"a"}, Type: "Auto", Status: "running"}, {ID: "2"},
			}},
		{"the next day", "POST /v1/instances/rm-1/next-day", "", 204, "",
			func(ctx context.Context, c *control.Client) (any, error) { return nil, c.NextDay(ctx, "rm-1") }, nil},
		{"delete", "DELETE /v1/instances/rm-1", "", 204, "",
			func(ctx context.Context, c *control.Client) (any, error) { return nil, c.Release(ctx, "rm-1") }, nil},
		{"an id with every kind of character", "DELETE /v1/instances/a%2Fb%3Fc%20d%2525%23", "", 204, "",
			func(ctx context.Context, c *control.Client) (any, error) { return nil, c.Release(ctx, "a/b?c d%25#") }, nil},
		{"an id of dots", "DELETE /v1/instances/%2E%2E", "", 204, "",
			func(ctx context.Context, c *control.Client) (any, error) { return nil, c.Release(ctx, "..") }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sent, body, authorization, contentType string
			client := listen(t, control.Config{Token: "some-token"}, func(w http.ResponseWriter, r *http.Request) {
				text, _ := io.ReadAll(r.Body)
				sent, body = r.Method+" "+r.RequestURI, string(text)
				authorization, contentType = r.Header.Get("Authorization"), r.Header.Get("Content-Type")
				answer(w, c.status, c.answer)
			})
			got, err := c.ask(t.Context(), client)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			require.Equal(t, c.sent, sent)
			require.Equal(t, c.body, body)
			require.Equal(t, "Bearer some-token", authorization)
			require.Equal(t, c.body != "", contentType == "application/json")
		})
	}
}

func TestErrorsHoldTheTextOfTheServer(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		says   string
		unmet  bool // the server refuses the condition
	}{
		{"a refusal", 400, `{"error":"no such engine"}`, "answered 400: no such engine", true},
		{"a refusal with further members", 409, `{"error":"busy","code":7}`, "answered 409: busy", true},
		{"a refusal as plain text", 404, "404 page not found", "answered 404", true},
		{"a refusal of another form", 400, `{"error":{"message":"no"}}`, "answered 400", true},
		{"a refusal without a body", 400, "", "answered 400", true},
		{"a wrong token", 401, `{"error":"who are you?"}`, "answered 401: who are you?", false},
		{"a server error", 500, `{"error":"oops"}`, "answered 500: oops", false},
		{"a redirect", 302, "", "answered 302", false},
		{"an HTML page", 200, "<html>", "not the JSON of the control protocol", false},
		{"an empty body", 201, "", "not the JSON of the control protocol", false},
		{"no id", 201, "{}", "no dbInstanceId", false},
		{"an id of another type", 201, `{"dbInstanceId":7}`, "not the JSON of the control protocol", false},
		{"several lines", 400, `{"error":"a\nb\u001b[31mc"}`, "answered 400: a b [31mc", true},
		{"an echo of the token", 400, `{"error":"Bearer some-token"}`, "answered 400: Bearer REDACTED", true},
		{"a long text", 400, `{"error":"` + strings.Repeat("é", 5000) + `"}`, "é…", true},
		{"too large a body", 200, strings.Repeat(" ", 5<<20), "larger than 4 MiB", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			client := listen(t, control.Config{Token: "some-token"}, func(w http.ResponseWriter, _ *http.Request) { answer(w, c.status, c.body) })
			_, err := client.Provision(t.Context(), targets.Condition{})
			require.ErrorContains(t, err, c.says)
			require.Equal(t, c.unmet, errors.Is(err, targets.ErrUnmet))
			require.NotContains(t, err.Error(), "some-token")
			require.NotContains(t, err.Error(), "\n")
			require.Less(t, len(err.Error()), 600)
		})
	}
}

func TestAServerThatDoesNotAnswerIsUnreachable(t *testing.T) {
	t.Run("a hang", func(t *testing.T) {
		client := listen(t, control.Config{Timeout: 50 * time.Millisecond}, func(http.ResponseWriter, *http.Request) { <-t.Context().Done() })
		require.ErrorIs(t, client.NextDay(t.Context(), "rm-1"), context.DeadlineExceeded)
		_, err := client.Capabilities(t.Context())
		require.ErrorIs(t, err, targets.ErrUnreachable)
	})
	t.Run("a connection that is dropped", func(t *testing.T) {
		client := listen(t, control.Config{}, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		require.Error(t, client.NextDay(t.Context(), "rm-1"))
	})
	t.Run("a closed port", func(t *testing.T) {
		s := httptest.NewServer(nil)
		s.Close()
		client, err := control.New(control.Config{URL: s.URL})
		require.NoError(t, err)
		_, err = client.Capabilities(t.Context())
		require.ErrorIs(t, err, targets.ErrUnreachable)
	})
}

func TestCapabilitiesAreAskedOnce(t *testing.T) {
	var asked atomic.Int64
	client := listen(t, control.Config{}, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		answer(w, 200, `{"provision":true}`)
	})
	// A cancelled request does not count: nothing is known of the server.
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := client.Capabilities(gone)
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, targets.ErrUnreachable)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { _, _ = client.Capabilities(t.Context()) })
	}
	all.Wait()
	can, err := client.Capabilities(t.Context())
	require.NoError(t, err)
	require.True(t, can.Provision)
	require.EqualValues(t, 1, asked.Load())
}

func TestNewRefusesURLsThatCannotBeUsed(t *testing.T) {
	for _, url := range []string{
		"", "127.0.0.1:8081", "ftp://h", "http://", "http://%zz:s3cret@h", "http://u:s3cret@h", "http://h/?token=s3cret", "http://h/#s3cret",
	} {
		_, err := control.New(control.Config{URL: url})
		require.ErrorContains(t, err, "control:")
		require.NotContains(t, err.Error(), "s3cret")
	}
	client := listen(t, control.Config{}, func(w http.ResponseWriter, r *http.Request) { answer(w, 400, `{"error":"`+r.URL.Path+`"}`) })
	require.ErrorContains(t, client.NextDay(t.Context(), "rm-1"), ": /v1/instances/rm-1/next-day")
}

func TestPrintingAClientShowsNoToken(t *testing.T) {
	c := control.Config{URL: "http://127.0.0.1:1", Token: "some-token"}
	client, err := control.New(c)
	require.NoError(t, err)
	for _, v := range []any{c, &c, client} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			require.NotContains(t, fmt.Sprintf(verb, v), "some-token")
		}
	}
}

func TestCurlCommandsDoWhatTheClientDoes(t *testing.T) {
	for _, program := range []string{"curl", "sh", "sed"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("install " + program + " to run this test")
		}
	}
	var log []string
	var mu sync.Mutex
	s := serve(t, simulator.Options{ControlToken: "some-token"}, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		rec := httptest.NewRecorder()
		next.ServeHTTP(rec, r)
		mu.Lock()
		defer mu.Unlock()
		log = append(log, fmt.Sprint(r.Method, " ", r.URL.Path, " ", rec.Code))
		answer(w, rec.Code, rec.Body.String())
	})
	client := s.client(t, control.Config{Token: "some-token"})
	condition := targets.Condition{
		Engine: targets.MySQL, Status: targets.Running, Databases: []string{`it's "a" $name`, "`b`", `\`}, LastBackup: targets.LastRunning,
	}
	script := strings.Join([]string{
		client.CurlProvision(0, condition),
		client.CurlStep(targets.Step{Do: targets.StepComplete, Result: "completed"}),
		client.CurlStep(targets.Step{Do: targets.StepNextDay}),
		client.CurlStep(targets.Step{Do: targets.StepStatus, Status: "Rebooting"}),
		client.CurlStep(targets.Step{Do: targets.StepDatabases}),
		`echo "$instance0"`,
	}, "\n")
	require.NotContains(t, script, "some-token")
	cmd := exec.CommandContext(t.Context(), "sh", "-e", "-c", script)
	cmd.Env = append(cmd.Environ(), "CBSPEC_CONTROL_TOKEN=some-token")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	name := strings.TrimSpace(string(out))
	require.Regexp(t, "^rm-[0-9a-f]+$", name)
	path := "/v1/instances/" + name
	require.Equal(t, []string{
		"POST /v1/instances 201", "POST " + path + "/complete 204", "POST " + path + "/next-day 204", "PATCH " + path + " 204", "PATCH " + path + " 204",
	}, log)
	list, err := client.Backups(t.Context(), name)
	require.NoError(t, err)
	require.Equal(t, targets.LastCompleted, list[0].Status)
	require.Equal(t, condition.Databases, list[0].Databases)
}
