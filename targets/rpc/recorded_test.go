package rpc_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/rpc"
)

// What a target sends is read as the call that it was made from, and its signature is recognised.
func TestReadRequestReadsWhatIsSent(t *testing.T) {
	var got rpc.Recorded
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		header := r.Header.Clone()
		got, _ = rpc.ReadRequest(r.Method, "http://"+r.Host+r.URL.RequestURI(), header, body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"RequestId":"R"}`)
	}))
	defer server.Close()
	target, err := rpc.New(rpc.Config{Endpoint: server.URL, AccessKeyID: "testid", AccessKeySecret: "testsecret"})
	require.NoError(t, err)
	params := []targets.Param{
		{Name: "Action", Value: "CreateBackup", In: targets.Query}, {Name: "DBInstanceId", Value: "rm-1", In: targets.Query},
		{Name: "DBName", Value: "a b*~c,d+é", In: targets.Body}, {Name: "DBName", Value: "", In: targets.Body},
	}
	for _, algorithm := range []string{targets.HMACSHA1, targets.ACS3HMACSHA256} {
		for _, c := range []struct {
			name            string
			call            targets.Call
			valid, complete bool
		}{
			{"a form", targets.Call{Method: "POST", Params: params}, true, true},
			{"a query", targets.Call{Method: "GET", Params: params[:2]}, true, true},
			{"another encoding", targets.Call{Method: "POST", Params: params, Encoding: targets.EncodingPlus}, true, true},
			{"tampered with", targets.Call{Method: "POST", Params: params, Auth: targets.AuthTampered}, false, false},
			{"another secret", targets.Call{Method: "POST", Params: params, Auth: targets.AuthWrongSecret}, false, false},
			{"no nonce", targets.Call{Method: "POST", Params: params, Auth: map[string]targets.AuthFault{
				targets.HMACSHA1: "SignatureNonce absent", targets.ACS3HMACSHA256: "x-acs-signature-nonce absent",
			}[algorithm]}, true, false},
		} {
			t.Run(algorithm+" "+c.name, func(t *testing.T) {
				c.call.Algorithm = algorithm
				_, err := target.Send(t.Context(), c.call)
				require.NoError(t, err)
				require.Equal(t, "CreateBackup", got.Action)
				require.Equal(t, "2014-08-15", got.Version)
				require.Equal(t, algorithm, got.Signed)
				require.Equal(t, c.valid, got.SignedWith("testsecret"))
				require.False(t, got.SignedWith("other"))
				require.Equal(t, "testid", got.KeyID)
				require.False(t, got.Redacted())
				if c.valid {
					require.Equal(t, c.complete, got.Complete)
					for _, name := range []string{"DBInstanceId", "DBName"} {
						require.Equal(t, c.call.Values(name), got.Call.Values(name))
					}
				}
			})
		}
	}
}

// Of what is signed nothing is left among the parameters, and no secret where it stands twice.
func TestReadRequestKeepsNoCredentials(t *testing.T) {
	const query = "?Action=CreateBackup&AccessKeyId=id&SecurityToken=token&Signature=s1&Signature=s2&SignatureMethod=HMAC-SHA1"
	r, is := rpc.ReadRequest("GET", "http://h/"+query, http.Header{}, nil)
	require.True(t, is)
	require.Equal(t, []targets.Param{
		{Name: "Action", Value: "CreateBackup", In: targets.Query},
		{Name: "Signature", Value: "REDACTED", In: targets.Query}, {Name: "Signature", Value: "REDACTED", In: targets.Query},
	}, r.Call.Params)
	require.True(t, r.Redacted())
}

func TestReadRequestLeavesOthersAlone(t *testing.T) {
	for _, address := range []string{"http://h/", "http://h/?x=1", "://"} {
		_, is := rpc.ReadRequest("POST", address, http.Header{"Content-Type": {"application/json"}}, []byte("Action=CreateBackup"))
		require.False(t, is, address)
	}
}

// A request that proves who sends it in another way is neither signed nor unsigned.
func TestReadRequestKnowsOtherProofs(t *testing.T) {
	for _, c := range []struct {
		query  string
		header http.Header
		want   string
	}{
		{"", http.Header{}, targets.Unsigned},
		{"&AccessKeyId=id&Signature=s&SignatureMethod=HMAC-SHA1", http.Header{}, targets.HMACSHA1},
		{"&AccessKeyId=id&Signature=s&SignatureMethod=HMAC-SHA256", http.Header{}, ""},
		{"&SignatureType=BEARERTOKEN&BearerToken=t", http.Header{}, ""},
		{"", http.Header{"Authorization": {"Bearer t"}}, ""},
		{"", http.Header{"Authorization": {"ACS3-HMAC-SM3 Credential=id,SignedHeaders=host,Signature=s"}}, ""},
		{"", http.Header{"Authorization": {"ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature=s"}}, targets.ACS3HMACSHA256},
	} {
		r, is := rpc.ReadRequest("GET", "http://h/?Action=CreateBackup"+c.query, c.header, nil)
		require.True(t, is)
		require.Equal(t, c.want, r.Signed)
		token, _ := r.Call.Get("BearerToken")
		require.NotEqual(t, "t", token)
	}
}
