package reports_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/internal/samples"
)

const knownSample = `known:
  - rule: CB-METHOD-3
    law: Fails when the value is empty.
    answered: "accepted: 200"
    reason: an empty value is read as absent
    owner: backup team
    expires: 2026-12-31
`

// knownRules are the rules that exist in these tests.
var knownRules = []string{"A", "CB-METHOD-3", "CB-X-1", "CB-X-2", "CB-X-3", "CB-X-4"}

func TestReadKnownSaysWhatIsWrongAndWhere(t *testing.T) {
	entry := func(without, with string) string {
		s := "known:\n  - rule: A\n    law: b\n    answered: c\n    reason: d\n    owner: e\n    expires: 2026-12-31\n"
		return replaceOnce(t, s, without, with)
	}
	for _, c := range []struct{ name, content, says string }{
		{"unknown key", entry("    owner: e\n", "    owner: e\n    until: 1\n"), `:7: unknown field "until"`},
		{"unknown key at the top", "waivers: []\n", `:1: unknown field "waivers"`},
		{"no reason", entry("    reason: d\n", ""), ":2: a known failure needs reason"},
		{"empty owner", entry("owner: e", `owner: "  "`), ":2: a known failure needs owner"},
		{"no expiry", entry("    expires: 2026-12-31\n", ""), ":2: a known failure needs expires"},
		{"no answer", entry("    answered: c\n", ""), ":2: a known failure needs answered"},
		{"nothing that tells which failure", entry("    law: b\n    answered: c\n", ""), ":2: a known failure needs fingerprint"},
		{"a fingerprint with no owner", entry("    law: b\n    answered: c\n    reason: d\n    owner: e\n", "    fingerprint: 0123456789abcdef\n    reason: d\n"), ":2: a known failure needs owner"},
		{"no fingerprint", entry("    law: b\n", "    fingerprint: CB-A-1\n    law: b\n"), `:3: the fingerprint "CB-A-1" is not one`},
		{"a fingerprint twice", entry("known:\n", "known:\n  - {rule: A, fingerprint: 0123456789abcdef, reason: x, owner: y, expires: 2026-01-01}\n") +
			"  - {rule: A, fingerprint: 0123456789abcdef, law: another, reason: x, owner: y, expires: 2026-01-01}\n", ":9: line 2 has the same known failure"},
		{"no date", entry("2026-12-31", "next year"), `:7: expires is "next year"`},
		{"no such day", entry("2026-12-31", "2026-02-30"), `:7: expires is "2026-02-30"`},
		{"twice", entry("known:\n", "known:\n  - {rule: A, law: b, answered: c, reason: x, owner: y, expires: 2026-01-01}\n"), ":3: line 2 has the same known failure"},
		{"no such rule", entry("rule: A", "rule: AA"), ":2: there is no rule AA"},
		{"no YAML", "known: [\n", ":1: "},
		{"no list", "known: yes\n", ":1: "},
		{"brackets without end", "known:\n" + strings.Repeat("[", 60_000), ":2: lists and mappings are nested too deeply"},
		{"too long", strings.Repeat("#", 4<<20+1), ": the file is longer than 4 MiB"},
		{"key twice", entry("    law: b\n", "    law: b\n    law: b\n"), ":4: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "known.yaml")
			require.NoError(t, os.WriteFile(path, []byte(c.content), 0o600))
			_, err := reports.ReadKnown(path, knownRules)
			require.ErrorContains(t, err, path+c.says)
		})
	}
	_, err := reports.ReadKnown(filepath.Join(t.TempDir(), "none.yaml"), knownRules)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func replaceOnce(t *testing.T, s, old, replacement string) string {
	t.Helper()
	before, after, found := strings.Cut(s, old)
	require.True(t, found)
	return before + replacement + after
}

func TestReadKnownSkipsAByteOrderMark(t *testing.T) {
	path := filepath.Join(t.TempDir(), "known.yaml")
	require.NoError(t, os.WriteFile(path, []byte("\ufeffknown: []\n"), 0o600))
	known, err := reports.ReadKnown(path, knownRules)
	require.NoError(t, err)
	require.Empty(t, known)
}

