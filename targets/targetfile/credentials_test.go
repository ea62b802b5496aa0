package targetfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/targetfile"
)

const cli = `{"current":"main","profiles":[
 {"name":"main","mode":"AK","access_key_id":"cli-id","access_key_secret":"cli-secret","region_id":"cn-hangzhou"},
 {"name":"temp","mode":"StsToken","access_key_id":"sts-id","access_key_secret":"sts-secret","sts_token":"sts-token"},
 {"name":"role","mode":"EcsRamRole","ram_role_name":"r"},
 {"name":"bare","mode":"AK"}]}`

func TestCredentialsComeFromTheFirstSourceThatHasAny(t *testing.T) {
	home := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(home, ".aliyun"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(home, ".aliyun", "config.json"), []byte(cli), 0o600))
	environment := env("ALIBABA_CLOUD_ACCESS_KEY_ID=env-id", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=env-secret",
		"ALIBABA_CLOUD_SECURITY_TOKEN=env-token")
	flags := targetfile.Credentials{AccessKeyID: "flag-id", AccessKeySecret: "flag-secret"}
	for _, c := range []struct {
		name   string
		auth   string
		flags  targetfile.Credentials
		lookup func(string) (string, bool)
		home   string
		want   [3]string
		fails  string
	}{
		{name: "flags", auth: "accessKeyId: f, accessKeySecret: g", flags: flags, lookup: environment, home: home, want: [3]string{"flag-id", "flag-secret", ""}},
		{name: "file", auth: "accessKeyId: f, accessKeySecret: g, securityToken: h", lookup: environment, home: home, want: [3]string{"f", "g", "h"}},
		{name: "profile of the file", auth: "profile: temp", lookup: environment, home: home, want: [3]string{"sts-id", "sts-secret", "sts-token"}},
		{name: "environment", lookup: environment, home: home, want: [3]string{"env-id", "env-secret", "env-token"}},
		{name: "current profile", lookup: env(), home: home, want: [3]string{"cli-id", "cli-secret", ""}},
		{name: "none", lookup: env(), home: t.TempDir()},
		{name: "signature none", auth: "signature: none", lookup: environment, home: home},
		{name: "half of the environment", lookup: env("ALIBABA_CLOUD_ACCESS_KEY_ID=x"), home: home, fails: "credentials of the environment: an access key id without its secret"},
		{name: "half of the flags", flags: targetfile.Credentials{AccessKeySecret: "hunter2"}, lookup: env(), home: home, fails: "credentials of the flags: an access key secret without its id"},
		{name: "mistyped profile", auth: "profile: tmp", lookup: env(), home: home, fails: `has no profile "tmp": did you mean temp?`},
		{name: "profile of another mode", auth: "profile: role", lookup: env(), home: home, fails: "has the mode EcsRamRole: use one with the mode AK or StsToken"},
		{name: "profile without a key", auth: "profile: bare", lookup: env(), home: home, fails: "holds no complete key"},
		{name: "profile and no file", auth: "profile: main", lookup: env(), home: t.TempDir(), fails: `profile "main" of the aliyun CLI`},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := targetfile.Parse("f.yaml", []byte("endpoint: http://h\nauth: {"+c.auth+"}\n"), env())
			require.NoError(t, err)
			got, err := f.Credentials(c.flags, c.lookup, c.home)
			if c.fails != "" {
				require.ErrorContains(t, err, c.fails)
				require.NotContains(t, err.Error(), "hunter2")
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, [3]string{got.AccessKeyID.Reveal(), got.AccessKeySecret.Reveal(), got.SecurityToken.Reveal()})
		})
	}
}
