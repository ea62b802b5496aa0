package rpc

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

func TestNewReportsMistakesInItsConfiguration(t *testing.T) {
	with := func(change func(*Config)) Config {
		c := Config{Endpoint: "http://127.0.0.1:1", AccessKeyID: testID, AccessKeySecret: testSecret, SecurityToken: testToken}
		change(&c)
		return c
	}
	for _, c := range []struct {
		config Config
		says   string
	}{
		{with(func(c *Config) { c.Endpoint = "" }), "must be an http or https URL"},
		{with(func(c *Config) { c.Endpoint = "rds.example:80" }), "must be an http or https URL"},
		{with(func(c *Config) { c.Endpoint = "ftp://rds.example" }), "must be an http or https URL"},
		{with(func(c *Config) { c.Endpoint = "http://%zz:" + testSecret + "@h" }), "not a URL"},
		{with(func(c *Config) { c.Endpoint = "http://u:" + testSecret + "@h" }), "must hold no user"},
		{with(func(c *Config) { c.Endpoint = "http://h/?a=b" }), "neither query nor fragment"},
		{with(func(c *Config) { c.Endpoint = "http://h/?" }), "neither query nor fragment"},
		{with(func(c *Config) { c.Endpoint = "http://h/#a" }), "neither query nor fragment"},
		{with(func(c *Config) { c.Signature = "md5" }), "unknown signature"},
		{with(func(c *Config) { c.Signature, c.AccessKeyID = targets.HMACSHA1, "" }), "signing needs an access key id"},
		{with(func(c *Config) { c.Proxy = "h:80:" + testSecret }), "proxy"},
		{with(func(c *Config) { c.Proxy = "ttp://h:80" }), "proxy"},
		{with(func(c *Config) { c.CAFile = filepath.Join(t.TempDir(), "none") }), "CA file"},
		{with(func(c *Config) { c.CAFile = "config.go" }), "no PEM"},
		{with(func(c *Config) { c.CertFile = "config.go" }), "client certificate"},
	} {
		t.Run(c.says, func(t *testing.T) {
			_, err := New(c.config)
			require.ErrorContains(t, err, c.says)
			for _, secret := range []string{testID, testSecret, testToken} {
				require.NotContains(t, err.Error(), secret)
			}
		})
	}
}

func TestATargetSignsWithAllAlgorithmsOrNone(t *testing.T) {
	for signature, want := range map[string][]string{
		"":               {targets.HMACSHA1, targets.ACS3HMACSHA256},
		targets.HMACSHA1: {targets.HMACSHA1, targets.ACS3HMACSHA256},
		targets.Unsigned: nil,
	} {
		target := connect(t, Config{Endpoint: "http://h", Signature: signature, AccessKeyID: testID, AccessKeySecret: testSecret})
		require.Equal(t, want, target.Algorithms())
	}
	require.Nil(t, connect(t, Config{Endpoint: "http://h"}).Algorithms())
}
