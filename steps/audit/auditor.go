package audit

import (
	"hash/fnv"
	"hash/maphash"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/cbspec/cbspec/features"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/belief"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/exchange"
	"github.com/cbspec/cbspec/targets/rpc"
)

// Options say by what traffic is judged.
type Options struct {
	Edition   string // original where it is empty
	Inventory belief.Inventory
	// Async is set where the server takes jobs that it refuses, and lets them fail.
	Async bool
	// KeyID and Secret are those of the calls whose signatures are judged. Without them none is.
	KeyID, Secret string
	// Shard, of Shards, is the part of the instances that is judged: those whose ids give that
	// number. All are judged where Shards is 0.
	Shard, Shards int
	About         reports.Target
	Version       string // of cbspec
}

// Auditor judges traffic. It is not safe for concurrent use.
type Auditor struct {
	o       Options
	edition oracle.Edition
	rules   []features.Rule
	memory  *belief.Memory
	waiting []*call // calls that are judged when later answers can no longer say more of them

	seed maphash.Seed
	ids  *recent[uint64, request] // requests by the RequestId of their answers
	jobs *recent[string, bool]    // BackupJobIds

	signatures  *signatures
	controls    *controls
	shown       map[string]int // cases by rule
	failures    map[string][]*reports.Failure
	counts      counts
	begun, last time.Time // of the traffic
	forgotten   time.Time // until when facts are forgotten
}

// counts is how many exchanges were what.
type counts struct {
	exchanges, calls, accepted, throttled int
	others                                int // operations that say nothing of backups
	repeated                              int // exchanges that two sources recorded
	unreadable                            int // the record lacks what is needed
	unanswered                            int // or answered by something before the server
	timeless                              int
	late                                  int // out of their order in time
}

// request identifies the request of an answer.
type request struct {
	hash uint64
	span belief.Span
}

// remember is how many calls are remembered, at least, to compare their ids.
const remember = 1 << 18

// New returns an auditor that has seen nothing.
func New(o Options) (*Auditor, error) {
	if o.Edition == "" {
		o.Edition = oracle.Original
	}
	e, err := oracle.EditionOf(o.Edition)
	if err != nil {
		return nil, err
	}
	rules, err := features.Catalogue()
	if err != nil {
		return nil, err
	}
	return &Auditor{
		o: o, edition: e, rules: rules, memory: belief.NewMemory(o.Inventory), seed: maphash.MakeSeed(),
		ids: newRecent[uint64, request](remember), jobs: newRecent[string, bool](remember),
		signatures: &signatures{keyID: o.KeyID, secret: o.Secret, nonces: newRecent[string, signed](remember)},
		controls:   newControls(), shown: map[string]int{}, failures: map[string][]*reports.Failure{},
	}, nil
}

// version is that of the API. Other products have an operation CreateBackup too.
const version = "2014-08-15"

// maxParams is how many parameters a call may have. No client sends nearly as many.
const maxParams = 200

// call is one call of CreateBackup.
type call struct {
	exchange exchange.Exchange
	span     belief.Span
	request  rpc.Recorded
	answer   targets.Answer
	id       string // of the instance; empty where the call does not name one
	whole    bool   // the record has the whole body of the answer
	// repeatedID and repeatedJob are set where an earlier answer has the same id.
	repeatedID, repeatedJob bool
}

// Add takes in an exchange. Exchanges come in the order of time, as far as it is known.
func (a *Auditor) Add(x exchange.Exchange) {
	a.counts.exchanges++
	a.clock(x)
	r, is := rpc.ReadRequest(x.Request.Method, x.Request.URL, x.Request.Header, x.Request.Body)
	switch {
	case is && a.ofOthers(r):
	case !is || r.Version != "" && r.Version != version && r.Action == "CreateBackup":
		a.counts.others++
	case r.Action == "CreateBackup" && (x.Request.Partial || len(r.Call.Params) > maxParams):
		a.counts.unreadable++
	case r.Action == "CreateBackup":
		a.addCall(x, r)
	case belief.Describes(r.Action):
		a.learn(x, r)
	default:
		a.counts.others++
	}
}

// ofOthers reports whether a request is about an instance that another shard judges.
func (a *Auditor) ofOthers(r rpc.Recorded) bool {
	id, given := r.Call.Get("DBInstanceId")
	if a.o.Shards == 0 || !given && r.Action != "CreateBackup" {
		return false
	}
	h := fnv.New32a()
	_, _ = io.WriteString(h, id) // which never fails
	return int(h.Sum32()%uint32(a.o.Shards)) != a.o.Shard-1
}

