package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// Curl renders a case as shell commands. It is empty where the target cannot.
func Curl(t targets.Target, c targets.Case) string {
	curler, ok := targets.As[targets.Curler](t)
	if !ok {
		return ""
	}
	setup, prepares := targets.As[targets.SetupCurler](t)
	var lines []string
	for i, condition := range c.Conditions {
		if prepares {
			lines = append(lines, setup.CurlProvision(i, condition))
		} else {
			lines = append(lines, fmt.Sprintf("instance%d=ID # %s", i, conditionComment(condition)))
		}
	}
	for _, step := range c.Steps {
		if step.Call != nil {
			lines = append(lines, curler.Curl(*step.Call))
		} else if prepares {
			lines = append(lines, setup.CurlStep(step))
		}
	}
	return strings.Join(lines, "\n")
}

// conditionComment says what an instance must be like, for whoever fills in its id.
func conditionComment(c targets.Condition) string {
	return fmt.Sprintf("%s, %s, %d databases, %d backups today, last backup %s",
		c.Engine, c.Status, len(c.Databases), c.BackupsToday, c.LastBackup)
}

// raceCurl renders a race as shell commands: the calls begin together, and the shell waits for
// them.
func raceCurl(t targets.Target, r runner.Race) string {
	var lines []string
	if before := Curl(t, targets.Case{Conditions: r.Case.Conditions}); before != "" {
		lines = append(lines, before)
	}
	together := r.Case.Steps
	if r.Completing {
		for k := range r.Case.Conditions {
			together = append(slices.Clip(together),
				targets.Step{Do: targets.StepComplete, Instance: k, Result: targets.LastCompleted})
		}
	}
	for _, step := range together {
		if line := Curl(t, targets.Case{Steps: []targets.Step{step}}); line != "" {
			lines = append(lines, "( "+line+" ) &")
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(append(lines, "wait"), "\n")
}
