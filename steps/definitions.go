package steps

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/cucumber/godog"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/targets"
)

// define binds the step texts of the feature files to what they do.
func (sc *scenario) define(ctx *godog.ScenarioContext) {
	sc.bind(func(text string, f any) { ctx.Step(pattern(text), f) })
}

// bind gives every step text with its function to step. Each text is a regular expression that matches a whole step, and
// is bound once.
func (sc *scenario) bind(step func(text string, f any)) {
	sc.defineConditions(step)
	sc.defineCalls(step)
	sc.defineFaults(step)
	sc.defineDecisions(step)
	sc.defineAnswers(step)
	sc.defineRecords(step)
	sc.defineCombinations(step)
	sc.defineRandom(step)
	sc.defineSequences(step)
	sc.defineRaces(step)
	sc.defineWire(step)
}

// defineConditions binds what is true before the first call.
func (sc *scenario) defineConditions(given func(string, any)) {
	given(`any instance that accepts a backup`, sc.anyInstance)
	given(`the instance has`, sc.with)
	given(`the instance has used up its quota`, func() {
		sc.fixed[generators.Today], sc.fixed[generators.Last] = []string{strconv.Itoa(sc.quota())}, []string{targets.LastCompleted}
	})
	given(`its databases have any names`, func() { sc.named = true })
	given(`there is a second instance`, func() { sc.beside = "0" })
	given(`a second instance has used up its quota`, func() { sc.beside = strconv.Itoa(sc.quota()) })
}

// defineCalls binds the calls, and what happens between them.
func (sc *scenario) defineCalls(when func(string, any)) {
	when(`any valid call is made`, func() { sc.do(callOnce) })
	when(`any valid call is made, with`, func(t *godog.Table) error { sc.do(callOnce); return sc.with(t) })
	when(`as many valid calls are made as the quota allows, each backup completing before the next`, func() {
		sc.long = len(sc.program) > 0
		sc.do(callAndComplete(sc.quota()), complete(targets.LastCompleted))
	})
	when(`as many different valid calls are made as the quota allows, each backup completing before the next`, func() {
		sc.do(callDifferently(sc.quota()))
	})
	when(`(\d+) valid calls are made, each backup completing before the next`, func(n int) { sc.do(callAndComplete(n)) })
	when(`any valid call is made that names both instances`, sc.nameBoth)
	when(`another valid call is made`, func() { sc.do(func(b *casebook) { b.call(0, b.model.Call(b.other(0), 0)) }) })
	when(`the same call is made for another of its databases`, func() { sc.do(callForAnotherDatabase) })
	when(`as many calls are refused as the quota allows`, func() { sc.do(refusals(sc.quota())) })
	when(`the quota of a second instance is used up by calls`, func() { sc.beside = "0"; sc.do(useUpSecond(sc.quota())) })
	when(`a full backup is made and completes`, func() { sc.do(fullBackup) })
	when(`a logical backup is made and (completes|fails)`, func(how string) { sc.afterLogical(ends[how]) })
	when(`the running backup (completes|fails)`, func(how string) {
		sc.needs("complete")
		sc.do(complete(ends[how]))
	})
	when(`the next day begins`, func() {
		sc.needs("next-day")
		sc.do(nextDay)
	})
	when(`any valid call is sent in each of these ways`, sc.eachWay)
	when(`any valid call is sent as a form, its content type written in each of these ways`, sc.eachForm)
	when(`any valid call is made in each of these encodings`, sc.eachEncoding)
	when(`any valid call is made with a Format in lower case`, sc.smallFormat)
	when(`it is signed with (HMAC-SHA1|ACS3-HMAC-SHA256)`, sc.sign)
	when(`it was signed 10 minutes ago`, func() { sc.signedAs(targets.AuthRecent) })
	when(`its timestamp is 45 minutes ahead`, func() { sc.signedAs(targets.AuthFuture) })
	when(`its DBName has characters that are encoded before signing`, sc.oddCharacters)
}

// defineFaults binds what makes the last call one to be refused. The control case goes without it.
func (sc *scenario) defineFaults(but func(string, any)) {
	but(`one thing is wrong`, func(t *godog.Table) error { return sc.goWrong(t, false) })
	but(`one thing is wrong, each of these in turn`, func(t *godog.Table) error { return sc.goWrong(t, true) })
	but(`the instance was deleted before`, sc.deleted)
	but(`its Version is any other value`, sc.otherVersion)
	but(`one of its values is encoded twice`, sc.encodedTwice)
	but(`its signature has one of these faults`, sc.signature)
	but(`its nonce was used before`, sc.replayed)
}

