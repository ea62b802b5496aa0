package diagnose

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/diagnose/localise"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/targets"
)

// candidateOf is a failure of a must rule that one call shows each time, with its failing
// condition.
func candidateOf(rule string, kind judge.Kind, when ...reports.Condition) candidate {
	return candidate{
		known: &known{rule: rule, kind: kind, level: oracle.Must},
		failure: reports.Failure{
			Kind: reports.KindWronglyAccepted, When: when, Exact: true, Tries: 3, Reproduced: 3,
			Case: &targets.Case{Steps: []targets.Step{{Do: targets.StepCall}}},
		},
	}
}

func with(c candidate, change ...func(*candidate)) candidate {
	k := *c.known
	c.known = &k
	for _, f := range change {
		f(&c)
	}
	return c
}

func asEverywhere(c *candidate)   { c.known.condition = &localise.FailingCondition{} }
func asShould(c *candidate)       { c.known.level = oracle.Should }
func asIntermittent(c *candidate) { c.failure.Reproduced = 0 }
func asLoad(c *candidate)         { c.known.load = true }
func asShared(c *candidate)       { c.known.shared = true }
func asLate(c *candidate)         { c.known.late = true }
func asSequence(c *candidate) {
	c.failure.Case = &targets.Case{Steps: make([]targets.Step, 3)}
}

// endingWith makes a step the last one of the minimal case.
func endingWith(do string) func(*candidate) {
	return func(c *candidate) {
		steps := slices.Clone(c.failure.Case.Steps)
		steps[len(steps)-1] = targets.Step{Do: do}
		c.failure.Case = &targets.Case{Steps: steps}
	}
}

// everyStep makes every step of the minimal case one of that kind.
func everyStep(do string) func(*candidate) {
	return func(c *candidate) {
		steps := slices.Repeat([]targets.Step{{Do: do}}, len(c.failure.Case.Steps))
		c.failure.Case = &targets.Case{Steps: steps}
	}
}

func asCheck(check string) func(*candidate) {
	return func(c *candidate) { c.failure.Check, c.known.kind = check, "" }
}

func asMutation(name string) func(*candidate) {
	return func(c *candidate) { c.known.mutation = name }
}

func withValue(c *candidate) {
	value := "<b>"
	c.failure.When = append(slices.Clone(c.failure.When), reports.Condition{Factor: "BackupType", Value: &value})
}

func ofEffect(c *candidate) { c.failure.Kind = reports.KindWrongEffect }

// is is a condition on a factor.
func is(factor string, classes ...string) reports.Condition {
	return reports.Condition{Factor: factor, Classes: classes}
}

