package scenario

import (
	"context"
	"regexp"
	"sync"

	"github.com/cucumber/godog"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/targets"
)

// Bind binds the step texts of the feature files to a scenario.
func (s *Scenario) Bind(ctx *godog.ScenarioContext) {
	s.bind(func(text string, f any) { ctx.Step(s.env.patterns.compiled(text), f) })
}

// binder binds a step text, which is a regular expression that matches a whole step.
type binder func(text string, f any)

// bind binds every step text once.
func (s *Scenario) bind(step binder) {
	bindConditions(s, step)
	bindCalls(s, step)
	bindFaults(s, step)
	bindDecisions(s, step)
	bindEffects(s, step)
	bindAnswers(s, step)
	bindRecords(s, step)
	bindSearches(s, step)
	bindRaces(s, step)
	bindWire(s, step)
}

// patterns caches the compiled step texts. Every scenario binds all of them, and compiling them for
// each scenario would take a tenth of a run.
type patterns struct{ byText sync.Map }

// compiled returns the pattern of a whole step.
func (c *patterns) compiled(text string) *regexp.Regexp {
	if p, ok := c.byText.Load(text); ok {
		return p.(*regexp.Regexp)
	}
	p := regexp.MustCompile("^" + text + "$")
	c.byText.Store(text, p)
	return p
}

// ends are the words for how a backup ends.
var ends = map[string]string{"completes": targets.LastCompleted, "fails": targets.LastFailed}

// bindConditions binds what is true before the first call.
func bindConditions(s *Scenario, given binder) {
	b, t := s.build, tables{s}
	second := func(today int) { b.second = &today }
	given(`any instance that accepts a backup`, func() { b.pinned, b.second = generators.Pinned{}, nil })
	given(`the instance has`, t.pin)
	given(`the instance has used up its quota`, t.usedUp)
	given(`its databases have any names`, func() { b.anyNames = true })
	given(`there is a second instance`, func() { second(0) })
	given(`a second instance has used up its quota`, func() { second(b.quota()) })
}

// bindCalls binds the calls, and what happens between them.
func bindCalls(s *Scenario, when binder) {
	b, t := s.build, tables{s}
	when(`any valid call is made`, func() { b.do(callOnce) })
	when(`any valid call is made, with`, func(pinned *godog.Table) error { b.do(callOnce); return t.pin(pinned) })
	when(`as many valid calls are made as the quota allows, each backup completing before the next`, func() {
		b.long = len(b.actions) > 0
		b.do(callAndComplete(b.quota()), complete(targets.LastCompleted))
	})
	when(`as many different valid calls are made as the quota allows, each backup completing before the next`,
		func() { b.do(callDifferently(b.quota())) })
	when(`(\d+) valid calls are made, each backup completing before the next`, func(n int) { b.do(callAndComplete(n)) })
	when(`any valid call is made that names both instances`, func() { nameBoth(b) })
	when(`another valid call is made`, func() { b.do(callAgainDifferently) })
	when(`the same call is made for another of its databases`, func() { b.do(callForAnotherDatabase) })
	when(`as many calls are refused as the quota allows`, func() { b.do(refusals(b.quota())) })
	when(`the quota of a second instance is used up by calls`, func() {
		b.second = new(int)
		b.do(useUpSecond(b.quota()))
	})
	when(`a full backup is made and completes`, func() { b.do(fullBackup) })
	when(`a logical backup is made and (completes|fails)`, func(how string) {
		s.needs("complete")
		b.do(logicalBackup(ends[how]))
	})
	when(`the running backup (completes|fails)`, func(how string) {
		s.needs("complete")
		b.do(complete(ends[how]))
	})
	when(`the next day begins`, func() {
		s.needs("next-day")
		b.do(nextDay)
	})
	when(`any valid call is sent in each of these ways`, t.eachRow(addTransport))
	when(`any valid call is sent as a form, its content type written in each of these ways`, t.eachRow(addForm))
	when(`a parameter is there twice, with each of these values in either order and in each place`, t.repeated)
	when(`a further parameter is there, each of these in turn`, t.further)
	when(`any valid call is made in each of these encodings`, t.eachRow(addEncoding))
	when(`any valid call is made with a Format in lower case`, func() { lowerCaseFormat(b) })
	when(`it is signed with (HMAC-SHA1|ACS3-HMAC-SHA256)`, s.signWith)
	when(`it was signed 10 minutes ago`, func() { signedAs(b, targets.AuthRecent) })
	when(`its timestamp is 45 minutes ahead`, func() { signedAs(b, targets.AuthFuture) })
	when(`it has a further parameter whose name sorts in an unusual place`, func() { unusualNames(b) })
	when(`its DBName has characters that are encoded before signing`, func() { unusualCharacters(b) })
}

