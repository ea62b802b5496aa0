package simulator

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// bench is a simulator under test, called in process.
type bench struct {
	testing.TB
	sim *Simulator
}

func start(t testing.TB, o Options) bench {
	t.Helper()
	sim, err := New(o)
	require.NoError(t, err)
	return bench{t, sim}
}

// told is an answer as a client reads it.
type told struct {
	status int
	header http.Header
	body   string
	doc    map[string]any // of JSON
}

func (a told) code() string { s, _ := a.doc["Code"].(string); return s }

// values makes parameters of name, value, name, value.
func values(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// do sends a request and reads its answer, which must be well-formed.
func (b bench) do(r *http.Request) told {
	b.Helper()
	w := httptest.NewRecorder()
	b.sim.API().ServeHTTP(w, r)
	a := told{w.Code, w.Header(), w.Body.String(), nil}
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
		if _, err := d.Token(); err == io.EOF {
			return
		} else {
			require.NoError(t, err, text)
		}
	}
}

// ask sends an operation by GET, in JSON.
func (b bench) ask(action string, pairs ...string) told {
	b.Helper()
	v := values(pairs...)
	for name, value := range map[string]string{"Action": action, "Version": "2014-08-15", "Format": "JSON"} {
		if !v.Has(name) {
			v.Set(name, value)
		}
	}
	return b.do(httptest.NewRequest("GET", "/?"+v.Encode(), nil))
}

func (b bench) create(id string, pairs ...string) told {
	b.Helper()
	return b.ask("CreateBackup", append([]string{"DBInstanceId", id}, pairs...)...)
}

func (b bench) control(method, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	b.sim.Control().ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w
}

func (b bench) provision(c targets.Condition) string {
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

func (b bench) complete(id, result string) {
	b.Helper()
	require.Equal(b, http.StatusNoContent, b.control("POST", "/v1/instances/"+id+"/complete", `{"result":"`+result+`"}`).Code)
}

func (b bench) backups(id string) []targets.Backup {
	b.Helper()
	w := b.control("GET", "/v1/instances/"+id+"/backups", "")
	require.Equal(b, http.StatusOK, w.Code)
	var list struct{ Backups []targets.Backup }
	require.NoError(b, json.NewDecoder(bytes.NewReader(w.Body.Bytes())).Decode(&list))
	return list.Backups
}