func TestReadKnown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "known.yaml")
	require.NoError(t, os.WriteFile(path, []byte(knownSample), 0o600))
	known, err := reports.ReadKnown(path, knownRules)
	require.NoError(t, err)
	require.Equal(t, []reports.Waiver{{
		Rule: "CB-METHOD-3", Law: "Fails when the value is empty.", Answer: "accepted: 200",
		Reason: "an empty value is read as absent", Owner: "backup team", Expires: "2026-12-31",
	}}, known)
	require.NoError(t, os.WriteFile(path, []byte("# nothing is known\n"), 0o600))
	known, err = reports.ReadKnown(path, knownRules)
	require.NoError(t, err)
	require.Empty(t, known)
}

// oneFailure is a report with a must rule that has one failure, a must rule that passed, and a
// should rule that was skipped.
func oneFailure(law, answer string) *reports.Report {
	return samples.Finish(&reports.Report{Complete: true, Rules: []reports.Rule{
		{ID: "A", Level: reports.Must, Verdict: reports.Failed, Cases: 3, Failures: []reports.Failure{{Law: law, Answered: answer}}},
		{ID: "B", Level: reports.Must, Verdict: reports.Passed, Cases: 3},
		{ID: "C", Level: reports.Should, Verdict: reports.Skipped},
	}})
}

var today = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func waiver(rule, law, answer, expires string) reports.Waiver {
	return reports.Waiver{Rule: rule, Law: law, Answer: answer, Reason: "r", Owner: "o", Expires: expires}
}

func TestNotesSayWhatToDoAboutTheList(t *testing.T) {
	out := reports.Apply(oneFailure("law", "answer"), []reports.Waiver{
		waiver("A", "law", "another answer", "2026-12-31"), waiver("A", "law", "answer", "2026-05-31"),
		waiver("B", "law", "answer", "2026-12-31"), waiver("Z", "law", "answer", "2026-12-31"),
	}, today)
	require.Equal(t, []string{
		`A: known failure "law": its last day was 2026-05-31 (o): fix the failure, or set a later day`,
		`B: known failure "law": it fails no longer: remove it from the list`,
		`A: known failure "law": its answer has changed from "another answer" to "answer"`,
		`Z: known failure "law": the rule does not exist`,
	}, out.Notes())
	require.Empty(t, reports.Apply(oneFailure("law", "answer"), []reports.Waiver{waiver("A", "law", "answer", "2026-12-31")}, today).Notes())
}

func TestAnAnswerThatIsNotUTF8CanBeKnown(t *testing.T) {
	path := filepath.Join(t.TempDir(), "known.yaml")
	r := oneFailure("law \xff\xfe", "answer \xff\xfe")
	require.NoError(t, reports.WriteKnown(path, reports.UpdateKnown(nil, r, reports.Waiver{Reason: "r", Owner: "o", Expires: "2026-12-31"})))
	known, err := reports.ReadKnown(path, knownRules)
	require.NoError(t, err)
	require.Len(t, reports.Apply(r, known, today).Waived, 1)
}

