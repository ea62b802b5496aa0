package redact_test

import (
	"html"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/redact"
)

const token = "CAIS/token+with=all&of<it>\"'\\ x"

func TestTextReplacesEverySpellingOfASecret(t *testing.T) {
	secrets := redact.Of(token)
	for name, spelled := range map[string]string{
		"plain":                 token,
		"percent-encoded":       url.PathEscape(token),
		"as in a form":          url.QueryEscape(token),
		"percent-encoded twice": url.QueryEscape(url.QueryEscape(token)),
		"as in XML":             html.EscapeString(token),
		"as in JSON":            `CAIS\/token\u002bwith\u003Dall\u0026of\u003cit\u003E\"'\\ x`,
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, "a "+redact.Redacted+" b", secrets.Text("a "+spelled+" b"))
		})
	}
}

func TestSecretsOfAnyCharactersAreReplaced(t *testing.T) {
	for _, text := range []string{"pässwörd", "秘密秘密", "\xff\xfe\xfd\xfc\xfb\xfa"} {
		secrets := redact.Of(text)
		require.Equal(t, "a "+redact.Redacted, secrets.Text("a "+text))
		require.Equal(t, "a "+redact.Redacted, secrets.Text("a "+url.QueryEscape(text)), text)
	}
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
