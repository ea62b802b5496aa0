package control

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// conditionChecks check the instances right after they are provisioned.
type conditionChecks struct{ *checker }

// conditions checks whether a new instance has the backups of its condition.
func (k conditionChecks) conditions(ctx context.Context) {
	for _, c := range []targets.Condition{
		k.with(0, targets.LastNone), k.with(0, targets.LastCompleted), k.with(0, targets.LastRunning), k.with(0, targets.LastFailed),
		k.with(3, targets.LastCompleted), k.with(3, targets.LastRunning), k.with(3, targets.LastFailed), k.with(10, targets.LastCompleted),
	} {
		id, ok := k.provision(ctx, c, optional)
		if !ok || !k.can.Observe {
			continue
		}
		told := k.told
		list, ok := k.list(ctx, id)
		if !ok {
			continue
		}
		k.fits(probe{backupsEndpoint, id, nil}, c, list)
		if told != nil {
			k.agree(probe{provisionEndpoint, "", c}, told, list)
		}
	}
	if k.can.Observe && k.told == nil {
		k.hint(probe{endpoint: provisionEndpoint}, "backups in the answer", "none",
			"list the backups there as "+backupsEndpoint+" does: it saves a request in nearly every case")
	}
}

// agree compares the backups that the answer to POST lists with those that are listed right after.
func (k conditionChecks) agree(p probe, told, list []targets.Backup) {
	if ids(told) != ids(list) || statuses(told) != statuses(list) {
		k.wrong(p, fmt.Sprintf("the backups that %s lists: %s %s", backupsEndpoint, ids(list), statuses(list)),
			fmt.Sprintf("%s %s", ids(told), statuses(told)), "list the same backups, or leave them out of the answer")
	}
}

// fits compares the backups of a new instance with its condition.
func (k conditionChecks) fits(p probe, c targets.Condition, list []targets.Backup) {
	text, _ := json.Marshal(c) // it was marshalled before
	after := fmt.Sprintf(" after provisioning %s", text)
	if !k.fitsNumber(p, c, list, after) || len(list) == 0 {
		return
	}
	k.fitsLast(p, c, list, after)
	for _, b := range list {
		if b.Databases != nil && b.Strategy == "instance" && !sameNames(b.Databases, c.Databases) {
			k.wrong(p, fmt.Sprintf("databases %q in a backup of the whole instance%s", c.Databases, after), fmt.Sprintf("%q", b.Databases),
				"list every database of the instance, or omit databases if they are not known")
		}
	}
}

// fitsNumber compares the number of backups, and reports whether the rest can be compared.
func (k conditionChecks) fitsNumber(p probe, c targets.Condition, list []targets.Backup, after string) bool {
	want := max(c.BackupsToday, 1)
	if c.LastBackup == targets.LastNone {
		want = c.BackupsToday
	}
	switch n := len(list); {
	case n < want:
		k.wrong(p, fmt.Sprintf("%d backups%s", want, after), fmt.Sprint(n),
			"list the backups from provisioning too: backupsToday of them, the last one in the state of lastBackup")
		return false
	case n > 0 && c.LastBackup == targets.LastNone:
		k.wrong(p, "no backups"+after, fmt.Sprint(n), "make no backups if lastBackup is none")
		return false
	case n > want:
		k.hint(p, fmt.Sprintf("%d backups%s", want, after), fmt.Sprint(n), "make no more backups than the condition has")
	}
	return true
}

// fitsLast compares the states of the backups.
func (k conditionChecks) fitsLast(p probe, c targets.Condition, list []targets.Backup, after string) {
	running := func(b targets.Backup) bool { return b.Status == targets.LastRunning }
	last := list[len(list)-1].Status
	switch {
	case !slices.Contains(states, last): // list has reported it
	case last == c.LastBackup:
		if slices.ContainsFunc(list[:len(list)-1], running) {
			k.wrong(p, "no backup but the last one running"+after, statuses(list), "make the earlier backups completed")
		}
	case list[0].Status == c.LastBackup && c.LastBackup != targets.LastCompleted:
		k.wrong(p, "backups oldest first"+after, statuses(list), "reverse the list: the newest backup comes last")
	default:
		k.wrong(p, "the last backup "+c.LastBackup+after, statuses(list),
			"make the last backup as lastBackup says; only complete may end it")
	}
}

func sameNames(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}
