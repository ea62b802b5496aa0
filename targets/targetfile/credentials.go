package targetfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/typo"
)

// Credentials are the keys that calls are signed with. The zero value holds no keys.
type Credentials struct {
	AccessKeyID     Secret
	AccessKeySecret Secret
	SecurityToken   Secret // of temporary (STS) credentials
	// From says where the keys were found, for people to read.
	From string
}

// Credentials returns the keys to sign with, from the first of these sources that has any:
//
//   - given, the keys of flags;
//   - the file itself;
//   - the profile of the aliyun CLI that the file names;
//   - ALIBABA_CLOUD_ACCESS_KEY_ID, _SECRET and _SECURITY_TOKEN;
//   - the current profile of the aliyun CLI, in .aliyun/config.json below home.
//
// An access key id without its secret, or the reverse, is an error. It is no error if there are no
// keys, or if the target signs nothing.
func (f *File) Credentials(given Credentials, lookup func(string) (string, bool), home string) (Credentials, error) {
	env := func(name string) Secret {
		v, _ := lookup(name)
		return Secret(v)
	}
	sources := []Credentials{
		{given.AccessKeyID, given.AccessKeySecret, given.SecurityToken, "flags"},
		{f.Auth.AccessKeyID, f.Auth.AccessKeySecret, f.Auth.SecurityToken, "target file"},
		{
			env("ALIBABA_CLOUD_ACCESS_KEY_ID"), env("ALIBABA_CLOUD_ACCESS_KEY_SECRET"), env("ALIBABA_CLOUD_SECURITY_TOKEN"), "environment",
		},
	}
	for i, c := range sources {
		if i == 1 && (f.Auth.Signature == "none" || f.Protocol == Mapped) {
			return Credentials{}, nil
		}
		if i == 2 && f.Auth.Profile != "" {
			return namedProfile(home, f.Auth.Profile)
		}
		switch {
		case c.AccessKeyID != "" && c.AccessKeySecret != "":
			return c, nil
		case c.AccessKeyID != "":
			return Credentials{}, fmt.Errorf("credentials of the %s: an access key id without its secret: add the secret", c.From)
		case c.AccessKeySecret != "":
			return Credentials{}, fmt.Errorf("credentials of the %s: an access key secret without its id: add the id", c.From)
		}
	}
	return currentProfile(home)
}

// cliConfig is the configuration of the aliyun CLI.
type cliConfig struct {
	Current  string       `json:"current"`
	Profiles []cliProfile `json:"profiles"`
}

type cliProfile struct {
	Name   string `json:"name"`
	Mode   string `json:"mode"`
	ID     Secret `json:"access_key_id"`
	Secret Secret `json:"access_key_secret"`
	Token  Secret `json:"sts_token"`
}

// namedProfile returns the keys of a profile of the aliyun CLI.
func namedProfile(home, name string) (Credentials, error) {
	path := cliPath(home)
	config, err := readCLI(path)
	if err != nil {
		return Credentials{}, fmt.Errorf("profile %q of the aliyun CLI: %w", name, err)
	}
	i := slices.IndexFunc(config.Profiles, func(p cliProfile) bool { return p.Name == name })
	if i < 0 {
		var names []string
		for _, p := range config.Profiles {
			names = append(names, p.Name)
		}
		near := typo.Nearest(name, names)
		if near != "" {
			near = ": did you mean " + near + "?"
		}
		return Credentials{}, fmt.Errorf("%s has no profile %q%s", path, name, near)
	}
	p := config.Profiles[i]
	c, ok := p.credentials()
	switch {
	case !p.holdsKeys():
		return Credentials{}, fmt.Errorf("profile %q of %s has the mode %s: use one with the mode AK or StsToken", name, path, p.Mode)
	case !ok:
		return Credentials{}, fmt.Errorf("profile %q of %s holds no complete key", name, path)
	}
	return c, nil
}

// currentProfile returns the keys of the current profile of the aliyun CLI, if it has any.
func currentProfile(home string) (Credentials, error) {
	if home == "" {
		return Credentials{}, nil
	}
	config, err := readCLI(cliPath(home))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Credentials{}, nil
	case err != nil:
		return Credentials{}, fmt.Errorf("current profile of the aliyun CLI: %w", err)
	}
	for _, p := range config.Profiles {
		if p.Name == config.Current {
			c, _ := p.credentials()
			return c, nil
		}
	}
	return Credentials{}, nil
}

func cliPath(home string) string { return filepath.Join(home, ".aliyun", "config.json") }

func readCLI(path string) (cliConfig, error) {
	var config cliConfig
	data, err := targets.ReadFile(path)
	if err != nil {
		return config, err
	}
	if json.Unmarshal(data, &config) != nil {
		return config, fmt.Errorf("%s is not a configuration of the aliyun CLI", path) // the JSON error may quote a key
	}
	return config, nil
}

// holdsKeys reports whether profiles of its mode hold keys to sign with.
func (p cliProfile) holdsKeys() bool { return p.Mode == "" || p.Mode == "AK" || p.Mode == "StsToken" }

// credentials returns the keys of the profile, and reports whether they are complete.
func (p cliProfile) credentials() (Credentials, bool) {
	c := Credentials{AccessKeyID: p.ID, AccessKeySecret: p.Secret, From: "profile " + p.Name + " of the aliyun CLI"}
	complete := p.holdsKeys() && p.ID != "" && p.Secret != ""
	if p.Mode == "StsToken" {
		c.SecurityToken = p.Token
		complete = complete && p.Token != ""
	}
	if !complete {
		return Credentials{}, false
	}
	return c, true
}
