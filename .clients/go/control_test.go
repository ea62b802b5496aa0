package clients

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
)

// The server under test, as .clients/run starts it.
var (
	endpoint = strings.Trim(strings.TrimPrefix(os.Getenv("CBSPEC_TEST_ENDPOINT"), "http://"), "/") // host and port
	control  = strings.TrimSuffix(os.Getenv("CBSPEC_TEST_CONTROL"), "/")
	keyID    = os.Getenv("CBSPEC_TEST_KEY_ID")
	secret   = os.Getenv("CBSPEC_TEST_KEY_SECRET")
	edition  = os.Getenv("CBSPEC_TEST_EDITION")
)

func TestMain(m *testing.M) {
	if endpoint == "" || control == "" || keyID == "" || secret == "" || edition == "" {
		io.WriteString(os.Stderr, "these tests need a server: run .clients/run\n")
		os.Exit(2)
	}
	os.Exit(m.Run())
}

// ask sends one request of the control protocol and decodes what it answers into out, where that is
// not nil.
func ask(t *testing.T, method, path string, body, out any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(method, control+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode >= 300 {
		t.Fatalf("%s %s: status %d, %s %v", method, path, response.StatusCode, answer, err)
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(answer, out); err != nil {
		t.Fatal(err)
	}
}

// provision makes an instance with these databases.
func provision(t *testing.T, engine string, databases ...string) string {
	t.Helper()
	var made struct{ DBInstanceID string }
	ask(t, "POST", "/v1/instances", map[string]any{"engine": engine, "status": "Running", "databases": databases, "backupsToday": 0, "lastBackup": "none"}, &made)
	t.Cleanup(func() { ask(t, "DELETE", "/v1/instances/"+made.DBInstanceID, nil, nil) })
	return made.DBInstanceID
}

func complete(t *testing.T, id string) {
	t.Helper()
	ask(t, "POST", "/v1/instances/"+id+"/complete", map[string]string{"result": "completed"}, nil)
}

// covered is what the server knows of a backup: more than every client is told.
type covered struct {
	Method, Strategy, Type string
	Databases              []string
}

// lastMade is the last backup of an instance, as the server sees it.
func lastMade(t *testing.T, id string) covered {
	t.Helper()
	var list struct{ Backups []covered }
	ask(t, "GET", "/v1/instances/"+id+"/backups", nil, &list)
	if len(list.Backups) == 0 {
		t.Fatal("the server has made no backup")
	}
	return list.Backups[len(list.Backups)-1]
}
