package simulator

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func at(text string) func() time.Time {
	moment, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return func() time.Time { return moment }
}

// The vectors are T1 to T6 of wire.md §2. A request with a right signature is refused for another
// reason.
func TestSignatureVectors(t *testing.T) {
	common := []string{"SignatureMethod", "HMAC-SHA1", "SignatureVersion", "1.0", "AccessKeyId", "testid"}
	regions := append([]string{
		"Timestamp", "2016-02-23T12:46:24Z", "Format", "XML", "Action", "DescribeRegions",
		"SignatureNonce", "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf", "Version", "2014-05-26",
	}, common...)
	backup := append([]string{
		"Action", "CreateBackup", "DBInstanceId", "rm-1", "DBName", "a b*~c,d", "Timestamp", "2026-11-23T07:10:05Z",
		"Version", "2014-08-15",
	}, common...)
	for _, c := range []struct {
		name, method, now, signature string
		parameters                   []string
	}{
		{"T1", "GET", "2016-02-23T12:47:00Z", "OLeaidS1JvxuMvnyHOwuJ+uX5qY=", regions},
		{"T2", "POST", "2016-02-23T12:47:00Z", "MxbnVAM4w6sft9xjVpe/GCKueuk=", regions},
		{"T3", "POST", "2026-11-23T07:10:06Z", "UfBGrwIV/7N+44hAhf0rBK70BZA=", append(slices.Clone(backup),
			"Format", "JSON", "RegionId", "cn-hangzhou", "SignatureNonce", "0ffe378fd4ce97c43c7596284f94397b",
			"SignatureType", "")},
		{"T4", "POST", "2026-11-23T07:10:06Z", "RuSEbiPQnQFIXiL8xZKPl/EFeB8=", append(slices.Clone(backup),
			"Format", "json", "SignatureNonce", "677194c14b7c3434bc54888be91cd42f")},
	} {
		t.Run(c.name, func(t *testing.T) {
			send := func(signature string) answer {
				b := start(t, Options{AccessKeyID: "testid", AccessKeySecret: "testsecret", Now: at(c.now)})
				v := values(append(slices.Clone(c.parameters), "Signature", signature)...)
				return b.do(httptest.NewRequest(c.method, "/?"+v.Encode(), nil))
			}
			require.NotContains(t, send(c.signature).body, "Signature")
			require.Contains(t, send("x"+c.signature[1:]).body, "SignatureDoesNotMatch")
			require.Contains(t, send("x"+c.signature[1:]).body, "server string to sign is:"+c.method)
		})
	}
	for _, c := range []struct{ name, id, secret, now, query, authorization, headers string }{
		{
			"T5", "YourAccessKeyId", "YourAccessKeySecret", "2023-10-26T10:23:00Z",
			values("ImageId", "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId", "cn-shanghai").Encode(),
			"SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version," +
				"Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
			"host=ecs.cn-shanghai.aliyuncs.com x-acs-action=RunInstances x-acs-version=2014-05-26 " +
				"x-acs-date=2023-10-26T10:22:32Z x-acs-signature-nonce=3156853299f313e23d1673dc12e1703d",
		},
		{
			"T6", "testid", "testsecret", "2026-11-23T07:10:06Z", values("DBInstanceId", "rm-1", "DBName", "a b*~c,d").Encode(),
			"SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;" +
				"x-acs-signature-nonce;x-acs-version," +
				"Signature=6dddeeec027d05541b7540e2934cd75621b4a8e02cbbffa00091d909c6cd32c5",
			"host=127.0.0.1:43603 x-acs-action=CreateBackup x-acs-version=2014-08-15 " +
				"x-acs-credentials-provider=static_ak x-acs-date=2026-11-23T07:10:05Z " +
				"x-acs-signature-nonce=02faaeafe9a73d2d807138420e233779",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			send := func(query string) answer {
				b := start(t, Options{AccessKeyID: c.id, AccessKeySecret: c.secret, Now: at(c.now)})
				r := httptest.NewRequest("POST", "/?"+query, nil)
				for h := range strings.FieldsSeq(c.headers) {
					name, value, _ := strings.Cut(h, "=")
					if name == "host" {
						r.Host = value
					} else {
						r.Header.Set(name, value)
					}
				}
				empty := sha256.Sum256(nil)
				r.Header.Set("x-acs-content-sha256", hex.EncodeToString(empty[:]))
				r.Header.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+c.id+","+c.authorization)
				return b.do(r)
			}
			require.NotContains(t, send(c.query).body, "Signature")
			require.Contains(t, send(c.query+"&BackupMethod=Logical").body, "SignatureDoesNotMatch")
		})
	}
}

// signed is a request before it is signed.
type signed struct {
	method       string
	query, form  url.Values
	key, secret  string
	nonce        string
	time         time.Time
	afterSigning func(r *http.Request, query, form url.Values)
}

