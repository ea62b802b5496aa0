package rpc

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/simulator"
)

// record is a request as it arrives.
type record struct {
	method, uri, host, contentType, body string
}

// recorder is a server that keeps the last request.
type recorder struct {
	*httptest.Server
	mu   sync.Mutex
	last record
}

func newRecorder(t testing.TB) *recorder {
	t.Helper()
	r := &recorder{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body) // a body that is cut off differs
		r.mu.Lock()
		defer r.mu.Unlock()
		r.last = record{req.Method, req.RequestURI, req.Host, req.Header.Get("Content-Type"), string(body)}
		_, _ = io.WriteString(w, `{"RequestId":"R"}`)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *recorder) take() record {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer func() { r.last = record{} }()
	return r.last
}

func needs(t *testing.T, programs ...string) {
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skip("install " + p + " to run this test")
		}
	}
}

// shell runs the commands and returns what they print.
func shell(t require.TestingT, script string, env ...string) string {
	cmd := exec.Command("sh", "-c", script)
	cmd.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(t, cmd.Run(), "%s\n%s", script, errs.String())
	require.Empty(t, errs.String(), script)
	return out.String()
}

var hostile = []string{
	"", " ", "a b", "'", `"`, "'; exit 9; '", "`exit 9`", "$(exit 9)", "$HOME", "$nonce", "${instance0", `\`, "\\'",
	"\n", "a\r\nb", "\x00", "\x01\x7f", "\xff\xfe", "%", "%41", "+",
	"&a=b", "a=b", "#", "?", "[1-3]", "{a,b}", "*", "~", "!", "é", "日本語", "\u202e",
	"@file", "-d x", "<>", "|;", strings.Repeat("x", 3000),
}

func TestAnUnsignedCurlCommandSendsWhatTheTargetSends(t *testing.T) {
	needs(t, "curl", "sh")
	r := newRecorder(t)
	target := connect(t, Config{Endpoint: r.URL + "/it's/a path/"})
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.SampledFrom(hostile), rapid.String())
		place := rapid.SampledFrom([]targets.Place{targets.Query, targets.Body})
		encoding := rapid.SampledFrom([]targets.Encoding{
			targets.EncodingCanonical, targets.EncodingPlus, targets.EncodingLower, targets.EncodingAll,
		})
		param := rapid.Custom(func(t *rapid.T) targets.Param {
			return targets.Param{Name: value.Draw(t, "name"), Value: value.Draw(t, "value"), In: place.Draw(t, "in")}
		})
		call := targets.Call{
			Method:   rapid.SampledFrom([]string{"GET", "POST"}).Draw(t, "method"),
			Encoding: encoding.Draw(t, "encoding"),
			Params:   rapid.SliceOfN(param, 0, 4).Draw(t, "params"),
		}
		_, err := target.Send(t.Context(), call)
		require.NoError(t, err)
		want := r.take()
		command := target.Curl(call)
		require.Contains(t, shell(t, command), `{"RequestId":"R"}`)
		require.Equal(t, want, r.take(), command)
	})
}

func TestACurlCommandTakesTheInstanceFromTheShell(t *testing.T) {
	needs(t, "curl", "sh", "od", "tr")
	r := newRecorder(t)
	target := connect(t, Config{Endpoint: r.URL})
	for _, in := range []targets.Place{targets.Query, targets.Body} {
		for _, encoding := range []targets.Encoding{targets.EncodingCanonical, targets.EncodingAll, targets.EncodingAllLower} {
			call := targets.Call{Method: "POST", Encoding: encoding, Params: []targets.Param{
				{Name: "DBInstanceId", Value: targets.InstanceRef(0), In: in},
				{Name: "DBName", Value: "a '" + targets.InstanceRef(0) + " b" + targets.CutRef(1) + targets.TailRef(1) + targets.InstanceRef(1), In: in},
			}}
			sent := call.With("DBInstanceId", "rm-1").With("DBName", "a 'rm-1 brm-2zm-2zzrm-2zz")
			send(t, target, sent)
			want := r.take()
			command := target.Curl(call)
			shell(t, command, "instance0=rm-1", "instance1=rm-2zz")
			require.Equal(t, want, r.take(), command)
		}
	}
}

// changedFields lists changes to one field of each signature.
var changedFields = map[string][]targets.AuthFault{
	targets.HMACSHA1: {
		"wrong-secret, SignatureMethod absent", "wrong-secret, SignatureVersion is 9.9", "wrong-secret, SecurityToken is x",
		"no-signature, SignatureType is BEARERTOKEN", "wrong-secret, Authorization is Basic eDp5", "missing, Authorization is Bearer x",
		"SignatureNonce absent", "SignatureNonce empty", "Timestamp absent",
		"AccessKeyId absent", "AccessKeyId empty", "AccessKeyId in other letters", "AccessKeyId and more",
		"Signature in other letters", "Signature and more",
	},
	targets.ACS3HMACSHA256: {
		"wrong-secret, x-acs-date absent", "wrong-secret, x-acs-content-sha256 absent", "x-acs-signature-nonce absent",
		"x-acs-signature-nonce empty", "x-acs-date absent", "x-acs-date unsigned", "x-acs-action unsigned",
		"wrong-secret, Algorithm is ACS3-HMAC-SM3", "wrong-secret, x-acs-security-token is x", "missing, Authorization is Basic eDp5",
		"wrong-secret, Signature is x", "wrong-secret, SignedHeaders absent", "wrong-secret, SignedHeaders empty",
		"AccessKeyId absent", "AccessKeyId empty", "AccessKeyId in other letters", "AccessKeyId and more", "Signature and more",
	},
}

// signatureFaults lists the faults of a whole signature; the first one is none.
var signatureFaults = []targets.AuthFault{
	"", targets.AuthMissing, targets.AuthNoSignature, targets.AuthEmpty, targets.AuthTruncated, targets.AuthWrongSecret,
	targets.AuthUnknownKey, targets.AuthTampered, targets.TamperedIn("Timestamp"), targets.TamperedIn("Action"),
	targets.AuthTamperedAdded, targets.AuthExpired, targets.AuthFuture, targets.AuthRecent, targets.AuthBadTimestamp,
	targets.AuthOtherMethod,
}

const testID, testSecret = "testkeyid", "it-is-a-secret"

// A server that checks signatures gives the same answer to the call and to its curl command, for
// every fault.
func TestASignedCurlCommandIsAnsweredLikeItsCall(t *testing.T) {
	needs(t, "curl", "sh", "openssl", "date", "sed", "cut")
	env := []string{"ALIBABA_CLOUD_ACCESS_KEY_ID=" + testID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + testSecret, "instance0=rm-none"}
	sim, err := simulator.New(simulator.Options{AccessKeyID: testID, AccessKeySecret: testSecret})
	require.NoError(t, err)
	s := httptest.NewServer(sim.API())
	t.Cleanup(s.Close)
	for _, algorithm := range []string{targets.HMACSHA1, targets.ACS3HMACSHA256} {
		target := connect(t, Config{Endpoint: s.URL, Signature: algorithm, AccessKeyID: testID, AccessKeySecret: testSecret})
		for _, auth := range slices.Concat(changedFields[algorithm], signatureFaults) {
			for _, in := range []targets.Place{targets.Query, targets.Body} {
				for _, method := range []string{"GET", "POST"} {
					if method == "GET" && in == targets.Body {
						continue
					}
					t.Run(algorithm+" "+method+" "+string(in)+" "+string(auth), func(t *testing.T) {
						t.Parallel()
						call := targets.Call{Method: method, Auth: auth, Params: []targets.Param{
							{Name: "Action", Value: "CreateBackup", In: in}, {Name: "Format", Value: "JSON", In: in},
							{Name: "DBInstanceId", Value: targets.InstanceRef(0) + "x", In: in}, {Name: "DBName", Value: "a b*~c,d'é", In: in},
						}}
						sent := call.With("DBInstanceId", "rm-nonex")
						a := send(t, target, sent)
						require.Equal(t, targets.Refused, a.Outcome, a.Problem)
						if auth == "" || auth == targets.AuthRecent {
							require.Contains(t, a.Code, "NotFound", "the signature must be accepted")
							require.NotContains(t, a.Code, "AccessKey")
						} else {
							require.NotContains(t, a.Code, "DBInstance")
						}
						command := target.Curl(call)
						require.NotContains(t, command, testSecret)
						require.NotContains(t, command, testID)
						require.Contains(t, shell(t, command, env...), `"Code":"`+a.Code+`"`, command)
					})
				}
			}
		}
	}
}

func TestACurlCommandSignsWithTemporaryCredentials(t *testing.T) {
	needs(t, "curl", "sh", "openssl", "date", "sed", "cut")
	const token = "CAIS/token+with=all&of%it"
	for _, algorithm := range []string{targets.HMACSHA1, targets.ACS3HMACSHA256} {
		t.Run(algorithm, func(t *testing.T) {
			var got *http.Request
			var mu sync.Mutex
			s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				got = r
				_ = r.ParseForm()
			}))
			defer s.Close()
			target := connect(t, Config{
				Endpoint: s.URL, Signature: algorithm, AccessKeyID: testID, AccessKeySecret: testSecret, SecurityToken: token,
			})
			call := plainGet
			call.Nonce = "the'nonce"
			command := target.Curl(call)
			require.NotContains(t, command, token)
			shell(t, command, "ALIBABA_CLOUD_ACCESS_KEY_ID="+testID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET="+testSecret,
				"ALIBABA_CLOUD_SECURITY_TOKEN="+token)
			mu.Lock()
			defer mu.Unlock()
			if algorithm == targets.HMACSHA1 {
				require.Equal(t, token, got.Form.Get("SecurityToken"))
				require.Equal(t, "the'nonce", got.Form.Get("SignatureNonce"))
				var pairs []pair
				for name, values := range got.Form {
					pairs = append(pairs, pair{name: name, value: values[0]})
				}
				require.Equal(t, signSHA1("GET", pairs, testSecret), got.Form.Get("Signature"))
				return
			}
			require.Equal(t, token, got.Header.Get("X-Acs-Security-Token"))
			require.Equal(t, "the'nonce", got.Header.Get("X-Acs-Signature-Nonce"))
			fields := []field{
				{"host", got.Host}, {"x-acs-accesskey-id", testID}, {"x-acs-action", "CreateBackup"},
				{"x-acs-content-sha256", hexSHA256(nil)}, {"x-acs-date", got.Header.Get("X-Acs-Date")}, {"x-acs-security-token", token}, {"x-acs-signature-nonce", "the'nonce"}, {"x-acs-version", version},
			}
			signature := signACS3(canonicalRequest("GET", "/", nil, fields, hexSHA256(nil)), testSecret)
			require.Contains(t, got.Header.Get("Authorization"), ",Signature="+signature)
		})
	}
}

func TestACallThatCurlCannotSendIsAComment(t *testing.T) {
	target := connect(t, Config{Endpoint: "http://127.0.0.1:1"})
	for _, call := range []targets.Call{
		{Wire: "none such"}, {Params: []targets.Param{{Name: "DBInstanceId", Value: "x" + targets.WideRef(0)}}},
		{Algorithm: "none such"}, {Params: []targets.Param{{Name: "DBName", Value: strings.Repeat("é", 100_000)}}},
	} {
		require.Regexp(t, "^# [^\n]*$", target.Curl(call))
	}
}
