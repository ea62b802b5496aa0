package audit

import (
	"net/http"
	"time"

	"github.com/cbspec/cbspec/steps/belief"
	"github.com/cbspec/cbspec/targets"
)

// signed is a call whose signature was valid.
type signed struct {
	span      belief.Span
	timestamp string
	accepted  bool
}

// signatures judges signatures where their secret is known.
type signatures struct {
	keyID, secret string
	nonces        *recent[string, signed] // signed calls by key and nonce
	verified      bool                    // a signature was valid, so that the secret is the right one
}

// nonceUse is whether the nonce of a call was used before.
type nonceUse int

const (
	nonceFresh    nonceUse = iota
	nonceUsed              // and it is open whether it may be used again
	nonceReplayed          // by an accepted call with the same timestamp
)

// Times after which a timestamp has expired by every page, and until which it has by none.
const (
	expired = 33 * time.Minute
	current = 15 * time.Minute
)

// authenticate judges the signature of a call where its secret is known, and says in the call what
// is wrong with it.
func (s *signatures) authenticate(c *call, to *targets.Call) nonceUse {
	r, original := c.request, c.exchange.Original
	switch {
	case s.secret == "" || r.Signed == "":
		return nonceFresh
	case r.Signed == targets.Unsigned && r.KeyID == "" && original:
		to.Auth = targets.AuthMissing
		return nonceFresh
	case r.KeyID != s.keyID:
		return nonceFresh
	case !r.SignedWith(s.secret):
		// A record may have been edited, so that it says something only where others are as sent.
		if original || s.verified && !r.Redacted() {
			to.Auth = targets.AuthWrongSecret
		}
		return nonceFresh
	}
	s.verified = true
	if !r.Complete {
		to.Auth = targets.AuthFuture // not what is wrong with it, but as open
		return nonceFresh
	}
	to.Algorithm = r.Signed
	s.age(c, to)
	return s.nonce(c, to)
}

// age judges the timestamp by the clock of the server.
func (s *signatures) age(c *call, to *targets.Call) {
	now, err := http.ParseTime(c.answer.Header.Get("Date"))
	then, is := c.request.Time()
	switch {
	case err != nil:
		return
	case !is && c.request.Timestamp != "":
		to.Auth = targets.AuthBadTimestamp
	case is && now.Sub(then) > expired:
		to.Auth = targets.AuthExpired
	case is && now.Sub(then).Abs() > current:
		to.Auth = targets.AuthFuture // the pages do not agree, or do not say
	}
}

// nonce compares the nonce with those of earlier calls.
func (s *signatures) nonce(c *call, to *targets.Call) nonceUse {
	if c.request.Nonce == "" {
		return nonceFresh
	}
	key := c.request.KeyID + "\x00" + c.request.Nonce
	before, used := s.nonces.get(key)
	if !used {
		s.nonces.set(key, signed{c.span, c.request.Timestamp, c.answer.Outcome == targets.Accepted})
		return nonceFresh
	}
	to.Nonce = c.request.Nonce
	if before.accepted && before.timestamp == c.request.Timestamp && before.span.Before(c.span) {
		return nonceReplayed
	}
	return nonceUsed
}
