package command

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/precondition"
	"github.com/cbspec/cbspec/targets"
)

// preflight asks the API, and says what it answered. Where the address is not that of the API, it
// looks at the paths nearby, and shows one request to try by hand.
func (f targetFlags) preflight(ctx context.Context, s streams, t connection) error {
	fmt.Fprintf(s.out, "%s at %s\n", t.about.Name, t.about.Endpoint)
	said, err := steps.Preflight(ctx, t.target)
	for _, line := range said {
		fmt.Fprintf(s.out, "  %s\n", line)
	}
	if !precondition.Elsewhere(err) {
		return err
	}
	near := f.findNear(ctx, s.hidden, t.about.Endpoint)
	if near != "" {
		err = fmt.Errorf("%w\nThe API answers at %s: use that as the endpoint", err, near)
	}
	if shell, ok := targets.As[targets.Curler](t.target); ok {
		create := targets.Call{Method: "GET", Params: []targets.Param{
			{Name: "Action", Value: "CreateBackup"}, {Name: "Version", Value: "2014-08-15"}, {Name: "DBInstanceId", Value: targets.NoInstance},
		}}
		fmt.Fprintf(s.out, "  by hand, which the API refuses with an error document:\n%s\n", shell.Curl(create))
	}
	return err
}

// findNear returns an endpoint with another path at which an API answers, or "".
func (f targetFlags) findNear(ctx context.Context, h *hidden, endpoint string) string {
	for _, f.Endpoint = range nearby(endpoint) {
		open := f.endpoint
		if f.Target != "" {
			open = f.file
		}
		t, err := open(h)
		if err != nil {
			continue
		}
		_, err = steps.Preflight(ctx, t.target)
		t.close()
		if err == nil || precondition.AboutTheCaller(err) {
			return f.Endpoint
		}
	}
	return ""
}

// nearby returns the endpoints that people mean who write this one: with and without a slash at the
// end, and with the paths that servers of this API often have.
func nearby(endpoint string) []string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil
	}
	given := cmp.Or(u.Path, "/")
	var near []string
	for _, base := range []string{strings.Trim(u.Path, "/"), ""} {
		for _, below := range []string{"", "rds", "api", "api/rds"} {
			path := "/" + strings.Trim(base+"/"+below, "/")
			for _, path := range []string{path, path + "/"} {
				u.Path = strings.Replace(path, "//", "/", 1)
				if u.Path != given && !slices.Contains(near, u.String()) {
					near = append(near, u.String())
				}
			}
		}
	}
	return near
}