func TestGroups(t *testing.T) {
	engine, method := is("engine", "MySQL"), is("BackupMethod", "Logical")
	acceptedOn := candidateOf("CB-A-1", judge.WronglyAccepted, engine)
	refusedOn := candidateOf("CB-B-1", judge.WronglyRefused, engine)
	document := candidateOf("CB-RESPONSE-6", judge.WrongDocument, engine)
	crash := func(rule string, count int, factor string) candidate {
		c := candidateOf(rule, judge.NoAnswer, is(factor, "a"))
		c.failure.Answered, c.failure.Count = "a server error", count
		return c
	}
	answered := func(rule, answer string) candidate {
		c := crash(rule, 1, "a "+rule)
		c.failure.Answered = answer
		return c
	}
	signed := func(rule, mutation string) candidate {
		return with(candidateOf(rule, judge.WronglyAccepted), asMutation(mutation))
	}
	pinned := func(rule, value string) candidate {
		return candidateOf(rule, judge.WronglyAccepted, reports.Condition{Factor: "BackupType", Classes: []string{value}, Value: &value})
	}
	noBackup := func(rule string) candidate {
		c := candidateOf(rule, judge.ContradictsEffect, engine)
		c.failure.Answered = "accepted (200)" + judge.NoBackup
		return c
	}
	narrower := candidateOf("CB-C-1", judge.WronglyAccepted, engine, method)
	everywhere := candidateOf("CB-C-1", judge.WronglyAccepted)
	race := with(candidateOf("CB-RACE-1", judge.WronglyAccepted), asCheck(reports.CheckRace))
	for _, c := range []struct {
		name string
		all  []candidate
		want [][]string // the rules of each group, its cause first
	}{
		{"a failure by itself", []candidate{acceptedOn}, [][]string{{"CB-A-1"}}},
		{"the more general explains the more special, though it was found later", []candidate{narrower, acceptedOn}, [][]string{{"CB-A-1", "CB-C-1"}}},
		{"other classes of the same factor", []candidate{acceptedOn, candidateOf("CB-C-1", judge.WronglyAccepted, is("engine", "MariaDB"))}, [][]string{{"CB-A-1"}, {"CB-C-1"}}},
		{"classes in common", []candidate{acceptedOn, candidateOf("CB-C-1", judge.WronglyAccepted, is("engine", "MariaDB", "MySQL"))}, [][]string{{"CB-A-1", "CB-C-1"}}},
		{
			"values and classes of one factor under one rule", []candidate{
				pinned("CB-A-1", "-2"), pinned("CB-A-1", "x"), with(candidateOf("CB-A-1", judge.WronglyAccepted), asMutation("BackupType is a list")), candidateOf("CB-A-1", judge.WronglyAccepted, is("BackupType", "other")), pinned("CB-B-1", "y"),
			},
			[][]string{{"CB-A-1", "CB-A-1", "CB-A-1", "CB-A-1"}, {"CB-B-1"}},
		},
		{"another factor", []candidate{acceptedOn, candidateOf("CB-C-1", judge.WronglyAccepted, method)}, [][]string{{"CB-A-1"}, {"CB-C-1"}}},
		{
			"one of two factors has classes in common", []candidate{narrower, candidateOf("CB-D-1", judge.WronglyAccepted, engine, is("BackupMethod", "Physical"))},
			[][]string{{"CB-C-1"}, {"CB-D-1"}},
		},
		{"what fails everywhere explains by its condition alone", []candidate{everywhere, acceptedOn}, [][]string{{"CB-C-1"}, {"CB-A-1"}}},

		{"a must failure explains a should failure", []candidate{with(narrower, asShould), acceptedOn}, [][]string{{"CB-A-1", "CB-C-1"}}},
		{"of two conditions that are alike the must failure explains the should failure", []candidate{with(acceptedOn, asShould), candidateOf("CB-C-1", judge.WronglyAccepted, engine)}, [][]string{{"CB-C-1", "CB-A-1"}}},
		{"a should failure explains no must failure of another condition", []candidate{with(everywhere, asShould), acceptedOn}, [][]string{{"CB-C-1"}, {"CB-A-1"}}},
		{"two should failures", []candidate{with(acceptedOn, asShould), with(narrower, asShould)}, [][]string{{"CB-A-1", "CB-C-1"}}},

		{"other kinds stay apart", []candidate{acceptedOn, refusedOn, document}, [][]string{{"CB-A-1"}, {"CB-B-1"}, {"CB-RESPONSE-6"}}},
		{"a wrong effect of a call that is wrongly accepted", []candidate{acceptedOn, with(candidateOf("CB-B-1", judge.ContradictsEffect, engine), ofEffect)}, [][]string{{"CB-A-1", "CB-B-1"}}},
		{
			"a wrong effect of more than that", []candidate{acceptedOn, with(candidateOf("CB-B-1", judge.ContradictsEffect, method), ofEffect)},
			[][]string{{"CB-A-1"}, {"CB-B-1"}},
		},
		{
			"wrong backups of one rule", []candidate{candidateOf("CB-A-1", judge.WrongBackup, engine), candidateOf("CB-A-1", judge.WrongBackup, method)},
			[][]string{{"CB-A-1", "CB-A-1"}},
		},
		{"documents of different rules stay apart", []candidate{document, candidateOf("CB-RESPONSE-8", judge.WrongDocument, engine)}, [][]string{{"CB-RESPONSE-6"}, {"CB-RESPONSE-8"}}},
		{"documents of one rule", []candidate{document, candidateOf("CB-RESPONSE-6", judge.WrongDocument, engine, method)}, [][]string{{"CB-RESPONSE-6", "CB-RESPONSE-6"}}},

		{
			"the shape of the document of a success is one cause",
			[]candidate{candidateOf("CB-RESPONSE-1", judge.WrongDocument, engine), candidateOf("CB-RESPONSE-3", judge.WrongDocument, engine, method)},
			[][]string{{"CB-RESPONSE-1", "CB-RESPONSE-3"}},
		},

		{
			"the document of every success", []candidate{
				candidateOf("CB-RESPONSE-1", judge.WrongDocument), candidateOf("CB-RESPONSE-3", judge.WrongDocument, is("Format", "JSON")),
			},
			[][]string{{"CB-RESPONSE-1"}, {"CB-RESPONSE-3"}},
		},
		{
			"the document of every success, whose condition is known", []candidate{
				with(candidateOf("CB-RESPONSE-1", judge.WrongDocument), asEverywhere),
				candidateOf("CB-RESPONSE-3", judge.WrongDocument, is("Format", "JSON")),
			},
			[][]string{{"CB-RESPONSE-1", "CB-RESPONSE-3"}},
		},
		{
			"every refusal", []candidate{
				with(crash("CB-A-1", 1, "a"), func(c *candidate) { c.known.refusals = true }),
				with(crash("CB-B-1", 1, "b"), func(c *candidate) { c.known.toRefuse = true }), crash("CB-C-1", 1, "c"),
				with(crash("CB-D-1", 1, "d"), asShould),
			},
			[][]string{{"CB-A-1", "CB-B-1", "CB-D-1"}, {"CB-C-1"}},
		},
		{
			"the same answer with other numbers and codes is one cause", []candidate{
				answered("CB-A-1", "an error (400 A)"), answered("CB-B-1", "an error (403 B)"), answered("CB-C-1", "an error (404 C)"),
			},
			[][]string{{"CB-A-1", "CB-B-1", "CB-C-1"}},
		},
		{
			"a steady failure explains an intermittent one of its rule",
			[]candidate{acceptedOn, with(acceptedOn, asIntermittent), with(narrower, asIntermittent)},
			[][]string{{"CB-A-1", "CB-A-1"}, {"CB-C-1"}},
		},

		{"the same invalid answer under two rules", []candidate{crash("CB-A-1", 1, "a"), crash("CB-B-1", 1, "b")}, [][]string{{"CB-A-1"}, {"CB-B-1"}}},
		{
			"the same invalid answer under many rules is one cause, told by the rule with the most cases",
			[]candidate{crash("CB-A-1", 1, "a"), crash("CB-B-1", 9, "b"), crash("CB-C-1", 2, "c")}, [][]string{{"CB-B-1", "CB-A-1", "CB-C-1"}},
		},
		{
			"the same invalid answer under many rules is told by a must rule",
			[]candidate{with(crash("CB-A-1", 9, "a"), asShould), with(crash("CB-B-1", 9, "b"), asShould), crash("CB-C-1", 1, "c")}, [][]string{{"CB-C-1", "CB-A-1", "CB-B-1"}},
		},

		{
			"the same mutation of other parameters", []candidate{
				with(candidateOf("CB-A-1", judge.WronglyAccepted), asMutation("BackupMethod is encoded twice, in the body")),
				with(candidateOf("CB-B-1", judge.WronglyAccepted), asMutation("BackupType is encoded twice, in the body")),
				with(candidateOf("CB-C-1", judge.ContradictsEffect), asMutation("Action is encoded twice, in the body")),
				with(candidateOf("CB-D-1", judge.WronglyAccepted), asMutation("BackupType is encoded twice, in the query")),
			},
			[][]string{{"CB-A-1", "CB-B-1", "CB-C-1"}, {"CB-D-1"}},
		},
		{
			"other parameters that are given twice, in the same places", []candidate{
				with(acceptedOn, asMutation("BackupMethod is Physical in the body and Full in the query")),
				with(candidateOf("CB-B-1", judge.WronglyAccepted, method), asMutation("BackupType is Auto in the body and Half in the query")),
				with(candidateOf("CB-C-1", judge.WronglyAccepted, is("Format")), asMutation("BackupType is Auto in the query and Half in the body")),
			},
			[][]string{{"CB-A-1", "CB-B-1"}, {"CB-C-1"}},
		},
		{
			"a wrong Code of calls that are refused like one that may not be", []candidate{
				answered("CB-AUTH-9", "refused (400 SignatureDoesNotMatch)"),
				with(answered("CB-RESPONSE-7", "refused (400 SignatureDoesNotMatch)"), asCheck(reports.CheckCode)),
				with(answered("CB-RESPONSE-7", "refused (400 InvalidType)"), asCheck(reports.CheckCode)),
			},
			[][]string{{"CB-AUTH-9", "CB-RESPONSE-7"}, {"CB-RESPONSE-7"}},
		},
		{
			"a signature that is not checked", []candidate{
				signed("CB-AUTH-1", "the signature is missing"), signed("CB-AUTH-4", "the signature is tampered"),
				signed("CB-AUTH-3", "the signature is wrong-secret"), signed("CB-AUTH-3", "the signature is truncated"),
				signed("CB-AUTH-6", "its nonce was used before"), signed("CB-METHOD-3", "BackupMethod is encoded twice"),
			},
			[][]string{{"CB-AUTH-3", "CB-AUTH-1", "CB-AUTH-4", "CB-AUTH-3", "CB-AUTH-6"}, {"CB-METHOD-3"}},
		},
		{
			"a signature that is not checked for one type", []candidate{
				signed("CB-AUTH-1", "the signature is missing, SignatureType is BEARERTOKEN"), signed("CB-AUTH-4", "the signature is tampered"),
				signed("CB-AUTH-3", "the signature is wrong-secret, SignatureType is BEARERTOKEN"),
			},
			[][]string{{"CB-AUTH-3", "CB-AUTH-1"}, {"CB-AUTH-4"}},
		},
		{
			"a signature that is checked in part", []candidate{
				signed("CB-AUTH-1", "the signature is missing"), signed("CB-AUTH-4", "the signature is tampered"),
				signed("CB-AUTH-3", "the signature is truncated"),
			},
			[][]string{{"CB-AUTH-1"}, {"CB-AUTH-4"}, {"CB-AUTH-3"}},
		},
		{
			"markup that breaks the document of an answer", []candidate{
				with(answered("CB-TYPE-3", "(400): the body is not well-formed XML"), withValue),
				with(candidateOf("CB-RESPONSE-6", judge.WrongDocument, method), withValue, asShould),
				with(candidateOf("CB-RESPONSE-7", ""), asCheck(reports.CheckCode), asShould),
				with(candidateOf("CB-RESPONSE-8", judge.WrongDocument, engine), asShould),
			},
			[][]string{{"CB-RESPONSE-8"}, {"CB-TYPE-3", "CB-RESPONSE-6", "CB-RESPONSE-7"}},
		},
		{
			"bytes that break the document of an answer", []candidate{
				with(answered("CB-ROBUST-2", "(400): the body is not well-formed XML"), asShould),
				with(answered("CB-ROBUST-3", "(400): the body is not UTF-8"), asShould),
			},
			[][]string{{"CB-ROBUST-2", "CB-ROBUST-3"}},
		},
		{
			"a race while backups complete, whose steps fail one after another", []candidate{
				with(race, func(c *candidate) { c.failure.Race = &reports.Race{Completing: true} }),
				with(candidateOf("CB-A-1", judge.WronglyRefused), asSequence, everyStep(targets.StepComplete), endingWith(targets.StepCall)),
			},
			[][]string{{"CB-A-1", "CB-RACE-1"}},
		},
		{
			"a race of calls alone", []candidate{
				with(race, func(c *candidate) { c.failure.Race = &reports.Race{} }),
				with(candidateOf("CB-A-1", judge.WronglyRefused), asSequence, everyStep(targets.StepComplete), endingWith(targets.StepCall)),
			},
			[][]string{{"CB-A-1"}, {"CB-RACE-1"}},
		},
		{
			"backups of other instances", []candidate{
				noBackup("CB-RESPONSE-10"), with(refusedOn, asIntermittent), candidateOf("CB-INSTANCE-3", judge.WrongInstance, method),
				candidateOf("CB-D-1", judge.ContradictsEffect, engine), with(acceptedOn, asSequence), race,
			},
			[][]string{{"CB-INSTANCE-3", "CB-RESPONSE-10", "CB-A-1", "CB-RACE-1", "CB-B-1"}, {"CB-D-1"}},
		},
		{
			"of what fails now and then a wrong acceptance says most", []candidate{
				with(candidateOf("CB-INSTANCE-3", judge.WrongInstance), asIntermittent), with(acceptedOn, asIntermittent),
			},
			[][]string{{"CB-A-1", "CB-INSTANCE-3"}},
		},
		{"the mutation that is unusual about the calls", []candidate{with(acceptedOn, asMutation("twice")), narrower}, [][]string{{"CB-C-1"}, {"CB-A-1"}}},
		{"a sequence of one rule", []candidate{with(acceptedOn, asSequence), with(candidateOf("CB-A-1", judge.WronglyAccepted, method), asSequence)}, [][]string{{"CB-A-1", "CB-A-1"}}},
		{"sequences with the same steps", []candidate{with(acceptedOn, asSequence), with(narrower, asSequence)}, [][]string{{"CB-A-1", "CB-C-1"}}},
		{
			"sequences with other steps", []candidate{with(acceptedOn, asSequence), with(narrower, asSequence, endingWith(targets.StepDelete))},
			[][]string{{"CB-A-1"}, {"CB-C-1"}},
		},
		{"one call explains a sequence", []candidate{with(narrower, asSequence), acceptedOn}, [][]string{{"CB-A-1", "CB-C-1"}}},

		{"intermittent failures are one", []candidate{with(acceptedOn, asIntermittent), with(refusedOn, asIntermittent)}, [][]string{{"CB-A-1", "CB-B-1"}}},
		{"a steady failure explains no intermittent one", []candidate{acceptedOn, with(narrower, asIntermittent)}, [][]string{{"CB-A-1"}, {"CB-C-1"}}},
		{"an intermittent failure explains no steady one", []candidate{with(acceptedOn, asIntermittent), narrower}, [][]string{{"CB-C-1"}, {"CB-A-1"}}},
		{"a target that does not answer disturbs now and then", []candidate{with(refusedOn, asIntermittent), with(acceptedOn, asLate)}, [][]string{{"CB-A-1", "CB-B-1"}}},
		{"a race disturbs now and then", []candidate{with(refusedOn, asIntermittent), race}, [][]string{{"CB-RACE-1", "CB-B-1"}}},

		{"shared state explains wrong refusals", []candidate{refusedOn, with(acceptedOn, asShared)}, [][]string{{"CB-A-1", "CB-B-1"}}},
		{"shared state explains no wrong documents", []candidate{document, with(acceptedOn, asShared)}, [][]string{{"CB-A-1"}, {"CB-RESPONSE-6"}}},
		{"shared state disturbs now and then", []candidate{with(document, asIntermittent), with(acceptedOn, asShared)}, [][]string{{"CB-A-1", "CB-RESPONSE-6"}}},

		{"a race stays apart from a call", []candidate{acceptedOn, race}, [][]string{{"CB-A-1"}, {"CB-RACE-1"}}},
		{"races of one rule", []candidate{race, with(race)}, [][]string{{"CB-RACE-1", "CB-RACE-1"}}},
		{"other checks of one rule", []candidate{race, with(race, asCheck(reports.CheckCode))}, [][]string{{"CB-RACE-1"}, {"CB-RACE-1"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, rulesOfGroups(group(found(c.all))))
		})
	}
}

