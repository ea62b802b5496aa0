package simulator

import "strings"

// actionFaults are mistakes in which Action creates a backup (features/action.feature).
var actionFaults = []Fault{
	{
		Name: "action-any", Kind: dropped,
		Rules:       []string{"CB-ACTION-2"},
		Description: "A call with any Action creates a backup.",
		apply: rewrites(func(e *exchange) {
			if e.params.value("Action") != "" {
				e.params.set("Action", "CreateBackup")
			}
		}),
	},
	{
		Name: "action-prefix", Kind: value,
		Rules:       []string{"CB-ACTION-2"},
		Description: "A call whose Action begins with CreateBackup creates a backup.",
		apply: rewrites(func(e *exchange) {
			if strings.HasPrefix(e.params.value("Action"), "CreateBackup") {
				e.params.set("Action", "CreateBackup")
			}
		}),
	},
	{
		Name: "action-missing-accepted", Kind: defaulted,
		Rules:       []string{"CB-ACTION-1"},
		Description: "A call without Action creates a backup.",
		apply: rewrites(func(e *exchange) {
			if e.params.count("Action") == 0 && e.r.Header.Get("X-Acs-Action") == "" {
				e.params.set("Action", "CreateBackup")
			}
		}),
	},
	{
		Name: "action-empty-accepted", Kind: defaulted,
		Rules:       []string{"CB-ACTION-1"},
		Description: "A call with an empty Action creates a backup.",
		apply: rewrites(func(e *exchange) {
			if v, given := e.params.get("Action"); given && v == "" {
				e.params.set("Action", "CreateBackup")
			}
		}),
	},
	{
		Name: "action-neighbours-accepted", Kind: value,
		Rules:       []string{"CB-ACTION-2"},
		Description: "The Actions DeleteBackup and ModifyBackupPolicy create a backup.",
		apply: rewrites(func(e *exchange) {
			if a := e.params.value("Action"); a == "DeleteBackup" || a == "ModifyBackupPolicy" {
				e.params.set("Action", "CreateBackup")
			}
		}),
	},
}
