package precondition

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/codes"
)

// Error says in one sentence which precondition of a run does not hold, and what to do about it.
type Error struct {
	subject  codes.Subject
	sentence string
}

func (e *Error) Error() string { return e.sentence }

// Is reports whether err is an [Error], or wraps one.
func Is(err error) bool {
	_, is := errors.AsType[*Error](err)
	return is
}

// NotTheAPI reports whether err says that the address is not that of the API.
func NotTheAPI(err error) bool {
	e, is := errors.AsType[*Error](err)
	return is && e.subject == foreign
}

// Elsewhere reports whether err says that the API may be at another address.
func Elsewhere(err error) bool {
	e, is := errors.AsType[*Error](err)
	return is && (e.subject == foreign || e.subject == codes.Address)
}

// AboutTheCaller reports whether err says that an API refuses this caller.
func AboutTheCaller(err error) bool {
	e, is := errors.AsType[*Error](err)
	return is && (ofCaller(e.subject) || e.subject == unsigned || e.subject == codes.Account)
}

// Further subjects, of answers that no API gave.
const (
	proxy    codes.Subject = "proxy"
	redirect codes.Subject = "redirect"
	front    codes.Subject = "front"
	busy     codes.Subject = "busy"
	foreign  codes.Subject = "foreign"
	unsigned codes.Subject = "unsigned" // the API wants signed calls
)

// subjectOf returns what an answer is about where it says nothing of the call.
func subjectOf(a targets.Answer) codes.Subject {
	switch {
	case a.Outcome == targets.Throttled:
		return busy
	case a.Status == http.StatusProxyAuthRequired:
		return proxy
	case a.Status >= 300 && a.Status < 400 && a.Header.Get("Location") != "":
		return redirect
	case a.Outcome == targets.Refused && (a.Code == "" && a.Status == http.StatusUnauthorized || lacksKey(a)):
		return codes.Credentials
	case a.Outcome == targets.Refused:
		return codes.About(a.Code)
	case a.Kind == targets.BrokenStatus && a.Status > http.StatusInternalServerError && (a.Format == "" || a.IsPage()):
		return front
	case a.Kind == targets.BrokenDocument && a.Format == "" || a.IsPage():
		return foreign
	default:
		return codes.Call
	}
}

// lacksKey reports whether a refusal misses the access key, by a Code that is about any parameter.
func lacksKey(a targets.Answer) bool {
	return a.Code == "MissingParameter" && strings.Contains(a.Message, "AccessKeyId")
}

// newError returns the error for a correct call that was answered so.
func newError(s codes.Subject, l Look) *Error {
	said := Said(l.Answer)
	var text string
	switch s {
	case codes.Token:
		text = fmt.Sprintf("the security token has expired (%s): get a new one and run again", said)
	case codes.Clock:
		text = aboutClock(l.Answer)
	case codes.Credentials:
		text = fmt.Sprintf("the API does not accept the credentials (%s): check the access key, its secret and its token, "+
			"and that they belong to this endpoint", said)
	case unsigned:
		text = fmt.Sprintf("the API wants signed calls (%s): give --access-key-id and --access-key-secret, "+
			"or auth in the target file", said)
	case codes.Account:
		text = fmt.Sprintf("the account is not allowed to make backups (%s): give it the permission, or use another account", said)
	case codes.NoInstance:
		text = fmt.Sprintf("the API does not know the instances that the control protocol makes (%s): "+
			"check that both belong to the same server", said)
	case codes.Address:
		text = fmt.Sprintf("the API at this address has no CreateBackup, or not by this protocol (%s): %s", said, checkAddress)
	case redirect:
		text = fmt.Sprintf("every request is redirected to %s (%d): use that address as the endpoint",
			short(l.Answer.Header.Get("Location")), l.Answer.Status)
	case proxy:
		text = fmt.Sprintf("a proxy wants a login (%d): give it in the URL of the proxy, or see HTTP_PROXY and NO_PROXY", l.Answer.Status)
	case busy:
		text = fmt.Sprintf("every request is answered with %s, however long the run waits: is the API up, and has it a limit that "+
			"--requests-per-second keeps?", said)
	case front:
		text = fmt.Sprintf("a front or a proxy answers every request with %s in place of the API: is the API up?", said)
	default:
		text = fmt.Sprintf("the address is not that of the API: %s was answered with %s, and every other request too: %s",
			sent(l), said, checkAddress)
	}
	return &Error{s, text}
}

const checkAddress = "check host, port and path of the endpoint"

// aboutClock says by how much the clocks differ, as far as the answer shows that.
func aboutClock(a targets.Answer) string {
	off, known := clockDifference(a)
	if !known {
		return fmt.Sprintf("the API calls the present time expired (%s): compare the clock of this machine with that of the server", Said(a))
	}
	behind := "behind"
	if off < 0 {
		off, behind = -off, "ahead of"
	}
	return fmt.Sprintf("the clocks differ by %d minutes (%s): the clock of this machine is %s that of the server, so set it right",
		int(off.Round(time.Minute).Minutes()), Said(a), behind)
}

// clockDifference returns how far the Date of an answer is after the clock of this machine, and
// whether the answer has one.
func clockDifference(a targets.Answer) (time.Duration, bool) {
	date, err := http.ParseTime(a.Header.Get("Date"))
	if err != nil || a.Sent.At.IsZero() {
		return 0, false
	}
	return date.Sub(a.Sent.At), true
}

// Said shows the status of an answer and its Code, or what it has in place of one.
func Said(a targets.Answer) string {
	switch {
	case a.Code != "":
		return fmt.Sprintf("%d %s", a.Status, short(a.Code))
	case a.IsPage():
		return fmt.Sprintf("%d and an HTML page", a.Status)
	case a.Status != 0:
		return fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status))
	default:
		return short(a.Problem)
	}
}

// sent shows the request of a look without what only the signature needs.
func sent(l Look) string {
	action, _ := l.Call.Get("Action")
	return l.Call.Method + " with the Action " + action
}

// longest is how much is shown of a text that the target wrote, in bytes.
const longest = 200

// short returns a text that the target wrote, safe to print on one line.
func short(s string) string {
	if len(s) > longest {
		s = s[:longest] + "…"
	}
	return reports.Visible(s)
}