// found numbers candidates in the order in which they were found.
func found(all []candidate) []candidate {
	all = slices.Clone(all)
	for i := range all {
		all[i].found = i
	}
	return all
}

func rulesOfGroups(groups []reports.Group) [][]string {
	var out [][]string
	for _, g := range groups {
		rules := []string{g.Main.Rule}
		for _, o := range g.Others {
			rules = append(rules, o.Rule)
		}
		out = append(out, rules)
	}
	return out
}

// A server that answers a call with what it answered an earlier one breaks many rules, for one
// reason. A RequestId that comes twice, of calls that made their backups, explains nothing.
func TestGroupsOfRepeatedAnswers(t *testing.T) {
	sequence := func(rule string, kind judge.Kind, answered string, steps int) candidate {
		c := candidateOf(rule, kind)
		c.failure.Case = &targets.Case{Steps: slices.Repeat([]targets.Step{{Do: targets.StepCall}}, steps)}
		c.failure.Answered = answered
		return c
	}
	accepted := sequence("CB-A-1", judge.WronglyAccepted, "accepted (200)", 2)
	repeated := sequence("CB-B-1", judge.WrongDocument, judge.RepeatedID, 2)
	noBackup := sequence("CB-C-1", judge.ContradictsEffect, "accepted (200)"+judge.NoBackup, 2)
	longer := with(sequence("CB-D-1", judge.WrongDocument, "a document of another shape", 5), asIntermittent)
	one := candidateOf("CB-E-1", judge.WronglyAccepted)
	for _, c := range []struct {
		name string
		all  []candidate
		want [][]string
	}{
		{"an answer that is repeated", []candidate{accepted, noBackup, repeated, longer}, [][]string{{"CB-B-1", "CB-A-1", "CB-C-1", "CB-D-1"}}},
		{"only its RequestId", []candidate{accepted, repeated}, [][]string{{"CB-A-1"}, {"CB-B-1"}}},
		{"a failure of one call", []candidate{one, noBackup, repeated}, [][]string{{"CB-B-1", "CB-C-1"}, {"CB-E-1"}}},
	} {
		require.Equal(t, c.want, rulesOfGroups(group(found(c.all))), c.name)
	}
}

