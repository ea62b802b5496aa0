package command

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/targets"
)

// Whatever is sent and answered, a HAR file is JSON without secrets.
func FuzzHAR(f *testing.F) {
	f.Add("http://h/?a=the%2Dsecret", "text/xml", []byte("the-secret \x1b[31m"))
	f.Add("http://h/", "\u202e", []byte("\xff\xfe\x00"))
	f.Fuzz(func(t *testing.T, url, header string, body []byte) {
		h := &hidden{}
		h.add("the-secret")
		c := &runCommand{HAR: filepath.Join(t.TempDir(), "x.har")}
		traffic, err := c.traffic(&steps.Options{}, h)
		require.NoError(t, err)
		traffic.add(targets.Answer{
			Status: 200, Header: http.Header{"Content-Type": {header}}, Body: body,
			Sent: targets.Sent{Method: "POST", URL: url, Body: body},
		})
		require.NoError(t, traffic.close())
		text, err := os.ReadFile(c.HAR)
		require.NoError(t, err)
		require.True(t, json.Valid(text), string(text))
		require.NotContains(t, string(text), "the-secret")
	})
}
