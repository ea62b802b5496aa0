package control

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// CurlProvision is the shell command that makes instance i in a condition and keeps its id in $instance0.
func (c *Client) CurlProvision(i int, condition targets.Condition) string {
	if condition.Databases == nil {
		condition.Databases = []string{}
	}
	return fmt.Sprintf(`instance%d=$(%s | sed 's/.*"dbInstanceId" *: *"\([^"]*\)".*/\1/')`, i, c.curl("POST", "/v1/instances", condition))
}

// CurlStep is the shell command of a step that is no call.
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
