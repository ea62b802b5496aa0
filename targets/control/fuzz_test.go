package control_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
)

// canned answers every request in the same way.
type canned struct {
	status int
	body   []byte
}

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: c.status, Body: io.NopCloser(bytes.NewReader(c.body)), Request: r, Header: http.Header{}}, nil
}

// Whatever a server answers is an error or the answer of the protocol, and shows no token.
func FuzzAnswer(f *testing.F) {
	f.Add(200, []byte(`{"provision":true,"engines":["MySQL"]}`))
	f.Add(201, []byte(`{"dbInstanceId":"rm-1","backups":[{"backupId":"1","databases":["a"]}]}`))
	f.Add(400, []byte(`{"error":"no the-token"}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		client, err := control.New(control.Config{URL: "http://h", Token: "the-token", Transport: canned{status, body}})
		require.NoError(t, err)
		_, errCan := client.Capabilities(t.Context())
		id, _, errMade := client.ProvisionAndList(t.Context(), targets.Condition{})
		_, errList := client.Backups(t.Context(), "rm-1")
		require.Equal(t, errMade == nil, id != "")
		for _, err := range []error{errCan, errMade, errList} {
			if err != nil {
				require.NotContains(t, err.Error(), "the-token")
			}
		}
	})
}