// clock moves the present time on to that of an exchange, and judges the calls that are old enough.
func (a *Auditor) clock(x exchange.Exchange) {
	if x.Start.IsZero() {
		a.counts.timeless++
		return
	}
	if a.begun.IsZero() || x.Start.Before(a.begun) {
		a.begun = x.Start
	}
	if x.End.Before(a.last.Add(-horizon)) {
		a.counts.late++
		a.memory.Gaps = true
	}
	if x.End.After(a.last) {
		a.last = x.End
	}
	a.settle(a.last.Add(-horizon))
}

// horizon is how long a call waits for later answers that tell of the time of the call.
const horizon = 90 * time.Second

// maxWaiting is how many calls wait, at most.
const maxWaiting = 50_000

// forgetEvery is how often what is too old is forgotten.
const forgetEvery = time.Minute

// settle judges the calls that were over before a time.
func (a *Auditor) settle(before time.Time) {
	n := 0
	for n < len(a.waiting) && (a.waiting[n].span.End.Before(before) || len(a.waiting)-n > maxWaiting) {
		a.judge(a.waiting[n])
		a.waiting[n] = nil
		n++
	}
	a.waiting = a.waiting[n:]
	if before.Sub(a.forgotten) > forgetEvery {
		a.memory.Forget(before)
		a.forgotten = before
	}
}

// learn takes in what an answer tells about instances.
func (a *Auditor) learn(x exchange.Exchange, r rpc.Recorded) {
	body := exchange.Plain(x.Response.Message, x.Response.Header)
	switch {
	case x.Response.Status != http.StatusOK || x.Request.Partial:
	case body.Partial || !a.memory.Learn(belief.Answer{Span: spanOf(x), Action: r.Action, Params: r.Call, Body: body.Body}):
		a.counts.unreadable++
	}
}

func spanOf(x exchange.Exchange) belief.Span {
	return belief.Span{Source: x.Source, Start: x.Start, End: x.End}
}

// addCall takes in a call.
func (a *Auditor) addCall(x exchange.Exchange, r rpc.Recorded) {
	c := &call{exchange: x, span: spanOf(x), request: r}
	c.readAnswer()
	if ids := r.Call.Values("DBInstanceId"); len(ids) > 0 {
		c.id = ids[0]
	}
	if a.repeats(c) {
		a.counts.repeated++
		return
	}
	a.counts.calls++
	switch job := c.answer.BackupJobID; c.answer.Outcome {
	case targets.Accepted:
		a.counts.accepted++
		_, c.repeatedJob = a.jobs.get(job)
		if job != "" {
			a.jobs.set(job, true)
		}
		a.memory.Called(c.id, belief.Call{Span: c.span, Accepted: true, Job: job})
	case targets.Refused:
		a.memory.Refused(c.id)
	case targets.Throttled:
		a.counts.throttled++
		return
	default:
		a.memory.Called(c.id, belief.Call{Span: c.span})
	}
	a.waiting = append(a.waiting, c)
}

// repeats compares the RequestId of an answer with those of earlier answers. It reports whether the
// exchange is one that another source has recorded too.
func (a *Auditor) repeats(c *call) bool {
	id := c.answer.RequestID
	if id == "" {
		return false
	}
	key, now := maphash.String(a.seed, id), request{a.hash(c), c.span}
	before, known := a.ids.get(key)
	if !known {
		a.ids.set(key, now)
		return false
	}
	same := before.hash == now.hash && (!now.span.Known() || !before.span.Known() ||
		before.span.Source != now.span.Source && !before.span.Apart(now.span))
	c.repeatedID = !same
	return same
}

// hash returns a hash of the request, without its address, which proxies may change.
func (a *Auditor) hash(c *call) uint64 {
	var h maphash.Hash
	h.SetSeed(a.seed)
	r := c.exchange.Request
	_, query, _ := strings.Cut(r.URL, "?")
	for _, part := range []string{r.Method, query, string(r.Body), r.Header.Get("Authorization")} {
		_, _ = h.WriteString(part) // which never fails
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

// readAnswer reads the answer, as far as the record has it.
func (c *call) readAnswer() {
	r := c.exchange.Response
	body := exchange.Plain(r.Message, r.Header)
	c.whole = !body.Partial
	c.answer = targets.Answer{Status: r.Status, Header: r.Header, Body: body.Body}
	if c.answer.Header == nil {
		c.answer.Header = http.Header{}
	}
	switch {
	case r.Status == 0:
		c.answer.Outcome, c.answer.Problem = targets.Lost, "no answer was recorded"
	case c.whole:
		rpc.Decode(&c.answer)
	case r.Status >= 200 && r.Status < 300:
		c.answer.Outcome = targets.Accepted
	case c.answer.SlowsDown():
		c.answer.Outcome = targets.Throttled
	case r.Status >= 400 && r.Status < 500:
		c.answer.Outcome = targets.Refused
	default:
		c.answer.Outcome, c.answer.Kind = targets.Broken, targets.BrokenStatus
	}
}
