package rpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// The vectors T1 to T4 of wire.md §2.1. T1 is from the documentation. T3 and T4 were sent by
// Alibaba's two SDKs for Go.
func TestSignSHA1AgreesWithTheVectors(t *testing.T) {
	regions := []pair{
		{name: "Timestamp", value: "2016-02-23T12:46:24Z"}, {name: "Format", value: "XML"},
		{name: "AccessKeyId", value: "testid"},
		{name: "Action", value: "DescribeRegions"}, {name: "SignatureMethod", value: "HMAC-SHA1"},
		{name: "SignatureNonce", value: "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"}, {name: "Version", value: "2014-05-26"},
		{name: "SignatureVersion", value: "1.0"},
	}
	backup := []pair{
		{name: "AccessKeyId", value: "testid"}, {name: "Action", value: "CreateBackup"}, {name: "DBInstanceId", value: "rm-1"},
		{name: "DBName", value: "a b*~c,d"}, {name: "SignatureMethod", value: "HMAC-SHA1"}, {name: "SignatureVersion", value: "1.0"},
		{name: "Timestamp", value: "2026-11-23T07:10:05Z"}, {name: "Version", value: "2014-08-15"},
	}
	with := func(pairs []pair, more ...pair) []pair { return append(append([]pair{}, pairs...), more...) }
	for _, c := range []struct {
		vector, method string
		pairs          []pair
		signature      string
	}{
		{"T1", "GET", regions, "OLeaidS1JvxuMvnyHOwuJ+uX5qY="},
		{"T1 with a Signature, which is not signed", "GET", with(regions, pair{name: "Signature", value: "x"}),
			"OLeaidS1JvxuMvnyHOwuJ+uX5qY="},
		{"T2", "POST", regions, "MxbnVAM4w6sft9xjVpe/GCKueuk="},
		{"T3", "POST", with(backup, pair{name: "Format", value: "JSON"}, pair{name: "RegionId", value: "cn-hangzhou"},
			pair{name: "SignatureNonce", value: "0ffe378fd4ce97c43c7596284f94397b"}, pair{name: "SignatureType"}), "UfBGrwIV/7N+44hAhf0rBK70BZA="},
		{"T3 with parameters in a form", "POST", with(backup,
			pair{name: "Format", value: "JSON", in: targets.Body}, pair{name: "RegionId", value: "cn-hangzhou", in: targets.Body},
			pair{name: "SignatureNonce", value: "0ffe378fd4ce97c43c7596284f94397b"}, pair{name: "SignatureType"}), "UfBGrwIV/7N+44hAhf0rBK70BZA="},
		{"T4", "POST", with(backup, pair{name: "Format", value: "json"},
			pair{name: "SignatureNonce", value: "677194c14b7c3434bc54888be91cd42f"}), "RuSEbiPQnQFIXiL8xZKPl/EFeB8="},
	} {
		t.Run(c.vector, func(t *testing.T) {
			require.Equal(t, c.signature, signSHA1(c.method, c.pairs, "testsecret"))
		})
	}
}

// The vectors T5 and T6 of wire.md §2.2, and the table beside T5, which contradicts it. T6 was sent
// by Alibaba's newer SDK for Go.
func TestSignACS3AgreesWithTheVectors(t *testing.T) {
	empty := hexSHA256(nil)
	machines := func(date, nonce string) []field {
		return []field{
			{"host", "ecs.cn-shanghai.aliyuncs.com"}, {"x-acs-action", "RunInstances"}, {"x-acs-content-sha256", empty}, {"x-acs-date", date},
			{"x-acs-signature-nonce", nonce}, {"x-acs-version", "2014-05-26"},
		}
	}
	image := []pair{{name: "RegionId", value: "cn-shanghai"}, {name: "ImageId", value: "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}}
	for _, c := range []struct {
		vector, secret  string
		query           []pair
		fields          []field
		hash, signature string
	}{
		{"T5", "YourAccessKeySecret", image, machines("2023-10-26T10:22:32Z", "3156853299f313e23d1673dc12e1703d"),
			"7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259", "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"},
		{"T5 by the table beside it", "YourAccessKeySecret", image, machines("2023-10-26T09:01:01Z", "d410180a5abf7fe235dd9b74aca91fc0"),
			"", "e521358f7776c97df52e6b2891a8bc73026794a071b50c3323388c4e0df64804"},
		{"T6", "testsecret", []pair{{name: "DBName", value: "a b*~c,d"}, {name: "DBInstanceId", value: "rm-1"}}, []field{
			{"host", "127.0.0.1:43603"}, {"x-acs-action", "CreateBackup"}, {"x-acs-content-sha256", empty}, {"x-acs-credentials-provider", "static_ak"},
			{"x-acs-date", "2026-11-23T07:10:05Z"}, {"x-acs-signature-nonce", "02faaeafe9a73d2d807138420e233779"}, {"x-acs-version", "2014-08-15"},
		}, "dd25fe9cbc731d23b57b8603f4353f28cd4cee06c6f3121473a0161fd132afba", "6dddeeec027d05541b7540e2934cd75621b4a8e02cbbffa00091d909c6cd32c5"},
	} {
		t.Run(c.vector, func(t *testing.T) {
			canonical := canonicalRequest("POST", "/", c.query, c.fields, empty)
			if c.hash != "" {
				require.Equal(t, c.hash, hexSHA256(canonical))
			}
			require.Equal(t, c.signature, signACS3(canonical, c.secret))
		})
	}
}
