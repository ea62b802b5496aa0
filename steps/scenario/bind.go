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
	s.bind(func(text string, f any) { ctx.Step(pattern(text), f) })
}

// binder binds a step text, which is a regular expression that matches a whole step.
type binder func(text string, f any)

// bind binds every step text once.
func (s *Scenario) bind(step binder) {
	s.bindConditions(step)
	s.bindCalls(step)
	s.bindFaults(step)
	s.bindDecisions(step)
	s.bindEffects(step)
	s.bindAnswers(step)
	s.bindRecords(step)
	s.bindSearches(step)
	s.bindRaces(step)
	s.bindWire(step)
}

// patterns caches the compiled step texts. Every scenario binds all of them, and compiling them each
// time took a tenth of a run.
var patterns sync.Map

func pattern(text string) *regexp.Regexp {
	if p, ok := patterns.Load(text); ok {
		return p.(*regexp.Regexp)
	}
	p := regexp.MustCompile("^" + text + "$")
	patterns.Store(text, p)
	return p
}

// ends are the words for how a backup ends.
var ends = map[string]string{"completes": targets.LastCompleted, "fails": targets.LastFailed}

// bindConditions binds what is true before the first call.
func (s *Scenario) bindConditions(given binder) {
	b := s.build
	second := func(today int) { b.second = &today }
	given(`any instance that accepts a backup`, func() { b.pinned, b.second = generators.Pinned{}, nil })
	given(`the instance has`, s.pin)
	given(`the instance has used up its quota`, s.usedUp)
	given(`its databases have any names`, func() { b.anyNames = true })
	given(`there is a second instance`, func() { second(0) })
	given(`a second instance has used up its quota`, func() { second(b.quota()) })
}

// bindCalls binds the calls, and what happens between them.
func (s *Scenario) bindCalls(when binder) {
	b := s.build
	when(`any valid call is made`, func() { b.do(callOnce) })
	when(`any valid call is made, with`, func(t *godog.Table) error { b.do(callOnce); return s.pin(t) })
	when(`as many valid calls are made as the quota allows, each backup completing before the next`, func() {
		b.long = len(b.actions) > 0
		b.do(callAndComplete(b.quota()), complete(targets.LastCompleted))
	})
	when(`as many different valid calls are made as the quota allows, each backup completing before the next`,
		func() { b.do(callDifferently(b.quota())) })
	when(`(\d+) valid calls are made, each backup completing before the next`, func(n int) { b.do(callAndComplete(n)) })
	when(`any valid call is made that names both instances`, b.nameBoth)
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
	when(`any valid call is sent in each of these ways`, s.eachRow((*builder).addTransport))
	when(`any valid call is sent as a form, its content type written in each of these ways`, s.eachRow((*builder).addForm))
	when(`any valid call is made in each of these encodings`, s.eachRow((*builder).addEncoding))
	when(`any valid call is made with a Format in lower case`, b.lowerCaseFormat)
	when(`it is signed with (HMAC-SHA1|ACS3-HMAC-SHA256)`, s.signWith)
	when(`it was signed 10 minutes ago`, func() { b.signedAs(targets.AuthRecent) })
	when(`its timestamp is 45 minutes ahead`, func() { b.signedAs(targets.AuthFuture) })
	when(`its DBName has characters that are encoded before signing`, b.unusualCharacters)
}

// signWith signs every call, where the target supports the algorithm.
func (s *Scenario) signWith(ctx context.Context, name string) {
	if !s.env.Signs(ctx, algorithms[name]) {
		s.skip("the target does not accept calls signed with " + name)
		return
	}
	s.build.sign(algorithms[name])
}

// bindFaults binds what makes the last call one to be refused. The control case goes without it.
func (s *Scenario) bindFaults(but binder) {
	b := s.build
	but(`one thing is wrong`, s.oneFault)
	but(`one thing is wrong, each of these in turn`, s.eachFault)
	but(`the instance was deleted before`, s.deleted)
	but(`its Version is any other value`, b.otherVersion)
	but(`one of its values is encoded twice`, b.encodedTwice)
	but(`its signature has one of these faults`, s.signatureFaults)
	but(`its nonce was used before`, b.replay)
}

// deleted deletes the instance before the call, if it was made for the case.
func (s *Scenario) deleted() {
	if !s.env.disposable() {
		s.skip("the instances of this target are not made for the run, and not deleted")
		return
	}
	s.optional = "the target deletes no instances"
	s.build.deleteBefore()
}

// bindDecisions binds what is stated about decisions.
func (s *Scenario) bindDecisions(then binder) {
	then(`it is accepted`, s.assert(accepted))
	then(`it is accepted, or refused for a reason other than its signature`, s.assert(signatureRecognised))
	then(`every call is accepted`, s.assert(everyAccepted))
	then(`every call but the last is accepted`, s.assert(allButLastAccepted))
	then(`every call but the last is accepted, unless the failed backup blocks them`, s.assert(allButLastAcceptedOrBlocked))
	then(`the last call is refused`, s.assert(refused))
	then(`the answers are: (.*)`, func(ctx context.Context, list string) error { return s.check(ctx, decisions(list)) })
	then(`it is refused`, s.withControl(s.assert(refused)))
	then(`the same call without the fault is accepted`, s.controlAccepted)
	then(`each is answered as documented`, s.assert(s.documented))
	then(`both calls get the same decision`, s.verdict)
}

