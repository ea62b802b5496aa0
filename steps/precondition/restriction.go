package precondition

import (
	"fmt"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/codes"
)

// Restriction returns why a plain call was refused that was made of an instance which is known to
// nobody but the API and its owner. The error wraps targets.ErrUnmet. It is nil where the answer is
// about the call, so that the refusal is to be judged.
func Restriction(a targets.Answer) error {
	if a.Outcome != targets.Refused {
		return nil
	}
	var text string
	switch s := subjectOf(a); s {
	case codes.Kind:
		text = "the API makes no backup of instances of this kind (%s): name another instance"
	case codes.State:
		text = "the instance is not active, is locked, or has a backup running (%s): wait, or name another instance"
	case codes.Quota:
		text = "the backups of today are used up (%s): go on tomorrow, or name another instance"
	case codes.NoInstance:
		text = "the API does not know the instance (%s): check its id, and that the endpoint is that of its region"
	case codes.Credentials, codes.Token, codes.Clock, codes.Account:
		return fmt.Errorf("%w: %w", targets.ErrUnmet, newError(s, Look{Answer: a}))
	default:
		return nil
	}
	return fmt.Errorf("%w: "+text, targets.ErrUnmet, Said(a))
}
