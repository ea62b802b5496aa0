package rpc

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/redact"
)

const testToken = "CAIS/token+with=all&of<it>\"'"

// held returns everything of an answer and its request that may be shown.
func held(a targets.Answer) string {
	return fmt.Sprintf("%+v %s %s %s", a, a.Body, a.Sent.Body, a.Sent.URL)
}

// spellings are the ways in which an answer may spell a secret.
func spellings() map[string]func(string) string {
	inOtherJSON := strings.NewReplacer(
		"+", `\u002B`, "=", `\u003d`, "/", `\/`, "&", `\u0026`, "<", `\u003C`, ">", `\u003e`, `"`, `\"`, "'", `\u0027`)
	encoding := regexp.MustCompile("%[0-9A-F]{2}")
	return map[string]func(string) string{
		"plain":         func(s string) string { return s },
		"percent":       url.QueryEscape,
		"lower percent": func(s string) string { return encoding.ReplaceAllStringFunc(url.QueryEscape(s), strings.ToLower) },
		"percent twice": func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
		"JSON":          func(s string) string { text, _ := json.Marshal(s); return string(text) },
		"other JSON":    inOtherJSON.Replace,
		"XML":           html.EscapeString,
	}
}

// writeEcho answers with everything secret of a request, in an answer of that kind.
func writeEcho(c net.Conn, req *http.Request, kind string, spell func(string) string) {
	_ = req.ParseForm() // what cannot be parsed is not echoed
	authorization := req.Header.Get("Authorization")
	var echo []string
	for _, v := range []string{
		testID, testSecret, testToken, req.Form.Get("Signature"), authorization, req.Header.Get("X-Acs-Security-Token"),
		authorization[max(0, len(authorization)-64):],
	} {
		echo = append(echo, spell(v))
	}
	all := strings.Join(echo, " ")
	head := "HTTP/1.1 400 Bad Request\r\nX-Echo: " + all + "\r\n"
	document, _ := json.Marshal(map[string]string{"Code": testID, "Message": all, "RequestId": testSecret, "HostId": testToken})
	switch kind {
	case "":
		io.WriteString(c, head+"\r\n"+string(document))
	case targets.BrokenTransport:
		io.WriteString(c, "HTTP/1.1 "+all+"\r\n\r\n")
	case targets.BrokenDocument:
		io.WriteString(c, strings.Replace(head, "400", "200", 1)+"\r\n"+string(document))
	case targets.BrokenTooLarge:
		io.WriteString(c, head+"\r\n"+all+strings.Repeat(" ", targets.MaxBody))
	default:
		io.WriteString(c, head+"Content-Length: 100000\r\n\r\n"+all)
	}
}

func TestAnswersHoldNoSecrets(t *testing.T) {
	kinds := []string{"", targets.BrokenDocument, targets.BrokenTooLarge, targets.BrokenDropped, targets.BrokenTransport}
	for _, algorithm := range []string{targets.HMACSHA1, targets.ACS3HMACSHA256} {
		for name, spell := range spellings() {
			for _, kind := range kinds {
				if kind != "" && name != "plain" {
					continue
				}
				t.Run(algorithm+" "+name+" "+kind, func(t *testing.T) {
					var s *wire
					s = listen(t, func(_ int, c net.Conn, r *bufio.Reader) {
						if req, ok := s.request(r); ok {
							writeEcho(c, req, kind, spell)
						}
					})
					target := connect(t, Config{
						Endpoint: s.url(), Signature: algorithm, AccessKeyID: testID, AccessKeySecret: testSecret, SecurityToken: testToken,
					})
					for _, call := range []targets.Call{plainGet, plainPost, {Wire: "HTTP/1.0", Params: plainGet.Params}} {
						a := send(t, target, call)
						if call.Wire == "" || kind != targets.BrokenDocument {
							require.Equal(t, kind, a.Kind, a.Problem)
						}
						text := held(a)
						for _, secret := range []string{testID, testSecret, testToken, spell(testToken), url.QueryEscape(testToken)} {
							require.NotContains(t, text, secret)
						}
						require.Contains(t, text, redact.Redacted)
					}
				})
			}
		}
	}
}

func TestAnswersHoldNoSignature(t *testing.T) {
	for _, algorithm := range []string{targets.HMACSHA1, targets.ACS3HMACSHA256} {
		t.Run(algorithm, func(t *testing.T) {
			var s *wire
			signatures := make(chan string, 1)
			s = listen(t, func(_ int, c net.Conn, r *bufio.Reader) {
				req, ok := s.request(r)
				if !ok {
					return
				}
				_ = req.ParseForm()
				signature := req.Form.Get("Signature")
				if _, after, is := strings.Cut(req.Header.Get("Authorization"), "Signature="); is {
					signature = after
				}
				signatures <- signature
				text := url.QueryEscape(signature) + " " + signature
				fmt.Fprintf(c, "HTTP/1.1 400 Bad Request\r\nX-Echo: %s\r\n\r\n{\"Code\":\"C\",\"Message\":\"%s\"}", text, text)
			})
			target := connect(t, Config{Endpoint: s.url(), Signature: algorithm, AccessKeyID: testID, AccessKeySecret: testSecret})
			for _, call := range []targets.Call{plainGet, plainPost} {
				text := held(send(t, target, call))
				signature := <-signatures
				require.NotEmpty(t, signature)
				require.NotContains(t, text, signature)
				require.NotContains(t, text, url.QueryEscape(signature))
			}
		})
	}
}

func TestPrintingATargetShowsNoSecrets(t *testing.T) {
	c := Config{Endpoint: "http://127.0.0.1:1", AccessKeyID: testID, AccessKeySecret: testSecret, SecurityToken: testToken}
	for _, v := range []any{c, &c, connect(t, c)} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			text := fmt.Sprintf(verb, v)
			require.NotContains(t, text, testID)
			require.NotContains(t, text, testSecret)
			require.NotContains(t, text, testToken)
		}
	}
}

func TestShortCredentialsAreNotReplacedInAnswers(t *testing.T) {
	s := listen(t, func(_ int, c net.Conn, r *bufio.Reader) {
		if _, err := http.ReadRequest(r); err == nil {
			io.WriteString(c, okAnswer)
		}
	})
	a := send(t, connect(t, Config{Endpoint: s.url(), AccessKeyID: "R", AccessKeySecret: "e"}), plainGet)
	require.Equal(t, `{"RequestId":"R"}`, string(a.Body))
}