func TestApply(t *testing.T) {
	for _, c := range []struct {
		name   string
		known  reports.Waiver
		waived int
		is     func(reports.Outcome) int
	}{
		{"fits", waiver("A", "law", "answer", "2026-12-31"), 1, func(o reports.Outcome) int { return len(o.Waived) }},
		{"holds through its last day", waiver("A", "law", "answer", "2026-06-01"), 1, func(o reports.Outcome) int { return len(o.Waived) }},
		{"expired", waiver("A", "law", "answer", "2026-05-31"), 0, func(o reports.Outcome) int { return len(o.Expired) }},
		{"answered otherwise", waiver("A", "law", "another answer", "2026-12-31"), 0, func(o reports.Outcome) int { return len(o.Unexpected) }},
		{"another law", waiver("A", "another law", "answer", "2026-12-31"), 0, func(o reports.Outcome) int { return len(o.Stale) }},
		{"passes again", waiver("B", "law", "answer", "2026-12-31"), 0, func(o reports.Outcome) int { return len(o.Stale) }},
		{"no such rule", waiver("Z", "law", "answer", "2026-12-31"), 0, func(o reports.Outcome) int { return len(o.Unmatched) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := oneFailure("law", "answer")
			out := reports.Apply(r, []reports.Waiver{c.known}, today)
			require.Equal(t, 1, c.is(out), "%+v", out)
			require.Equal(t, c.waived, r.Totals.Waived)
			require.Equal(t, c.waived == 1, r.Rules[0].Waiver != nil)
			require.Equal(t, c.waived == 1, r.Rules[0].Failures[0].Known != nil)
			require.Len(t, out.Unexpected, 1-c.waived)
			require.Equal(t, reports.NotConformant, reports.Verdict(r))
		})
	}
	t.Run("a rule that was not run makes nothing stale", func(t *testing.T) {
		out := reports.Apply(oneFailure("law", "answer"), []reports.Waiver{waiver("C", "law", "answer", "2026-12-31")}, today)
		require.Empty(t, out.Stale)
	})
	t.Run("a single shard, or a run that was cut short, makes nothing stale", func(t *testing.T) {
		r := oneFailure("law", "answer")
		r.Shard = "1/2"
		require.Empty(t, reports.Apply(r, []reports.Waiver{waiver("B", "law", "answer", "2026-12-31")}, today).Stale)
		r = oneFailure("law", "answer")
		r.Complete = false
		require.Empty(t, reports.Apply(r, []reports.Waiver{waiver("B", "law", "answer", "2026-12-31")}, today).Stale)
	})
	t.Run("a rule is waived only if all of its failures are known", func(t *testing.T) {
		r := oneFailure("law", "answer")
		r.Rules[0].Failures = append(r.Rules[0].Failures, reports.Failure{Law: "another"})
		out := reports.Apply(r, []reports.Waiver{waiver("A", "law", "answer", "2026-12-31")}, today)
		require.Nil(t, r.Rules[0].Waiver)
		require.NotNil(t, r.Rules[0].Failures[0].Known)
		require.Equal(t, []reports.UnknownFailure{{Rule: "A", Level: reports.Must, Law: "another"}}, out.Unexpected)
	})
}

func TestReadKnownReturnsWhatWriteKnownWrote(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "known.yaml")
	rapid.Check(t, func(t *rapid.T) {
		special := rapid.StringMatching(`[ -~\n é漢:#'"{}\[\]]{0,20}[a-z:'"#{]`)
		text := rapid.OneOf(special, rapid.Map(rapid.String(), func(s string) string { return s + "." }))
		var known []reports.Waiver
		for i := range rapid.IntRange(0, 4).Draw(t, "n") {
			known = append(known, reports.Waiver{
				Rule: "CB-X-" + string(rune('1'+i)), Fingerprint: rapid.SampledFrom([]string{"", "0123456789012345", "12345e6789012345"}).Draw(t, "fingerprint"),
				Law: text.Draw(t, "law"), Answer: text.Draw(t, "answer"),
				Reason: text.Draw(t, "reason"), Owner: text.Draw(t, "owner"), Expires: "2026-12-31",
			})
		}
		require.NoError(t, reports.WriteKnown(path, known))
		read, err := reports.ReadKnown(path, knownRules)
		require.NoError(t, err)
		require.Equal(t, append([]reports.Waiver{}, known...), append([]reports.Waiver{}, read...))
	})
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".known*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestUpdateKnownKeepsReasons(t *testing.T) {
	r := oneFailure("law", "new answer")
	r.Rules[0].Failures = append(r.Rules[0].Failures, reports.Failure{Law: "a new law", Kind: reports.KindServerError, Answered: "x"})
	entry := func(rule, law, answer, reason string) reports.Waiver {
		return reports.Waiver{Rule: rule, Law: law, Answer: answer, Reason: reason, Owner: "them", Expires: "2026-07-01"}
	}
	old := []reports.Waiver{
		entry("A", "law", "old answer", "because"), entry("B", "law", "answer", "passes again"),
		entry("C", "law", "answer", "was not run"), entry("Z", "law", "answer", "no such rule"),
	}
	fresh := reports.Waiver{Reason: "not looked at yet", Owner: "us", Expires: "2026-12-31"}
	was, added := entry("A", "law", "new answer", "because"), fresh
	was.Fingerprint = reports.Fingerprint("A", r.Rules[0].Failures[0])
	added.Rule, added.Law, added.Answer, added.Fingerprint = "A", "a new law", "x", reports.Fingerprint("A", r.Rules[0].Failures[1])
	updated := reports.UpdateKnown(old, r, fresh)
	require.Equal(t, []reports.Waiver{added, was, old[2]}, updated)
	require.Nil(t, r.Rules[0].Failures[0].Known, "UpdateKnown does not change the report")

	out := reports.Apply(r, updated, today)
	ok, reasons := reports.Gate(r, reports.GateNew, out)
	require.True(t, ok, reasons)
	require.Equal(t, updated, reports.UpdateKnown(updated, r, reports.Waiver{}), "it settles")
}

