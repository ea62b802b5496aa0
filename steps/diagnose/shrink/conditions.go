package shrink

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// PlainCondition returns the plainest condition: a running MySQL instance with one database and no
// backups. The kind of disk stays, because instances may not be available with another.
func PlainCondition(c targets.Condition) targets.Condition {
	return targets.Condition{
		Engine: targets.MySQL, Status: targets.Running, Databases: plainDatabases(), LastBackup: targets.LastNone,
		Storage: c.Storage,
	}
}

func plainDatabases() []string { return []string{"app"} }

// WithPlainDatabases returns the case on instances with one database each.
func WithPlainDatabases(c targets.Case) targets.Case {
	c.Conditions = slices.Clone(c.Conditions)
	for i := range c.Conditions {
		c.Conditions[i].Databases = plainDatabases()
	}
	return c
}

// Conditions lists the conditions that have one thing less than c beyond the plainest one.
func Conditions(c targets.Condition) []targets.Condition {
	var list []targets.Condition
	add := func(plain bool, change func(*targets.Condition)) {
		if !plain {
			simpler := c
			change(&simpler)
			list = append(list, simpler)
		}
	}
	none := c.LastBackup == targets.LastNone
	add(c.LockMode == "", func(d *targets.Condition) { d.LockMode = "" })
	add(c.BackupsToday == 0 && none, func(d *targets.Condition) { d.BackupsToday, d.LastBackup = 0, targets.LastNone })
	add(c.LastBackup == targets.LastCompleted || none, func(d *targets.Condition) { d.LastBackup = targets.LastCompleted })
	add(c.Status == targets.Running, func(d *targets.Condition) { d.Status = targets.Running })
	add(slices.Equal(c.Databases, plainDatabases()), func(d *targets.Condition) { d.Databases = plainDatabases() })
	add(c.Engine == targets.MySQL, func(d *targets.Condition) { d.Engine = targets.MySQL })
	return list
}

// conditionSize measures a condition: 0 is the plainest.
func conditionSize(c targets.Condition) int {
	n := 0
	for _, differs := range []bool{
		c.LockMode != "", c.Status != targets.Running, c.Engine != targets.MySQL,
		!slices.Equal(c.Databases, plainDatabases()),
	} {
		if differs {
			n++
		}
	}
	switch c.LastBackup {
	case targets.LastNone:
	case targets.LastCompleted:
		n++
	default:
		n += 2
	}
	if c.BackupsToday > 0 {
		n++
	}
	return n
}
