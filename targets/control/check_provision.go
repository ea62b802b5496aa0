package control

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// condition returns the plainest condition that the server promises.
func (k *checker) condition() targets.Condition {
	c := targets.Condition{
		Engine: targets.MySQL, Status: targets.Running, Databases: []string{"db1", "db2"}, LastBackup: targets.LastNone,
	}
	if len(k.can.Engines) > 0 {
		c.Engine = k.can.Engines[0]
	}
	return c
}

// with returns the plainest condition with these backups.
func (k *checker) with(today int, last string) targets.Condition {
	c := k.condition()
	c.BackupsToday, c.LastBackup = today, last
	return c
}

// optional is the fix of a condition that the server need not meet.
const optional = ""

// provision makes an instance. If the server refuses the condition, fix says what to change. If fix
// is optional, the refusal is only a hint.
func (k *checker) provision(ctx context.Context, c targets.Condition, fix string) (id string, ok bool) {
	p := probe{endpoint: provisionEndpoint, body: c}
	r, ok := k.ask(ctx, p)
	switch {
	case !ok:
		return "", false
	case !r.succeeded():
		k.refused(p, r)
		if fix == optional {
			k.hint(p, "201", k.shown(r), "provision it if that is possible: the rules that need it are inconclusive")
		} else {
			k.wrong(p, "201", k.shown(r), fix)
		}
		return "", false
	case r.status != http.StatusCreated:
		k.wrong(p, "201", k.shown(r), "answer 201 Created when an instance was made")
	}
	answer := madeBy(r)
	id, k.told = answer.ID, answer.backups()
	switch {
	case id == "":
		k.wrong(p, `{"dbInstanceId":"rm-…"}`, k.shown(r), "return the id of the new instance as the string dbInstanceId")
		return "", false
	case slices.Contains(k.made, id):
		k.wrong(p, "a different id for every instance", id+" again", "make a new instance for every request: cases run side by side")
		return "", false
	}
	k.made = append(k.made, id)
	return id, true
}

// madeBy reads the answer that names a new instance. The id is empty where it has none.
func madeBy(r reply) made {
	var answer made
	if json.Unmarshal(r.body, &answer) != nil {
		return made{}
	}
	return answer
}

// otherStatus returns a listed status other than Running, and whether there is one.
func (k *checker) otherStatus() (string, bool) {
	for _, s := range k.can.Statuses {
		// An instance that is Deleting or Released may disappear before it is looked at.
		if s != targets.Running && s != "Deleting" && s != "Released" {
			return s, true
		}
	}
	return "", false
}