// defineDecisions binds what is stated of the decisions, and of the backups that calls make.
func (sc *scenario) defineDecisions(then func(string, any)) {
	then(`it is accepted`, sc.accepted)
	then(`it is accepted, or refused for a reason other than its signature`, sc.takenForSigned)
	then(`every call is accepted`, sc.everyAccepted)
	then(`every call but the last is accepted`, sc.allButLast)
	then(`every call but the last is accepted, unless the failed backup blocks them`, sc.allButLastIfAny)
	then(`the last call is refused`, sc.lastRefused)
	then(`the answers are: (.*)`, sc.answers)
	then(`it is refused`, sc.refused)
	then(`no backup is made`, sc.nothingMade)
	then(`the same call without the fault is accepted`, sc.controlAccepted)
	then(`the refused call made no backup`, sc.without(noBackupOfRefused))
	then(`the backup made is as documented`, sc.asAsked)
	then(`it is refused, or the backup made is as documented`, sc.refusedOrAsked)
	then(`it makes no more than one backup`, sc.oneBackupAtMost)
	then(`the backup is of the requested instance, and of no other`, sc.observedWithout(ofThatInstance))
	then(`a backup is made if and only if the call is accepted`, sc.truthful)
	then(`the backup made is of the same type as with Auto`, sc.sameTypeAsAuto)
	then(`the backup made is kept for the requested period`, sc.kept)
}

// defineAnswers binds what is stated of the answers.
func (sc *scenario) defineAnswers(then func(string, any)) {
	then(`the answer has a RequestId`, sc.without("CB-RESPONSE-1"))
	then(`the answer is the documented XML`, sc.without("CB-RESPONSE-2"))
	then(`the answer is the documented JSON`, sc.without("CB-RESPONSE-3"))
	then(`no two answers have the same RequestId`, sc.without("CB-RESPONSE-4"))
	then(`the RequestId is a UUID`, sc.without("CB-RESPONSE-5"))
	then(`the error has a RequestId, HostId, Code and Message, in the requested format`, sc.without("CB-RESPONSE-6"))
	then(`the media type matches the format`, sc.without("CB-RESPONSE-8"))
	then(`no two answers have the same BackupJobId`, sc.without("CB-RESPONSE-11"))
	then(`the answer has a BackupJobId`, sc.without("CB-RESPONSE-12"))
	then(`DescribeBackupTasks finds the task by its BackupJobId`, sc.taskKnown)
	then(`the Code is one documented for that fault`, sc.documentedCode)
	then(`the Code is not one documented for another fault`, sc.noForeignCode)
}

// defineRecords binds what is recorded where the document leaves the behaviour open.
func (sc *scenario) defineRecords(then func(string, any)) {
	then(`what the target does is recorded`, func(ctx context.Context) error { return sc.record(ctx, string(targets.Accepted)) })
	then(`whether the target refuses or ignores it is recorded`, func(ctx context.Context) error { return sc.record(ctx, "ignored") })
	then(`the range of the backup made is recorded`, sc.recordRange)
	then(`the format of the answer is recorded`, sc.recordFormat)
}

// patterns caches the compiled step texts. Every scenario binds all of them, and compiling them each time took a tenth of
// a run.
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

// do adds actions to the program. A scenario without any has one plain call.
func (sc *scenario) do(ops ...op) { sc.program = append(sc.program, ops...) }

// single reports whether the program is one call.
func (sc *scenario) single() bool { return len(sc.program) <= 1 && sc.beside == "" }

// anyInstance pins nothing: every case draws an instance of its own.
func (sc *scenario) anyInstance() { sc.fixed, sc.beside = generators.Fixed{}, "" }

// with reads a table of factors and their classes.
func (sc *scenario) with(t *godog.Table) error {
	for _, row := range t.Rows {
		factor, classes, err := sc.row(row.Cells[0].Value, row.Cells[1].Value)
		if err != nil {
			return err
		}
		if factor != "" {
			sc.fixed[factor] = classes
		}
	}
	return nil
}

