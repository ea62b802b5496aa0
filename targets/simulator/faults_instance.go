package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// instanceFaults are mistakes in which instance DBInstanceId names, and in which instance is
// backed up (features/instance.feature).
var instanceFaults = []Fault{
	{
		Name: "instance-missing-accepted", Kind: dropped,
		Rules:       []string{"CB-INSTANCE-1"},
		Description: "A call without DBInstanceId is answered with success.",
		apply:       acceptsWithoutInstance(func(_ *creation, r *refusal) bool { return r.code == "MissingParameter" }),
	},
	{
		Name: "instance-unknown-accepted", Kind: dropped,
		Rules:       []string{"CB-INSTANCE-2"},
		Description: "A call with an unknown DBInstanceId is answered with success.",
		apply:       acceptsWithoutInstance(func(_ *creation, r *refusal) bool { return r == noSuchInstance }),
	},
	{
		Name: "instance-empty-accepted", Kind: boundary,
		Rules:       []string{"CB-INSTANCE-1"},
		Description: "A call with an empty DBInstanceId is answered with success.",
		apply: acceptsWithoutInstance(func(c *creation, _ *refusal) bool {
			v, given := c.e.params.get("DBInstanceId")
			return given && v == ""
		}),
	},
	{
		Name: "made-elsewhere-too", Kind: untrue,
		Rules:       []string{"CB-INSTANCE-3"},
		Description: "An accepted call also creates a backup of every other instance.",
		apply:       afterAccepting(func(c *creation) { c.copyToOthers(*c.in.last()) }),
	},
	{
		Name: "made-elsewhere", Kind: untrue,
		Rules:       []string{"CB-INSTANCE-3", "CB-PRE-1"},
		Description: "An accepted call creates a backup of the other instances instead of the one it names.",
		apply:       afterAccepting(func(c *creation) { c.copyToOthers(*c.in.removeLast()) }),
	},
	{
		Name: "running-shared", Kind: sharedKind,
		Rules:       []string{"CB-INSTANCE-3", "CB-RACE-2", "CB-SEQ-1", "CB-QUOTA-3", "CB-PRE-1"},
		Description: "A running backup of one instance blocks every other instance.",
		apply: refuses(backupRunning, func(c *creation) bool {
			return c.e.s.anyOther(c.in, func(other *instance) bool { return other.running() != nil })
		}),
	},
	{
		Name: "instance-prefix-found", Kind: value,
		Rules:       []string{"CB-INSTANCE-2"},
		Description: "An unknown DBInstanceId that is a prefix or an extension of an id is answered with success.",
		apply: acceptsWithoutInstance(func(c *creation, r *refusal) bool {
			id := c.e.params.value("DBInstanceId")
			return r == noSuchInstance && slices.ContainsFunc(c.e.s.others(nil), func(in *instance) bool {
				return strings.HasPrefix(in.id, id) || strings.HasPrefix(id, in.id)
			})
		}),
	},
	{
		Name: "instance-missing-500", Kind: statusKind,
		Rules:       []string{"CB-INSTANCE-1"},
		Description: "A missing DBInstanceId is answered with the status 500.",
		apply: changesError(func(e *exchange) {
			if e.code == "MissingParameter" && e.params.value("DBInstanceId") == "" {
				e.status = http.StatusInternalServerError
			}
		}),
	},
	{
		Name: "instance-beginning-accepted", Kind: value,
		Rules:       []string{"CB-INSTANCE-2"},
		Description: "DBInstanceId accepts the first nine or more characters of an id.",
		apply: findsInstance(func(id, asked string) bool {
			return len(asked) >= 9 && strings.HasPrefix(id, asked)
		}),
	},
	{
		Name: "instance-more-accepted", Kind: value,
		Rules:       []string{"CB-INSTANCE-2"},
		Description: "DBInstanceId accepts an id with additional characters at the end.",
		apply:       findsInstance(func(id, asked string) bool { return strings.HasPrefix(asked, id+"x") }),
	},
	{
		Name: "instance-first-of-list", Kind: value,
		Rules:       []string{"CB-INSTANCE-2"},
		Description: "DBInstanceId accepts a list of ids and uses the first.",
		apply:       findsInstance(func(id, asked string) bool { return strings.HasPrefix(asked, id+",") }),
	},
	{
		Name: "instance-wildcard", Kind: value,
		Rules:       []string{"CB-INSTANCE-2"},
		Description: "DBInstanceId accepts an asterisk for any instance.",
		apply:       findsInstance(func(_, asked string) bool { return asked == "*" }),
	},
	{
		Name: "instance-injected", Kind: value,
		Rules:       []string{"CB-INSTANCE-2"},
		Description: "DBInstanceId is open to SQL injection.",
		apply:       findsInstance(func(_, asked string) bool { return strings.HasSuffix(asked, "' OR '1'='1") }),
	},
	{
		Name: "deleted-instance-accepted", Kind: stateKind, Factors: 2,
		Rules:       []string{"CB-INSTANCE-2"},
		Description: "A deleted instance still accepts a backup.",
		apply: func(s *Simulator, b *behaviour) {
			deletions := newCounter()
			together(
				onControl(func(in *instance, event event) {
					if event == deleted {
						deletions.add(in.id)
					}
				}),
				acceptsWithoutInstance(func(c *creation, r *refusal) bool {
					return r == noSuchInstance && deletions.of(c.e.params.value("DBInstanceId")) > 0
				}),
			)(s, b)
		},
	},
	{
		Name: "instance-twice-each", Kind: value, Factors: 2,
		Rules:       []string{"CB-INSTANCE-3"},
		Description: "A call that repeats DBInstanceId creates a backup of each instance it names.",
		apply: afterAccepting(func(c *creation) {
			made := *c.in.last()
			c.e.s.eachOther(c.in, func(other *instance) {
				if slices.Contains(c.e.params, pair{"DBInstanceId", other.id}) {
					other.add(made.copy())
				}
			})
		}),
	},
	{
		Name: "instance-other-letters-elsewhere", Kind: value, Factors: 2,
		Rules:       []string{"CB-INSTANCE-3", "CB-RESPONSE-10"},
		Description: "A DBInstanceId in another letter case is accepted, and another instance is backed up.",
		apply: together(findsInstance(strings.EqualFold), afterAccepting(func(c *creation) {
			if c.e.query.value("DBInstanceId") != c.in.id && len(c.e.body) == 0 {
				c.copyToOthers(*c.in.removeLast())
			}
		})),
	},
}

// acceptsWithoutInstance answers calls with success whose instance was not found.
func acceptsWithoutInstance(is func(c *creation, r *refusal) bool) change {
	return decides(func(c *creation, r *refusal) *refusal {
		if c.in == nil && r != nil && is(c, r) {
			return nil
		}
		return r
	})
}

// findsInstance takes an unknown DBInstanceId for the id of an instance that it resembles.
func findsInstance(resembles likeness) change {
	return rewrites(func(e *exchange) {
		asked := e.params.value("DBInstanceId")
		if asked == "" || e.s.find(asked) != nil {
			return
		}
		for _, in := range e.s.others(nil) {
			if resembles(in.id, asked) {
				e.params.set("DBInstanceId", in.id)
				return
			}
		}
	})
}

// copyToOthers adds a copy of a backup to every other instance.
func (c *creation) copyToOthers(b backup) {
	c.e.s.eachOther(c.in, func(other *instance) { other.add(b.copy()) })
}