// signWith signs every call, where the target supports the algorithm.
func (s *Scenario) signWith(ctx context.Context, name string) {
	if !s.env.Signs(ctx, algorithms[name]) {
		s.skip("the target does not accept calls signed with " + name)
		return
	}
	sign(s.build, algorithms[name])
}

// bindFaults binds what makes the last call one to be refused. The control case goes without it.
func bindFaults(s *Scenario, but binder) {
	b, t := s.build, tables{s}
	but(`one thing is wrong`, t.oneFault)
	but(`one thing is wrong, each of these in turn`, t.eachFault)
	but(`the instance was deleted before`, s.deleted)
	but(`its Version is any other value`, func() { otherVersion(b) })
	but(`one of its values is encoded twice`, func() { encodedTwice(b) })
	but(`its signature has one of these faults`, t.signatureFaults)
	but(`its nonce was used before`, func() { replayNonce(b) })
}

// deleted deletes the instance before the call, if it was made for the case.
func (s *Scenario) deleted() {
	if !s.env.disposable() {
		s.skip("needs an instance that is made for the run, to delete it: use --control")
		return
	}
	s.optional = "the target deletes no instances"
	deleteBefore(s.build)
}

// bindDecisions binds what is stated about decisions.
func bindDecisions(s *Scenario, then binder) {
	a := asserter{s}
	then(`it is accepted`, a.assert(accepted))
	then(`it is accepted, or refused for a reason other than its signature`, a.assert(signatureRecognised))
	then(`every call is accepted`, a.assert(everyAccepted))
	then(`every call but the last is accepted`, a.assert(allButLastAccepted))
	then(`every call but the last is accepted, unless the failed backup blocks them`, a.assert(allButLastAcceptedOrBlocked))
	then(`the last call is refused`, a.assert(refused))
	then(`the answers are: (.*)`, func(ctx context.Context, list string) error { return a.check(ctx, decisions(list)) })
	then(`it is refused`, a.withControl(a.assert(refused)))
	then(`the same call without the fault is accepted`, a.controlAccepted)
	then(`each is answered as documented`, a.assert(a.documented))
	then(`both calls get the same decision`, s.verdict)
}

// bindEffects binds what is stated about the backups that calls make.
func bindEffects(s *Scenario, then binder) {
	a := asserter{s}
	then(`no backup is made`, a.withControl(a.assert(nothingMade)))
	then(`the refused call made no backup`, a.never(judge.ContradictsEffect))
	then(`the backup made is as documented`, a.shown(a.never(judge.WrongBackup)))
	then(`it is refused, or the backup made is as documented`, a.shown(a.assert(wellBehaved)))
	then(`it makes no more than one backup`, a.observed(a.assert(oneBackupAtMost)))
	then(`the backup is of the requested instance, and of no other`, a.observed(a.never(judge.WrongInstance)))
	then(`a backup is made if and only if the call is accepted`, a.assert(truthful))
	then(`the backup made is of the same type as with Auto`, a.observed(comparer{s}.sameTypeAsAuto))
	then(`the backup made is kept for the requested period`, a.observed(a.assert(kept)))
}