// goWrong reads a table of one factor and the classes that are wrong.
func (sc *scenario) goWrong(t *godog.Table, each bool) error {
	factor, classes, err := sc.row(t.Rows[0].Cells[0].Value, t.Rows[0].Cells[1].Value)
	sc.wrong = &wrong{factor: factor, classes: classes, each: each}
	if factor == generators.Method && slices.Equal(classes, []string{generators.Other}) && !sc.s.session.Edition.Snapshot {
		sc.wrong.classes = append(sc.wrong.classes, "Snapshot") // listed apart, because the next edition documents it
	}
	if factor == generators.Type && slices.Equal(classes, []string{generators.Other}) {
		sc.wrong.classes = append(sc.wrong.classes, "IncrementalBackup") // listed apart, because backups themselves have that type
	}
	return err
}

// row resolves a factor and its classes, joined by "or", against the model.
func (sc *scenario) row(factor, cell string) (string, []string, error) {
	f := sc.model.Index(factor)
	if f < 0 {
		switch factor {
		case generators.Lock:
			return factor, []string{cell}, nil // the target has none: no case will be found
		case generators.Storage:
			if !strings.HasPrefix(cell, generators.Absent) { // where it may be anything, no kind of disk is asked for
				sc.result.notApplicable("the target makes no difference between kinds of disk")
				sc.ran = true
			}
			return "", nil, nil
		}
		return "", nil, fmt.Errorf("no factor is named %q", factor)
	}
	var classes []string
	for _, c := range strings.Split(cell, " or ") {
		switch {
		case factor == generators.Today && c == "the quota":
			c = strconv.Itoa(sc.quota())
		case factor == generators.Today && c == "one less than the quota":
			c = strconv.Itoa(sc.quota() - 1)
		case factor == generators.Today && c == "one more than the quota":
			c = strconv.Itoa(sc.quota() + 1)
		case c == "any other" || c == "any" && factor == generators.Lock:
			for i, class := range sc.model.Factors[f].Classes {
				if i > 0 {
					classes = append(classes, class.Name)
				}
			}
			continue
		}
		// A class that this target does not offer leaves no case; a misspelt one is caught by a test of the features.
		classes = append(classes, c)
	}
	return factor, classes, nil
}

func (sc *scenario) edit(name string, apply func(t *rapid.T, c *targets.Call)) {
	sc.edits = append(sc.edits, edit{name: name, apply: apply})
}

// ways to send a call: the HTTP method, where Action and Format are, and where the other parameters are.
var ways = map[string]struct {
	method           string
	public, business targets.Place
}{
	"GET":                {"GET", targets.Query, targets.Query},
	"POST, in the query": {"POST", targets.Query, targets.Query},
	"POST, in the form":  {"POST", targets.Body, targets.Body},
	"POST, in both":      {"POST", targets.Query, targets.Body},
}

// eachWay sends the call in each way of a table.
func (sc *scenario) eachWay(t *godog.Table) error {
	sc.do(callOnce)
	sc.model = sc.s.wide
	for _, row := range t.Rows {
		name := row.Cells[0].Value
		way, known := ways[name]
		if !known {
			return fmt.Errorf("unknown way to send a call %q", name)
		}
		sc.edit("it is sent by "+name, func(_ *rapid.T, c *targets.Call) {
			c.Method = way.method
			for i, p := range c.Params {
				c.Params[i].In = way.business
				if p.Name == "Action" || p.Name == "Format" {
					c.Params[i].In = way.public
				}
			}
		})
	}
	return nil
}

// eachForm writes the content type of a form in each way of a table.
func (sc *scenario) eachForm(t *godog.Table) error {
	sc.do(callOnce)
	for _, row := range t.Rows {
		f := targets.Form(row.Cells[0].Value)
		if f != targets.FormCharset && f != targets.FormLetters {
			return fmt.Errorf("unknown way to write the content type of a form %q", f)
		}
		sc.edit("its content type is that of a form, "+string(f), func(_ *rapid.T, c *targets.Call) {
			c.Method, c.Form = "POST", f
			for i := range c.Params {
				c.Params[i].In = targets.Body
			}
		})
	}
	return nil
}