// known lists the failures of a report as --update-known does.
func known(r *reports.Report) []reports.Waiver {
	return reports.UpdateKnown(nil, r, reports.Waiver{Reason: "r", Owner: "o", Expires: "2026-12-31"})
}

func TestAKnownFailureIsKnownByItsFingerprint(t *testing.T) {
	when := is("backups today", "10")
	r := oneFailure("Wrongly accepted when backups today is 10.", "accepted (200)")
	f := &r.Rules[0].Failures[0]
	f.Kind, f.When = reports.KindWronglyAccepted, []reports.Condition{when}
	list := known(r)
	require.Len(t, list, 1)

	t.Run("in other words", func(t *testing.T) {
		f.Law, f.Answered = "It is accepted, and there were 10.", "accepted (202)"
		out := reports.Apply(r, list, today)
		require.Equal(t, list, out.Waived)
		require.Empty(t, out.Notes())
		require.Equal(t, 1, r.Totals.Waived)
	})
	t.Run("not another kind, whatever its words", func(t *testing.T) {
		other := oneFailure(list[0].Law, list[0].Answer)
		other.Rules[0].Failures[0].Kind, other.Rules[0].Failures[0].When = reports.KindServerError, []reports.Condition{when}
		out := reports.Apply(other, list, today)
		require.Len(t, out.Unexpected, 1)
		require.Equal(t, list, out.Stale)
	})
	t.Run("through its last day", func(t *testing.T) {
		out := reports.Apply(r, list, today.AddDate(1, 0, 0))
		require.Equal(t, list, out.Expired)
		require.Len(t, out.Unexpected, 1)
	})
}

// The failure of a rule that only sums up others changes with each of them that is fixed.
func TestAFailureThatPointsAtOthersIsKnownWhereTheyAre(t *testing.T) {
	sum := func(see ...string) *reports.Report {
		r := oneFailure("law", "answer")
		r.Rules = append([]reports.Rule{fails("S", reports.Failure{Law: "See others.", See: see})}, r.Rules...)
		r.Rules = append(r.Rules, fails("D", reports.Failure{Law: "d", Kind: reports.KindServerError}))
		return r
	}
	r := sum("A", "D")
	list := known(r)
	require.Len(t, list, 2, "it has no entry of its own")
	require.Empty(t, reports.Apply(r, list, today).Unexpected)
	require.NotNil(t, r.Rules[0].Waiver)

	r = sum("D")
	require.Empty(t, reports.Apply(r, list, today).Unexpected)

	r = sum("A", "D")
	out := reports.Apply(r, list[:1], today)
	require.Len(t, out.Unexpected, 2, "one of the others is not known")
	require.Nil(t, r.Rules[0].Waiver)
}