// drawCandidate draws a failure of any kind.
func drawCandidate(t *rapid.T) candidate {
	kinds := []judge.Kind{judge.WronglyAccepted, judge.WronglyRefused, judge.WrongDocument, judge.NoAnswer}
	var when []reports.Condition
	for _, factor := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"engine", "BackupMethod", "status"}), 0, 2, rapid.ID[string]).Draw(t, "factors") {
		when = append(when, is(factor, rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b"}), 1, 2).Draw(t, "classes")...))
	}
	c := candidateOf(rapid.SampledFrom([]string{"CB-A-1", "CB-B-1"}).Draw(t, "rule"), rapid.SampledFrom(kinds).Draw(t, "kind"), when...)
	for _, change := range []func(*candidate){asShould, asIntermittent, asShared, asLate, asSequence, asCheck(reports.CheckRace)} {
		if rapid.IntRange(0, 4).Draw(t, "change") == 0 {
			change(&c)
		}
	}
	return c
}

func TestGroupsHaveEachFailureOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := found(rapid.SliceOfN(rapid.Custom(drawCandidate), 0, 8).Draw(t, "failures"))
		byRef := map[reports.FailureRef]candidate{}
		for i := range all {
			all[i].known.index = i
			byRef[reports.FailureRef{Rule: all[i].known.rule, Index: i}] = all[i]
		}
		var refs []reports.FailureRef
		for _, g := range group(all) {
			main := byRef[g.Main]
			refs = append(refs, g.Main)
			for _, ref := range g.Others {
				refs = append(refs, ref)
				require.True(t, main.explains(byRef[ref]))
			}
		}
		require.Len(t, refs, len(all))
		for ref := range byRef {
			require.Contains(t, refs, ref)
		}
	})
}