// encodedTwice gives a documented value percent-encoded. The call encodes it once more and the target decodes it once, so
// that it is another value.
func (sc *scenario) encodedTwice() {
	sc.mends, sc.once = true, true
	twice := func(s string) string { return fmt.Sprintf("%%%02X%s", s[0], s[1:]) }
	for _, p := range []targets.Param{{Name: generators.Method, Value: "Physical"}, {Name: generators.Type, Value: "FullBackup"}, {Name: generators.Action, Value: "CreateBackup"}} {
		for _, in := range []targets.Place{targets.Query, targets.Body} {
			sc.edit(p.Name+" is encoded twice, in the "+string(in), func(_ *rapid.T, c *targets.Call) {
				*c = c.With(p.Name, twice(p.Value))
				c.Method = "POST"
				for i := range c.Params {
					c.Params[i].In = in
				}
			})
		}
	}
}

// encodings are the words for ways to encode a call.
var encodings = map[string]targets.Encoding{
	"every character encoded":                         targets.EncodingAll,
	"every character encoded, with lower-case digits": targets.EncodingAllLower,
	"lower-case hexadecimal digits":                   targets.EncodingLower,
	"a space as +":                                    targets.EncodingPlus,
}

// eachEncoding encodes the call in each way of a table.
func (sc *scenario) eachEncoding(t *godog.Table) error {
	sc.do(callOnce)
	for _, row := range t.Rows {
		e, known := encodings[row.Cells[0].Value]
		if !known {
			return fmt.Errorf("unknown encoding %q", row.Cells[0].Value)
		}
		sc.edit("its encoding is "+string(e), func(_ *rapid.T, c *targets.Call) { c.Encoding = e })
	}
	return nil
}

// deleted deletes the instance before the call, if it was made for the case.
func (sc *scenario) deleted() {
	if sc.s.shared != nil || sc.s.pool != nil {
		sc.result.notApplicable("the instances of this target are not made for the run, and not deleted")
		sc.ran = true
		return
	}
	sc.mends, sc.lackable = true, "the target deletes no instances"
	sc.edits = append(sc.edits, edit{"the instance was deleted", func(*rapid.T, *targets.Call) {}, func(c *targets.Case) {
		seen := c.Steps[0].Call.With(generators.Method, "NoSuchMethod") // so that the target has come across it
		c.Steps = slices.Insert(c.Steps, 0, targets.Step{Do: targets.StepCall, Call: &seen}, targets.Step{Do: targets.StepDelete})
	}})
}

// nameBoth names a second instance in the call: by the parameter again, before or after, or in a list.
func (sc *scenario) nameBoth() {
	sc.do(callOnce)
	first, second := targets.InstanceRef(0), targets.InstanceRef(1)
	for _, way := range []struct {
		name   string
		values []string
	}{
		{"DBInstanceId is there twice", []string{first, second}}, {"DBInstanceId is there twice, the other way round", []string{second, first}},
		{"DBInstanceId is a list", []string{first + "," + second}},
	} {
		sc.edit(way.name, func(_ *rapid.T, c *targets.Call) {
			at := slices.IndexFunc(c.Params, func(p targets.Param) bool { return p.Name == generators.InstanceID })
			if at < 0 {
				return // a search for what matters leaves it out
			}
			p := c.Params[at]
			c.Params = slices.Delete(c.Params, at, at+1)
			for i, v := range way.values {
				p.Value = v
				c.Params = slices.Insert(c.Params, at+i, p)
			}
		})
	}
}

// smallFormat writes the Format in lower case, as official clients do.
func (sc *scenario) smallFormat() {
	sc.do(callOnce)
	for _, f := range []string{"json", "xml"} {
		sc.edit("Format is "+f, func(_ *rapid.T, c *targets.Call) { *c = c.With("Format", f) })
	}
}

// otherVersion gives the call a Version that no operation has.
func (sc *scenario) otherVersion() {
	sc.mends = true
	versions := rapid.SampledFrom([]string{
		"2014-08-14", "2013-08-15", "2099-12-31", "2014", "latest", "20140815", "2014-8-15", "2014-08-15x", "2014-08",
	})
	sc.edit("another version", func(t *rapid.T, c *targets.Call) { *c = c.With("Version", versions.Draw(t, "Version")) })
}

var algorithms = map[string]string{"HMAC-SHA1": targets.HMACSHA1, "ACS3-HMAC-SHA256": targets.ACS3HMACSHA256}

