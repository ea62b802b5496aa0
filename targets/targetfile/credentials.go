package targetfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/cbspec/cbspec/targets/typo"
)

// Credentials are the keys that calls are signed with; the zero value is none.
type Credentials struct {
	AccessKeyID     Secret
	AccessKeySecret Secret
	SecurityToken   Secret // of temporary (STS) credentials
	// From says where they were found, in words.
	From string
}

// Credentials returns the keys to sign with: those given (by flags), else the file's own, else those of the profile that it names,
// else ALIBABA_CLOUD_ACCESS_KEY_ID, _SECRET and _SECURITY_TOKEN, else those of the current profile of the aliyun CLI, in
// .aliyun/config.json of home. Half a pair is an error; none at all is not, nor is a target that signs nothing.
func (f *File) Credentials(given Credentials, lookup func(string) (string, bool), home string) (Credentials, error) {
	env := func(name string) Secret {
		v, _ := lookup(name)
		return Secret(v)
	}
	sources := []Credentials{
		{given.AccessKeyID, given.AccessKeySecret, given.SecurityToken, "flags"},
		{f.Auth.AccessKeyID, f.Auth.AccessKeySecret, f.Auth.SecurityToken, "target file"},
		{env("ALIBABA_CLOUD_ACCESS_KEY_ID"), env("ALIBABA_CLOUD_ACCESS_KEY_SECRET"), env("ALIBABA_CLOUD_SECURITY_TOKEN"), "environment"},
	}
	for i, c := range sources {
		if i == 1 && (f.Auth.Signature == "none" || f.Protocol == Mapped) {
			return Credentials{}, nil
		}
		if i == 2 && f.Auth.Profile != "" {
			return profile(home, f.Auth.Profile)
		}
		switch {
		case c.AccessKeyID != "" && c.AccessKeySecret != "":
			return c, nil
		case c.AccessKeyID != "":
			return Credentials{}, fmt.Errorf("credentials of the %s: an access key id without its secret", c.From)
		case c.AccessKeySecret != "":
			return Credentials{}, fmt.Errorf("credentials of the %s: an access key secret without its id", c.From)
		}
	}
	return profile(home, "")
}

// profile reads a profile of the aliyun CLI. An empty name is the current one, which need not be there nor be of use.
func profile(home, name string) (Credentials, error) {
	path := filepath.Join(home, ".aliyun", "config.json")
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && name == "" || home == "" && name == "" {
		return Credentials{}, nil
	}
	if err != nil {
		return Credentials{}, fmt.Errorf("profile %q of the aliyun CLI: %w", name, err)
	}
	var config struct {
		Current  string `json:"current"`
		Profiles []struct {
			Name   string `json:"name"`
			Mode   string `json:"mode"`
			ID     Secret `json:"access_key_id"`
			Secret Secret `json:"access_key_secret"`
			Token  Secret `json:"sts_token"`
		} `json:"profiles"`
	}
	if json.Unmarshal(data, &config) != nil {
		return Credentials{}, fmt.Errorf("%s is not a configuration of the aliyun CLI", path)
	}
	asked := name
	if name == "" {
		name = config.Current
	}
	var names []string
	for _, p := range config.Profiles {
		names = append(names, p.Name)
		if p.Name != name {
			continue
		}
		c := Credentials{AccessKeyID: p.ID, AccessKeySecret: p.Secret, From: "profile " + name + " of the aliyun CLI"}
		usable := p.ID != "" && p.Secret != ""
		switch p.Mode {
		case "AK", "":
		case "StsToken":
			c.SecurityToken = p.Token
			usable = usable && p.Token != ""
		default:
			if asked != "" {
				return Credentials{}, fmt.Errorf("profile %q of %s is of mode %s: only AK and StsToken hold keys to sign with", name, path, p.Mode)
			}
			return Credentials{}, nil
		}
		if !usable && asked != "" {
			return Credentials{}, fmt.Errorf("profile %q of %s holds no complete key", name, path)
		}
		if !usable {
			return Credentials{}, nil
		}
		return c, nil
	}
	if asked == "" {
		return Credentials{}, nil
	}
	near := ""
	if n := typo.Nearest(name, names); n != "" {
		near = ": did you mean " + n + "?"
	}
	return Credentials{}, fmt.Errorf("%s has no profile %q%s", path, name, near)
}
