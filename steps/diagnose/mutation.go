package diagnose

import (
	"regexp"
	"strings"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/targets"
)

// aboutSignature begins the mutations that are about how a call is signed.
const aboutSignature = "the signature is "

// mutatedAlike reports whether what is unusual about the calls of two failures is one cause: the
// same is done to other parameters, or a signature is not checked at all, whatever else about how a
// call is authenticated is wrong.
func mutatedAlike(c, o candidate) bool {
	if c.known.mutation == "" || o.known.mutation == "" || !acceptedAlike(c.known.kind, o.known.kind) {
		return false
	}
	if way := wayOf(c.known.mutation); way != "" && way == wayOf(o.known.mutation) {
		return true
	}
	return checksNoSignature(c) && strings.HasPrefix(o.known.rule, "CB-AUTH-") &&
		(besideSignature(c.known.mutation) == "" || besideSignature(o.known.mutation) != "")
}

// twice matches what comes after the name of a parameter that is given twice.
var twice = regexp.MustCompile(`^.* (in the (query|body) and) .* (in the (query|body))$`)

// wayOf returns what a mutation does to its parameter, whichever that is and whatever its values
// are.
func wayOf(mutation string) string {
	_, way, _ := strings.Cut(mutation, " is ")
	return twice.ReplaceAllString(way, "$1 $3")
}

// refusedAlike reports whether a call that is refused with a wrong Code gets the answer of one that
// may not be refused. It is refused for the same reason.
func refusedAlike(c, o candidate) bool {
	return o.failure.Check == reports.CheckCode && c.failure.Check == "" &&
		strings.HasPrefix(c.failure.Answered, "refused") && c.failure.Answered == o.failure.Answered
}

// acceptedAlike reports whether failures of these kinds may show the same: a call that is not to be
// accepted is, or has the effect of one that is.
func acceptedAlike(a, b judge.Kind) bool {
	accepted := func(k judge.Kind) bool { return k == judge.WronglyAccepted || k == judge.ContradictsEffect }
	return a == b || accepted(a) && accepted(b)
}

// checksNoSignature reports whether a call is accepted that was signed with a wrong secret. Who
// accepts that does not look at the signature, and accepts other wrong ones for the same reason.
func checksNoSignature(c candidate) bool {
	wrong, _, _ := strings.Cut(c.known.mutation, ", ")
	return c.known.kind == judge.WronglyAccepted && wrong == aboutSignature+string(targets.AuthWrongSecret)
}

// besideSignature returns what else is unusual about a call with a wrong signature.
func besideSignature(mutation string) string {
	fault, is := strings.CutPrefix(mutation, aboutSignature)
	if !is {
		return mutation
	}
	_, beside, _ := strings.Cut(fault, ", ")
	return beside
}
