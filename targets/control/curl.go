package control

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// CurlProvision returns the shell command that makes an instance and keeps its id in the variable
// instance0, instance1 and so on.
func (c *Client) CurlProvision(index int, condition targets.Condition) string {
	if condition.Databases == nil {
		condition.Databases = []string{}
	}
	const readID = `sed 's/.*"dbInstanceId" *: *"\([^"]*\)".*/\1/'`
	return fmt.Sprintf("instance%d=$(%s | %s)", index, c.curl("POST", "/v1/instances", condition), readID)
}

// CurlStep returns the shell command of a step that is not a call.
func (c *Client) CurlStep(s targets.Step) string {
	path := fmt.Sprintf("/v1/instances/'\"$instance%d\"'", s.Instance)
	switch s.Do {
	case targets.StepComplete:
		return c.curl("POST", path+"/complete", map[string]string{"result": s.Result})
	case targets.StepDelete:
		return c.curl("DELETE", path, nil)
	case targets.StepWait:
		return fmt.Sprintf("sleep %g", s.Seconds)
	case targets.StepNextDay:
		return c.curl("POST", path+"/next-day", nil)
	case targets.StepStatus:
		return c.curl("PATCH", path, map[string]string{"status": s.Status})
	default:
		names := s.Databases
		if names == nil {
			names = []string{}
		}
		return c.curl("PATCH", path, map[string][]string{"databases": names})
	}
}

// curl returns a curl command. The token is the variable CBSPEC_CONTROL_TOKEN.
func (c *Client) curl(method, path string, body any) string {
	parts := []string{"curl -sS -X " + method, "'" + strings.ReplaceAll(c.base, "'", `'\''`) + path + "'"}
	if c.token != "" {
		parts = append(parts, `-H "Authorization: Bearer $CBSPEC_CONTROL_TOKEN"`)
	}
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return "# " + err.Error()
		}
		parts = append(parts, "-H 'Content-Type: application/json' -d '"+strings.ReplaceAll(string(text), "'", `'\''`)+"'")
	}
	return strings.Join(parts, " ")
}