// sign makes every call of the program one of that algorithm.
func (sc *scenario) sign(name string) error {
	algorithm := algorithms[name]
	if !sc.s.signs(algorithm) {
		sc.result.notApplicable(sc.s.whyNotSigned(name))
		sc.ran = true
		return nil
	}
	sc.fixed[generators.Format] = []string{"JSON", "XML"}
	program := sc.program
	sc.program = []op{func(b *casebook) {
		for _, o := range program {
			o(b)
		}
		for i := range b.kase.Steps {
			if c := b.kase.Steps[i].Call; c != nil {
				c.Algorithm = algorithm
			}
		}
	}}
	return nil
}

// oddCharacters gives a DBName where it is not valid, with characters that the two encodings of a signature treat apart (wire.md §2.1).
func (sc *scenario) oddCharacters() {
	sc.once = true
	for _, text := range []string{"a b*~c,d", "a+b", "*", "~", "a=b&c", "%2A", "!'()", "\u00e9\u4e2d", "A/B:C;D@E$F?G#H"} {
		sc.edit(fmt.Sprintf("its DBName is %q", text), func(_ *rapid.T, c *targets.Call) { *c = c.With(generators.DBName, text) })
	}
}

// signature tries each signature fault of a table.
func (sc *scenario) signature(t *godog.Table) error {
	faults, err := signatureFaults(t)
	if err != nil {
		return err
	}
	sc.mends = true
	for _, fault := range faults {
		if _, field := fault.Parts(); field.Name != "" {
			sc.once = true // there are many, and an implementation that ignores a field always ignores it
		}
		sc.signedAs(fault)
	}
	return nil
}

// signedAs makes the signature of the last call in an unusual way.
func (sc *scenario) signedAs(fault targets.AuthFault) {
	sc.edit("the signature is "+string(fault), func(_ *rapid.T, c *targets.Call) { c.Auth = fault })
}

// replayed sends the call twice with one nonce, the first backup being completed in between: on the same instance and in the same way, or not. The twin has
// two nonces.
func (sc *scenario) replayed() {
	once := sc.program
	sc.program = []op{func(b *casebook) {
		for _, nonce := range []string{"first", "second"} {
			for _, o := range once {
				o(b)
			}
			b.kase.Steps[len(b.kase.Steps)-1].Call.Nonce = nonce
			if nonce == "first" {
				complete(targets.LastCompleted)(b)
			}
		}
	}}
	sc.fixed[generators.Today] = []string{"0", "1"}
	sc.mends = true
	again := func(_ *rapid.T, c *targets.Call) { c.Nonce = "first" }
	sc.edit("its nonce was used before", again)
	sc.edits = append(sc.edits,
		edit{"its nonce was used before, other calls ago", again, othersBetween},
		edit{"its nonce was used before, by a call made the other way (GET or POST)", again, firstTheOtherWay},
		edit{"its nonce was used before, by a call on another instance", again, firstElsewhere})
}

// othersBetween makes a few calls, which are refused, between the two of a case.
func othersBetween(c *targets.Case) {
	for i := range 5 {
		call := c.Steps[len(c.Steps)-1].Call.With(generators.Method, "NoSuchMethod")
		call.Nonce = fmt.Sprintf("between %d", i)
		c.Steps = slices.Insert(c.Steps, len(c.Steps)-1, targets.Step{Do: targets.StepCall, Call: &call})
	}
}

// firstTheOtherWay makes the first call of a case by the other method of HTTP.
func firstTheOtherWay(c *targets.Case) {
	first := c.Steps[0].Call
	first.Method = map[string]string{"POST": "GET"}[first.Method]
	if first.Method == "" {
		first.Method = "POST"
	}
	for i := range first.Params {
		first.Params[i].In = targets.Query
	}
}

// firstElsewhere makes the first call of a case, and what completes it, on another instance.
func firstElsewhere(c *targets.Case) {
	c.Conditions = append(c.Conditions, c.Conditions[0])
	c.Steps[0].Instance, c.Steps[1].Instance = 1, 1
	for i, p := range c.Steps[0].Call.Params {
		if p.Value == targets.InstanceRef(0) {
			c.Steps[0].Call.Params[i].Value = targets.InstanceRef(1)
		}
	}
}