var authNow = at("2026-11-23T12:00:00Z")

func validSigned(id string) signed {
	return signed{
		method: "POST",
		query:  values("Action", "CreateBackup", "Version", "2014-08-15", "Format", "JSON", "DBInstanceId", id),
		form:   url.Values{},
		key:    "key", secret: "secret", nonce: newUUID(), time: authNow(),
	}
}

func (s signed) sha1() *http.Request {
	q := s.query
	for name, value := range map[string]string{
		"AccessKeyId": s.key, "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": s.nonce,
		"Timestamp": s.time.Format(timestampLayout),
	} {
		q.Set(name, value)
	}
	var parts []string
	for _, v := range []url.Values{q, s.form} {
		for name, list := range v {
			parts = append(parts, escaped(name)+"="+escaped(list[0]))
		}
	}
	slices.Sort(parts)
	mac := hmac.New(sha1.New, []byte(s.secret+"&"))
	mac.Write([]byte(s.method + "&%2F&" + escaped(strings.Join(parts, "&"))))
	q.Set("Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return s.request(q, nil)
}

func escaped(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

func (s signed) request(q url.Values, header http.Header) *http.Request {
	r := httptest.NewRequest(s.method, "/", nil)
	if header != nil {
		r.Header = header
	}
	form := url.Values{}
	maps.Copy(form, s.form)
	if s.afterSigning != nil {
		s.afterSigning(r, q, form)
	}
	made := httptest.NewRequest(r.Method, "/?"+q.Encode(), strings.NewReader(form.Encode()))
	made.Header = r.Header
	if len(form) > 0 {
		made.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return made
}

func (s signed) acs3() *http.Request {
	q := s.query
	header := http.Header{}
	for name, value := range map[string]string{
		"x-acs-action": q.Get("Action"), "x-acs-version": q.Get("Version"), "x-acs-date": s.time.Format(timestampLayout),
		"x-acs-signature-nonce": s.nonce, "accept": "application/json",
	} {
		header.Set(name, value)
	}
	q.Del("Action")
	q.Del("Version")
	q.Del("Format")
	sum := sha256.Sum256([]byte(s.form.Encode()))
	header.Set("x-acs-content-sha256", hex.EncodeToString(sum[:]))
	names := []string{
		"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce", "x-acs-version",
	}
	if len(s.form) > 0 {
		header.Set("content-type", "application/x-www-form-urlencoded")
		names = append([]string{"content-type"}, names...)
	}
	canonical := s.method + "\n/\n" + strings.ReplaceAll(q.Encode(), "+", "%20") + "\n"
	for _, name := range names {
		value := header.Get(name)
		if name == "host" {
			value = "example.com"
		}
		canonical += name + ":" + value + "\n"
	}
	canonical += "\n" + strings.Join(names, ";") + "\n" + hex.EncodeToString(sum[:])
	hash := sha256.Sum256([]byte(canonical))
	mac := hmac.New(sha256.New, []byte(s.secret))
	mac.Write([]byte("ACS3-HMAC-SHA256\n" + hex.EncodeToString(hash[:])))
	header.Set("Authorization", "ACS3-HMAC-SHA256 Credential="+s.key+",SignedHeaders="+strings.Join(names, ";")+
		",Signature="+hex.EncodeToString(mac.Sum(nil)))
	return s.request(q, header)
}

func TestSignatureChecks(t *testing.T) {
	const unknown, expired = "InvalidAccessKeyId.NotFound", "InvalidTimeStamp.Expired"
	for _, c := range []struct {
		name       string
		change     func(s *signed)
		sha1, acs3 string // Code of the refusal; empty: let in
	}{
		{"valid", func(*signed) {}, "", ""},
		{"parameters in the form", func(s *signed) {
			s.form.Set("BackupMethod", "Physical")
			s.form.Set("DBName", "a b*~é")
		}, "", ""},
		{"by GET", func(s *signed) { s.method = "GET" }, "", ""},
		{"an unknown key", func(s *signed) { s.key = "nobody" }, unknown, unknown},
		{"another secret", func(s *signed) { s.secret = "other" }, "SignatureDoesNotMatch", "SignatureDoesNotMatch"},
		{"fourteen minutes old", func(s *signed) { s.time = s.time.Add(-14 * time.Minute) }, "", ""},
		{"half an hour old", func(s *signed) { s.time = s.time.Add(-30 * time.Minute) }, "", expired},
		{"32 minutes old", func(s *signed) { s.time = s.time.Add(-32 * time.Minute) }, expired, expired},
		{"16 minutes ahead", func(s *signed) { s.time = s.time.Add(16 * time.Minute) }, expired, expired},
		{"no nonce", func(s *signed) { s.nonce = "" }, "MissingParameter", "MissingParameter"},
		{"sent by another HTTP method", func(s *signed) {
			s.afterSigning = func(r *http.Request, _, _ url.Values) { r.Method = "GET" }
		}, "SignatureDoesNotMatch", "SignatureDoesNotMatch"},
		{"a changed parameter", func(s *signed) {
			s.query.Set("BackupMethod", "Physical")
			s.afterSigning = func(_ *http.Request, q, _ url.Values) { q.Set("BackupMethod", "Logical") }
		}, "SignatureDoesNotMatch", "SignatureDoesNotMatch"},
		{"an added parameter", func(s *signed) {
			s.afterSigning = func(_ *http.Request, q, _ url.Values) { q.Set("BackupType", "FullBackup") }
		}, "SignatureDoesNotMatch", "SignatureDoesNotMatch"},
		{"an added form", func(s *signed) {
			s.afterSigning = func(_ *http.Request, _, form url.Values) { form.Set("BackupType", "FullBackup") }
		}, "SignatureDoesNotMatch", "IncompleteSignature"},
		{"a changed form", func(s *signed) {
			s.form.Set("BackupType", "Auto")
			s.afterSigning = func(_ *http.Request, _, form url.Values) { form.Set("BackupType", "FullBackup") }
		}, "SignatureDoesNotMatch", "SignatureDoesNotMatch"},
		{"no signature", func(s *signed) {
			s.afterSigning = func(r *http.Request, q, _ url.Values) {
				r.Header.Del("Authorization")
				for _, name := range []string{
					"AccessKeyId", "Signature", "SignatureNonce", "SignatureMethod", "SignatureVersion", "Timestamp",
				} {
					q.Del(name)
				}
			}
		}, "MissingParameter", "MissingParameter"},
		{"an empty signature", func(s *signed) {
			s.afterSigning = func(r *http.Request, q, _ url.Values) {
				before, _, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
				r.Header.Set("Authorization", before+"Signature=")
				if q.Has("Signature") {
					r.Header.Del("Authorization")
					q.Set("Signature", "")
				}
			}
		}, "IncompleteSignature", "IncompleteSignature"},
		{"an unsigned header", func(s *signed) {
			s.afterSigning = func(r *http.Request, _, _ url.Values) { r.Header.Set("x-acs-added", "1") }
		}, "", "IncompleteSignature"},
		{"another Action in the header", func(s *signed) {
			s.afterSigning = func(r *http.Request, _, _ url.Values) { r.Header.Set("x-acs-action", "DeleteBackup") }
		}, "", "SignatureDoesNotMatch"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := start(t, Options{AccessKeyID: "key", AccessKeySecret: "secret", Now: authNow})
			for _, algorithm := range []struct {
				code string
				sign func(signed) *http.Request
			}{{c.sha1, signed.sha1}, {c.acs3, signed.acs3}} {
				id := b.provision(targets.Condition{})
				s := validSigned(id)
				c.change(&s)
				a := b.do(algorithm.sign(s))
				if algorithm.code == "" {
					require.Equal(t, 200, a.status, a.body)
					continue
				}
				require.Equal(t, algorithm.code, a.code(), a.body)
				require.Empty(t, b.backups(id), "a call that is not let in creates no backup")
			}
		})
	}
}

func TestNonceIsValidOnce(t *testing.T) {
	for name, sign := range map[string]func(signed) *http.Request{"HMAC-SHA1": signed.sha1, "ACS3": signed.acs3} {
		t.Run(name, func(t *testing.T) {
			b := start(t, Options{AccessKeyID: "key", AccessKeySecret: "secret", Now: authNow})
			id := b.provision(targets.Condition{})
			s := validSigned(id)
			require.Equal(t, 200, b.do(sign(s)).status)
			b.complete(id, "completed")
			again := validSigned(id)
			again.nonce = s.nonce
			require.Equal(t, "SignatureNonceUsed", b.do(sign(again)).code())
			again = validSigned(id)
			again.nonce, again.method = s.nonce, "GET"
			require.Equal(t, "SignatureNonceUsed", b.do(sign(again)).code(), "by another HTTP method too")
			require.Equal(t, 200, b.do(sign(validSigned(id))).status)
		})
	}
}

func TestNoncesAreBounded(t *testing.T) {
	var n nonces
	now := authNow()
	require.True(t, n.use("a", now))
	require.False(t, n.use("a", now.Add(45*time.Minute)), "remembered as long as a timestamp is valid")
	require.True(t, n.use("b", now.Add(50*time.Minute)))
	require.False(t, n.use("a", now.Add(51*time.Minute)))
	require.True(t, n.use("c", now.Add(100*time.Minute)))
	require.True(t, n.use("a", now.Add(101*time.Minute)), "forgotten later")
}
