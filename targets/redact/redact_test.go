package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/redact"
)

const token = "CAIS/token+with=all&of<it>\"'\\ x"

func TestTextReplacesEverySpellingOfASecret(t *testing.T) {
	secrets := redact.Of(token)
	for name, spelled := range map[string]string{
		"plain":                      token,
		"in capital letters":         strings.ToUpper(token),
		"in small letters":           strings.ToLower(token),
		"percent-encoded":            url.PathEscape(token),
		"every byte percent-encoded": everyByte("%%%02X", token),
		"as in a form":               url.QueryEscape(token),
		"percent-encoded twice":      url.QueryEscape(url.QueryEscape(token)),
		"as in XML":                  html.EscapeString(token),
		"as XML references":          everyByte("&#%d;", token),
		"as hexadecimal references":  everyByte("&#X%02X;", token),
		"as in JSON":                 `CAIS\/token\u002bwith\u003Dall\u0026of\u003cit\u003E\"'\\ x`,
		"every character as in JSON": everyByte(`\u%04x`, token),
		"quoted as in Go":            strings.Trim(fmt.Sprintf("%q", token), `"`),
		"XML in JSON in a URL":       url.QueryEscape(inJSON(html.EscapeString(token))),
		"base64":                     base64.RawStdEncoding.EncodeToString([]byte(token)),
		"hexadecimal":                hex.EncodeToString([]byte(token)),
		"capital hexadecimal":        strings.ToUpper(hex.EncodeToString([]byte(token))),
		"base64 in a URL":            url.QueryEscape(base64.RawStdEncoding.EncodeToString([]byte(token))),
	} {
		t.Run(name, func(t *testing.T) {
			// The last characters of base64 stand for the bits of the last byte alone, and may stay.
			require.Regexp(t, "^a "+redact.Redacted+"(|.|%[0-9A-F]{2}) b$", secrets.Text("a "+spelled+" b"), spelled)
		})
	}
}

// A password stands in the credentials of HTTP basic authentication, at any place of the base64.
func TestASecretWithinBase64IsReplaced(t *testing.T) {
	for _, user := range []string{"", "u", "us", "use", "user"} {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
			spelled := encoding.EncodeToString([]byte(user + ":pass?word~>" + user))
			require.Contains(t, redact.Of("pass?word~>").Text("Basic "+spelled), redact.Redacted, spelled)
		}
	}
}

func TestSecretsOfAnyCharactersAreReplaced(t *testing.T) {
	for _, text := range []string{"pässwörd", "秘密秘密", "🔑🔑🔑", "\xff\xfe\xfd\xfc\xfb\xfa"} {
		secrets := redact.Of(text)
		require.Equal(t, "a "+redact.Redacted, secrets.Text("a "+text))
		require.Equal(t, "a "+redact.Redacted, secrets.Text("a "+url.QueryEscape(text)), text)
	}
	require.Equal(t, redact.Redacted, redact.Of("🔑🔑🔑").Text(strings.Repeat(`\ud83d\udd11`, 3)))
}

func TestTextLeavesTheRestAlone(t *testing.T) {
	secrets := redact.Of("the-secret", "the-secret-too")
	for text, want := range map[string]string{
		"":                                  "",
		"nothing % of \\ it & more":         "nothing % of \\ it & more",
		"%zz &#xZZ; &nbsp; \\u12 \\":        "%zz &#xZZ; &nbsp; \\u12 \\",
		"the-secret":                        redact.Redacted,
		"<the-secret-too>":                  "<" + redact.Redacted + ">",
		"%41the-secret%42the-secret%43":     "%41" + redact.Redacted + "%42" + redact.Redacted + "%43",
		`{"a":"the%2dsecret","b":"\u00e4"}`: `{"a":"` + redact.Redacted + `","b":"\u00e4"}`,
	} {
		require.Equal(t, want, secrets.Text(text))
	}
}

// Whatever the secret is and whatever has escaped it, in up to four layers.
func TestNoSpellingOfASecretStays(t *testing.T) {
	layers := []func(string) string{
		func(s string) string { return s }, url.QueryEscape, url.PathEscape, html.EscapeString, inJSON,
		func(s string) string { return everyByte("%%%02x", s) },
	}
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringOfN(rapid.RuneFrom([]rune(`aZ09+/=-_.~ %&<>"'\äß秘🔑;#x`)), 20, 40, -1).Draw(t, "secret")
		spelled := secret
		for _, layer := range rapid.SliceOfN(rapid.IntRange(0, len(layers)-1), 0, 4).Draw(t, "layers") {
			spelled = layers[layer](spelled)
		}
		require.Equal(t, "["+redact.Redacted+"]", redact.Of(secret).Text("["+spelled+"]"))
	})
}

func TestShortTextsAreNotSecret(t *testing.T) {
	require.Empty(t, redact.Of("", "R", "abcde"))
	require.Len(t, redact.Of("abcdef"), 1)
}

func TestAnswerIsFreeOfSecrets(t *testing.T) {
	secrets := redact.Of("secret-one", "secret/two")
	text := "secret-one secret%2ftwo"
	a := targets.Answer{
		Body: []byte(text), Header: http.Header{"X-Echo": {text}},
		RequestID: text, HostID: text, Code: text, Message: text, BackupJobID: text, Problem: text,
	}
	secrets.Answer(&a)
	const want = redact.Redacted + " " + redact.Redacted
	require.Equal(t, targets.Answer{
		Body: []byte(want), Header: http.Header{"X-Echo": {want}},
		RequestID: want, HostID: want, Code: want, Message: want, BackupJobID: want, Problem: want,
	}, a)
}

func TestErrorIsFreeOfSecrets(t *testing.T) {
	secrets := redact.Of("the-secret")
	err := fmt.Errorf("answered the%%2Dsecret: %w", fs.ErrNotExist)
	require.EqualError(t, secrets.Error(err), "answered "+redact.Redacted+": file does not exist")
	require.ErrorIs(t, secrets.Error(err), fs.ErrNotExist)
	require.Equal(t, fs.ErrNotExist, secrets.Error(fs.ErrNotExist))
	require.NoError(t, secrets.Error(nil))
}

func BenchmarkText(b *testing.B) {
	secrets := redact.Of("0123456789abcdefghijklmnopqrst", "LTAI5tAbCdEfGhIjKlMnOpQr", token)
	for name, text := range map[string]string{
		"XML":  `<Error><RequestId>DA147739-AEAD-4417-9089-65E9B1D8240D</RequestId><Code>InvalidBackupMethod</Code></Error>`,
		"URL":  "/?Action=CreateBackup&DBName=" + strings.Repeat("%C3%A4", 30),
		"1 MB": strings.Repeat("%25", 1<<20/3),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				secrets.Text(text)
			}
		})
	}
}

// everyByte spells each byte of a text in the same way.
func everyByte(format, text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

// inJSON returns a text as it stands within the quotes of JSON.
func inJSON(text string) string {
	quoted, _ := json.Marshal(text)
	return string(slices.Clone(quoted[1 : len(quoted)-1]))
}