func TestOrderOfWhatMayExplain(t *testing.T) {
	base := candidateOf("CB-A-1", judge.WronglyAccepted, is("engine", "MySQL"))
	inexact := with(base, func(c *candidate) { c.failure.Exact = false })
	ordered := []candidate{
		with(base, asShared), base, with(base, asShould), candidateOf("CB-A-1", judge.WronglyAccepted, is("engine"), is("status")), inexact,
		with(base, asSequence), with(base, asIntermittent, asLoad), with(base, asIntermittent),
	}
	for i := range ordered {
		for j := range ordered {
			a, b := ordered[i], ordered[j]
			a.found, b.found = 1, 1
			require.Equal(t, i < j, moreGeneral(a, b) < 0, fmt.Sprint(i, " and ", j))
		}
	}
	first, second := base, base
	second.found = 1
	require.Negative(t, moreGeneral(first, second), "else the one that was found first")
}

// A failing condition explains each failure whose call meets it, whatever that failure speaks of.
func TestGroupsByTheCallsOfMinimalCases(t *testing.T) {
	b := newBench(t, nil)
	c := b.vector("engine=SQLServer", "BackupMethod=Physical")
	condition := localise.OfVector(b.model, *c.Vector)
	method := func(c *localise.FailingCondition) {
		f := b.model.Index("BackupMethod")
		c.Conditions = slices.DeleteFunc(c.Conditions, func(x localise.Condition) bool { return x.Factor != f })
	}
	method(&condition)
	cause := candidateOf("CB-A-1", judge.WronglyAccepted, is("BackupMethod", "Physical"))
	cause.known.condition = &condition
	met, other := c.Case, b.vector("engine=SQLServer", "BackupMethod=Logical").Case
	require.NotEqual(t, met, other)
	for _, tt := range []struct {
		name  string
		o     candidate
		calls []targets.Case
		want  bool
	}{
		{"a call that meets it", candidateOf("CB-B-1", judge.WronglyAccepted, is("engine", "SQLServer")), []targets.Case{met}, true},
		{"a call that does not", candidateOf("CB-B-1", judge.WronglyAccepted, is("engine", "SQLServer")), []targets.Case{other}, false},
		{"a call that is unknown", candidateOf("CB-B-1", judge.WronglyAccepted, is("engine", "SQLServer")), nil, false},
		{"the first call of a sequence", with(candidateOf("CB-B-1", judge.WronglyRefused), asSequence), []targets.Case{met, other}, true},
		{"no call of a sequence", with(candidateOf("CB-B-1", judge.WronglyRefused), asSequence), []targets.Case{other, other}, false},
		{"a call of a race", with(candidateOf("CB-RACE-1", judge.WronglyAccepted), asCheck(reports.CheckRace), asSequence), []targets.Case{met}, true},
		{"a wrong effect of such a call", with(candidateOf("CB-B-1", judge.ContradictsEffect), ofEffect), []targets.Case{met}, true},
		{"a wrong document of such a call", candidateOf("CB-B-1", judge.WrongDocument), []targets.Case{met}, false},
	} {
		tt.o.calls = tt.calls
		require.Equal(t, tt.want, cause.explains(tt.o), tt.name)
	}
	unusual := with(cause, asMutation("twice"))
	o := candidateOf("CB-B-1", judge.WronglyAccepted)
	o.calls = []targets.Case{met}
	require.False(t, unusual.explains(o), "the call has nothing unusual about it")
}
