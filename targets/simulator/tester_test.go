package simulator

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// tester is a simulator that is called in process.
type tester struct {
	testing.TB
	sim *Simulator
}

func start(t testing.TB, o Options) tester {
	t.Helper()
	sim, err := New(o)
	require.NoError(t, err)
	return tester{t, sim}
}

// answer is an answer as a client reads it.
type answer struct {
	status int
	header http.Header
	body   string
	doc    map[string]any // nil for XML
}

func (a answer) code() string { s, _ := a.doc["Code"].(string); return s }

// values returns parameters from name, value, name, value…
func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// do sends a request and reads its answer, which must be well-formed.
func (b tester) do(r *http.Request) answer {
	b.Helper()
	w := httptest.NewRecorder()
	b.sim.API().ServeHTTP(w, r)
	a := answer{w.Code, w.Header(), w.Body.String(), nil}
	if strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
		require.NoError(b, json.Unmarshal(w.Body.Bytes(), &a.doc), a.body)
	} else {
		requireXML(b, a.body)
	}
	return a
}

func requireXML(t testing.TB, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err, text)
	}
}

// ask calls an operation by GET and asks for JSON.
func (b tester) ask(action string, pairs ...string) answer {
	b.Helper()
	v := values(pairs...)
	for name, value := range map[string]string{"Action": action, "Version": "2014-08-15", "Format": "JSON"} {
		if !v.Has(name) {
			v.Set(name, value)
		}
	}
	return b.do(httptest.NewRequest("GET", "/?"+v.Encode(), nil))
}

func (b tester) create(id string, pairs ...string) answer {
	b.Helper()
	return b.ask("CreateBackup", append([]string{"DBInstanceId", id}, pairs...)...)
}

func (b tester) control(method, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.sim.Control().ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w
}

func (b tester) provision(c targets.Condition) string {
	b.Helper()
	if c.Engine == "" {
		c.Engine = targets.MySQL
	}
	if c.Status == "" {
		c.Status = targets.Running
	}
	if c.LastBackup == "" {
		c.LastBackup = targets.LastNone
	}
	body, err := json.Marshal(c)
	require.NoError(b, err)
	w := b.control("POST", "/v1/instances", string(body))
	require.Equal(b, http.StatusCreated, w.Code, w.Body.String())
	var made struct{ DBInstanceID string }
	require.NoError(b, json.Unmarshal(w.Body.Bytes(), &made))
	return made.DBInstanceID
}

func (b tester) complete(id, result string) {
	b.Helper()
	w := b.control("POST", "/v1/instances/"+id+"/complete", `{"result":"`+result+`"}`)
	require.Equal(b, http.StatusNoContent, w.Code)
}

func (b tester) backups(id string) []targets.Backup {
	b.Helper()
	w := b.control("GET", "/v1/instances/"+id+"/backups", "")
	require.Equal(b, http.StatusOK, w.Code)
	var list struct{ Backups []targets.Backup }
	require.NoError(b, json.NewDecoder(bytes.NewReader(w.Body.Bytes())).Decode(&list))
	return list.Backups
}
