package oracle_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// sentence is a sentence of the document, and examples of what it decides.
type sentence struct {
	says     string
	examples []example
}

// example is one call on one instance. want is written as outcome writes it.
type example struct {
	name string
	on   targets.Condition
	call targets.Call
	want string
}

func edition(t *testing.T, name string) oracle.Edition {
	t.Helper()
	e, err := oracle.EditionOf(name)
	require.NoError(t, err)
	return e
}

func expect(e oracle.Edition, on targets.Condition, call targets.Call) oracle.Expectation {
	return oracle.NewWorld(e, []targets.Condition{on}).Expect(call)
}

// outcome writes an expectation in one line: "accepted by CB-PRE-1, CB-TYPE-5 (should)".
func outcome(x oracle.Expectation) string {
	switch {
	case len(x.Refuse) > 0:
		return "refused by " + rules(x.Refuse)
	case len(x.Accept) > 0:
		return "accepted by " + rules(x.Accept)
	case x.NoBackup != "":
		return "no backup by " + x.NoBackup
	default:
		return "unspecified by " + strings.Join(x.Unspecified, ", ")
	}
}

func rules(reasons []oracle.Reason) string {
	var list []string
	for _, r := range reasons {
		if r.Level == oracle.Should {
			r.Rule += " (should)"
		}
		list = append(list, r.Rule)
	}
	return strings.Join(list, ", ")
}

// instance is one that accepts a backup: it is active, has the databases app and orders, and its
// last backup is completed. The changes come on top.
func instance(engine string, changes ...change) targets.Condition {
	c := targets.Condition{
		Engine: engine, Status: targets.Running, Databases: []string{"app", "orders"}, LastBackup: targets.LastCompleted,
	}
	for _, apply := range changes {
		apply(&c)
	}
	return c
}

type change func(*targets.Condition)

func status(s string) change { return func(c *targets.Condition) { c.Status = s } }

func today(n int) change { return func(c *targets.Condition) { c.BackupsToday = n } }

func last(state string) change { return func(c *targets.Condition) { c.LastBackup = state } }

func databases(names ...string) change {
	return func(c *targets.Condition) { c.Databases = append([]string{}, names...) }
}

func locked(mode string) change { return func(c *targets.Condition) { c.LockMode = mode } }

func storage(kind string) change { return func(c *targets.Condition) { c.Storage = kind } }

// create is a call on the first instance with further parameters, as pairs of a name and a value.
func create(parameters ...string) targets.Call {
	c := targets.Call{Method: "POST", Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)},
	}}
	return with(c, parameters...)
}

// with returns the call with further parameters. A name may occur several times.
func with(c targets.Call, parameters ...string) targets.Call {
	for i := 0; i < len(parameters); i += 2 {
		c.Params = append(c.Params, targets.Param{Name: parameters[i], Value: parameters[i+1]})
	}
	return c
}

func check(t *testing.T, e oracle.Edition, sentences []sentence) {
	t.Helper()
	for _, s := range sentences {
		t.Run(s.says, func(t *testing.T) {
			for _, x := range s.examples {
				require.Equal(t, x.want, outcome(expect(e, x.on, x.call)), x.name)
			}
		})
	}
}
