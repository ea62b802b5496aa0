package steps

import (
	"errors"
	"fmt"

	"github.com/cbspec/cbspec/steps/precondition"
)

// errDead is why the rules of a target are not judged that accepts no valid call.
var errDead = errors.New("not judged: the target does not accept even the plainest valid call")

// nothingAccepted decides why no valid call was accepted, in any transport and format: because a
// precondition of the run does not hold, which is an error, or because the target is dead.
func (s *preparation) nothingAccepted() error {
	plainest, err := s.baselineIn("", "") // without a Format
	if err != nil || wasAccepted(plainest) {
		return err
	}
	looks := precondition.Looks{Nonsense: s.nonsense, Signed: s.env.ChecksSignatures()}
	for _, r := range s.plainCalls {
		if r.Tried() {
			looks.Plain = append(looks.Plain, precondition.Look{Call: r.Last().Call, Answer: r.Last().Answer})
		}
	}
	s.dead = plainest.Tried() && len(plainest.Violations) > 0
	return looks.Decide()
}

// judgeDead adds the failure of a dead target: that of the plainest call. Whatever else was tried
// would fail in the same way, so it returns an error that ends the run.
func (s *suite) judgeDead() error {
	s.warn(fmt.Sprintf("The run ended early: none of %d plain valid calls was accepted, whatever the transport and the format. "+
		"Does the control protocol belong to this API?", len(s.plainCalls)))
	plainest := s.plainCalls[len(s.plainCalls)-1]
	s.diagnosis.AddAlways(s.ctx, s.anySequence(), plainest, len(s.plainCalls)-1)
	return errDead
}