// bindEffects binds what is stated about the backups that calls make.
func (s *Scenario) bindEffects(then binder) {
	then(`no backup is made`, s.withControl(s.assert(nothingMade)))
	then(`the refused call made no backup`, s.never(judge.ContradictsEffect))
	then(`the backup made is as documented`, s.shown(s.never(judge.WrongBackup)))
	then(`it is refused, or the backup made is as documented`, s.shown(s.assert(wellBehaved)))
	then(`it makes no more than one backup`, s.observed(s.assert(oneBackupAtMost)))
	then(`the backup is of the requested instance, and of no other`, s.observed(s.never(judge.WrongInstance)))
	then(`a backup is made if and only if the call is accepted`, s.assert(truthful))
	then(`the backup made is of the same type as with Auto`, s.observed(s.sameTypeAsAuto))
	then(`the backup made is kept for the requested period`, s.observed(s.assert(kept)))
}

// bindAnswers binds what is stated about the documents of answers.
func (s *Scenario) bindAnswers(then binder) {
	then(`the answer has a RequestId`, s.noViolation("CB-RESPONSE-1"))
	then(`the answer is the documented XML`, s.noViolation("CB-RESPONSE-2"))
	then(`the answer is the documented JSON`, s.noViolation("CB-RESPONSE-3"))
	then(`no two answers have the same RequestId`, s.noViolation("CB-RESPONSE-4"))
	then(`the RequestId is a UUID`, s.noViolation("CB-RESPONSE-5"))
	then(`the error has a RequestId, HostId, Code and Message, in the requested format`, s.noViolation("CB-RESPONSE-6"))
	then(`the media type matches the format`, s.noViolation("CB-RESPONSE-8"))
	then(`no two answers have the same BackupJobId`, s.noViolation("CB-RESPONSE-11"))
	then(`the answer has a BackupJobId`, s.noViolation("CB-RESPONSE-12"))
	then(`DescribeBackupTasks finds the task by its BackupJobId`, s.taskKnown)
	then(`the Code is one documented for that fault`, s.documentedCode)
	then(`the Code is not one documented for another fault`, s.noForeignCode)
}

// bindRecords binds what is recorded where the document leaves the behaviour open.
func (s *Scenario) bindRecords(then binder) {
	then(`what the target does is recorded`, s.record(decision(string(targets.Accepted))))
	then(`whether the target refuses or ignores it is recorded`, s.record(decision("ignored")))
	then(`the range of the backup made is recorded`, s.record(backupRange))
	then(`the format of the answer is recorded`, s.record(answerFormat))
	then(`which fault is named first is recorded`, s.recordPrecedence)
}

// bindSearches binds the combinations, random calls and sequences that look for what nobody thought
// of.
func (s *Scenario) bindSearches(step binder) {
	step(`every combination of valid parameters and conditions`, s.combine(s.validCombinations))
	step(`every single fault, in every combination of valid parameters and conditions`, s.combine(s.singleFaults))
	step(`every pair of faults`, s.combine(s.pairsOfFaults))
	step(`any condition and any call, valid or not`, func() { s.special = s.runUnstructured })
	step(`any sequence of calls, completions, failures, changes of status and databases, and days`, func() { s.special = s.runSequences })
	step(`each is tried`, s.run)
	step(`each is repeated in another order, encoding, format and way of sending`, func(ctx context.Context) error {
		s.special = s.runEquivalent
		return s.run(ctx)
	})
}

// bindRaces binds the calls that are made at the same time.
func (s *Scenario) bindRaces(step binder) {
	step(`many valid calls are made at once, again and again`, s.race(raceKind{instances: 1}))
	step(`many valid calls are made while backups complete, again and again`, s.race(raceKind{instances: 1, completing: true}))
	step(`several valid calls are made on each of several instances at once, again and again`, s.race(raceKind{instances: raceInstances}))
	step(`one valid call is made on each of many instances at once, again and again`, func() { s.special = s.runApart })
	step(`the answers are as if the calls had come in some order`, s.run)
}

// bindWire binds the requests that no client library would send.
func (s *Scenario) bindWire(step binder) {
	step(`a valid call is sent in every unusual form`, func() { s.special = s.runRawRequests })
	step(`calls were sent in every unusual form`, s.afterRawRequests)
	step(`markup, quotes and control characters are sent in every parameter`, func() { s.special = s.runMarkup })
	step(`repeated, very long, binary and doubly encoded parameters are sent`, func() { s.special = s.runUnlimited })
	step(`each unusual or unlimited call is followed by a plain valid one`, func() { s.special = s.runFollowed })
	step(`every call gets a well-formed answer`, s.assert(answered))
}
