package audit

import (
	"hash/maphash"
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/codes"
)

// show notes the rules that a call shows.
func (a *Auditor) show(c *call, r ruling, found []judge.Violation) {
	broken := map[string]bool{}
	for _, v := range found {
		for _, reason := range v.Reasons {
			broken[reason.Rule] = true
		}
	}
	var shown []string
	switch c.answer.Outcome {
	case targets.Accepted:
		shown = a.accepted(c, r)
	case targets.Refused:
		a.refused(c, r)
		if c.whole {
			shown = append(shown, "CB-RESPONSE-6", "CB-RESPONSE-8")
		}
	}
	for _, rule := range shown {
		if !broken[rule] {
			a.shown[rule]++
		}
	}
}

// ofState lists the factors of the condition of an instance.
var ofState = []string{generators.Status, generators.Last, generators.Today, generators.Databases, generators.Engine}

// accepted returns the rules that an accepted call shows. It shows those about its parameters in
// whatever state the instance was, for it was accepted.
func (a *Auditor) accepted(c *call, r ruling) []string {
	var shown []string
	for _, reason := range r.want.Accept {
		if !slices.Contains(ofState, reason.Factor) {
			shown = append(shown, reason.Rule)
		}
	}
	for _, reason := range r.all.Accept {
		if slices.Contains(ofState, reason.Factor) {
			shown = append(shown, reason.Rule)
		}
	}
	for _, rule := range a.controls.accept(r.call, c.id) {
		a.shown[rule]++
	}
	if !c.whole {
		return slices.DeleteFunc(shown, func(rule string) bool { return rule == "CB-RESPONSE-2" || rule == "CB-RESPONSE-3" })
	}
	shown = append(shown, "CB-RESPONSE-1", "CB-RESPONSE-5", "CB-RESPONSE-8")
	if a.counts.accepted > 1 {
		shown = append(shown, "CB-RESPONSE-4")
	}
	if a.edition.JobID {
		shown = append(shown, "CB-RESPONSE-12")
		if a.counts.accepted > 1 {
			shown = append(shown, "CB-RESPONSE-11")
		}
	}
	return shown
}

// refused notes the rule that a refusal shows, once its control was seen: the same call without the
// fault, accepted. The Code must speak of the fault, for much else refuses calls.
func (a *Auditor) refused(c *call, r ruling) {
	if len(r.all.Refuse) == 0 || len(r.want.Refuse) != 1 {
		return
	}
	reason, about := r.want.Refuse[0], codes.About(c.answer.Code)
	speaks := judge.CodesOf(reason.Factor).Allow(c.answer.Code) && !slices.Contains(beyond, about)
	switch reason.Factor {
	case "signature":
		speaks = slices.Contains([]codes.Subject{codes.Credentials, codes.Clock}, about) || c.answer.Code == "SignatureNonceUsed"
	case generators.Today:
		speaks = about == codes.Quota
	case generators.Status, generators.Last:
		speaks = about == codes.State
	}
	if speaks && a.controls.refuse(reason, r.call, c.id) {
		a.shown[reason.Rule]++
	}
}

// controls compares refused calls with accepted ones that differ in one thing.
type controls struct {
	seed     maphash.Seed
	accepted *recent[uint64, bool]
	refused  *recent[uint64, []string] // rules that wait for their control
}

func newControls() *controls {
	return &controls{maphash.MakeSeed(), newRecent[uint64, bool](1 << 16), newRecent[uint64, []string](1 << 16)}
}

// compared lists the parameters in which a call and its control may differ. The empty one is for
// rules about the instance: the same call is the control, at another time.
var compared = []string{
	"", generators.InstanceID, generators.Method, generators.Strategy, generators.DBName, generators.Type, generators.Retention,
}

// key returns what a call and its control have in common.
func (k *controls) key(call targets.Call, id, but string) uint64 {
	var h maphash.Hash
	h.SetSeed(k.seed)
	_, _ = h.WriteString(but) // which never fails
	for _, name := range compared[1:] {
		if name == but {
			continue
		}
		for _, v := range call.Values(name) {
			if name == generators.InstanceID {
				v = id
			}
			_, _ = h.WriteString("\x00" + name + "\x01" + v)
		}
	}
	return h.Sum64()
}

// accept notes an accepted call. It returns the rules whose control it is.
func (k *controls) accept(call targets.Call, id string) []string {
	var rules []string
	for _, but := range compared {
		key := k.key(call, id, but)
		if _, known := k.accepted.get(key); !known {
			k.accepted.set(key, true)
		}
		if waiting, is := k.refused.get(key); is && len(waiting) > 0 {
			rules = append(rules, waiting...)
			k.refused.set(key, nil)
		}
	}
	return rules
}

// refuse reports whether the control of a refused call was seen. If not, its rule waits for it.
func (k *controls) refuse(reason oracle.Reason, call targets.Call, id string) bool {
	but := reason.Factor
	switch {
	case but == generators.Engine || but == generators.Databases:
		but = generators.InstanceID // another instance takes the call
	case !slices.Contains(compared, but):
		but = ""
	}
	key := k.key(call, id, but)
	if _, is := k.accepted.get(key); is {
		return true
	}
	if waiting, _ := k.refused.get(key); !slices.Contains(waiting, reason.Rule) {
		k.refused.set(key, append(slices.Clip(waiting), reason.Rule))
	}
	return false
}
