package precondition

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/codes"
)

// Guard watches the answers of a run. Where a correct call is refused because of the caller, or is
// answered by something else than the API, it finds out whether other correct calls are too. Its
// methods may be called by several goroutines.
type Guard struct {
	Session *runner.Session

	mu sync.Mutex
	// plain is a case that was accepted, of a target that makes instances.
	plain *targets.Case
	// suspects counts the answers that may be due to a precondition, by what they say.
	suspects map[string]int
	stopped  error
}

// NewGuard opens a session as runner.NewSession does, and watches it.
func NewGuard(ctx context.Context, c runner.Config) (*Guard, context.Context, error) {
	g := &Guard{}
	c.Watch = g.Watch
	session, ctx, err := runner.NewSession(ctx, c)
	g.Session = session
	return g, ctx, err
}

// Accepted notes a case whose one call was accepted on an instance that was made for it.
func (g *Guard) Accepted(c targets.Case) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.plain = &c
}

// Watch looks at an answer of a run. It returns an [Error] where a precondition of the run no
// longer holds. An API that gives such an answer to some calls only is asked ever more rarely.
func (g *Guard) Watch(ctx context.Context, call targets.Call, a targets.Answer) error {
	if !suspect(call, a) || g.otherAccount(call, a) {
		return nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.stopped != nil {
		return g.stopped
	}
	if g.suspects == nil {
		g.suspects = map[string]int{}
	}
	g.suspects[Said(a)]++
	if n := g.suspects[Said(a)]; n&(n-1) != 0 {
		return nil // it was asked at a half, a quarter and so on of that
	}
	looks, err := g.looks(runner.Unwatched(ctx), nil)
	if err == nil {
		err = looks.Decide()
	}
	g.stopped = err
	return err
}

// suspect reports whether an answer to a correct call may be due to a precondition of the run.
func suspect(call targets.Call, a targets.Answer) bool {
	if call.Auth != "" || call.Nonce != "" || call.Wire != "" || call.Algorithm == targets.Unsigned {
		return false
	}
	switch subjectOf(a) {
	case codes.Credentials, codes.Token, codes.Clock, codes.Account, proxy, redirect, front, foreign:
		return true
	default:
		return false
	}
}

// otherAccount reports whether an answer says that the account may not use what a call names, and
// that is no instance of the run. The account may be allowed to use some instances only.
func (g *Guard) otherAccount(call targets.Call, a targets.Answer) bool {
	id, _ := call.Get(generators.InstanceID)
	return subjectOf(a) == codes.Account && !g.Session.Exists(id)
}

// Mentions reports whether the words of an answer have a Code by which a precondition of a run may
// not hold.
func Mentions(answered string) bool {
	words := strings.FieldsFunc(answered, func(r rune) bool { return strings.ContainsRune(" ():;,", r) })
	return slices.ContainsFunc(words, func(code string) bool {
		return suspect(targets.Call{}, targets.Answer{Outcome: targets.Refused, Code: code})
	})
}

// Open decides by the first requests of a run. Nothing more is sent where their answers are those
// of an API.
func (g *Guard) Open(ctx context.Context, nonsense []Look) error {
	if !slices.ContainsFunc(nonsense, func(l Look) bool {
		return l.Answer.Code == "" || suspect(l.Call, l.Answer) && !g.otherAccount(l.Call, l.Answer)
	}) {
		return nil
	}
	if err := (Looks{Nonsense: nonsense}).Decide(); err != nil {
		return err
	}
	looks, err := g.looks(runner.Unwatched(ctx), nonsense)
	if err != nil {
		return err
	}
	return looks.Decide()
}

// Ask makes calls that every API refuses, and says in words what was answered. Its error is one of
// [Guard.Open].
func (g *Guard) Ask(ctx context.Context) ([]string, error) {
	a, err := g.Session.Send(ctx, runner.Nonsense())
	if err != nil {
		return nil, err
	}
	looks, err := g.looks(ctx, []Look{{runner.Nonsense(), a}})
	if err == nil {
		err = looks.Decide()
	}
	said := []string{"an unknown Action: " + saidOf(a)}
	if err != nil || len(looks.Strangers) == 0 {
		return said, err
	}
	named := looks.Strangers[0]
	said = append(said, "an instance that does not exist: "+saidOf(named.Answer))
	if !looks.Signed {
		return said, nil
	}
	named.Call.Auth = targets.AuthMissing
	unsigned, err := g.Session.SendHarmless(ctx, named.Call)
	if err != nil {
		return said, err
	}
	line := "the same without a signature: " + saidOf(unsigned)
	if saidOf(unsigned) == saidOf(named.Answer) {
		line += ", so nothing shows yet whether the credentials are right"
	}
	return append(said, line), nil
}

// saidOf says in words how a call was answered.
func saidOf(a targets.Answer) string { return judge.Say(runner.Event{Answer: a, Decision: a.Outcome}) }

// looks sends a few correct calls by which can be decided. Only the plain one makes a backup.
func (g *Guard) looks(ctx context.Context, nonsense []Look) (Looks, error) {
	var algorithms []string
	if signer, ok := targets.As[targets.Signer](g.Session.Target); ok {
		algorithms = signer.Algorithms()
	}
	looks := Looks{Nonsense: nonsense, Signed: len(algorithms) > 0}
	for _, call := range strangers(algorithms) {
		a, err := g.Session.SendHarmless(ctx, call)
		switch {
		case runner.EndsRun(err):
			return looks, err
		case err == nil:
			looks.Strangers = append(looks.Strangers, Look{call, a})
		}
	}
	if g.plain == nil {
		return looks, nil
	}
	h, err := g.Session.Run(ctx, *g.plain)
	switch {
	case runner.EndsRun(err):
		return looks, err
	case err == nil:
		looks.Plain = append(looks.Plain, Look{h.Last().Call, h.Last().Answer})
	}
	return looks, nil
}

// strangers returns calls of CreateBackup that every server has to refuse: for an instance that
// does not exist, by each method and with each algorithm, and without an instance.
func strangers(algorithms []string) []targets.Call {
	create := []targets.Param{{Name: generators.Action, Value: "CreateBackup"}}
	named := append(slices.Clone(create), targets.Param{Name: generators.InstanceID, Value: targets.NoInstance})
	calls := []targets.Call{
		{Method: "POST", Params: named}, {Method: "GET", Params: named}, {Method: "POST", Params: create},
	}
	for _, algorithm := range algorithms {
		calls = append(calls, targets.Call{Method: "POST", Params: named, Algorithm: algorithm})
	}
	return calls
}
