package exchange_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/exchange"
)

func readAll(t *testing.T, name, text string) ([]exchange.Exchange, error) {
	t.Helper()
	r, err := exchange.NewReader(name, strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	var all []exchange.Exchange
	for {
		x, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, x)
	}
}

const harText = `{"log":{"version":"1.2","pages":[{"id":"p"}],"entries":[
{"startedDateTime":"2026-11-30T01:00:00.5Z","time":20,
 "request":{"method":"POST","url":"http://h/?Action=CreateBackup","headers":[{"name":":path","value":"/"},{"name":"Host","value":"h"}],
  "postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"DBName","value":"a b"}]}},
 "response":{"status":200,"headers":[{"name":"Date","value":"now"}],"content":{"size":2,"text":"{}"}}},
{"startedDateTime":"2026-11-30T01:00:01Z","time":1,"request":{"method":"GET","url":"http://h/2","headers":[]},
 "response":{"status":200,"headers":[],"content":{"size":7,"encoding":"base64","text":"PHhtbC8+"}}}
]}}`

const goVCR = `---
version: 2
interactions:
    - id: 0
      request:
        body: ""
        headers:
            Accept:
                - '*/*'
        url: http://h/1
        method: GET
      response:
        body: |
            {"a":
            - 1}
        headers:
            Date: [now]
        status: 200 OK
        code: 200
        duration: 1.5ms
    - id: 1
      request: {url: "http://h/2", method: POST, body: "x=1"}
      response: {body: "", code: 404}
`

const vcrpy = `interactions:
- request:
    body: null
    headers:
      Accept: ['*/*']
    method: GET
    uri: http://h/1
  response:
    body: {string: '{"a":1}'}
    headers: {}
    status: {code: 200, message: OK}
- request: {method: post, uri: 'http://h/2', body: 'x=1'}
  response:
    body:
      string: !!binary |
        PHhtbC8+
    status: {code: 404, message: Not Found}
version: 1
`

func TestFormats(t *testing.T) {
	t.Run("HAR", func(t *testing.T) {
		all, err := readAll(t, "x", harText)
		require.NoError(t, err)
		require.Len(t, all, 2)
		first := all[0]
		require.Equal(t, 2, first.Line)
		require.Equal(t, time.Date(2026, 11, 30, 1, 0, 0, 521e6, time.UTC), first.End)
		require.Equal(t, "DBName=a+b", string(first.Request.Body))
		require.Equal(t, http.Header{"Host": {"h"}}, first.Request.Header)
		require.Equal(t, "{}", string(first.Response.Body))
		require.Equal(t, 6, all[1].Line)
		require.Equal(t, "<xml/>", string(all[1].Response.Body))
	})
	t.Run("NDJSON", func(t *testing.T) {
		all, err := readAll(t, "x", `{"time":"2026-11-30T01:00:00Z","ms":9,"request":{"method":"GET","url":"http://h/1","headers":{"A":"1","B":["2","3"]}},`+
			`"response":{"status":200,"bodyBase64":"e30="}}`+"\n\n"+`{"request":{"url":"http://h/2"},"response":{"status":0}}`)
		require.NoError(t, err)
		require.Len(t, all, 2)
		require.Equal(t, http.Header{"A": {"1"}, "B": {"2", "3"}}, all[0].Request.Header)
		require.Equal(t, "{}", string(all[0].Response.Body))
		require.Equal(t, 3, all[1].Line)
		require.True(t, all[1].Start.IsZero())
	})
	cassette := `{"interactions":[{"request":{"method":"GET","uri":"http://h/1","body":null},` +
		`"response":{"body":{"string":"{\"a\":1}"},"status":{"code":200}}},` +
		`{"request":{"method":"POST","uri":"http://h/2","body":"x=1"},"response":{"body":{"string":""},"status":{"code":404}}}],"version":1}`
	for name, text := range map[string]string{"go-vcr": goVCR, "vcrpy": vcrpy, "vcrpy in JSON": cassette} {
		t.Run(name, func(t *testing.T) {
			all, err := readAll(t, "x", text)
			require.NoError(t, err)
			require.Len(t, all, 2)
			require.Equal(t, "http://h/1", all[0].Request.URL)
			require.Equal(t, 200, all[0].Response.Status)
			require.Contains(t, string(all[0].Response.Body), `{"a":`)
			require.Equal(t, "POST", all[1].Request.Method)
			require.Equal(t, "x=1", string(all[1].Request.Body))
			require.Equal(t, 404, all[1].Response.Status)
		})
	}
}

func TestErrorsNameTheLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"cut HAR", harText[:len(harText)-200], "f:6: the file ends within an exchange"},
		{"HAR without entries", `{"log":{"version":"1.2"}}`, `f:1: there is no "entries"`},
		{"entry without a URL", "{\"log\":{\"entries\":[\n{},\n{}]}}", "f:2: the entry has no request.url"},
		{"wrong type", "{\"log\":{\"entries\":[\n{\"time\":\"x\"}]}}", "f:2: json: cannot unmarshal string"},
		{"cut line", "{\"request\":{\"url\":\"http://h\"},\"response\":{}}\n{\"request\":", "f:2: not a JSON object of an exchange"},
		{"no request", "\n{\"a\":1}", "f:2: an exchange needs request.url"},
		{"a page", "<html>", "f:1: not recorded traffic"},
		{"another YAML", "a: 1\n", "f:1: not recorded traffic: a cassette of VCR has interactions"},
		{"wrong cassette", "interactions:\n- request: {url: u}\n  response: {code: 200}\n- request: [\n", "f:4: not an interaction"},
		{"interaction without a URL", "interactions:\n- response: {code: 200}\n", "f:2: the interaction has no request.url"},
		{"deep", "interactions:\n- a: " + strings.Repeat("[", 60_000), "f:2: lists and mappings are nested too deeply"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := readAll(t, "f", c.text)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestWhatARecordLacks(t *testing.T) {
	entry := `{"log":{"entries":[{"request":{"url":"http://h/","bodySize":%s},"response":{"status":200,"content":{%s}}}]}}`
	for _, c := range []struct {
		name, bodySize, content string
		request, response       bool // that are partial
	}{
		{"everything is there", "0", `"size":2,"text":"{}"`, false, false},
		{"no text", "0", `"size":2`, false, true},
		{"cut text", "0", `"size":3,"text":"{}"`, false, true},
		{"bytes that are not text", "0", `"size":3,"text":"{\ufffd}"`, false, true},
		{"no form", "3", `"size":2,"text":"{}"`, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			all, err := readAll(t, "x", fmt.Sprintf(entry, c.bodySize, c.content))
			require.NoError(t, err)
			require.Equal(t, c.request, all[0].Request.Partial)
			require.Equal(t, c.response, all[0].Response.Partial)
		})
	}
}

func TestPlain(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte("{}"))
	require.NoError(t, w.Close())
	encoded := func(name string) http.Header { return http.Header{"Content-Encoding": {name}} }
	require.Equal(t, "{}", string(exchange.Plain(exchange.Message{Body: packed.Bytes()}, encoded("gzip")).Body))
	require.Equal(t, "{}", string(exchange.Plain(exchange.Message{Body: []byte("{}")}, encoded("gzip")).Body))
	require.True(t, exchange.Plain(exchange.Message{Body: []byte("\x01\x02")}, encoded("br")).Partial)
	require.True(t, exchange.Plain(exchange.Message{Body: packed.Bytes()[:12]}, encoded("gzip")).Partial)
}

func TestJoinedByTime(t *testing.T) {
	line := func(at, id string) string {
		return `{"time":"2026-11-30T01:00:0` + at + `Z","request":{"url":"` + id + `"},"response":{"status":200}}` + "\n"
	}
	var files exchange.Joined
	for _, text := range []string{line("1", "a") + line("4", "d"), line("2", "b") + line("3", "c"), ""} {
		r, err := exchange.NewReader("x", strings.NewReader(text))
		require.NoError(t, err)
		files = append(files, r)
	}
	order := ""
	for {
		x, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		order += x.Request.URL
	}
	require.Equal(t, "abcd", order)
}

func FuzzReader(f *testing.F) {
	for _, seed := range []string{harText, goVCR, vcrpy, `{"request":{"url":"http://h"},"response":{}}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := exchange.NewReader("x", strings.NewReader(text))
		for n := 0; err == nil; n++ {
			_, err = r.Next()
			require.Less(t, n, len(text)+2, "the reader does not come to an end")
		}
	})
}
