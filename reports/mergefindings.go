package reports

import "slices"

// withFindingKeys returns the rules of a shard with the fingerprint of each finding in place of its
// id. Ids are numbers within one report, and fingerprints are the same in every shard.
func withFindingKeys(shard *Report) []Rule {
	key := map[string]string{}
	for _, f := range shard.Findings {
		key[f.ID] = f.Fingerprint
	}
	rules := slices.Clone(shard.Rules)
	for i := range rules {
		rules[i].Failures = slices.Clone(rules[i].Failures)
		for j := range rules[i].Failures {
			f := &rules[i].Failures[j]
			f.Finding = key[f.Finding]
		}
	}
	return rules
}

// joinFindings makes the findings of the whole run from the failures, which name the fingerprint of
// the finding that they had in their shard. The finding's own failure comes first where it is
// there.
func joinFindings(whole *Report) {
	var keys []string
	groups := map[string]*Group{}
	for _, rule := range whole.Rules {
		for j, f := range rule.Failures {
			if f.Finding == "" || f.Case == nil {
				continue
			}
			ref := FailureRef{Rule: rule.ID, Index: j}
			g := groups[f.Finding]
			switch {
			case g == nil:
				keys = append(keys, f.Finding)
				groups[f.Finding] = &Group{Main: ref}
			case Fingerprint(rule.ID, f) == f.Finding:
				g.Others = append(g.Others, g.Main)
				g.Main = ref
			default:
				g.Others = append(g.Others, ref)
			}
		}
	}
	var list []Group
	for _, key := range keys {
		list = append(list, *groups[key])
	}
	for i := range whole.Rules {
		for j := range whole.Rules[i].Failures {
			whole.Rules[i].Failures[j].Finding = ""
		}
	}
	SetFindings(whole, list)
}