// bindAnswers binds what is stated about the documents of answers.
func bindAnswers(s *Scenario, then binder) {
	a := asserter{s}
	then(`the answer has a RequestId`, a.noViolation("CB-RESPONSE-1"))
	then(`the answer is the documented XML`, a.noViolation("CB-RESPONSE-2"))
	then(`the answer is the documented JSON`, a.noViolation("CB-RESPONSE-3"))
	then(`no two answers have the same RequestId`, a.noViolation("CB-RESPONSE-4"))
	then(`the RequestId is a UUID`, a.noViolation("CB-RESPONSE-5"))
	then(`the error has a RequestId, HostId, Code and Message, in the requested format`, a.noViolation("CB-RESPONSE-6"))
	then(`the media type matches the format`, a.noViolation("CB-RESPONSE-8"))
	then(`no two answers have the same BackupJobId`, a.noViolation("CB-RESPONSE-11"))
	then(`the answer has a BackupJobId`, a.noViolation("CB-RESPONSE-12"))
	then(`DescribeBackupTasks finds the task by its BackupJobId`, comparer{s}.taskKnown)
	then(`the Code is one documented for that fault`, comparer{s}.documentedCode)
	then(`the Code is not one documented for another fault`, comparer{s}.noForeignCode)
}

// bindRecords binds what is recorded where the document leaves the behaviour open.
func bindRecords(s *Scenario, then binder) {
	r := recorder{s}
	then(`what the target does is recorded`, r.record(decision(string(targets.Accepted))))
	then(`whether the target refuses or ignores it is recorded`, r.record(decision("ignored")))
	then(`the range of the backup made is recorded`, r.record(backupRange))
	then(`the format of the answer is recorded`, r.record(answerFormat))
	then(`which fault is named first is recorded`, r.recordPrecedence)
}

// bindSearches binds the combinations, random calls and sequences that look for what nobody thought
// of.
func bindSearches(s *Scenario, step binder) {
	q := search{s}
	step(`every combination of valid parameters and conditions`, q.combine(q.validCombinations))
	step(`every single fault, in every combination of valid parameters and conditions`, q.combine(q.singleFaults))
	step(`every pair of faults`, q.combine(q.pairsOfFaults))
	step(`any condition and any call, valid or not`, func() { s.special = q.runUnstructured })
	step(`any sequence of calls, completions, failures, changes of status and databases, and days`, func() { s.special = q.runSequences })
	step(`each is tried`, s.run)
	step(`each is repeated in another order, encoding, format and way of sending`, func(ctx context.Context) error {
		s.special = q.runEquivalent
		return s.run(ctx)
	})
}

// bindRaces binds the calls that are made at the same time.
func bindRaces(s *Scenario, step binder) {
	r := racing{s}
	step(`many valid calls are made at once, again and again`, r.race(raceKind{instances: 1}))
	step(`many valid calls are made while backups complete, again and again`, r.race(raceKind{instances: 1, completing: true}))
	step(`several valid calls are made on each of several instances at once, again and again`, r.race(raceKind{instances: raceInstances}))
	step(`one valid call is made on each of many instances at once, again and again`, func() { s.special = r.runApart })
	step(`the answers are as if the calls had come in some order`, s.run)
}

// bindWire binds the requests that no client library would send.
func bindWire(s *Scenario, step binder) {
	w := wire{s}
	step(`a valid call is sent in every unusual form`, func() { s.special = w.runRawRequests })
	step(`calls were sent in every unusual form`, w.afterRawRequests)
	step(`markup, quotes and control characters are sent in every parameter`, func() { s.special = w.runMarkup })
	step(`repeated, very long, binary and doubly encoded parameters are sent`, func() { s.special = w.runUnlimited })
	step(`each unusual or unlimited call is followed by a plain valid one`, func() { s.special = w.runFollowed })
	step(`every call gets a well-formed answer`, asserter{s}.assert(answered))
}
