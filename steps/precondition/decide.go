package precondition

import (
	"bytes"
	"slices"
	"time"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/codes"
)

// Look is a correct request and its answer.
type Look struct {
	Call   targets.Call
	Answer targets.Answer
}

// Looks are what a decision goes by. None of them makes a backup but those of Plain.
type Looks struct {
	Nonsense  []Look // calls of an Action that no API has
	Strangers []Look // calls that name no instance, or one that does not exist
	Plain     []Look // the plainest valid calls, on instances that were made for them
	Signed    bool   // the calls are signed
}

// Decide returns an [Error] where the answers say nothing of the API, and nil where they do.
func (l Looks) Decide() error {
	all := slices.Concat(l.Plain, l.Strangers, l.Nonsense)
	switch s := shared(all); {
	case s == busy:
		return l.because(s, all[0])
	case len(l.Plain)+len(l.Strangers) == 0:
		return nil
	case s == proxy, s == redirect, s == front, s == foreign:
		return l.because(s, all[0])
	case alike(all):
		return newError(foreign, all[0])
	}
	// An API may look at the Action or at the instance before it looks at the caller.
	looks := l.Plain
	if len(looks) == 0 {
		looks = slices.DeleteFunc(slices.Clone(l.Strangers), isWeak)
	}
	s := shared(looks)
	switch s {
	case codes.Credentials, codes.Token, codes.Account, codes.Address:
	case codes.Clock:
		if off, known := clockDifference(looks[0].Answer); known && off.Abs() < time.Minute {
			return nil // the clock is right, so the API is wrong
		}
	case codes.NoInstance:
		if len(l.Plain) == 0 {
			return nil // it does not exist indeed
		}
	default:
		return nil
	}
	return l.because(s, looks[0])
}

// because returns the error for a look. Calls that are not signed have no wrong credentials.
func (l Looks) because(s codes.Subject, look Look) *Error {
	if s == codes.Credentials && !l.Signed {
		s = unsigned
	}
	return newError(s, look)
}

// isWeak reports whether a look says nothing of the caller: it names no instance, or it is signed
// with another algorithm than the target's own, and nothing shows that the target knows that one.
func isWeak(l Look) bool {
	if _, names := l.Call.Get(generators.InstanceID); !names {
		return true
	}
	return l.Call.Algorithm != "" && l.Answer.Outcome != targets.Accepted && codes.About(l.Answer.Code) != codes.NoInstance
}

// shared returns the subject of the first answer if all answers have one of the same kind.
// Otherwise it returns codes.Call.
func shared(looks []Look) codes.Subject {
	if len(looks) == 0 {
		return codes.Call
	}
	first := subjectOf(looks[0].Answer)
	for _, l := range looks {
		if s := subjectOf(l.Answer); s != first && !(ofCaller(s) && ofCaller(first)) {
			return codes.Call
		}
	}
	return first
}

// ofCaller reports whether a subject is what authenticates the caller.
func ofCaller(s codes.Subject) bool {
	return s == codes.Credentials || s == codes.Token || s == codes.Clock
}

// alike reports whether requests that have nothing in common get one and the same answer, which has
// neither a Code nor a RequestId.
func alike(looks []Look) bool {
	if len(looks) < 3 {
		return false
	}
	first := looks[0].Answer
	return !slices.ContainsFunc(looks, func(l Look) bool {
		a := l.Answer
		return a.Outcome != targets.Refused || a.Code != "" || a.RequestID != "" || a.Status != first.Status || !bytes.Equal(a.Body, first.Body)
	})
}
